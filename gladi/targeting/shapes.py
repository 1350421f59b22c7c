"""What an operation must take and give to be one of gladi's kinds: 0 cannot be, more is likelier."""

from collections.abc import Callable, Mapping

from gladi.targeting.openapi import Endpoint
from gladi.targeting.schemas import Schema, binary, properties
from gladi.targeting.synonyms import KINDS, meaning, plain, words


def prepare(one: Endpoint) -> float:
    """Takes lists of what is to be made known, or a list."""
    lists = [name for name, schema in properties(one.body).items() if schema.get("type") == "array"]
    fits = lists or (one.body.get("type") == "array" and properties(one.body.get("items") or {}))
    return 2.0 if one.method in {"POST", "PUT"} and fits and not one.placed("path") else 0.0


def activate(one: Endpoint) -> float:
    """Takes a password that is new."""
    return 2.0 if _writes(one) and "password" in takes(one, "activate") else 0.0


def login(one: Endpoint) -> float:
    """Takes a password, and best gives a session."""
    if one.method != "POST" or "password" not in takes(one, "login") or one.placed("path"):
        return 0.0
    if "activation_code" in takes(one, "activate"):
        return 0.0
    return 3.0 if find(one.answer, "session") or "set-cookie" in one.sets else 1.0


def logout(one: Endpoint) -> float:
    """Takes nothing and leaves."""
    if one.method not in {"POST", "DELETE"} or "password" in takes(one, "logout") or one.placed("path"):
        return 0.0
    leaves = words(one.path + " " + one.name) & {"logout", "signout", "keluar"}
    return 3.0 if leaves or one.method == "DELETE" else 0.0


def tps(one: Endpoint) -> float:
    """Gives what a phone must know of its TPS."""
    if not one.security or is_photo(one) or any(part.required for part in one.placed("query")):
        return 0.0
    starts = bool(words(one.path) & {"initialise", "initialize"})
    return 4.0 if starts else 1.5 if one.method == "GET" and _ends_in(one, "tps") else 0.0


def submit_page(one: Endpoint) -> float:
    """Takes the photo of a page, at once or in one of the ways of `two_steps` and `in_pieces`."""
    if not _writes(one) or "page" not in _knows(one):
        return 0.0
    # Who must say why is no phone that sends a page for the first time.
    explains = {plain(name) for name in properties(one.body)} & {"reason", "alasan"}
    if two_steps(one):
        return 3.0
    if in_pieces(one):
        return 2.5
    return (1.0 if explains else 4.0) if _has_photo(one) else 0.0


def numbers(one: Endpoint) -> float:
    """The numbers of a page by themselves."""
    fits = one.method in {"PUT", "POST"} and "numbers" in takes(one) and "page" in _knows(one)
    return 3.0 if fits and not in_pieces(one) and not two_steps(one) else 0.0


def complete(one: Endpoint) -> float:
    """Says that a photo has been sent."""
    parts = [part for part in one.path.split("/") if part and not part.startswith("{")]
    says = words(parts[-1] if parts else "") | words(one.name)
    return 4.0 if _writes(one) and says & set(KINDS["complete"]) and not _has_photo(one) else 0.0


def confirm(one: Endpoint) -> float:
    """Takes yes or no."""
    return 3.0 if _writes(one) and "agree" in takes(one) and "numbers" not in takes(one) else 0.0


def correct(one: Endpoint) -> float:
    """Takes numbers without a photo, best with a reason."""
    if not _writes(one) or "numbers" not in takes(one) or _has_photo(one) or two_steps(one):
        return 0.0
    return 2.0 + 2.0 * ("reason" in takes(one)) + 1.0 * (one.method == "PATCH")


def status(one: Endpoint) -> float:
    """Gives what is stored of a TPS, to its phone."""
    return 2.0 if _reads(one) and one.security and "tps" in _knows(one) and not is_photo(one) else 0.0


def national(one: Endpoint) -> float:
    """Gives the nation's sums to anybody."""
    fits = _reads(one) and not one.security and not one.placed("path") and not _is_page(one)
    if not fits or probe(one) or any(part.required for part in one.placed("query")):
        return 0.0
    return 4.0 if find(one.answer, "counted_tps") else 3.0


def region(one: Endpoint) -> float:
    """Gives a region's sums to anybody."""
    places = one.placed("path")
    fits = _reads(one) and not one.security and len(places) == 1 and not is_photo(one)
    return 2.0 + 2.0 * (meaning(places[0].name, "region") == "region") if fits else 0.0


