"""The ASGI application of one worker: routes, error answers, and the life of its parts."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from starlette.applications import Starlette

from sirekap.api import (
    activation,
    administration,
    audit,
    backup,
    consent,
    copies,
    d_hasil,
    description,
    health,
    helpdesk,
    metrics,
    operators,
    pages,
    pleno,
    pleno_audit,
    portal,
    progress,
    public,
    published,
    readings,
    resumable,
    submissions,
)
from sirekap.api.answered import PublicAnswers
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Secrets, wire
from sirekap.api.problems import problem
from sirekap.api.refusals import HANDLERS
from sirekap.database.access import connect, connect_for_uploads
from sirekap.operations.measures import Measures
from sirekap.operations.openapi import document
from sirekap.operations.readiness import Examiner
from sirekap.operations.reporting import keep_reporting
from sirekap.operations.standing import Recently, standing
from sirekap.overload.door import Door
from sirekap.overload.shares import Shares
from sirekap.photos.opening import open_photos
from sirekap.photos.partial import PartialPhotos
from sirekap.planting import announce, plant
from sirekap.recall.opening import open_recall
from sirekap.settings import Settings
from sirekap.stack.layout import Layout
from sirekap.work.publisher import keep_publishing

ENDPOINTS: tuple[Endpoint, ...] = (
    # routes are tried in this order, and these are asked for most
    *public.ENDPOINTS,
    *published.ENDPOINTS,
    *portal.ENDPOINTS,
    *submissions.ENDPOINTS,
    *resumable.ENDPOINTS,
    *pages.ENDPOINTS,
    *backup.ENDPOINTS,
    *progress.ENDPOINTS,
    *readings.ENDPOINTS,
    *copies.ENDPOINTS,
    *activation.ENDPOINTS,
    *operators.ENDPOINTS,
    *helpdesk.ENDPOINTS,
    *administration.ENDPOINTS,
    *pleno.ENDPOINTS,
    *d_hasil.ENDPOINTS,
    *audit.ENDPOINTS,
    *pleno_audit.ENDPOINTS,
    *health.ENDPOINTS,
    *metrics.ENDPOINTS,
    *description.ENDPOINTS,
    *consent.ENDPOINTS,
)


VERSION = "1"  # of the API: /v1
STANDING_AGE_S = 3.0  # of what metrics tell from the database
READINESS_AGE_S = 1.0


def create_app(layout: Layout, settings: Settings, worker: str, measures: Measures) -> Starlette:
    """The application of worker `worker` over the stack in `layout`; `app.state.door` stands before it."""
    shares = Shares(settings)

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        announce(settings.defects)
        keys = json.loads(layout.secrets.read_text())
        secrets = Secrets(keys["admin_token"], keys["audit_token"], keys["activation_pepper"])
        database = await connect(settings, keys["postgres_password"])
        uploading = await connect_for_uploads(settings, keys["postgres_password"])
        photos = open_photos(layout.photos, settings, keys, worker)
        partial = PartialPhotos(layout.partial_photos, threads=settings.partial_threads)
        recall = open_recall(settings, keys.get("redis_password", ""))
        app.state.parts = wire(
            settings, secrets, database, uploading, photos, partial, recall, shares, measures
        )
        app.state.answers = plant(PublicAnswers, settings.defects)(settings)
        app.state.worker, app.state.layout = worker, layout
        app.state.standing = Recently(lambda: standing(database), STANDING_AGE_S)
        examiner = plant(Examiner, settings.defects)(settings, database, layout.photos, worker, shares)
        app.state.readiness = Recently(examiner.examine, READINESS_AGE_S)
        shares.lateness.start()
        tasks = [
            asyncio.create_task(app.state.parts.sessions.listen()),
            asyncio.create_task(keep_reporting(measures, shares, app.state.door, database)),
        ]
        if settings.workers == 0:  # nobody else would count
            tasks.append(asyncio.create_task(keep_publishing(database, settings)))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        shares.lateness.stop()
        examiner.close()
        app.state.parts.passwords.close()
        photos.close()
        partial.close()
        await recall.close()
        await uploading.close()
        await database.close()

    app = Starlette(
        routes=[endpoint.route() for endpoint in ENDPOINTS],
        exception_handlers=HANDLERS,
        lifespan=life,
    )
    app.router.redirect_slashes = False  # it would send callers to whatever host their request names
    app.state.door = door(settings, shares)
    app.state.openapi = json.dumps(document(ENDPOINTS, VERSION)).encode()
    return app


def door(settings: Settings, shares: Shares) -> Door:
    """The door before the endpoints, which knows the portal and the probes by how their requests begin."""
    refusal = problem(503, "overloaded", "too many portal requests at once; try again later")
    too_long = problem(431, "too_large", f"a request's head may have at most {settings.head_max_bytes} bytes")
    return Door(
        settings,
        shares,
        _beginnings(Work.PORTAL),
        _beginnings(Work.PROBE),
        bytes(refusal.body),
        bytes(too_long.body),
    )


def _beginnings(work: Work) -> tuple[bytes, ...]:
    """How the requests of a class begin: method and path up to the first parameter."""
    return tuple(
        f"{endpoint.method} {fixed}{'' if more else ' '}".encode()
        for endpoint in ENDPOINTS
        if endpoint.work is work
        for fixed, more, _ in [endpoint.path.partition("{")]
    )
