-- A help-desk reset frees the device of an account; how often that happened decides whose activation code counts.
ALTER TABLE account ADD COLUMN resets integer NOT NULL DEFAULT 0;

CREATE TABLE account_reset (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account    text NOT NULL REFERENCES account,
    role       text NOT NULL,
    region     text NOT NULL,
    by_account text REFERENCES account, -- NULL: the administration itself
    by_role    text NOT NULL,
    reason     text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    reset_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX account_reset_of_account ON account_reset (account);

CREATE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % only grows', TG_TABLE_NAME;
END $$;
CREATE TRIGGER account_reset_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON account_reset
    FOR EACH STATEMENT EXECUTE FUNCTION only_grows();

-- The sessions of an account sit in numbered slots: a login takes a free one or the oldest. That no account has more
-- sessions than slots is then a constraint, which holds for logins at the same moment too.
ALTER TABLE session ADD COLUMN slot integer;
UPDATE session SET slot = numbered.slot
FROM (
    SELECT token_sha256, row_number() OVER (PARTITION BY account ORDER BY expires_at DESC) - 1 AS slot FROM session
) AS numbered
WHERE numbered.token_sha256 = session.token_sha256;
ALTER TABLE session ALTER COLUMN slot SET NOT NULL;
CREATE UNIQUE INDEX session_slot_once ON session (account, slot);
