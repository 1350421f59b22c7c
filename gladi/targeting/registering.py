"""The method that makes regions, contests, TPS and accounts known before a run, as a document tells how.

What an operation registers is seen by what one item is made of. Several operations are called in the order
regions, contests, TPS, accounts; one that takes TPS and accounts at once gets both at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gladi.targeting.filling import Filling, Items, UnwrittenError
from gladi.targeting.openapi import Document, Endpoint
from gladi.targeting.registered import noun, row_items
from gladi.targeting.schemas import Schema, properties
from gladi.targeting.ways_in import WaysIn

_HEAD = "def prepare(self, place: Regency, population: Population, forms: Sequence[str]) -> None:"
_ORDER = ("regions", "layouts", "contests", "contestants", "tps", "accounts")


@dataclass(frozen=True, slots=True)
class Registers:
    """What an operation registers under which property ("" where its body is the list, or the item)."""

    endpoint: Endpoint
    lists: Mapping[str, tuple[str, Schema]]
    one: bool

    @property
    def together(self) -> bool:
        """TPS and accounts in one body."""
        return {"tps", "accounts"} <= set(self.lists)


def prepare_method(
    document: Document, there: Mapping[str, Endpoint], ways: WaysIn, todo: list[str]
) -> tuple[list[str], Endpoint | None]:
    """Lines of `prepare` and its operation; what it cannot know goes to `todo`."""
    found = _all(document, there, ways)
    blocks: list[str] = []
    done: set[str] = set()
    for what in _ORDER:
        for one in found:
            if what in one.lists and what not in done:
                try:
                    blocks += _block(one, what, ways, todo, _left_open(one, done, todo))
                except UnwrittenError as error:
                    todo.append(f"prepare: {what}: {one.endpoint.method} {one.endpoint.path} {error}")
                    continue
                done |= {"tps", "accounts"} if one.together and what == "tps" else {what}
    if not blocks:
        todo.append(
            "prepare: no operation registers TPS and accounts; whoever runs the system does so: accounts "
            "<TPS>-1 and <TPS>-2, see `account` and `activation_code` in OverHttp"
        )
        return [
            _HEAD,
            '    """Not offered: TPS and accounts are registered by hand; see the README."""',
        ], None
    todo += [
        f"prepare: no operation registers {what}; does the system know them?"
        for what in ("tps", "accounts") if what not in done
    ]  # fmt: skip
    main = next((one.endpoint for one in found if "tps" in one.lists), found[0].endpoint)
    words = f"{', '.join(what for what in _ORDER if what in done)}; 500 TPS at a time, two accounts each."
    return [_HEAD, f'    """{words[0].upper()}{words[1:]}"""', *blocks], main


def _all(document: Document, there: Mapping[str, Endpoint], ways: WaysIn) -> list[Registers]:
    """The operation that was matched first, then others that the office may use for the same."""
    first = there.get("prepare")
    taken = {one.name for kind, one in there.items() if kind != "prepare"}
    others = [
        one
        for one in document.endpoints
        if one.method in {"POST", "PUT"} and not one.placed("path") and one.name not in taken
        and one is not first and (ways.of_office(one) or _said(one, first))
    ]  # fmt: skip
    found = [_registers(one) for one in ([first] if first else []) + others]
    return [one for one in found if one.lists]


def _said(one: Endpoint, first: Endpoint | None) -> bool:
    """Without keys, what stands beside the matched operation is the office's as well."""
    return first is not None and not first.security and not one.security and (
        one.path.rsplit("/", 1)[0] == first.path.rsplit("/", 1)[0]
    )  # fmt: skip


def _registers(endpoint: Endpoint) -> Registers:
    body = endpoint.body
    if body.get("type") == "array":
        item = body.get("items") or {}
        what = noun(endpoint.path.rsplit("/", 1)[-1], item)
        return Registers(endpoint, {what: ("", item)} if what else {}, one=False)
    lists: dict[str, tuple[str, Schema]] = {}
    for name, inner in properties(body).items():
        if inner.get("type") == "array" and (what := noun(name, inner.get("items") or {})):
            lists.setdefault(what, (name, inner.get("items") or {}))
    if lists:
        return Registers(endpoint, lists, one=False)
    what = noun(endpoint.path.rsplit("/", 1)[-1], body)
    return Registers(endpoint, {what: ("", body)} if what else {}, one=True)


