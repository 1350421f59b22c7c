-- Staff bring in photos, too: a page that no KPPS could send, a photo in place of one that nobody can read. Only what a
-- pleno itself decided is marked as the pleno's; it is known by its key (pleno/decisions.py), no longer by having no
-- operator. What stands behind a final D.Hasil is refused as before.
CREATE OR REPLACE FUNCTION page_under_pleno() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
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
    IF NEW.operator = 0 AND starts_with(NEW.key, 'pleno/') THEN
        NEW.pleno := kecamatan;
    END IF;
    RETURN NEW;
END $$;
