"""What an endpoint is: its path, what it does, who may call it and where.

Each module of this folder ends in its ENDPOINTS, and `app` only collects them. From the same entries come the
routes, the check of every caller (here, once, so that no handler can forget it), the admission by class of
work, the labels of the metrics, the OpenAPI document and the tests of who may do what.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sirekap.api.callers import authorised
from sirekap.api.parts import parts_of
from sirekap.api.watched import ENDPOINT
from sirekap.overload.work import Work
from sirekap.security.roles import Role

__all__ = ["EVERYBODY", "Endpoint", "Handler", "Schema", "Work"]

Handler = Callable[[Request], Awaitable[Response]]
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """One method of one path.

    `place` names the path parameter that must lie within the caller's region. `body` and `answers` are
    JSON Schemas: of the request's body, and of the answer by status (the problem document goes without
    saying). `before_initialising` lets an operator's phone write before it has initialised.
    """

    method: str
    path: str
    handle: Handler
    roles: frozenset[Role]
    work: Work
    summary: str
    place: str | None = None
    before_initialising: bool = False
    body: Schema | None = None
    answers: Mapping[int, Schema] = field(default_factory=dict)

    def route(self) -> Route:
        """The route: admitted to its class of work, then the caller checked, then the handler."""

        async def serve(request: Request) -> Response:
            request.scope[ENDPOINT] = self.path
            async with parts_of(request).shares.admitted(self.work):
                request.state.caller = await authorised(
                    request,
                    self.roles,
                    self.place,
                    writes=self.method not in ("GET", "HEAD"),
                    before_initialising=self.before_initialising,
                )
                return await self.handle(request)

        return Route(self.path, serve, methods=[self.method])


EVERYBODY = frozenset({Role.NOBODY})
