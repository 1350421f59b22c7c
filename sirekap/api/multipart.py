"""The two fields of an upload out of a body that is in memory as a whole: found, not walked through.

Only the plain case, which is what phones send: `numbers` and `photo`, once each, nothing before, between or
after them. Whatever else comes is left to the streaming parser, which knows all of multipart and says what is
wrong.
"""

from python_multipart.multipart import parse_options_header

HEADERS_MAX_BYTES = 4_096
FIELDS = {b"numbers", b"photo"}
HEADERS = {b"content-disposition", b"content-type", b"content-length", b"content-transfer-encoding"}


def plain_fields(body: bytes, boundary: bytes) -> tuple[bytes, memoryview] | None:
    """`numbers` and `photo`, the latter without copying it; None when the body is not plain."""
    found: dict[bytes, tuple[int, int]] = {}
    delimiter = b"\r\n--" + boundary
    at = len(delimiter) - 2
    if not body.startswith(delimiter[2:]):
        return None
    while not body.startswith(b"--", at):
        begin = body.find(b"\r\n\r\n", at, at + HEADERS_MAX_BYTES) + 4
        end = body.find(delimiter, begin - 2)
        name = _name(body[at + 2 : begin - 4])
        if not body.startswith(b"\r\n", at) or begin < 4 or end < begin or name is None or name in found:
            return None
        found[name] = (begin, end)
        at = end + len(delimiter)
    if found.keys() != FIELDS or body[at:] not in (b"--\r\n", b"--"):
        return None
    (numbers_at, numbers_end), (photo_at, photo_end) = found[b"numbers"], found[b"photo"]
    return body[numbers_at:numbers_end], memoryview(body)[photo_at:photo_end]


def _name(headers: bytes) -> bytes | None:
    """The field that these headers of a part announce, if it is one of ours and they are plain."""
    pairs = [header.partition(b":") for header in headers.split(b"\r\n")]
    values = {key.lower(): value.strip() for key, _, value in pairs}
    if len(values) < len(pairs) or not values.keys() <= HEADERS:
        return None
    name = parse_options_header(values.get(b"content-disposition", b""))[1].get(b"name")
    return name if name in FIELDS else None
