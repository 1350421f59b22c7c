"""A photo in pieces, for links that break: tus 1.0.0 with creation, checksum, expiration and termination.

    POST   /v1/tps/{tps}/forms/{form}/pages/{page}/uploads   Upload-Length, Upload-Metadata, Idempotency-Key
    HEAD   /v1/uploads/{id}     how many bytes are here
    PATCH  /v1/uploads/{id}     the next ones, from Upload-Offset
    DELETE /v1/uploads/{id}     never mind
    OPTIONS on both             what this server can do

Upload-Metadata holds `sha256` (hexadecimal), `numbers` (JSON) and, if the phone knows, `captured_at` and
`phone_time`; as tus has it, each value in base64. The same Idempotency-Key finds the same upload again. The
PATCH that brings the last byte stores the page on the way of every submission, and its answer carries the
receipt in X-Receipt; so does HEAD from then on, and the POST repeated under the same key answers as a direct
upload does.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.bodies import idempotency_key, moment
from sirekap.api.callers import caller_of
from sirekap.api.endpoints import EVERYBODY, Endpoint, Handler, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.phone_time import PhoneTimes, judged
from sirekap.api.problems import problem
from sirekap.api.receipts import receipt
from sirekap.api.refusals import RefusalError, on_refusal
from sirekap.api.sheets import PAGE, form_of_tps, page_of, page_of_form
from sirekap.api.submissions import Announced, checked_digest, numbers_of, standing_of, store
from sirekap.api.upload import in_time
from sirekap.overload.admission import OverloadedError
from sirekap.photos.partial import OffsetDiffersError
from sirekap.repositories.ledger import Stored
from sirekap.repositories.uploads import NewUpload, NoRoomError, Upload
from sirekap.security.roles import Role

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
CHECKSUM = "sha256"
METADATA_MAX_BYTES = 32_768
SOON_S = 30  # to come back in, when all room is promised away


def tus(handle: Handler) -> Handler:
    """A handler that speaks this version of the protocol, and says so."""

    @wraps(handle)
    async def speak(request: Request) -> Response:
        if request.headers.get("tus-resumable") != VERSION:
            answer = problem(412, "wrong_protocol", f"send the header Tus-Resumable: {VERSION}")
            answer.headers["Tus-Version"] = VERSION
        else:
            try:
                answer = await handle(request)
            except RefusalError as error:
                answer = await on_refusal(request, error)
        answer.headers["Tus-Resumable"] = VERSION
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return speak


async def discover(request: Request) -> Response:
    """OPTIONS: version, extensions and limits."""
    headers = {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": CHECKSUM,
        "Tus-Max-Size": str(parts_of(request).settings.upload_max_bytes),
    }
    return Response(status_code=204, headers=headers)


@tus
async def create(request: Request) -> Response:
    """POST .../uploads: 201 and where it is; for a page that this key has stored already, its receipt."""
    parts = parts_of(request)
    new, announced = await _announced(request, parts)
    standing = await standing_of(parts, announced)
    if standing:
        return receipt(standing)
    try:
        upload = await parts.uploads.begin(secrets.token_urlsafe(16), new)
    except NoRoomError as error:
        if error.of_tps:
            raise RefusalError(409, "too_many_uploads", f"too many uploads are open {error}") from error
        raise OverloadedError("upload", SOON_S) from error
    if not upload.same_photo(new):
        raise RefusalError(422, "key_reused", "this Idempotency-Key was used before for another upload")
    headers = {
        "Location": f"/v1/uploads/{upload.id}",
        **_state(upload, await parts.partial.offset(upload.id)),
    }
    return Response(status_code=201, headers=headers)


@tus
async def look(request: Request) -> Response:
    """HEAD: how many bytes are here, and the receipt once the page is stored."""
    parts = parts_of(request)
    upload = await _own(request, parts)
    at = upload.size_bytes if upload.receipt else await parts.partial.offset(upload.id)
    return Response(status_code=200, headers=_state(upload, at))


@tus
async def append(request: Request) -> Response:
    """PATCH: the next bytes; with the last of them the page is stored."""
    parts = parts_of(request)
    upload = await _own(request, parts)
    offset = _number(request, "Upload-Offset")
    if request.headers.get("content-type") != "application/offset+octet-stream":
        raise RefusalError(415, "wrong_content_type", "send Content-Type: application/offset+octet-stream")
    checksum = _checksum(request)
    if upload.receipt:
        _refuse_other_offset(offset, upload.size_bytes)
        return Response(status_code=204, headers=_state(upload, upload.size_bytes))
    _refuse_other_offset(offset, await parts.partial.offset(upload.id))
    with parts.receiving_of_tps.place(upload.tps):
        async with parts.receiving.admit():
            at, upload = await _piece(request, parts, upload, offset, checksum)
    return Response(status_code=204, headers=_state(upload, at))


async def _piece(
    request: Request, parts: Parts, upload: Upload, offset: int, checksum: bytes | None
) -> tuple[int, Upload]:
    """Take in the body; the new end, and the upload, with the receipt of its page if it is whole."""
    try:
        at = await _received(request, parts, upload, offset, checksum)
    except OffsetDiffersError as error:
        raise _elsewhere(error.offset) from error
    if at == upload.size_bytes:
        stored = await _stored(parts, upload, await _as_announced(request, upload))
        upload = replace(upload, receipt=stored.row.receipt)
    return at, upload


@tus
async def terminate(request: Request) -> Response:
    """DELETE: forget it; a page that it has become stays."""
    parts = parts_of(request)
    await _forget(parts, await _own(request, parts))
    return Response(status_code=204)


async def _announced(request: Request, parts: Parts) -> tuple[NewUpload, Announced]:
    """What the POST says, all of it checked."""
    form, page = await page_of(request)
    size_bytes = _number(request, "Upload-Length")
    if size_bytes > parts.settings.upload_max_bytes:
        raise RefusalError(
            413, "too_large", f"at most {parts.settings.upload_max_bytes} bytes are taken here"
        )
    if size_bytes == 0:
        raise RefusalError(422, "wrong_length", "a photo has more than 0 bytes")
    told = _metadata(request)
    sha256 = checked_digest(told.get("sha256", ""), "the sha256 of Upload-Metadata")
    numbers = numbers_of(told.get("numbers", "").encode(), page)
    captured_at, sent_at = (
        moment(told[name], f"{name} of Upload-Metadata") if name in told else None
        for name in ("captured_at", "phone_time")
    )
    times = judged(captured_at, sent_at, datetime.now(UTC), parts.settings)
    caller, key = caller_of(request), idempotency_key(request)
    new = NewUpload(
        tps=form.tps,
        form=form.form,
        page=page.number,
        key=key,
        account=caller.account,
        operator=caller.operator,
        size_bytes=size_bytes,
        sha256=sha256,
        numbers=numbers,
        captured_at=times.captured_at,
        skew_ms=times.skew_ms,
        clock_suspect=times.suspect,
        delayed=times.delayed,
    )
    return new, Announced(form.tps, form.form, page, caller, key, sha256, times)


async def _as_announced(request: Request, upload: Upload) -> Announced:
    """The submission that the upload will be, in the name of whoever began it."""
    form = await form_of_tps(request, upload.tps, upload.form)
    page = page_of_form(form, upload.page)
    caller = replace(caller_of(request), account=upload.account, operator=upload.operator)
    times = PhoneTimes(upload.captured_at, upload.skew_ms, upload.delayed, upload.clock_suspect)
    return Announced(upload.tps, upload.form, page, caller, upload.key, upload.sha256, times)


async def _own(request: Request, parts: Parts) -> Upload:
    """The upload of the path. Raises RefusalError: 404 also for another TPS's, 410 when its time is over."""
    upload = await parts.uploads.find(request.path_params["upload"])
    if upload is None or not parts.confinement.may_write(caller_of(request), upload.tps):
        raise RefusalError(404, "upload_unknown", "this TPS has no such upload")
    if upload.expired and not upload.receipt:
        raise RefusalError(410, "upload_expired", "the time of this upload is over; begin anew")
    return upload


