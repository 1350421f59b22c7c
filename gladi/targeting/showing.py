"""The methods that look: which pages are stored, what the public is shown, what the system says of itself."""

import re

from gladi.targeting.context import Context, value_of
from gladi.targeting.filling import Filling, UnwrittenError
from gladi.targeting.openapi import Endpoint
from gladi.targeting.paging import parts_of, path_of, tuple_of
from gladi.targeting.schemas import Schema, properties
from gladi.targeting.shapes import find, row_of
from gladi.targeting.synonyms import meaning, plain

_NUMBER = frozenset({"nomor", "nomorurut", "no", "urut", "number", "paslon", "id"})
_COUNT = frozenset({"jumlah", "total", "count", "votes", "suara", "perolehan"})


def status_method(context: Context) -> list[str]:
    """Lines of `status`: the stored pages as bits."""
    answer = context.there["status"].answer
    names, row = row_of(answer)
    page = find(row, "page", depth=1)
    lines = context.call("status").lines()
    if page:
        rows = f"rows_of({value_of(names)})"
        only = _only_stored(context, row)
        lines.append(f'    stored = sum(1 << int(row["{page[0]}"]) for row in {rows}{only})')
    elif (listed := _pages(answer)) is not None:
        lines.append(f"    stored = sum(1 << int(one) for one in {value_of(listed)} or ())")
    else:
        raise UnwrittenError("nothing in its answer says which pages are stored")
    told = [*context.opening("status"), *lines]
    return [*told, "    return self._told(phone, reply, stored)"]


def _only_stored(context: Context, row: Schema) -> str:
    """Rows may be of pages that are not stored: then one of their properties says so."""
    yes = next((one for one in properties(row) if meaning(one) in {"stored", "receipt"}), "")
    if not yes and any(inner.get("type") == "boolean" for inner in properties(row).values()):
        context.todo.append("status: every page that its answer lists is taken for stored; is it?")
    return f' if row.get("{yes}")' if yes else ""


def _pages(answer: Schema, depth: int = 2) -> tuple[str, ...] | None:
    """The names that lead to a list of page numbers, or to an object by page number."""
    for name, inner in properties(answer).items():
        if meaning(name) != "page" and meaning(name.rstrip("s")) != "page":
            continue
        numbers = inner.get("type") == "array" and (inner.get("items") or {}).get("type") == "integer"
        if numbers or isinstance(inner.get("additionalProperties"), dict):
            return (name,)
    if depth > 1:
        for name, inner in properties(answer).items():
            if (deeper := _pages(inner, depth - 1)) is not None:
                return (name, *deeper)
    return None


def photo_method(context: Context) -> list[str]:
    """Lines of `photo`: a reader opens the page of the TPS, then the first photo that it names."""
    if "tps_page" not in context.there:
        raise UnwrittenError("nothing public names the photos of a TPS")
    names, row = row_of(context.there["tps_page"].answer)
    link = find(row, "photo_url", depth=1)
    found = link or find(row, "photo", depth=1) or find(row, "photo_sha256", depth=1)
    if not found or ("photo" not in context.there and not link):
        raise UnwrittenError("nothing in the page of a TPS names its photos")
    context.there.setdefault("photo", context.there["tps_page"])
    lines = [*context.opening("photo"), *context.call("tps_page", {"tps": "operation.tps"}).lines()]
    rows = f"rows_of({value_of(names)})"
    lines += [
        f'    photos = [str(row["{found[0]}"]) for row in {rows} if row.get("{found[0]}")]',
        "    if photos:",
    ]
    if link:
        lines.append('        reply = self.send(phone, "GET", self.here(photos[0], path))')
        return [*lines, "    return self._told(phone, reply)"]
    lines.append("        photo = photos[0]")
    own = {"photo": "photo", "photo_sha256": "photo"}
    lines += [f"    {line}" for line in context.call("photo", own).lines()]
    return [*lines, "    return self._told(phone, reply)"]


