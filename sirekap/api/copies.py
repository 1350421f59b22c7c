"""GET /v1/tps/{tps}/copies/{form}.pdf: the witnesses' copy, once all pages are there."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.api.sheets import FormOfTps, form_of
from sirekap.copies.content import CopiedPage, CopyContent
from sirekap.security.roles import STAFF, Role


async def copy(request: Request) -> Response:
    """The stored numbers of a form with their history, receipts and photos, as a PDF."""
    parts, form = parts_of(request), await form_of(request)
    content = await _content(parts, form)
    headers = {"ETag": f'"{content.edition}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    name = f"salinan-{form.form}-{form.tps}.pdf"
    async with parts.drawing.admit():
        data = await asyncio.to_thread(_drawn, content)
    headers["Content-Disposition"] = f'inline; filename="{name}"'
    return Response(data, media_type="application/pdf", headers=headers)


def _drawn(content: CopyContent) -> bytes:
    from sirekap.copies.document import (
        pdf,  # not before it is needed: a restarted worker must be back at once
    )

    return pdf(content)


async def _content(parts: Parts, form: FormOfTps) -> CopyContent:
    stored = await parts.copies.pages(form.tps, form.form)
    missing = form.pages - {page.page for page in stored}
    if missing:
        listed = ", ".join(str(page) for page in sorted(missing))
        raise RefusalError(409, "pages_missing", f"pages not yet stored: {listed}")
    lacking = form.contest.fields - {field for page in stored for field in page.numbers}
    if lacking:
        raise RefusalError(
            409, "pages_missing", f"the pages were stored without {', '.join(sorted(lacking)[:5])}"
        )
    place = await parts.copies.place(form.tps)
    if place is None:
        raise RefusalError(404, "tps_unknown", "no such TPS is registered")
    pages = [
        CopiedPage(
            page.page,
            page.revision,
            page.receipt,
            page.sha256,
            page.numbers,
            page.web_sha256,
            await parts.photos.read(page.web_sha256) if page.web_sha256 else None,
        )
        for page in stored
    ]
    return CopyContent(
        form.tps,
        place,
        form.contest,
        pages,
        await parts.history.revisions(form.tps, form.form),
        await parts.history.confirmations(form.tps, form.form),
    )


ENDPOINTS = (
    Endpoint(
        "GET", "/v1/tps/{tps}/copies/{form}.pdf", copy, STAFF | {Role.KPPS}, Work.STAFF,
        "The witnesses' copy of a form", "tps",
    ),
)  # fmt: skip
