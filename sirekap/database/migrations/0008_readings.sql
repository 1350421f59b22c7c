-- What the worker read of each photo, and what follows for the form. Both are derived: they can be made again from
-- the pages and the photos.
CREATE TABLE reading (
    revision_id   bigint PRIMARY KEY REFERENCES page_revision (id),
    tps           text NOT NULL,
    form          text NOT NULL,
    page          smallint NOT NULL,
    sha256        text NOT NULL,
    mode          text NOT NULL,
    content       jsonb,          -- as sirekap/reading says it; null where the photo could not be read
    trouble       text,           -- why not
    flags         text[] NOT NULL,
    disagreements jsonb NOT NULL, -- [{"field", "sent", "read", "confidence"}]
    needs_look    boolean NOT NULL,
    web_sha256    text,           -- the copy for the public page, in the photo store
    web_bytes     integer,
    worker        text NOT NULL,
    took_ms       real NOT NULL,
    read_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((content IS NULL) = (trouble IS NOT NULL)),
    CHECK ((web_sha256 IS NULL) = (web_bytes IS NULL))
);
CREATE INDEX reading_of_page ON reading (tps, form, page);
CREATE INDEX reading_of_photo ON reading (sha256);
CREATE INDEX reading_web ON reading (web_sha256) WHERE web_sha256 IS NOT NULL;

CREATE TABLE form_check (
    tps           text NOT NULL REFERENCES tps,
    form          text NOT NULL,
    complete      boolean NOT NULL, -- every sheet is stored
    violations    jsonb NOT NULL,   -- [{"rule", "text", "fields"}]; of a complete form only
    flagged_pages smallint[] NOT NULL,
    needs_look    boolean NOT NULL,
    last_revision bigint NOT NULL,  -- the newest revision it is about: an older check never replaces a newer one
    checked_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tps, form)
);
CREATE INDEX form_check_to_look_at ON form_check (tps text_pattern_ops, form) WHERE needs_look;