async def _received(
    request: Request, parts: Parts, upload: Upload, offset: int, checksum: bytes | None
) -> int:
    """Add the body to what is here, a buffer at a time; the new end, which is on the disk.

    What came before a link broke is kept. Bytes that contradict their checksum are taken back.
    """
    pieces: list[bytes] = []
    at, gathered_bytes, digest = offset, 0, hashlib.sha256()
    try:
        async for piece in in_time(request, parts.settings, upload.size_bytes - offset):
            pieces.append(piece)
            digest.update(piece)
            gathered_bytes += len(piece)
            if gathered_bytes >= parts.settings.upload_buffer_bytes:
                gathered, pieces, gathered_bytes = pieces, [], 0
                at = await parts.partial.append(upload.id, at, gathered)
    finally:
        if gathered_bytes:
            at = await parts.partial.append(upload.id, at, pieces)
    if checksum is not None and digest.digest() != checksum:
        await parts.partial.cut(upload.id, at, offset)
        raise RefusalError(460, "checksum_differs", "the bytes that came are not those of Upload-Checksum")
    if at > offset:
        await parts.partial.settle(upload.id)
    return at


async def _stored(parts: Parts, upload: Upload, announced: Announced) -> Stored:
    """The whole photo as a page, in the way of every submission."""
    try:
        stored = await standing_of(parts, announced) or await _kept(parts, upload, announced)
    except RefusalError:
        await _forget(parts, upload)  # these bytes will never be a page
        raise
    await parts.partial.remove(upload.id)
    return stored