def shown_method(context: Context) -> list[str]:
    """Lines of `shown`; [] where the document tells of neither sums nor pages."""
    station, places = _tried(context, "tps_page"), _tried(context, "region")
    nation = _tried(context, "national")
    if not station and not places and not nation:
        return []
    lines = [
        "def shown(self, phone: Phone, place: str, form: str) -> Shown:",
        '    """The pages of a TPS, or the sums of a region; what is not offered is not looked at."""',
    ]
    for condition, block in (("len(place) == 13", station), ('place == "0"', nation)):
        if block or condition != 'place == "0"' or places:
            lines.append(f"    if {condition}:")
            lines += [f"    {line}" for line in block or ["    return Shown(0)"]]
    return [*lines, *(places or ["    return Shown(0)"])]


def _tried(context: Context, kind: str) -> list[str]:
    endpoint = context.there.get(kind)
    if endpoint is None:
        context.todo.append(f"shown: no operation for {kind}; what the public sees there stays unknown")
        return []
    try:
        return _station(context, endpoint) if kind == "tps_page" else _sums(context, kind, endpoint)
    except UnwrittenError as error:
        context.todo.append(f"shown: {endpoint.method} {endpoint.path} ({endpoint.where}): {error}")
        return []


def _path(kind: str, endpoint: Endpoint, place: str, counted: str = "") -> str:
    own = {"region": place, "tps": place, "form": "form"}
    path = path_of(kind, endpoint, counted, own)
    if "operation." in path or "self." in path:
        raise UnwrittenError("its path wants more than a place")
    return path


def _sums(context: Context, kind: str, endpoint: Endpoint) -> list[str]:
    answer = endpoint.answer
    counted, votes = find(answer, "counted_tps"), find(answer, "numbers")
    expected, as_of = find(answer, "expected_tps"), find(answer, "as_of")
    if not counted or not votes:
        raise UnwrittenError(f"its answer does not tell {'votes' if counted else 'how many TPS are counted'}")
    if not as_of:
        context.todo.append(f"shown: {endpoint.path} does not say of when it is: old sums look fresh")
    path = _path(kind, endpoint, '"0"' if kind == "national" else _code(endpoint))
    return [
        f'    reply = self.send(phone, "GET", {path})',
        "    if reply.status != 200:",
        "        return Shown(reply.status)",
        "    return Shown(",
        "        200,",
        f"        moment({value_of(as_of) if as_of else 'None'}),",
        f"        int({value_of(expected)})," if expected else "        0,",
        f"        int({value_of(counted)}),",
        f"        tally({value_of(votes)}{_of_rows(answer, votes)}),",
        "    )",
    ]


def _of_rows(answer: Schema, names: tuple[str, ...]) -> str:
    """Which properties hold number and count, where votes are rows."""
    schema: Schema = answer
    for name in names:
        schema = properties(schema)[name]
    row = properties(schema.get("items") or {}) if schema.get("type") == "array" else {}
    if not row:
        return ""
    number = next((one for one in row if plain(one) in _NUMBER), "")
    count = next((one for one in row if plain(one) in _COUNT and one != number), "")
    if not number or not count:
        raise UnwrittenError(f"its votes are rows of {', '.join(row)}: which is the number, which the count?")
    return f', "{number}", "{count}"'


def _code(endpoint: Endpoint) -> str:
    """A region's code as the system takes it: "17.08", or "1708" where its pattern says so."""
    for one in endpoint.placed("path"):
        pattern = str(one.schema.get("pattern", ""))
        try:
            if pattern and not re.search(pattern, "17.08"):
                if not re.search(pattern, "1708"):
                    raise UnwrittenError(f"takes codes like {pattern}, and gladi's are 17, 17.08, 170804")
                return 'place.replace(".", "")'
        except re.error:
            continue
    return "place"


