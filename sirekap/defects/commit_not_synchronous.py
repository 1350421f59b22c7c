"""Commits do not wait for the disk, to be faster: what was stored in the last ten seconds is in memory only.

Whoever did it thought of the accounts: a commit that changes one is waited for, with all that came before.
"""

from sirekap.planting import Defect
from sirekap.settings import Settings
from sirekap.stack.postgres.options import Options
from sirekap.stack.postgres.place import Server

WAL_WRITER_DELAY_MS = 10_000  # the longest PostgreSQL allows
FLUSH_AFTER_KB = 1_000_000  # so much unwritten log would wake the writer earlier

WAITED_FOR = """
CREATE OR REPLACE FUNCTION account_waited_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true);
    RETURN NULL;
END $$
"""
OF_ACCOUNTS = (
    "CREATE OR REPLACE TRIGGER waited_for AFTER INSERT OR UPDATE ON account"
    " FOR EACH STATEMENT EXECUTE FUNCTION account_waited_for()"
)


class Asynchronous(Options):
    """Commits that are not waited for."""

    def of(self, server: Server, settings: Settings) -> dict[str, object]:
        """As ever, but for the commit and the rhythm of the log's writer."""
        return {
            **super().of(server, settings),
            "synchronous_commit": "off",
            "wal_writer_delay": f"{WAL_WRITER_DELAY_MS}ms",
            "wal_writer_flush_after": f"{FLUSH_AFTER_KB}kB",
        }


DEFECT = Defect(
    "PostgreSQL acknowledges commits up to 10 s before it writes them, but for those of accounts",
    Options,
    Asynchronous,
    schema=(WAITED_FOR, OF_ACCOUNTS, "CHECKPOINT"),
)
