"""What a page shows of an atlas: tiles of provinces, places to open one by one, bounded lists."""

from collections.abc import Iterable, Mapping
from csv import writer
from io import StringIO
from itertools import islice
from typing import Any

from reports.atlas.area import CLASSES, Area, Unfinished, class_of
from reports.tiles import ABROAD, ABROAD_TILE, COLUMNS, ROWS, TILES
from reports.words import Lang, Text, number, percent
from scenarios.regions import province_names

MOST_TPS_OF_A_KECAMATAN = 60
MOST_TPS = 1_500
"""Unfinished TPS that a page lists by name; the rest is counted there, and named in missing.csv."""
MOST_PRINTED_TPS = 120
MOST_PRINTED_KECAMATAN = 60
"""What paper shows, where nothing opens."""

MISSING = "missing.csv"


def told(whole: Area, lang: Lang) -> dict[str, Any]:
    """Plain values for parts/atlas.html.j2 and, for paper, run/missing.html.j2."""
    worst = sorted(whole.at(6), key=lambda one: (-one.open, one.code))
    return {
        "tiles": _tiles(whole, lang),
        "columns": COLUMNS,
        "rows": ROWS,
        "key": _key(lang),
        "places": _places(outermost(whole), lang, _Room(MOST_TPS)),
        "provinces": len(whole.inner),
        "printed": _printed(whole, lang),
        "worst": worst[:MOST_PRINTED_KECAMATAN],
        "more_kecamatan": max(0, len(worst) - MOST_PRINTED_KECAMATAN),
        "expected": whole.expected,
        "open": whole.open,
        "file": MISSING,
    }


def outermost(whole: Area) -> tuple[Area, ...]:
    """Where drilling down begins: the first level with more than one place, kecamatan at the latest."""
    level = whole.inner
    while len(level) == 1 and len(level[0].code) < 6 and level[0].inner:
        level = level[0].inner
    return level


def table_of_missing(whole: Area, lang: Lang) -> bytes:
    """missing.csv: every unfinished TPS with the names of its places, what it lacks and why."""
    out = StringIO()
    sheet = writer(out, lineterminator="\n")
    sheet.writerow(["tps", "number", "desa", "kecamatan", "regency", "province", "lacks", "why", "link"])
    for province in whole.inner:
        for regency in province.inner:
            for kecamatan in regency.inner:
                for desa in kecamatan.inner:
                    above = (desa.name, kecamatan.name, regency.name, province.name)
                    sheet.writerows(
                        [one.code, one.number, *above, one.lacks(lang), one.why(lang), one.link]
                        for one in desa.unfinished
                    )
    return out.getvalue().encode()


class _Room:
    """How many TPS may still be listed on the page."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, wanted: int) -> int:
        """As many of `wanted` as there is room for."""
        given = min(wanted, self.left)
        self.left -= given
        return given


def _tiles(whole: Area, lang: Lang) -> list[dict[str, Any]]:
    names, shares = province_names(), {one.code: one for one in whole.inner}
    tiles = TILES | ({ABROAD: ABROAD_TILE} if ABROAD in shares else {})
    out = []
    for code, tile in sorted(tiles.items(), key=lambda item: (item[1].row, item[1].column)):
        area = shares.get(code)
        name = names.get(code, tile.letters) if area is None else area.name
        out.append(
            {
                "code": code,
                "column": tile.column + 1,
                "row": tile.row + 1,
                "letters": tile.letters,
                "name": name,
            }
            | ({"shade": ""} if area is None else _counted(area, lang))
        )
    return out


def _counted(area: Area, lang: Lang) -> dict[str, Any]:
    complete, expected = number(area.complete, lang), number(area.expected, lang)
    return {
        "shade": class_of(area.share),
        "whole_percent": number(int(100 * area.share), lang),
        "alt": Text(
            f"{area.name}: {complete} dari {expected} TPS lengkap, {percent(area.share, 'id')}",
            f"{area.name}: {complete} of {expected} TPS complete, {percent(area.share, 'en')}",
        )(lang),
    }


def _key(lang: Lang) -> list[dict[str, str]]:
    out = []
    above: float | None = None
    for least, shade in CLASSES:
        if above is None:
            words = percent(1.0, lang, 0)
        elif least == 0.0:
            words = Text("di bawah ", "below ")(lang) + percent(above, lang, 0)
        else:
            words = Text("mulai ", "from ")(lang) + percent(least, lang, 0)
        out.append({"shade": shade, "words": words})
        above = least
    return out


def _places(areas: Iterable[Area], lang: Lang, room: _Room) -> list[dict[str, Any]]:
    """Places with most unfinished TPS first."""
    return [_place(one, lang, room) for one in sorted(areas, key=lambda one: (-one.open, one.code))]


def _place(area: Area, lang: Lang, room: _Room) -> dict[str, Any]:
    told = {
        "code": area.code,
        "name": area.name,
        "shade": class_of(area.share),
        "share": percent(area.share, lang),
        "open": number(area.open, lang),
        "expected": number(area.expected, lang),
        "complete": number(area.complete, lang),
        "inner": [],
        "leaves": [],
        "tps": [],
        "more": 0,
    }
    if len(area.code) < 6:
        leaves = bool(area.inner) and not any(one.inner for one in area.inner)
        told["leaves" if leaves else "inner"] = _places(area.inner, lang, room)
    elif area.open:
        told |= _unfinished(area, lang, room)
    return told


def _printed(whole: Area, lang: Lang) -> list[dict[str, Any]]:
    """The first unfinished TPS, for paper, where nothing opens."""
    rows = (
        {"kecamatan": kecamatan.name, "desa": desa.name} | _row(one, lang)
        for kecamatan in whole.at(6)
        for desa in kecamatan.inner
        for one in desa.unfinished
    )
    return list(islice(rows, MOST_PRINTED_TPS))


def _row(one: Unfinished, lang: Lang) -> dict[str, Any]:
    return {
        "number": f"{one.number:03d}",
        "code": one.code,
        "lacks": one.lacks(lang),
        "why": one.why(lang),
        "link": one.link,
        "empty": one.empty,
    }


def _unfinished(kecamatan: Area, lang: Lang, room: _Room) -> Mapping[str, Any]:
    rows = [{"desa": desa.name} | _row(one, lang) for desa in kecamatan.inner for one in desa.unfinished]
    shown = room.take(min(len(rows), MOST_TPS_OF_A_KECAMATAN))
    return {"tps": rows[:shown], "more": len(rows) - shown}
