"""The method that sends a page: photo and numbers at once, one after the other, to a place that the system
names, or in pieces; and what finishes it.
"""

import re
from collections.abc import Mapping

from gladi.targeting.calls import Call, dictionary
from gladi.targeting.context import Context, answer_of, quoted
from gladi.targeting.filling import UnwrittenError
from gladi.targeting.matching import find, in_pieces, two_steps
from gladi.targeting.openapi import Endpoint, Parameter
from gladi.targeting.schemas import Schema, properties
from gladi.targeting.synonyms import meaning, plain

_TUS = ("tus-resumable", "upload-length", "upload-metadata", "upload-offset", "upload-checksum")
_KEY = re.compile(r"[\w.-]+")
_METADATA = {
    "filename": '"page.jpg"', "filetype": '"image/jpeg"', "sha256": "page.photo_sha256",
    "key": "operation.key", "tps": "operation.tps", "form": "operation.form", "page": "str(operation.page)",
    "numbers": "page.numbers",
}  # fmt: skip
"""What is sent where the document gives no example of Upload-Metadata; tus lets a server ignore keys."""


def page_method(context: Context) -> list[str]:
    """Lines of `submit_page`; raises UnwrittenError."""
    endpoint = context.there["submit_page"]
    after = [kind for kind in ("numbers", "complete") if kind in context.there]
    lines, answer = context.opening("submit_page"), "made"
    own: dict[str, str] = {}
    if in_pieces(endpoint):
        lines += _in_pieces(context, endpoint)
    elif two_steps(endpoint):
        lines += [*context.call("submit_page").lines("made"), *_put(context, endpoint)]
    else:
        answer = "made" if after else "reply"
        lines += context.call("submit_page").lines(answer)
        named = find(endpoint.answer, "photo") or find(endpoint.answer, "photo_sha256")
        photo = answer_of(named, "made") if named else "page.photo_sha256"
        own = {"photo": photo, "photo_sha256": photo}
    if not after:
        return [*lines, f"    return self._told(phone, {answer})"]
    lines += _unless_good("made")
    lines.append("    sent = phone.sent")
    for at, kind in enumerate(after):
        lines += context.call(kind, own, told(endpoint.answer, "made")).lines()
        lines += _unless_good("reply") if at < len(after) - 1 else []
    return [*lines, "    phone.sent += sent", "    return self._told(phone, reply)"]


def told(answer: Schema, reply: str) -> Mapping[str, str]:
    """What an answer holds, by plain name: for ids and tokens that later requests give back."""
    found: dict[str, str] = {}
    for name, inner in properties(answer).items():
        if not properties(inner):
            found.setdefault(plain(name), f'at({reply}, "{name}")')
        for deeper in properties(inner):
            found.setdefault(plain(deeper), f'at({reply}, "{name}", "{deeper}")')
    return found


def _unless_good(reply: str) -> list[str]:
    return [f"    if not good({reply}):", f"        return self._told(phone, {reply})"]


def _put(context: Context, endpoint: Endpoint) -> list[str]:
    """The bytes, to the place that was named; what else the answer wants sent there goes along."""
    place = find(endpoint.answer, "upload_url")
    if find(endpoint.answer, "fields") or "fields" in properties(endpoint.answer):
        raise UnwrittenError("wants the photo as a form with fields of the store; gladi writes a PUT only")
    headers = ""
    if "headers" in properties(endpoint.answer):
        headers = ', at(made, "headers") or {}'
    context.todo.append(
        "submit_page: the photo is PUT where the answer says, without the session, and on this system only"
    )
    return [
        *_unless_good("made"),
        f"    reply = put(phone, self.here({answer_of(place, 'made')}, path), page.body{headers})",
        *_unless_good("reply"),
    ]


def _in_pieces(context: Context, endpoint: Endpoint) -> list[str]:
    call: Call = context.call("submit_page", without=_TUS)
    metadata = next((one for one in endpoint.parameters if one.name.lower() == "upload-metadata"), None)
    return [
        f"    path = {call.path}",
        *dictionary("headers", call.headers),
        *dictionary("metadata", _metadata(context, metadata)),
        "    made = self.in_pieces(phone, operation, path, headers, page.photo, metadata)",
    ]


def _metadata(context: Context, metadata: Parameter | None) -> list[tuple[str, str]]:
    example = str((metadata.schema if metadata else {}).get("example", ""))
    keys = [one.split()[0] for one in example.split(",") if one.split()]
    if not keys:
        context.todo.append(
            "submit_page: the description does not say what Upload-Metadata holds; it sends "
            f"{', '.join(_METADATA)}"
        )
        return list(_METADATA.items())
    known = {plain(name): value for name, value in _METADATA.items()}
    found = []
    for key in keys:
        value = known.get(plain(key)) or known.get(meaning(key).removeprefix("photo_"))
        if value is None or not _KEY.fullmatch(key):
            raise UnwrittenError(f"wants {quoted(key)} in Upload-Metadata, which gladi has no word for")
        found.append((key, value))
    return found


def simple_method(context: Context, kind: str) -> list[str]:
    """Lines of a method that is one request."""
    own = {"region": '"0"', "tps": '"0"'} if kind == "national" else {}
    if kind == "tps_page":
        own = {"tps": "operation.tps"}
    call = context.call(kind, own)
    return [*context.opening(kind), *call.lines(), "    return self._told(phone, reply)"]


def junk_method(context: Context) -> list[str]:
    """Lines of `junk`; [] where nothing takes logins."""
    endpoint = context.there.get("login")
    if endpoint is None:
        return []
    return [
        "def junk(self, phone: Phone, operation: Operation) -> Answer:",
        '    """Garbage where logins are taken."""',
        f'    path, garbage = "{endpoint.path}", operation.key.encode() * 16',
        f'    reply = phone.request("{endpoint.method}", path, {{}}, garbage)',
        "    return self._told(phone, reply)",
    ]


def told_method(context: Context) -> list[str]:
    """Lines of `_told`: receipt, word of a refusal, and a refusal that comes with 2xx."""
    there = context.there
    pages = [there[kind] for kind in ("complete", "numbers", "submit_page", "correct") if kind in there]
    receipt = next((found for one in pages if (found := find(one.answer, "receipt"))), ())
    every = [*pages, *there.values()]
    refusal = next((found for one in every if (found := find(one.refusal, "refusal"))), ())
    success = next((name for one in every if (name := _success(one.answer))), "")
    if not receipt:
        context.todo.append("submit_page: nothing in its answer looks like a receipt: nothing can be proved")
    lines = ["def _told(self, phone: Phone, reply: Reply, stored_pages: int = 0) -> Answer:"]
    lines.append("    receipt = " + (answer_of(receipt) if receipt else '""'))
    more = f", reason={answer_of(refusal)}" if refusal else ""
    if success:
        lines.append(f'    denied = at(reply, "{success}") is False')
        more += ", denied=denied"
    return [*lines, f"    return self.answer(phone, reply, receipt, stored_pages{more})"]


def _success(answer: Schema) -> str:
    """The yes or no that an answer says of itself, beside its status."""
    for name, inner in properties(answer).items():
        if inner.get("type") == "boolean" and (meaning(name) == "success" or plain(name) == "status"):
            return name
    return ""
