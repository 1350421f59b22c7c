"""What a sweep found, in sentences: the value that suffices, how sure that is, what a key moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reports.sweep.naming import figure_name, key_name, value_name, wanted
from reports.sweep.table import Row, Sweep, Values, group, ordered, size
from reports.words import Lang, Text, percent

Side = Literal["above", "below", "all", "none", "mixed"]


@dataclass(frozen=True, slots=True)
class Enough:
    """Of one replication: the last value that suffices, seen from its side, and the nearest that does not.

    `above`: this and all larger ones that were tried; `below`: this and all smaller ones; `mixed`: in between
    again not, so that no such value can be named.
    """

    side: Side
    enough: Any = None
    not_enough: Any = None


def told(sweep: Sweep, lang: Lang) -> list[str]:
    """Every sentence, the answer first."""
    out: list[str] = []
    if sweep.about["searched"]:
        key = sweep.keys[0]
        found = [Enough(one["side"], one["enough"], one["not_enough"]) for one in sweep.about["found"]]
        if found:
            out += [_answer(key, found, sweep, (), lang), _assumed(key, lang)]
    elif sweep.keys and all(ordered(one) for one in sweep.tried(sweep.keys[0])):
        out += [_answer(sweep.keys[0], _by_replication(sweep, panel), sweep, panel, lang)
                for panel in sweep.panels()]  # fmt: skip
    else:
        out += _counted(sweep, lang)
    out += [line for key in sweep.keys if (line := _effect(sweep, key, lang))]
    out += _ends(sweep, lang)
    return out


def _by_replication(sweep: Sweep, panel: Values) -> list[Enough]:
    rows = [row for row in sweep.of(panel) if row.ended != "failed"]
    return [smallest(sweep.keys[0], many) for many in group(rows, lambda row: row.replication).values()]


def smallest(key: str, rows: Sequence[Row]) -> Enough:
    """Of the rows of one replication: where, along the key, it begins or ceases to suffice."""
    along = sorted(rows, key=lambda row: size(row.values[key]))
    good = [row.enough for row in along]
    if all(good):
        return Enough("all", along[0].values[key])
    if not any(good):
        return Enough("none", None, along[-1].values[key])
    changes = [i for i in range(1, len(good)) if good[i] != good[i - 1]]
    if len(changes) > 1:
        return Enough("mixed")
    before, after = along[changes[0] - 1].values[key], along[changes[0]].values[key]
    return Enough("above", after, before) if good[-1] else Enough("below", before, after)


def _answer(key: str, found: Sequence[Enough], sweep: Sweep, panel: Values, lang: Lang) -> str:
    goal = wanted(sweep.about["condition"], sweep.about["by"], lang)
    where = ", ".join(f"{key_name(k, lang)} {value_name(v, lang)}" for k, v in panel)
    begin = (
        Text(f"Dengan {where}, agar ", f"With {where}, for ")(lang) if where else Text("Agar ", "For ")(lang)
    )
    return begin + goal + ": " + _found(key, found, sweep, lang)


def _found(key: str, found: Sequence[Enough], sweep: Sweep, lang: Lang) -> str:
    name, n = key_name(key, lang), len(found)
    sides = {one.side for one in found}
    if not found:
        return Text("tidak ada titik yang selesai.", "no point was finished.")(lang)
    if sides == {"none"}:
        last = value_name(found[0].not_enough, lang)
        return Text(f"tidak ada nilai yang cukup; {name} {last} pun belum{_times(n, 'id')}.",
                    f"no value is enough; not even {name} {last}{_times(n, 'en')}.")(lang)  # fmt: skip
    if sides == {"all"}:
        tried = [value_name(one, lang) for one in sweep.tried(key)]
        return Text(
            f"setiap nilai {name} yang dicoba cukup, dari {tried[0]} sampai {tried[-1]}{_times(n, 'id')}.",
            f"every value of {name} tried is enough, from {tried[0]} to {tried[-1]}{_times(n, 'en')}.",
        )(lang)
    if sides <= {"above", "all"} or sides <= {"below", "all"}:
        return _bound(key, found, "below" not in sides, sweep, lang)
    if sides <= {"above", "none"} or sides <= {"below", "none"}:
        lacking = sum(one.side == "none" for one in found)
        rest = [one for one in found if one.side != "none"]
        part = _bound(key, rest, "below" not in sides, sweep, lang)
        return part + Text(f" Dalam {lacking} dari {n} ulangan tidak ada nilai yang cukup.",
                           f" In {lacking} of {n} replications no value is enough.")(lang)  # fmt: skip
    good = sum(one.side not in {"none", "mixed"} for one in found)
    return Text(
        f"jawabannya tidak searah dengan {name}, sehingga satu batas tidak dapat disebut ({good} dari {n} "
        "ulangan searah); lihat gambar dan tabel.",
        f"the answer does not go one way with {name}, so no single bound can be named ({good} of {n} "
        "replications do); see picture and table.",
    )(lang)


def _bound(key: str, found: Sequence[Enough], above: bool, sweep: Sweep, lang: Lang) -> str:
    """The value that suffices in every replication, and the range over them."""
    values = sorted((one.enough for one in found if one.side != "all"), key=size)
    edge = sweep.tried(key)[0 if above else -1]
    values = sorted([*values, *[edge] * sum(one.side == "all" for one in found)], key=size)
    safe = values[-1] if above else values[0]
    lacking = [one.not_enough for one in found if one.not_enough is not None and one.enough == safe]
    name, n = key_name(key, lang), len(found)
    text = Text(
        f"{name} {'sedikitnya' if above else 'paling banyak'} {value_name(safe, 'id')}",
        f"{name}: {'at least' if above else 'at most'} {value_name(safe, 'en')}",
    )(lang)
    if n > 1 and values[0] == values[-1]:
        text += Text(f" (batas yang sama dalam semua {n} ulangan)",
                     f" (the same bound in all {n} replications)")(lang)  # fmt: skip
    elif n > 1:
        low, high = value_name(values[0], lang), value_name(values[-1], lang)
        text += Text(
            f" (cukup dalam semua {n} ulangan; batasnya {low} sampai {high})",
            f" (enough in all {n} replications; the bound lies between {low} and {high})",
        )(lang)
    if lacking:
        near = value_name(lacking[0], lang)
        text += Text(f"; {near} belum cukup", f"; {near} is not enough")(lang)
    return text + "."


def _times(n: int, lang: Lang) -> str:
    if n == 1:
        return ""
    return Text(f" dalam semua {n} ulangan", f" in all {n} replications")(lang)


def _assumed(key: str, lang: Lang) -> str:
    name = key_name(key, lang)
    return Text(
        f"Pencarian dengan membagi dua menganggap bahwa {name} bekerja searah: sekali cukup, tetap cukup. "
        "Itu diperiksa hanya pada kedua ujung rentang dan di titik-titik yang dimainkan.",
        f"Searching by halving assumes that the key ({name}) works one way: once enough, always enough. That "
        "was checked at both ends of the range and at the points played, and nowhere else.",
    )(lang)


def _counted(sweep: Sweep, lang: Lang) -> list[str]:
    """Without an order of values: which of them suffice, in how many replications."""
    goal = wanted(sweep.about["condition"], sweep.about["by"], lang)
    out = []
    for rows in group(list(sweep.rows), lambda row: str(dict(row.values))).values():
        good, n = sum(row.enough for row in rows), len(rows)
        out.append(f"{_where(rows[0], lang)}: "
                   + Text(f"{goal} tercapai dalam {good} dari {n} simulasi.",
                          f"{goal} was reached in {good} of {n} simulations.")(lang))  # fmt: skip
    return out


def _effect(sweep: Sweep, key: str, lang: Lang) -> str:
    """How far the figure moves between the first and the last value of a key, all else averaged."""
    figure = sweep.about["condition"]["figure"]
    tried = sweep.tried(key)
    if len(tried) < 2:
        return ""
    means = []
    for value in (tried[0], tried[-1]):
        found = [row.figure(figure) for row in sweep.rows if row.values[key] == value]
        known = [one for one in found if one is not None]
        if not known:
            return ""
        means.append(sum(known) / len(known))
    first, last = (percent(one, lang) for one in means)
    low, high = value_name(tried[0], lang), value_name(tried[-1], lang)
    return Text(
        f"Dari {key_name(key, 'id')} {low} ke {high}, {figure_name(figure, 'id')} berubah dari {first} "
        f"menjadi {last} (rata-rata titik yang dimainkan).",
        f"From {key_name(key, 'en')} {low} to {high}, {figure_name(figure, 'en')} goes from {first} to "
        f"{last} (mean of the points played).",
    )(lang)


def _ends(sweep: Sweep, lang: Lang) -> list[str]:
    """Collapses, failures, and a sweep that was broken off."""
    out = []
    fell = [row for row in sweep.rows if row.ended == "METASTABLE"]
    if fell:
        where = "; ".join(dict.fromkeys(_where(row, lang) for row in fell))
        out.append(Text(
            f"Runtuh dan tidak pulih sendiri (METASTABLE) dalam {len(fell)} dari {len(sweep.rows)} "
            f"simulasi: {where}.",
            f"Collapsed and did not recover by itself (METASTABLE) in {len(fell)} of {len(sweep.rows)} "
            f"simulations: {where}.",
        )(lang))  # fmt: skip
    lost = sum(row.ended == "failed" for row in sweep.rows)
    if lost:
        out.append(Text(f"{lost} titik tidak dapat dimainkan; sebabnya ada di tabel.",
                        f"{lost} points could not be played; the table says why.")(lang))  # fmt: skip
    if sweep.about["ended"] == "interrupted":
        out.append(Text(
            "Dihentikan sebelum semua titik selesai; perintah dan --out yang sama melanjutkannya.",
            "Broken off before all points were done; the same command and --out go on with it.",
        )(lang))  # fmt: skip
    return out


def _where(row: Row, lang: Lang) -> str:
    named = ", ".join(f"{key_name(k, lang)} {value_name(v, lang)}" for k, v in row.values.items())
    return named or Text("skenario apa adanya", "the scenario as it is")(lang)
