-- Two operator accounts a TPS. Of codes, passwords and tokens only one-way images are kept.
CREATE TABLE account (
    account              text PRIMARY KEY,
    tps                  text NOT NULL REFERENCES tps,
    operator             smallint NOT NULL CHECK (operator BETWEEN 1 AND 9),
    activation_code_hmac bytea NOT NULL,
    password_hash        text,
    device               text,
    activated_at         timestamptz,
    CHECK ((password_hash IS NULL) = (activated_at IS NULL))
);
CREATE INDEX account_of_tps ON account (tps);

CREATE TABLE session (
    token_sha256 bytea PRIMARY KEY,
    account      text NOT NULL REFERENCES account,
    device       text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);
CREATE INDEX session_expiry ON session (expires_at);
