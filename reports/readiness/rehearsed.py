"""The last rehearsal: its verdict, and whatever it left open."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from reports.naming import fault_name
from reports.readiness.ages import aged, days
from reports.readiness.answer import GO, NO_GO, UNKNOWN, Answer, OpenRisk, State
from reports.readiness.rundir import Gathered
from reports.words import Text

_WORD = {
    "passed": Text("lulus", "passed"),
    "failed": Text("gagal", "failed"),
    "unknown": Text("tidak dapat dipastikan", "unknown"),
}
_MOST = 6
_LETTERS = 90


def judge_rehearsed(gathered: Gathered) -> Answer:
    """Passed, whole, recent, of this region and against a live system; anything else is no "go"."""
    state, figure, why = _state(gathered)
    limit = gathered.wanted.rehearsed_within
    rule = Text(
        "siap bila gladi (gladi rehearse) wilayah ini lulus, utuh, tanpa cacat tanam, paling lama "
        f"{days(limit, 'id')} lalu; tidak siap bila gagal; selain itu belum diketahui",
        "go if a rehearsal (gladi rehearse) of this region passed, whole, without planted defects, no "
        f"longer than {days(limit, 'en')} ago; no-go if it failed; else unknown",
    )
    figures: dict[str, Any] = {}
    if gathered.rehearsal is not None:
        found = gathered.rehearsal
        figures = {
            "verdict": found["verdict"], "mode": found["mode"], "scenario": found["scenario"],
            "started_at": found["started_at"], "ended": found["ended"], "source": found["source"],
        }  # fmt: skip
    return Answer(
        "rehearsal", Text("Gladi terakhir", "Last rehearsal"), state, figure, why, rule, figures,
        tuple(_risks(gathered)),
    )  # fmt: skip


def _state(gathered: Gathered) -> tuple[State, Text, Text]:
    found = gathered.rehearsal
    if found is None:
        return UNKNOWN, Text("belum ada", "none"), Text(
            "Tidak ada gladi yang diberikan: --rehearsal RUN.", "No rehearsal was given: --rehearsal RUN."
        )  # fmt: skip
    word, old_s = _WORD[found["verdict"]], aged(datetime.fromisoformat(found["started_at"]), gathered.at)
    ago = Text(f"{days(old_s, 'id')} lalu", f"{days(old_s, 'en')} ago")
    said = Text(f"{found['title']}, {ago.id}: {word.id}.", f"{found['title']}, {ago.en}: {word.en}.")
    doubts = [
        Text("simulasi, bukan gladi terhadap sistem", "a simulation, not a rehearsal of a system")
        if found["mode"] != "rehearse" else None,
        Text("wilayah lain", "another region")
        if found["region"]["code"] != gathered.asked["region"]["code"] else None,
        Text("terpotong", "cut short") if found["ended"] != "complete" else None,
        Text("cacat ditanam dengan sengaja", "defects were planted") if found["defects"] else None,
    ]  # fmt: skip
    kept = [one for one in doubts if one is not None]
    if not kept and found["verdict"] == "failed":
        return NO_GO, word, said
    if old_s > gathered.wanted.rehearsed_within:
        kept.append(Text("sudah lama", "too long ago"))
    if kept:
        listed = Text(", ".join(one.id for one in kept), ", ".join(one.en for one in kept))
        return (
            UNKNOWN,
            word,
            Text(f"{said.id} Tidak dihitung: {listed.id}.", f"{said.en} Does not count: {listed.en}."),
        )
    return (GO if found["verdict"] == "passed" else UNKNOWN), word, said


def _risks(gathered: Gathered) -> Iterator[OpenRisk]:
    found = gathered.rehearsal
    if found is None:
        yield OpenRisk(
            Text("Belum ada gladi terhadap sistem yang akan dipakai",
                 "The system to be used was not rehearsed"),
            "high",
            Text("gladi rehearse SCENARIO --target URL, lalu --rehearsal RUN",
                 "gladi rehearse SCENARIO --target URL, then --rehearsal RUN"),
        )  # fmt: skip
        return
    opened = [*_of_parts(found["checkers"], "critical"), *_of_parts(found["expectations"], "high")]
    opened += [
        one
        for limit in found["thresholds"]
        if (one := _risk(Text(limit["check"], limit["check"]), limit, "high")) is not None
    ]
    for fault in found["survivability"]["faults"]:
        if fault["struck_s"] is not None and fault["recovery_s"] is None:
            name = fault_name(fault["name"])
            name = Text(f"{name.id} ({fault['target']})", f"{name.en} ({fault['target']})")
            opened.append(
                OpenRisk(
                    Text(f"Gladi: tidak terlihat pulih dari {name.id}",
                         f"Rehearsal: no recovery seen from {name.en}"),
                    "high",
                    Text("perbaiki pemulihan, lalu gladi lagi dengan --plan yang sama",
                         "mend the recovery, then rehearse again with the same --plan"),
                )
            )  # fmt: skip
    yield from opened[:_MOST]
    if len(opened) > _MOST:
        more = len(opened) - _MOST
        yield OpenRisk(
            Text(f"{more} temuan gladi lainnya", f"{more} more findings of the rehearsal"), "medium",
            Text("baca report.html gladi itu", "read report.html of that rehearsal"),
        )  # fmt: skip


def _of_parts(parts: Mapping[str, Any], severity: Any) -> list[OpenRisk]:
    found = (_risk(_titled(name, one), one, severity) for name, one in parts.items())
    return [one for one in found if one is not None]


def _titled(name: str, one: Mapping[str, Any]) -> Text:
    return Text(one.get("title_id", name), one.get("title", name))


def _risk(title: Text, one: Mapping[str, Any], severity: Any) -> OpenRisk | None:
    """None for what holds."""
    if one["valid"] is True:
        return None
    failed = one["valid"] is False
    why = Text(_short(one["why_id"]), _short(one["why"]))
    word = Text("gagal", "failed") if failed else Text("belum pasti", "not certain")
    return OpenRisk(
        Text(f"Gladi, {title.id}: {word.id} ({why.id})",
             f"Rehearsal, {title.en}: {word.en} ({why.en})"),
        severity if failed else "medium",
        Text("perbaiki, lalu gladi lagi", "mend it, then rehearse again")
        if failed else Text("gladi lagi tanpa yang menghalangi",
                            "rehearse again without what stood in the way"),
    )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1].rsplit(" ", 1)[0] + " …"
