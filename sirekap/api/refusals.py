"""Every refusal and every error of a part becomes a problem document, here."""

import logging
import math
import random
from typing import Any

import asyncpg
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from sirekap.api.problems import problem
from sirekap.database.access import DatabaseAwayError, ImpossibleValueError
from sirekap.overload.admission import OverloadedError
from sirekap.overload.shares import StoppingError
from sirekap.photos.store import StoreUnableError
from sirekap.security.tries import TooManyTriesError

log = logging.getLogger("sirekap.api")


class RefusalError(Exception):
    """Refuse with this status and code; `detail` says what was wrong, `more` stands beside it."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.more = more


async def on_refusal(request: Request, error: Exception) -> Response:
    """A refusal by an endpoint."""
    assert isinstance(error, RefusalError)
    return problem(error.status, error.code, error.detail, error.more, None)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """No such path, wrong method."""
    assert isinstance(error, HTTPException)
    answer = problem(error.status_code, "no_such_endpoint", error.detail, {}, None)
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(sorted(_methods_there(request)))
    return answer


def _methods_there(request: Request) -> set[str]:
    """The methods of all endpoints whose path this is."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    return {
        method
        for route in routes
        if route.matches(request.scope)[0] is Match.PARTIAL
        for method in route.methods or ()
    }


async def on_overload(request: Request, error: Exception) -> Response:
    """No room for this class of work."""
    assert isinstance(error, OverloadedError)
    return problem(503, "overloaded", f"{error}; try again later", {}, error.retry_after_s)


async def on_too_many_tries(request: Request, error: Exception) -> Response:
    """Too many wrong passwords from here."""
    assert isinstance(error, TooManyTriesError)
    return problem(429, "too_many_tries", f"{error}; wait", {}, error.retry_after_s)


async def on_stopping(request: Request, error: Exception) -> Response:
    """This process is ending; another one answers on a new connection."""
    answer = problem(503, "stopping", "this process is ending; send the same request again", {}, 1)
    answer.headers["Connection"] = "close"
    return answer


async def on_part_away(request: Request, error: Exception) -> Response:
    """The database or the photo store is away.

    Nothing was acknowledged; the same request may be sent again.
    """
    log.warning("part away: %s", error)
    code = "database_away" if isinstance(error, DatabaseAwayError) else "store_unable"
    wait_s = math.ceil(random.uniform(0.5, 3.0))
    return problem(503, code, "a part of the system does not answer; send the same request again", {}, wait_s)


async def on_impossible_value(request: Request, error: Exception) -> Response:
    """A value the database cannot hold, such as a NUL in a path or half of a surrogate pair in JSON."""
    return problem(422, "impossible_value", "the request holds characters that cannot be stored", {}, None)


async def on_defect(request: Request, error: Exception) -> Response:
    """A mistake of ours; the log has the details."""
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    return problem(500, "internal", "an unexpected error; it has been logged", {}, None)


HANDLERS: dict[Any, Any] = {
    RefusalError: on_refusal,
    HTTPException: on_http_exception,
    OverloadedError: on_overload,
    TooManyTriesError: on_too_many_tries,
    StoppingError: on_stopping,
    DatabaseAwayError: on_part_away,
    StoreUnableError: on_part_away,
    asyncpg.DataError: on_impossible_value,
    ImpossibleValueError: on_impossible_value,
    UnicodeEncodeError: on_impossible_value,
    Exception: on_defect,
}
