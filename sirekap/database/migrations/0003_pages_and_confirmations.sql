-- Pages are append-only: a correction is a further revision, never an update. The current one is the highest.
CREATE TABLE page_revision (
    id          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    tps         text NOT NULL REFERENCES tps,
    form        text NOT NULL,
    page        smallint NOT NULL,
    revision    integer NOT NULL CHECK (revision >= 1),
    receipt     text NOT NULL UNIQUE,
    key         text NOT NULL,
    account     text NOT NULL REFERENCES account,
    operator    smallint NOT NULL,
    sha256      text NOT NULL,
    photo_bytes integer NOT NULL,
    numbers     jsonb NOT NULL,
    reason      text,
    captured_at timestamptz,
    stored_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tps, form, page, revision)
);
-- a retry carries the key of the first attempt; this index is what makes it harmless
CREATE UNIQUE INDEX page_revision_key_once ON page_revision (key);
CREATE INDEX page_revision_photo ON page_revision (sha256);

CREATE VIEW current_page AS
SELECT p.* FROM page_revision p
WHERE NOT EXISTS (
    SELECT 1 FROM page_revision n
    WHERE n.tps = p.tps AND n.form = p.form AND n.page = p.page AND n.revision > p.revision
);

CREATE TABLE confirmation (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tps       text NOT NULL REFERENCES tps,
    form      text NOT NULL,
    sesuai    boolean NOT NULL,
    receipt   text NOT NULL UNIQUE,
    key       text NOT NULL UNIQUE,
    account   text NOT NULL REFERENCES account,
    stored_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX confirmation_of_tps ON confirmation (tps, form, id);
