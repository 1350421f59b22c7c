-- The tiered recap. Everything here is append-only except pleno_form, which says how a form stands now. One sequence
-- numbers acts, decisions and results, so that auditors read them as one log.
CREATE SEQUENCE pleno_log;

CREATE TABLE pleno (
    region    text PRIMARY KEY CHECK (region ~ '^[0-9.]+$'),
    level     text NOT NULL CHECK (level IN ('kecamatan', 'kab_kota', 'provinsi', 'nasional')),
    account   text NOT NULL REFERENCES account,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- `version` counts the D.Hasil made so far; "stale": a region below was reopened since the last one.
CREATE TABLE pleno_form (
    region  text NOT NULL REFERENCES pleno,
    form    text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    state   text NOT NULL CHECK (state IN ('open', 'final', 'stale')),
    PRIMARY KEY (region, form)
);

CREATE TABLE pleno_act (
    id      bigint PRIMARY KEY DEFAULT nextval('pleno_log'),
    region  text NOT NULL REFERENCES pleno,
    form    text,
    version integer,
    act     text NOT NULL CHECK (act IN ('open', 'reopen', 'stale')),
    reason  text,
    key     text UNIQUE,
    account text NOT NULL REFERENCES account,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What a PPK decided on one TPS. `basis` names the revision of every page it looked at (page -> revision): the decision
-- stands as long as these are the current ones. `entries` holds numbers of pages that were never stored.
CREATE TABLE pleno_decision (
    id         bigint PRIMARY KEY DEFAULT nextval('pleno_log'),
    region     text NOT NULL REFERENCES pleno,
    tps        text NOT NULL REFERENCES tps,
    form       text NOT NULL,
    decision   text NOT NULL CHECK (decision IN ('sesuai', 'dikoreksi', 'entri')),
    basis      jsonb NOT NULL,
    entries    jsonb NOT NULL,
    changes    jsonb NOT NULL,
    violations jsonb NOT NULL,
    reason     text,
    request    text NOT NULL,
    key        text NOT NULL UNIQUE,
    account    text NOT NULL REFERENCES account,
    at         timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX pleno_decision_of ON pleno_decision (region, form, tps, id);

-- Finalised results. `content` is canonical JSON and `sha256` its digest.
CREATE TABLE d_hasil (
    id      bigint PRIMARY KEY DEFAULT nextval('pleno_log'),
    region  text NOT NULL REFERENCES pleno,
    form    text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    number  text NOT NULL UNIQUE,
    sha256  text NOT NULL,
    content text NOT NULL,
    account text NOT NULL REFERENCES account,
    at      timestamptz NOT NULL,
    UNIQUE (region, form, version)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON pleno FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON pleno_act FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON pleno_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON d_hasil FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Whoever writes what a D.Hasil is made of holds this lock shared until commit; whoever finalises or reopens holds it
-- alone. So nothing can slip in between the last look at the pages and the D.Hasil.
CREATE FUNCTION pleno_lock(region text, form text) RETURNS bigint LANGUAGE sql IMMUTABLE
    RETURN hashtextextended(region || ' ' || form, 0);

-- After the kecamatan's D.Hasil a first submission is still evidence and is marked; a correction is left out, and
-- whoever sent it finds the form final. A trigger, so that no writer can forget it; being volatile, it sees what was
-- committed while it waited for the lock.
ALTER TABLE page_revision ADD COLUMN after_final boolean NOT NULL DEFAULT false;
ALTER TABLE page_revision ADD COLUMN pleno text;
CREATE FUNCTION page_under_pleno() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    kecamatan text := left(NEW.tps, 6);
BEGIN
    PERFORM pg_advisory_xact_lock_shared(pleno_lock(kecamatan, NEW.form));
    NEW.after_final := EXISTS (
        SELECT FROM pleno_form WHERE region = kecamatan AND form = NEW.form AND state = 'final'
    );
    IF NEW.after_final AND NEW.revision > 1 THEN
        RETURN NULL;
    END IF;
    IF NEW.operator = 0 THEN -- not an operator of the TPS: a correction by the pleno
        NEW.pleno := kecamatan;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER page_under_pleno BEFORE INSERT ON page_revision FOR EACH ROW EXECUTE FUNCTION page_under_pleno();
