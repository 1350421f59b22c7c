"""PostgreSQL was slow on its first day, so somebody said ALTER SYSTEM SET fsync = off; a power cut shows it.

On the command line a setting would win over that, so the honest one is taken away there.
"""

from sirekap.planting import Defect
from sirekap.settings import Settings
from sirekap.stack.postgres.options import Options
from sirekap.stack.postgres.place import Server


class SilentOfFsync(Options):
    """Leaves fsync to the server's own configuration."""

    def of(self, server: Server, settings: Settings) -> dict[str, object]:
        """All but fsync."""
        return {name: value for name, value in super().of(server, settings).items() if name != "fsync"}


DEFECT = Defect(
    "PostgreSQL does not fsync",
    Options,
    SilentOfFsync,
    schema=("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"),
)