async def _kept(parts: Parts, upload: Upload, announced: Announced) -> Stored:
    incoming = parts.photos.begin()
    try:
        async for piece in parts.partial.pieces(upload.id):
            await incoming.add(piece)
        return await store(parts, announced, upload.numbers, incoming)
    finally:
        await parts.photos.discard(incoming)


async def _forget(parts: Parts, upload: Upload) -> None:
    await parts.uploads.forget(upload.id)
    await parts.partial.remove(upload.id)


def _state(upload: Upload, at: int) -> dict[str, str]:
    """The headers that say how an upload stands."""
    headers = {
        "Upload-Offset": str(at),
        "Upload-Length": str(upload.size_bytes),
        "Upload-Expires": format_datetime(upload.expires_at.astimezone(UTC), usegmt=True),
    }
    return headers | ({"X-Receipt": upload.receipt} if upload.receipt else {})


def _refuse_other_offset(given: int, at: int) -> None:
    if given != at:
        raise _elsewhere(at)


def _elsewhere(at: int) -> RefusalError:
    return RefusalError(409, "offset_differs", f"{at} bytes are here; go on from there", offset=at)


def _number(request: Request, name: str) -> int:
    given = request.headers.get(name, "")
    if not (given.isascii() and given.isdigit()) or len(given) > 12:
        raise RefusalError(422, "wrong_length", f"send {name}: a whole number of bytes")
    return int(given)


def _checksum(request: Request) -> bytes | None:
    """The digest that the body should have; None when the phone does not say."""
    given = request.headers.get("upload-checksum")
    if given is None:
        return None
    algorithm, _, text = given.partition(" ")
    digest = _decoded(text, "Upload-Checksum")
    if algorithm != CHECKSUM or len(digest) != hashlib.sha256().digest_size:
        raise RefusalError(400, "wrong_checksum", f"Upload-Checksum: {CHECKSUM} and 32 bytes in base64")
    return digest


def _metadata(request: Request) -> Mapping[str, str]:
    """Upload-Metadata: pairs of a name and a value in base64, which must be UTF-8 here."""
    given = request.headers.get("upload-metadata", "")
    if len(given) > METADATA_MAX_BYTES:
        raise RefusalError(422, "wrong_metadata", f"Upload-Metadata has more than {METADATA_MAX_BYTES} bytes")
    pairs = [pair.strip().partition(" ") for pair in given.split(",") if pair.strip()]
    told = {name: _decoded(value, f"{name} of Upload-Metadata") for name, _, value in pairs}
    if len(told) < len(pairs):
        raise RefusalError(422, "wrong_metadata", "Upload-Metadata names something twice")
    try:
        return {name: value.decode() for name, value in told.items()}
    except UnicodeDecodeError as error:
        raise RefusalError(422, "wrong_metadata", "a value of Upload-Metadata is not UTF-8") from error


def _decoded(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusalError(422, "wrong_metadata", f"{where} is not base64") from error


UPLOADS, UPLOAD = PAGE + "/uploads", "/v1/uploads/{upload}"
KPPS = frozenset({Role.KPPS})
ENDPOINTS = (
    Endpoint("OPTIONS", UPLOADS, discover, EVERYBODY, Work.PHONE, "What uploads in pieces can do"),
    Endpoint("OPTIONS", UPLOAD, discover, EVERYBODY, Work.PHONE, "What uploads in pieces can do"),
    Endpoint("POST", UPLOADS, create, KPPS, Work.PHONE, "Begin to send a page in pieces", "tps"),
    Endpoint("HEAD", UPLOAD, look, KPPS, Work.PHONE, "How much of a photo is here"),
    Endpoint(
        "PATCH", UPLOAD, append, KPPS, Work.UPLOAD, "The next piece of a photo; the last stores the page"
    ),
    Endpoint("DELETE", UPLOAD, terminate, KPPS, Work.PHONE, "Give up a photo in pieces"),
)
