"""Photos that staff bring in: pages that no KPPS could send, and photos that nobody can read.

KPPS who cannot send hand plain photos to their PPS, and those on to the PPK. On the day after, staff look at
what the public is shown and replace what cannot be read. Both say why, and overwrite nothing that was stored.
The order is that of every receipt: photo durable, then row committed, then the answer.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.receipts import by_the_rules, receipt
from sirekap.api.refusals import RefusalError
from sirekap.api.sheets import PAGE
from sirekap.api.submissions import Announced, announced_by, kept, numbers_of, standing_of
from sirekap.api.upload import receive_with_reason
from sirekap.repositories.ledger import Stored
from sirekap.repositories.pages import PageWrite
from sirekap.repositories.queue import TOPIC
from sirekap.security.roles import Role

BRING = frozenset({Role.PPS, Role.PPK, Role.KPU_KAB})


async def submit(request: Request) -> Response:
    """POST .../pages/{page}/backup: a page that nobody sent, from a plain photo."""
    parts = parts_of(request)
    announced = await announced_by(request, parts)
    standing = await standing_of(parts, announced)
    if standing:
        return receipt(standing)

    def numbers(given: bytes | None) -> dict[str, int]:
        if given is None:
            raise RefusalError(422, "wrong_multipart", "a page that was never sent needs its `numbers`")
        return numbers_of(given, announced.page)

    return receipt(await _received(request, parts, announced, numbers, parts.ledger.submit))


async def replace(request: Request) -> Response:
    """POST .../pages/{page}/photo: another photo of a stored page; its numbers stay unless some are given."""
    parts = parts_of(request)
    announced = await announced_by(request, parts)

    def numbers(given: bytes | None) -> dict[str, int]:
        return {} if given is None else numbers_of(given, announced.page, complete=False)

    return receipt(await _received(request, parts, announced, numbers, parts.ledger.replace))


async def _received(
    request: Request,
    parts: Parts,
    announced: Announced,
    numbers: Callable[[bytes | None], dict[str, int]],
    write: Callable[[PageWrite], Awaitable[Stored]],
) -> Stored:
    with parts.receiving_of_tps.place(announced.tps):
        async with parts.receiving.admit():
            incoming = parts.photos.begin()
            try:
                given, reason = await receive_with_reason(request, incoming, parts.settings)
                row = await kept(parts, announced, numbers(given), incoming, reason)
                stored = await by_the_rules(write(row))
            finally:
                await parts.photos.discard(incoming)
    await parts.recall.wake(TOPIC)
    return stored


ENDPOINTS = (
    Endpoint(
        "POST", PAGE + "/backup", submit, BRING, Work.UPLOAD,
        "Send a page that no KPPS could send: photo, numbers, reason", "tps",
    ),
    Endpoint(
        "POST", PAGE + "/photo", replace, BRING, Work.UPLOAD,
        "Replace a stored photo that nobody can read, with a reason", "tps",
    ),
)  # fmt: skip
