"""Every request watched from outside: its id, its line in the log, its place in the metrics."""

import re
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sirekap.operations.logs import REQUEST_ID, RequestLog
from sirekap.operations.measures import UNKNOWN, Measures

HEADER = "x-request-id"
FIT_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
ENDPOINT = "sirekap.endpoint"
"""Where the route leaves the template of its path in the scope."""


class Watched:
    """An application whose requests are logged and measured.

    A request keeps the X-Request-Id it came with, if that is up to 64 letters, digits, dots, dashes and
    underscores, and gets one otherwise; the answer and every line of the log carry it.
    """

    def __init__(self, app: ASGIApp, measures: Measures, log: RequestLog) -> None:
        self._app = app
        self._measures = measures
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve and note."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _id_of(scope)
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).append(HEADER, request_id)
            await send(message)

        began_s = time.monotonic()
        token = REQUEST_ID.set(request_id)
        self._measures.began()
        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.monotonic() - began_s
            self._measures.ended(scope.get(ENDPOINT, UNKNOWN), scope["method"], status, seconds)
            self._log.answered(scope["method"], scope["path"], status, seconds)
            REQUEST_ID.reset(token)


def _id_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and FIT_ID.fullmatch(value):
            return str(value, "ascii")
    return secrets.token_hex(8)
