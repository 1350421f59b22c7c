"""GET /.well-known/gladi-consent: what whoever runs this stack agrees to have sent at it; nothing by default.

The document is the file that the setting `consent_file` names, told as it stands at that moment: taking the
file away withdraws it. It is a class of work that is never refused, for a crowded door must not look like a
change of mind.
"""

import json
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError

PATH = "/.well-known/gladi-consent"
LARGEST_BYTES = 65_536
DOCUMENT = {"type": "object"}


async def consent(request: Request) -> Response:
    """The document, or 404 where there is none."""
    file = parts_of(request).settings.consent_file
    document = await run_in_threadpool(_read, Path(file)) if file else None
    if document is None:
        raise RefusalError(404, "no_such_endpoint", "nobody has consented to a rehearsal against this system")
    return JSONResponse(document, headers={"Cache-Control": "no-store"})


def _read(file: Path) -> object:
    """The JSON object in it; None for a file that is gone, or that is none."""
    try:
        with file.open("rb") as opened:
            document = json.loads(opened.read(LARGEST_BYTES))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


ENDPOINTS = (
    Endpoint(
        "GET",
        PATH,
        consent,
        EVERYBODY,
        Work.PROBE,
        "What may be sent at this system",
        answers={200: DOCUMENT},
    ),
)
