"""What one item that is registered is made of: regions and contests as `gladi.registration` tells them, under
the names that a system has for their parts.
"""

import json
import re
from collections.abc import Mapping

from gladi.targeting.filling import Items, UnwrittenError
from gladi.targeting.schemas import Schema, properties
from gladi.targeting.synonyms import meaning, plain, words

REGION: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "kode", "kodewilayah", "regioncode", "id"),
    "level": ("level", "tingkat", "jenjang", "jenis", "type"),
    "name": ("name", "nama", "namawilayah"),
    "parent": ("parent", "induk", "kodeinduk", "parentcode", "parentid"),
}
CONTEST: Mapping[str, tuple[str, ...]] = {
    "contest": ("contest", "kontes", "id", "kode", "code"),
    "form": ("form", "formulir", "jenispemilu", "jenis"),
    "title": ("title", "judul", "nama", "name"),
    "areas": ("areas", "wilayah", "regions", "daerah"),
    "layout": ("layout",),
    "contestants": ("contestants", "paslon", "calon", "kandidat", "peserta", "candidates"),
}
CONTESTANT: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "nomor", "nomorurut", "no", "urut"),
    "name": ("name", "nama", "namapasangan"),
    "candidates": ("candidates", "calon", "anggota"),
}
_LEVELS: Mapping[str, tuple[str, ...]] = {
    "provinsi": ("provinsi", "province", "prov"),
    "kab_kota": ("kabkota", "kabupaten", "regency", "kab", "kabupatenkota"),
    "kecamatan": ("kecamatan", "district", "kec"),
    "kel_desa": ("keldesa", "desa", "kelurahan", "village", "kel"),
}
_PEOPLE = frozenset({"paslon", "calon", "kandidat", "contestants", "candidates", "peserta", "contestant"})
_PLACES = frozenset({"wilayah", "regions", "region", "daerah", "areas", "kecamatan"})


def noun(name: str, item: Schema) -> str:
    """What a list called `name` registers, such as "regions" or "tps"; "" for what gladi does not know."""
    known = {meaning(one, "prepare") for one in properties(item)}
    names = {plain(one) for one in properties(item)}
    if not properties(item):
        return ""
    if {"account", "tps"} <= known:
        return "accounts"
    if plain(name) == "layouts":
        return "layouts"
    inner = [one for one in properties(item) if plain(one) in CONTEST["contestants"]]
    if inner and properties(item)[inner[0]].get("type") == "array" and names & set(CONTEST["form"]):
        return "contests"
    if words(name) & _PEOPLE and names & set(CONTESTANT["number"]) and names & set(CONTESTANT["name"]):
        return "contestants"
    coded = bool(names & set(REGION["code"])) and bool(names & set(REGION["name"]))
    if coded and (names & {*REGION["level"], *REGION["parent"]} or words(name) & _PLACES):
        return "regions"
    own = {meaning(one) for one in properties(item)}
    return "tps" if "number" in own and "tps" in own else ""


def row_items(what: str, item: Schema) -> tuple[Items, str]:
    """The parts of an item as expressions, and over what it is made; raises UnwrittenError."""
    if what == "regions":
        rows = _named(item, REGION, "one", _region)
        return rows, "for place in population.places for one in regions(place)"
    contests = "contests(self._seed, population.places, forms)"
    if what == "layouts":
        return [("**", f'list({contests}["layouts"])')], ""
    if what == "contests":
        return _named(item, CONTEST, "contest", _contest), f'for contest in {contests}["contests"]'
    rows = _named(item, {**CONTESTANT, **_OF_CONTEST}, "one", _contestant)
    return rows, f'for contest in {contests}["contests"] for one in contest["contestants"]'


_OF_CONTEST = {"form": CONTEST["form"], "contest": ("contest", "kontes", "contestid")}


def _named(item: Schema, names: Mapping[str, tuple[str, ...]], variable: str, value: object) -> Items:
    assert callable(value)
    found = []
    for name, inner in properties(item).items():
        what = next((one for one, known in names.items() if plain(name) in known), "")
        if what:
            found.append((name, value(variable, what, inner)))
        elif name in (item.get("required") or ()):
            raise UnwrittenError(f'requires "{name}", which gladi has no word for')
    return found


def _region(variable: str, what: str, schema: Schema) -> str:
    if what == "level" and schema.get("enum"):
        own = _levels(list(map(str, schema["enum"])))
        return f'{own}[{variable}["level"]]' if own else f'{variable}["level"]'
    pattern = str(schema.get("pattern", ""))
    if what == "code" and pattern and not re.search(pattern, "17.08"):
        return f'{variable}["code"].replace(".", "")'
    return f'{variable}["{what}"]'


def _levels(choices: list[str]) -> str:
    """A dictionary from gladi's words for levels to the system's; "" where they are the same."""
    pairs = []
    for level, names in _LEVELS.items():
        word = next((one for one in choices if plain(one) in names), None)
        if word is None:
            raise UnwrittenError(f"has levels {', '.join(choices)}: which is {level}?")
        pairs.append(f'"{level}": {json.dumps(word)}')
    if set(_LEVELS) <= set(choices):
        return ""
    return f"{{{', '.join(pairs)}}}"


def _contest(variable: str, what: str, schema: Schema) -> str:
    if what != "contestants":
        return f'{variable}["{what}"]'
    row = _named(schema.get("items") or {}, CONTESTANT, "one", _contestant)
    inner = ", ".join(f'"{name}": {value}' for name, value in row)
    return f'[{{{inner}}} for one in {variable}["contestants"]]'


def _contestant(variable: str, what: str, schema: Schema) -> str:
    return f'contest["{what}"]' if what in _OF_CONTEST else f'{variable}["{what}"]'
