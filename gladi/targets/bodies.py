"""Bodies as systems want them and give them: forms, forms with a photo, cookies, packed answers."""

import json
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gladi.http import Body, Reply

BOUNDARY = "gladi-7f3e5a1c9b"
_LARGEST_UNPACKED_BYTES = 64_000_000
"""A small answer may unpack to anything; what is larger counts as broken."""
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""zlib's numbers for gzip alone, and for gzip or zlib as it comes."""


def multipart(parts: Mapping[str, str], photo_part: str, photo: Body) -> tuple[dict[str, str], Body]:
    """Header and body of a form with text parts and a photo, which is not copied."""
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts.items()
    ]
    lines.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{photo_part}"; filename="page.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    pieces = (photo,) if isinstance(photo, bytes) else photo
    body = ("".join(lines).encode(), *pieces, f"\r\n--{BOUNDARY}--\r\n".encode())
    return {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}, body


def urlencoded(parts: Mapping[str, str]) -> tuple[dict[str, str], bytes]:
    """Header and body of a form as a browser sends one without files."""
    return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(parts).encode()


def cookies(*replies: Reply) -> str:
    """What these answers set, later ones in place of earlier ones, as a Cookie header sends it back.

    Path, domain and age are not looked at: a phone of a rehearsal speaks to one host, for a day at most.
    """
    jar: dict[str, str] = {}
    for reply in replies:
        for line in reply.headers.get("set-cookie", "").split("\n"):
            name, equals, value = line.partition(";")[0].strip().partition("=")
            if equals and name:
                jar[name] = value
    return "; ".join(f"{name}={value}" for name, value in jar.items() if value)


def cookie(name: str, *replies: Reply) -> str:
    """The value of one of them; "" where it was not set."""
    jar = (one.partition("=") for one in cookies(*replies).split("; "))
    return next((value for one, _, value in jar if one == name), "")


def excerpt(body: bytes, most: int = 200) -> str:
    """The beginning of an answer, at most so many bytes, as one line that a person can read on a terminal.

    What is no character is shown as such; nothing in it can move the cursor.
    """
    text = body[:most].decode(errors="replace")
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def unpacked(reply: Reply) -> bytes:
    """The body as it was before it was packed; raises ValueError for what gladi cannot unpack.

    gladi asks for no packing, and a system may pack all the same.
    """
    packed = reply.headers.get("content-encoding", "identity").strip().lower()
    if packed in {"", "identity"}:
        return reply.body
    if packed not in _WINDOW_BITS:
        raise ValueError(f"the answer is packed with {packed}, which nobody asked for")
    try:
        unpacker = zlib.decompressobj(_WINDOW_BITS[packed])
        body = unpacker.decompress(reply.body, _LARGEST_UNPACKED_BYTES)
    except zlib.error as error:
        raise ValueError(f"the answer is not {packed}, as it says: {error}") from error
    if not unpacker.eof:
        raise ValueError(f"the answer packed with {packed} has no end, or is larger than 64 MB")
    return body


def content(reply: Reply) -> Any:
    """The JSON of a reply; None where it is none."""
    try:
        return json.loads(unpacked(reply))
    except (ValueError, RecursionError):
        return None


def at(reply: Reply, *names: str) -> Any:
    """What the JSON of a reply holds under these names, from outside in; None where it does not."""
    found = content(reply)
    for name in names:
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def said(reply: Reply, *names: str) -> str:
    """The same as text, "" where there is nothing."""
    found = at(reply, *names) if names else None
    return "" if found is None else str(found)
