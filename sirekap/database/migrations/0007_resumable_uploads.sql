-- Photos that arrive in pieces (tus 1.0.0). The bytes are in a file named by `id`, whose size is the offset; the row says
-- what they will be. A photo that is whole becomes a page under the same key, and that page's receipt is the upload's.
CREATE TABLE upload (
    id            text PRIMARY KEY,
    key           text NOT NULL UNIQUE,
    tps           text NOT NULL REFERENCES tps,
    form          text NOT NULL,
    page          smallint NOT NULL,
    account       text NOT NULL REFERENCES account,
    operator      smallint NOT NULL,
    size_bytes    integer NOT NULL CHECK (size_bytes > 0),
    sha256        text NOT NULL,
    numbers       jsonb NOT NULL,
    captured_at   timestamptz,
    skew_ms       bigint,
    clock_suspect boolean NOT NULL,
    delayed       boolean NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL
);
CREATE INDEX upload_of_tps ON upload (tps);
CREATE INDEX upload_expiry ON upload (expires_at);
