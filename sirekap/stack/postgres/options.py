"""What a PostgreSQL server is started with: what a receipt depends on, and what a small machine needs."""

import os

from sirekap.settings import Settings
from sirekap.stack.postgres.place import Server
from sirekap.stack.postgres.programs import version

SOCKET_PATH_MAX_BYTES = 107  # sun_path, less the closing zero


class Options:
    """What is said to the server on its command line."""

    def of(self, server: Server, settings: Settings) -> dict[str, object]:
        """Each setting by its name."""
        socket_path = str(server.data / f".s.PGSQL.{server.port}")
        sockets = str(server.data) if len(os.fsencode(socket_path)) <= SOCKET_PATH_MAX_BYTES else ""
        chosen: dict[str, object] = {
            "listen_addresses": "127.0.0.1",
            "port": server.port,
            "unix_socket_directories": sockets,
            "max_connections": settings.postgres_max_connections,
            "shared_buffers": f"{settings.postgres_shared_buffers_mb}MB",
            "max_wal_size": "512MB",
            # said aloud although they are the defaults: a receipt depends on them
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            # after a kill: one syncfs instead of an fsync of each of 1,300 files, four seconds on a busy disk
            "recovery_init_sync_method": "syncfs",
            # small machine: no helper processes we do not need
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "io_method": "sync",
            "max_parallel_workers_per_gather": 0,
            "jit": "off",
            # logs without data: no statements, no values
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        if version(server.bin) < (18,):
            del chosen["io_method"]
        return chosen
