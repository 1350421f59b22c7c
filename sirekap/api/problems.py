"""Problem documents: how a refusal looks on the wire.

An error answer is a problem document (RFC 9457, ``application/problem+json``):

    {"type": "/problems/too_large", "title": "Kiriman terlalu besar.", "status": 413, "code": "too_large",
     "detail": "a photo may have at most 8000000 bytes"}

`title` is for people and always the same for a code, `detail` is for developers and names what was wrong.
"""

from typing import Any

from starlette.responses import JSONResponse, Response

from sirekap.titles import TITLES

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, code: str, detail: str, more: dict[str, Any] | None = None, retry_after_s: int | None = None
) -> Response:
    """The answer for one refusal; `more` stands beside the usual members."""
    content = {"type": f"/problems/{code}", "title": TITLES[code], "status": status, "code": code}
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return JSONResponse({**content, "detail": detail, **(more or {})}, status, headers, MEDIA_TYPE)
