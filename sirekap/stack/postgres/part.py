"""PostgreSQL as a part of the stack."""

import signal

import psutil

from sirekap.database.migrate import bring_schema_up_to_date
from sirekap.planting import schema_changes
from sirekap.stack.part import Site
from sirekap.stack.postgres import server
from sirekap.stack.postgres.place import bring_home
from sirekap.stack.readiness import await_answer


class PostgresPart:
    """The database, with its tables as this version wants them."""

    name = "postgres"
    stop_signal = signal.SIGINT  # the fast shutdown; SIGTERM would wait for its clients

    def __init__(self, site: Site) -> None:
        self._site = site
        self._password = site.keys["postgres_password"]
        self.stop_wait_s = site.settings.postgres_stop_wait_s

    def prepare(self) -> None:
        """Make the data directory, unless it is there."""
        server.initialise(self._site.server, self._password)

    def launch(self) -> psutil.Process:
        """Start the server."""
        return server.launch(self._site.server, self._site.settings, self._site.layout.log(self.name))

    def await_ready(self, process: psutil.Process) -> None:
        """Return once it takes a connection."""
        await_answer(
            process,
            lambda: server.answers(self._site.server, self._password),
            self._site.settings.postgres_start_wait_s,
            "PostgreSQL",
            self._site.layout.log(self.name),
        )

    def complete(self) -> None:
        """Have our database and its tables."""
        server.ensure_database(self._site.server, self._password)
        changes = schema_changes(self._site.settings.defects)
        bring_schema_up_to_date(self._site.server.port, self._password, changes)

    def clear(self) -> None:
        """Remove lock files, and bring data that lived outside home."""
        place = self._site.server
        if place.data.exists():
            server.clear_remains(place.data)
        if place.outside:
            bring_home(place.data, self._site.layout.pgdata, place.outside)
