"""The ASGI application of one worker: routes, error answers, and the life of its parts."""

import contextlib
import json
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from sirekap.api import administration, audit, health, operators, pages, public
from sirekap.api.logs import RequestLog
from sirekap.api.parts import Secrets, wire
from sirekap.api.refusals import HANDLERS
from sirekap.database.access import connect
from sirekap.defects import announce
from sirekap.photos.disk import DiskPhotos
from sirekap.settings import Settings
from sirekap.stack.layout import Layout

PAGE = "/v1/tps/{tps}/forms/{form}/pages/{page}"

ROUTES = [
    Route(PAGE, pages.submit, methods=["POST"]),
    Route(PAGE + "/correct", pages.correct, methods=["POST"]),
    Route("/v1/tps/{tps}/forms/{form}/confirm", pages.confirm, methods=["POST"]),
    Route("/v1/tps/{tps}/status", pages.status, methods=["GET"]),
    Route("/v1/tps/{tps}", operators.station, methods=["GET"]),
    Route("/v1/login", operators.login, methods=["POST"]),
    Route("/v1/activate", operators.activate, methods=["POST"]),
    Route("/v1/admin/register", administration.register, methods=["POST"]),
    Route("/v1/audit/pages", audit.pages, methods=["GET"]),
    Route("/public/v1/national", public.national, methods=["GET"]),
    Route("/public/v1/region/{code}", public.region, methods=["GET"]),
    Route("/public/v1/tps/{tps}", public.station, methods=["GET"]),
    Route("/public/v1/photos/{name}", public.photo, methods=["GET"]),
    Route("/healthz", health.healthz, methods=["GET"]),
    Route("/readyz", health.readyz, methods=["GET"]),
]


def create_app(layout: Layout, settings: Settings, worker: str) -> Starlette:
    """The application of worker `worker` over the stack in `layout`."""

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        announce(settings.defects)
        keys = json.loads(layout.secrets.read_text())
        secrets = Secrets(keys["admin_token"], keys["audit_token"], keys["activation_pepper"])
        database = await connect(settings, keys["postgres_password"])
        photos = DiskPhotos(
            layout.photos, worker, threads=settings.disk_threads, buffer_bytes=settings.upload_buffer_bytes
        )
        app.state.parts = wire(settings, secrets, database, photos)
        app.state.recent = public.Recent(settings.public_staleness_s)
        app.state.worker = worker
        yield
        app.state.parts.passwords.close()
        photos.close()
        await database.close()

    return Starlette(
        routes=ROUTES, exception_handlers=HANDLERS, middleware=[Middleware(RequestLog)], lifespan=life
    )