def tps_page(one: Endpoint) -> float:
    """Gives the pages of a TPS to anybody: a page of its own, or rows of a list that say whose they are."""
    if not _reads(one) or one.security or is_photo(one):
        return 0.0
    if _ends_in(one, "tps") and len(one.placed("path")) == 1:
        return 4.0
    row = row_of(one.answer)[1]
    known = {meaning(name) for name in properties(row)}
    shows = known & {"numbers", "photo", "photo_sha256", "photo_url"}
    fits = not one.placed("path") and "tps" in known and shows
    return 2.5 + any(meaning(part.name) == "tps" for part in one.placed("query")) if fits else 0.0


def photo(one: Endpoint) -> float:
    """Gives a photo by its name."""
    return 3.0 if _reads(one) and is_photo(one) and len(one.placed("path")) == 1 else 0.0


def probe(one: Endpoint) -> float:
    """Says how the system is."""
    fits = _reads(one) and not one.placed("path") and not one.security and not _is_page(one)
    parts = [part for part in one.path.split("/") if part]
    said = words(parts[-1] if parts else "") | words(one.name)
    return 3.0 if fits and said & {*KINDS["ready"], *KINDS["alive"]} else 0.0


def readback(one: Endpoint) -> float:
    """Gives every revision of every page."""
    if not _reads(one) or one.placed("path"):
        return 0.0
    row = row_of(one.answer)[1]
    known = {meaning(name) for name in properties(row)}
    return 1.0 + 3.0 * ("receipt" in known) if {"tps", "page"} <= known else 0.0


SHAPES: Mapping[str, Callable[[Endpoint], float]] = {
    "prepare": prepare, "activate": activate, "login": login, "logout": logout, "tps": tps,
    "submit_page": submit_page, "numbers": numbers, "complete": complete, "confirm": confirm,
    "correct": correct, "status": status, "national": national, "region": region, "tps_page": tps_page,
    "photo": photo, "ready": probe, "alive": probe, "readback": readback,
}  # fmt: skip


# what is looked for in schemas


def find(schema: Schema, wanted: str, kind: str = "", depth: int = 3) -> tuple[str, ...]:
    """The names under which an object holds what is `wanted`, from outside in; () if it does not."""
    for name in properties(schema):
        if meaning(name, kind) == wanted:
            return (name,)
    if depth > 1:
        for name, inner in properties(schema).items():
            if deeper := find(inner, wanted, kind, depth - 1):
                return (name, *deeper)
    return ()


def row_of(schema: Schema, depth: int = 3) -> tuple[tuple[str, ...], Schema]:
    """The names that lead to the first list of objects (or objects by key), and the schema of one of them;
    no names where the answer is itself that list.
    """
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        return ((), inner) if properties(inner) else ((), {})
    for name, inner in properties(schema).items():
        row = inner.get("items") if inner.get("type") == "array" else inner.get("additionalProperties")
        if isinstance(row, dict) and properties(row):
            return (name,), row
    if depth > 1:
        for name, inner in properties(schema).items():
            if inner.get("type") == "array":
                continue
            names, row = row_of(inner, depth - 1)
            if row:
                return (name, *names), row
    return (), {}


def takes(one: Endpoint, kind: str = "") -> set[str]:
    """What the properties of its body mean."""
    return {meaning(name, kind) for name in properties(one.body)}


def two_steps(one: Endpoint) -> bool:
    """Whether it names a place for the photo, instead of taking it."""
    return not _has_photo(one) and bool(find(one.answer, "upload_url"))


def in_pieces(one: Endpoint) -> bool:
    """Whether it begins a resumable upload (tus)."""
    return one.method == "POST" and any(
        meaning(part.name) == "tus" for part in one.placed("header")
    )  # fmt: skip


def is_photo(one: Endpoint) -> bool:
    """Whether it gives a picture."""
    return any(media.startswith("image/") for media in one.shows)


def _knows(one: Endpoint) -> set[str]:
    return takes(one) | {meaning(parameter.name) for parameter in one.parameters}


def _writes(one: Endpoint) -> bool:
    return one.method in {"POST", "PUT", "PATCH"}


def _reads(one: Endpoint) -> bool:
    return one.method == "GET"


def _has_photo(one: Endpoint) -> bool:
    files = any(map(binary, properties(one.body).values()))
    return one.media.startswith(("image/", "application/octet-stream")) or files or "photo" in takes(one)


def _is_page(one: Endpoint) -> bool:
    return any(media.startswith("text/html") for media in one.shows)


def _ends_in(one: Endpoint, wanted: str) -> bool:
    """Whether the path ends in a parameter that means `wanted`."""
    last = one.path.rstrip("/").rsplit("/", 1)[-1]
    return last.startswith("{") and meaning(last.strip("{}")) == wanted