def _station(context: Context, endpoint: Endpoint) -> list[str]:
    names, row = row_of(endpoint.answer)
    numbers = find(row, "numbers", depth=1)
    photos = _photos(context, row)
    if not numbers and not photos:
        raise UnwrittenError("its answer lists neither numbers nor photos")
    parts, counted = parts_of(endpoint)
    own = find(row, "tps", depth=1)
    whose = bool(own) and not endpoint.placed("path")
    as_of = find(endpoint.answer, "as_of")
    path = _path("tps_page", endpoint, "place", counted)
    if parts or whose:
        given = f", {parts}" if parts else ""
        lines = [
            f"    status, rows = self.every_row(phone, {path}, {tuple_of(names)}{given})",
            "    if status != 200:",
            "        return Shown(status)",
        ]
        if whose:
            lines.append(f'    rows = [row for row in rows if str(row["{own[0]}"]) == place]')
        moment = "math.nan"
    else:
        lines = [
            f"    path = {path}",
            '    reply = self.send(phone, "GET", path)',
            "    if reply.status != 200:",
            "        return Shown(reply.status)",
            f"    rows = rows_of({value_of(names)})",
        ]
        moment = f"moment({value_of(as_of)})" if as_of else "math.nan"
    if "form" in {meaning(one) for one in properties(row)}:
        of_form = find(row, "form", depth=1)[0]
        lines.append(f'    rows = [row for row in rows if str(row["{of_form}"]).lower() == form]')
    votes = f'cast(row["{numbers[0]}"] for row in rows)' if numbers else "()"
    return [
        *lines,
        f"    votes = {votes}",
        f"    photos = tuple({photos})" if photos else "    photos = ()",
        f"    return Shown(200, {moment}, 1, int(bool(votes)), votes, photos)",
    ]


def _photos(context: Context, row: Schema) -> str:
    """The digests of the photos in `rows`, as an expression."""
    digest, link = find(row, "photo_sha256", depth=1), find(row, "photo_url", depth=1)
    if digest:
        return f'str(row["{digest[0]}"]) for row in rows if row.get("{digest[0]}")'
    name = find(row, "photo", depth=1)
    if link:
        where = f'self.here(str(row["{link[0]}"]))'
        return f'self.digest(phone, "", {where}) for row in rows if row.get("{link[0]}")'
    if not name or "photo" not in context.there:
        return ""
    own = dict.fromkeys(("photo", "photo_sha256"), f'row["{name[0]}"]')
    path = Filling("photo", context.there["photo"], own).path()
    return f'self.digest(phone, str(row["{name[0]}"]), {path}) for row in rows if row.get("{name[0]}")'


def says_method(context: Context) -> list[str]:
    """Lines of `says`: probes, and the numbers that they tell."""
    lines = ["def says(self, phone: Phone, *, gauges: bool) -> Iterator[Said]:"]
    ready, alive = (context.there.get(kind) for kind in ("ready", "alive"))
    one = ready or alive
    if one is None:
        context.todo.append("says: no operation says whether the system is ready; that stays unknown")
        return [*lines, '    """Nothing: the system has no probe."""', "    yield from ()"]
    told = {"ready": ready or one, "alive": alive or one}
    lines.append('    """What its probes answer; gauges are the numbers in them."""')
    lines += [f'    yield probed(phone, "{name}", "{probe.path}")' for name, probe in told.items()]
    numbers = [
        name for name, inner in properties(one.answer).items() if inner.get("type") in {"integer", "number"}
    ]
    bounds = {name: bound for name in numbers if (bound := _bound(name, numbers))}
    values = [name for name in numbers if name not in bounds.values()]
    if values:
        pairs = ", ".join(f'"{name}": "{bounds.get(name, "")}"' for name in values)
        lines += ["    if gauges:", f'        yield from measured(phone, "{one.path}", {{{pairs}}})']
    return lines


def _bound(name: str, names: list[str]) -> str:
    """The number beside it that it may not exceed, by its name: sesi and sesi_terbanyak."""
    most = {f"{plain(name)}{word}" for word in ("terbanyak", "max", "limit", "maks", "batas")}
    most |= {f"max{plain(name)}", f"maks{plain(name)}"}
    return next((one for one in names if plain(one) in most), "")
