"""The method that reads back what is stored, from the schema of an export: revisions and a cursor."""

from gladi.targeting.filling import Filling
from gladi.targeting.openapi import Endpoint
from gladi.targeting.paging import parts_of, path_of, tuple_of
from gladi.targeting.schemas import Schema, properties
from gladi.targeting.shapes import row_of
from gladi.targeting.synonyms import meaning
from gladi.targeting.ways_in import WaysIn

_HEAD = "def readback(self) -> Iterator[Mapping[str, Any]]:"
_WANTED = {
    "tps": 'str(row["{}"])', "form": 'str(row["{}"])', "page": 'int(row["{}"])', "revision": 'int(row["{}"])',
    "current": 'bool(row["{}"])', "receipt": 'str(row["{}"])', "key": 'str(row["{}"])',
    "numbers": 'row["{}"]', "stored_at": 'row["{}"]',
}  # fmt: skip
_WITHOUT = {"form": '"ppwp"', "revision": "1", "current": "True", "key": '""', "stored_at": '""'}
"""What a row is taken for where the export does not say; the rest it must say."""


def readback_method(
    endpoint: Endpoint | None, photo: Endpoint | None, ways: WaysIn, todo: list[str]
) -> list[str]:
    """Lines of `readback`; without an export it refuses, and whatever is stored stays unknown.

    Raises UnwrittenError.
    """
    names, row = row_of(endpoint.answer) if endpoint else ((), {})
    there = {what: name for name in reversed(list(properties(row))) if (what := meaning(name))}
    lacks = [what for what in _WANTED if what not in there and what not in _WITHOUT]
    if endpoint is None or lacks:
        why = f"its rows lack {', '.join(lacks)}" if endpoint else "no operation exports every revision"
        todo.append(f"readback: not offered ({why}): without it no verdict can say that nothing was lost")
        return [
            _HEAD,
            '    """Not offered: see the README."""',
            f'    raise TargetError("the target has no readback: {why}")',
        ]
    todo += [
        f"readback: the export does not tell {what}; every row is taken for {value}"
        for what, value in _WITHOUT.items()
        if what not in there
    ]
    parts, counted = parts_of(endpoint)
    if not parts:
        todo.append("readback: no cursor was recognised: one request must give everything")
    path = path_of("readback", endpoint, counted)
    ask = f", headers={'_office()'}" if ways.of_office(endpoint) else ""
    given = f", {parts}" if parts else ""
    rows = tuple_of(names)
    return [
        _HEAD,
        f'    """{endpoint.method} {endpoint.path}: every revision, with its photo fetched."""',
        f'    ask = partial(self.directly, "GET"{ask})',
        f"    for row in listed(ask, {path}, {rows}{given}{', here=self.here' if parts else ''}):",
        *(f"        {line}" for line in _yielded(there, row, photo, todo)),
    ]


def _yielded(there: dict[str, str], row: Schema, photo: Endpoint | None, todo: list[str]) -> list[str]:
    digest = there.get("photo_sha256") or there.get("photo", "")
    fetch = "None"
    link = there.get("photo_url", "")
    if link:
        fetch = f'self.fetched(self.here(str(row["{link}"])))'
    elif photo is None or not digest:
        todo.append("readback: photos cannot be fetched; torn and lost photos stay unseen")
    else:
        own = {"photo": "photo", "photo_sha256": "photo"}
        fetch = f"self.fetched({Filling('photo', photo, own).path()})"
    if "account" not in there:
        todo.append("readback: the export does not tell the account; every row is taken for operator 1's")
    values = [
        f'    "{what}": {_WANTED[what].format(there[what]) if what in there else _WITHOUT[what]},'
        for what in _WANTED
    ]
    return [
        f'photo = str(row["{digest}"])' if digest else 'photo = ""',
        f'account_tps, _, operator = str(row["{there["account"]}"]).rpartition("-")'
        if "account" in there
        else f'account_tps, operator = str(row["{there["tps"]}"]), "1"',
        "yield {",
        *values,
        '    "account_tps": account_tps,',
        '    "operator": int(operator),',
        '    "content_sha256_claimed": photo,',
        f'    "photo": {fetch},',
        "}",
    ]
