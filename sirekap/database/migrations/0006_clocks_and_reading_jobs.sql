-- What the phone's clock said is kept as it was said; `clock_suspect` marks what cannot be true, and refuses nothing.
-- skew_ms is the phone's clock less ours when the page arrived; unknown where the phone did not say.
ALTER TABLE page_revision ADD COLUMN skew_ms bigint;
ALTER TABLE page_revision ADD COLUMN clock_suspect boolean NOT NULL DEFAULT false;
ALTER TABLE page_revision ADD COLUMN delayed boolean NOT NULL DEFAULT false;

-- Photos to read, one row a first revision, written by the statement that stores the page. The row of a job that is
-- taken names who has it and until when.
CREATE TABLE reading_job (
    revision_id bigint PRIMARY KEY REFERENCES page_revision (id),
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken', 'done', 'failed')),
    tries       integer NOT NULL DEFAULT 0,
    taken_by    text,
    taken_until timestamptz,
    queued_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX reading_job_open ON reading_job (revision_id) WHERE state IN ('waiting', 'taken');
-- pages stored before there was a queue
INSERT INTO reading_job (revision_id) SELECT id FROM page_revision WHERE revision = 1 AND photo_bytes > 0;
