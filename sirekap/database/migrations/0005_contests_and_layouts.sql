-- Who stands where, and where the boxes of the sheets are. A layout is named by the digest of its content and never
-- changes; a contest may be registered again.
CREATE TABLE layout (
    digest        text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    form          text NOT NULL,
    content       jsonb NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE contest (
    contest     text PRIMARY KEY,
    form        text NOT NULL,
    title       text NOT NULL,
    areas       text[] NOT NULL,
    layout      text NOT NULL REFERENCES layout,
    contestants jsonb NOT NULL,
    stamp       text NOT NULL, -- of all the above: a worker that holds this stamp holds the contest as it is
    UNIQUE (contest, form)
);

-- One contest a form and area. Codes without their dots, the nation as '', so that a TPS lies in every area that its own
-- code begins with; the longest of them counts.
CREATE TABLE contest_area (
    form    text NOT NULL,
    area    text NOT NULL CHECK (area ~ '^[0-9]*$'),
    contest text NOT NULL,
    PRIMARY KEY (area, form),
    FOREIGN KEY (contest, form) REFERENCES contest (contest, form) ON DELETE CASCADE
);
CREATE INDEX contest_area_of ON contest_area (contest);

-- Photographs that a phone says it has taken and not yet sent, so that staff see what waits out there.
CREATE TABLE page_taken (
    tps          text NOT NULL REFERENCES tps,
    form         text NOT NULL,
    page         smallint NOT NULL,
    captured_at  timestamptz NOT NULL,
    account      text NOT NULL REFERENCES account,
    announced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tps, form, page)
);
