"""The live page of one run: serves its course until it is stopped."""

import orjson

from gladi.liveview.course import Course
from gladi.liveview.document import document
from gladi.liveview.server import LiveServer
from gladi.telemetry.exposition import exposition


class LiveView:
    """Shows `course` at `url`, on the loopback only; port 0 takes a free one.

    Raises CannotRunError when the port is taken.
    """

    def __init__(self, course: Course, port: int) -> None:
        self._server = LiveServer(
            port,
            page=lambda lang: document(course, "en" if lang == "en" else "id"),
            state=lambda: orjson.dumps(course.state()),
            metrics=lambda: exposition(course),
        )
        self.url = self._server.url

    def start(self) -> None:
        """Serve from now on."""
        self._server.start()

    def tick(self) -> None:
        """About once a second: everybody who listens is told the state."""
        self._server.tell()

    def stop(self) -> None:
        """Tell the last state, and that it is the last; then leave."""
        self._server.stop()