def _left_open(one: Registers, done: set[str], todo: list[str]) -> Sequence[str]:
    """Lines for properties that must be sent and are no list that gladi knows."""
    if one.one or not properties(one.endpoint.body):
        return ()
    names = {name for name, _ in one.lists.values()}
    required = set(one.endpoint.body.get("required") or ())
    lines = []
    for name, inner in properties(one.endpoint.body).items():
        if name in names:
            continue
        if name in required:
            todo.append(f'prepare: gladi does not know what to register as "{name}"; it sends nothing there')
            lines.append(f'"{name}": {"[]" if inner.get("type") == "array" else "{}"},')
        elif not done:
            todo.append(f'prepare: "{name}" need not be sent and is left out; does the system need it?')
    others = required & names - {one.lists[what][0] for what in ("tps", "accounts") if what in one.lists}
    lines += [f'"{name}": [],' for name in sorted(others)]
    return lines


def _block(one: Registers, what: str, ways: WaysIn, todo: list[str], more: Sequence[str]) -> list[str]:
    name, item = one.lists[what]
    office = ", _office()" if ways.of_office(one.endpoint) else ""
    filling = Filling("prepare", one.endpoint)
    send = f'self.directly("{one.endpoint.method}", {filling.path()}, content{office})'
    required = set(one.endpoint.body.get("required") or ())
    more = [line for line in more if not line.startswith(f'"{name}":')]
    if what in {"tps", "accounts"}:
        lists = [(*one.lists["tps"], "tps")] if what == "tps" else []
        if "accounts" in one.lists and (one.together or what == "accounts"):
            lists.append((*one.lists["accounts"], "accounts"))
        lines = _stations(filling, lists, one.one, more, send)
        todo += filling.todo
        return lines
    expression, every = row_items(what, item)
    empty = [f'"{other}": [],' for other, _ in one.lists.values() if other in required and other != name]
    return _rows(name, expression, every, one.one, [*empty, *more], send)


def _stations(
    filling: Filling, lists: list[tuple[str, Schema, str]], one: bool, more: Sequence[str], send: str
) -> list[str]:
    accounts = any(what == "accounts" for _, _, what in lists)
    lines = [
        "    stations = [(str(code), int(population.number[at_]), at_) for at_, code in "
        "enumerate(population.tps)]",
        "    for start in range(0, len(stations), 500):",
        "        some = stations[start : start + 500]",
    ]
    if accounts:
        lines += [
            "        names = [(code, operator) for code, _, _ in some for operator in (1, 2)]",
            '        accounts = [(f"{code}-{operator}", code, operator) for code, operator in names]',
        ]
    body: list[str] = []
    for name, item, what in lists:
        rows = filling.account_row(item) if what == "accounts" else filling.tps_row(item)
        variables = "name, code, operator" if what == "accounts" else "code, number, at_"
        if not any("at_" in value for _, value in rows) and what == "tps":
            variables = "code, number, _"
        if not any(value == "operator" for _, value in rows) and what == "accounts":
            variables = "name, code, _"
        source = "accounts" if what == "accounts" else "some"
        if one:
            return [
                *lines,
                f"        for {variables} in {source}:",
                *[f"            {line}" for line in _assigned(rows)],
                f"            {send}",
            ]
        body += _listed(name, rows, f"for {variables} in {source}")
    if lists[0][0]:
        body = ["content = {", *[f"    {line}" for line in [*body, *more]], "}"]
    else:
        body = ["content = [", *body[1:-1], "]"]
    return [*lines, *(f"        {line}" for line in body), f"        {send}"]


def _rows(name: str, items: Items, every: str, one: bool, more: Sequence[str], send: str) -> list[str]:
    if one:
        loops = every.split(" for ")
        head = [f"    {'    ' * at}for {loop.removeprefix('for ')}:" for at, loop in enumerate(loops)]
        deep = "    " * (len(loops) + 1)
        return [*head, *(f"{deep}{line}" for line in _assigned(items)), f"{deep}{send}"]
    if name:
        body = ["content = {", *(f"    {line}" for line in [*_listed(name, items, every), *more]), "}"]
    else:
        body = ["content = [", *_listed("", items, every)[1:-1], "]"]
    return [*(f"    {line}" for line in body), f"    {send}"]


def _assigned(items: Items) -> list[str]:
    return ["content = {", *(f'    "{key}": {value},' for key, value in items), "}"]


def _listed(name: str, items: Items, every: str) -> list[str]:
    if items and items[0][0] == "**":
        return [f'"{name}": {items[0][1]},']
    loops = every.removeprefix("for ").split(" for ")
    row = ["    {", *(f'        "{key}": {value},' for key, value in items), "    }"]
    return [f'"{name}": [', *row, *(f"    for {loop}" for loop in loops), "],"]
