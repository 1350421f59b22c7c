"""Logs as JSON lines, bounded, without secrets.

One line a request: method, path, status, milliseconds, the request's id; never headers, bodies or query
strings, so no password, token or activation code can get into them. At most so many lines a second tell of
requests that went as they should, the next line says how many were left out, and the file is renamed when it
is full and the oldest removed: a long run cannot fill the disk.
"""

import json
import logging
import os
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
STDOUT, STDERR = 1, 2

_requests = logging.getLogger("sirekap.requests")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object."""

    def __init__(self, worker: str) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "worker": self._worker,
            "log": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            fields["request"] = request_id
        fields.update(getattr(record, "fields", {}))
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


class BoundedLog(RotatingFileHandler):
    """A log file of bounded size that also takes what is written to stdout and stderr past the logging."""

    def __init__(self, file: Path, max_bytes: int, kept: int) -> None:
        super().__init__(file, maxBytes=max_bytes, backupCount=kept, encoding="utf-8")
        self._take_stderr()

    def doRollover(self) -> None:  # noqa: N802 - the name is logging's
        """Begin a new file."""
        super().doRollover()
        self._take_stderr()

    def _take_stderr(self) -> None:
        assert self.stream is not None
        for fd in (STDOUT, STDERR):
            os.dup2(self.stream.fileno(), fd)


def log_to_file(file: Path, worker: str, max_mb: int) -> None:
    """Send every log of this process to `file`, which with its predecessor never takes more than `max_mb`."""
    handler = BoundedLog(file, max_mb * 500_000, 1)
    handler.setFormatter(JsonLines(worker))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


class RequestLog:
    """Logs answered requests, at most `lines_per_s` of those that went as they should."""

    def __init__(self, lines_per_s: int) -> None:
        self._lines_per_s = lines_per_s
        self._second = 0
        self._lines = 0
        self._unlogged = 0

    def answered(self, method: str, path: str, status: int, seconds: float) -> None:
        """One request was answered."""
        if (status < 500 or status == 503) and not self._room():
            self._unlogged += 1
            return
        fields = {"method": method, "path": path[:200], "status": status, "ms": round(seconds * 1000, 2)}
        if self._unlogged:
            fields["unlogged"] = self._unlogged
            self._unlogged = 0
        _requests.info("request", extra={"fields": fields})

    def _room(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._lines = second, 0
        self._lines += 1
        return self._lines <= self._lines_per_s
