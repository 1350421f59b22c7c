-- What the public sees is counted ahead: one row a form and region, one a form and TPS, kept up to date by a publisher.
--
-- The publisher follows page_revision by the transaction that wrote each row. What it has counted is a snapshot: rows
-- of transactions that were visible in it are counted, all others are not, whatever the order of ids or commits.
-- Rows from before this file carry 0, which every snapshot sees: the first round counts everything.
ALTER TABLE page_revision ADD COLUMN written_by xid8 NOT NULL DEFAULT '0';
ALTER TABLE page_revision ALTER COLUMN written_by SET DEFAULT pg_current_xact_id();
CREATE INDEX page_revision_written_by ON page_revision (written_by);

-- One row: how far the publisher has come, changed in the same transaction as the tallies.
CREATE TABLE publication (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    cluster     text,        -- the database cluster whose transaction numbers `seen` speaks of
    seen        pg_snapshot, -- null: nothing was ever counted
    as_of       timestamptz, -- everything committed before is counted
    contests    text,        -- digest of the contests the tallies were counted with
    revisions   bigint NOT NULL DEFAULT 0, -- counted so far, by increments
    recounts    bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
INSERT INTO publication DEFAULT VALUES;

-- A form in a region of any level ("0" is the nation). `contest` is the one contest of all TPS in it, or '' when there
-- are several: then `sums` holds only numbers that mean the same in all of them.
CREATE TABLE tally (
    form       text NOT NULL,
    region     text NOT NULL,
    contest    text NOT NULL,
    tps_total  integer NOT NULL,            -- TPS that vote with this form
    tps_in     integer NOT NULL DEFAULT 0,  -- of these, with all pages that carry votes stored
    pages_in   integer NOT NULL DEFAULT 0,
    sums       jsonb NOT NULL DEFAULT '{}', -- field -> sum, without zeros; votes of `tps_in` TPS only
    changed_at timestamptz,                 -- when a count last changed
    PRIMARY KEY (form, region)
) WITH (fillfactor = 50);

-- A form of one TPS as it was counted.
CREATE TABLE public_station (
    tps        text NOT NULL REFERENCES tps,
    form       text NOT NULL,
    contest    text NOT NULL,
    regions    text[] NOT NULL,  -- every region it is counted in
    is_in      boolean NOT NULL,
    votes      jsonb NOT NULL,   -- contestant -> all their votes, once the TPS is in
    pages      jsonb NOT NULL,   -- page -> {revision, sha256, stored_at, numbers}, each by its current revision
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tps, form)
) WITH (fillfactor = 70);

-- Parties by number, the same in all contests of a form, for regions with more than one.
CREATE TABLE public_party (
    form   text NOT NULL,
    number integer NOT NULL,
    name   text NOT NULL,
    PRIMARY KEY (form, number)
);

CREATE INDEX region_of_parent ON region (parent);

-- A note that KPU has registered something since the tallies were laid out; the publisher takes it away.
CREATE TABLE registration_change (noted_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION note_registration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO registration_change DEFAULT VALUES;
    RETURN NULL;
END $$;
CREATE TRIGGER tps_registered AFTER INSERT OR UPDATE OR DELETE ON tps
    FOR EACH STATEMENT EXECUTE FUNCTION note_registration();
CREATE TRIGGER contest_registered AFTER INSERT OR UPDATE OR DELETE ON contest
    FOR EACH STATEMENT EXECUTE FUNCTION note_registration();
CREATE TRIGGER contest_area_registered AFTER INSERT OR UPDATE OR DELETE ON contest_area
    FOR EACH STATEMENT EXECUTE FUNCTION note_registration();
