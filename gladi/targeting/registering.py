"""The method that registers TPS and accounts before a run, as far as an OpenAPI document tells how."""

from gladi.targeting.filling import Filling, Items
from gladi.targeting.openapi import Endpoint
from gladi.targeting.schemas import Schema, properties
from gladi.targeting.synonyms import meaning
from gladi.targeting.ways_in import WaysIn

_HEAD = "def prepare(self, place: Regency, population: Population, forms: Sequence[str]) -> None:"


def prepare_method(endpoint: Endpoint | None, ways: WaysIn, todo: list[str]) -> list[str]:
    """Lines of `prepare`; what it cannot know goes to `todo`."""
    if endpoint is None:
        todo.append(
            "prepare: no operation registers TPS and accounts; whoever runs the system does so: accounts "
            "<TPS>-1 and <TPS>-2, see `account` and `activation_code` in OverHttp"
        )
        return [_HEAD, '    """Not offered: TPS and accounts are registered by hand; see the README."""']
    filling = Filling("prepare", endpoint)
    content = [
        line for name, schema in properties(endpoint.body).items() for line in _list(filling, name, schema)
    ]
    todo += filling.todo
    office = ", _office()" if ways.of_office(endpoint) else ""
    return [
        _HEAD,
        f'    """{endpoint.method} {endpoint.path}, 500 TPS at a time, two accounts each."""',
        "    tps = zip(map(str, population.tps), map(int, population.number), strict=True)",
        "    stations = list(tps)",
        "    for start in range(0, len(stations), 500):",
        "        some = stations[start : start + 500]",
        "        names = [(code, operator) for code, _ in some for operator in (1, 2)]",
        '        accounts = [(f"{code}-{operator}", code, operator) for code, operator in names]',
        "        content = {",
        *(f"            {line}" for line in content),
        "        }",
        f'        self.directly("{endpoint.method}", {filling.path()}, content{office})',
    ]


def _list(filling: Filling, name: str, schema: Schema) -> list[str]:
    """A property that lists TPS or accounts, by what one item is made of; [] for what need not be sent."""
    item = schema.get("items") or {}
    known = {meaning(one, "prepare") for one in properties(item)}
    if schema.get("type") == "array" and {"account", "tps"} <= known:
        return _listed(name, filling.account_row(item), "for name, code, operator in accounts")
    if schema.get("type") == "array" and "number" in known:
        return _listed(name, filling.tps_row(item), "for code, number in some")
    if name not in (filling.endpoint.body.get("required") or ()):
        filling.todo.append(f'prepare: "{name}" need not be sent and is left out; does the system need it?')
        return []
    filling.todo.append(f'prepare: gladi does not know what to register as "{name}"; it sends nothing there')
    return [f'"{name}": {"[]" if schema.get("type") == "array" else "{}"},']


def _listed(name: str, items: Items, every: str) -> list[str]:
    return [
        f'"{name}": [',
        "    {",
        *(f'        "{key}": {value},' for key, value in items),
        "    }",
        f"    {every}",
        "],",
    ]
