"""What the page of a readiness check says, as words and rows; how it looks is the template's."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date, datetime
from math import isnan
from pathlib import Path
from typing import Any

from reports.pictures.canvas import Picture
from reports.readiness import telling
from reports.readiness.activation import Area, areas
from reports.readiness.ages import aged, days
from reports.readiness.answer import GO, Answer, OpenRisk
from reports.readiness.desk import hours
from reports.readiness.headroom import NAMES, Line, lines, times
from reports.readiness.judging import Judgement
from reports.readiness.pictures import draw_desk, draw_headroom
from reports.readiness.places import NO_SIGNAL, POWER, UNSTEADY, Place, places
from reports.readiness.rundir import Gathered
from reports.words import Lang, Text, number, percent
from reports.written import write_whole


def content(gathered: Gathered, found: Judgement, lang: Lang) -> dict[str, Any]:
    """Everything that the template asks for by name; writes the pictures into the folder."""
    kinds = lines(gathered, activated=found.answer("activation").state == GO)
    deciding = [one.title(lang) for one in found.answers if one.state == found.state]
    drawn = {
        "headroom": draw_headroom(kinds, gathered.wanted.headroom, lang),
        "desk": draw_desk(hours(gathered), gathered.wanted.staff, lang),
    }
    return {
        "asked": gathered.asked,
        "about": gathered.about,
        "panel": telling.PANEL[found.state],
        "word": telling.WORD[found.state](lang),
        "headline": telling.headline(found.state, deciding, lang),
        "voting_day": telling.day(date.fromisoformat(gathered.asked["voting_day"]), lang),
        "checked": telling.clock(gathered.at, lang),
        "tps": number(gathered.tps, lang),
        "answers": [_answer(one, lang) for one in found.answers],
        "areas": [_area(one, lang) for one in areas(gathered)],
        "kinds": [_kind(one, lang) for one in kinds],
        "places": [_place(one, lang) for one in _merged(gathered)],
        "risks": [_risk(one, lang) for one in found.risks],
        "pictures": {name: _shown(gathered.path, one) for name, one in drawn.items() if one is not None},
        "sources": sources(gathered, lang),
        "days": len(gathered.asked["forecast"]["seeds"]),
        "sampled": number(gathered.asked["forecast"]["tps"], lang),
        "run_name": gathered.path.resolve().name,
    }


def sources(gathered: Gathered, lang: Lang) -> list[str]:
    """What was given, and how old it is: files and runs by name."""
    about, said = gathered.asked["activation"], []
    if about["source"]:
        said.append((about["source"], about["at"]))
    said += [
        (f"{run['source']} ({_system(run['asked']['target'], lang)})", run["about"]["date"])
        for run in gathered.capacity
    ]
    for made in gathered.claims:
        target = (made.get("target") or {}).get("url", "")
        said.append((f"{made['source']} ({_system(target, lang)})", made["started_at"]))
    if gathered.rehearsal is not None:
        said.append((gathered.rehearsal["source"], gathered.rehearsal["started_at"]))
    files_ = gathered.about.get("files", {})
    named = [files_[one]["name"] for one in ("plans", "risks") if one in files_]
    ago = Text("{} lalu", "{} ago")(lang)
    return [
        *(f"{name}, {ago.format(days(aged(datetime.fromisoformat(at), gathered.at), lang))}"
          for name, at in said),
        *named,
    ]  # fmt: skip


def _system(url: str, lang: Lang) -> str:
    return url or Text("sistem rujukan", "reference stack")(lang)


def _answer(one: Answer, lang: Lang) -> dict[str, Any]:
    return {
        "name": one.name, "title": one.title(lang), "figure": one.figure(lang), "why": one.why(lang),
        "rule": one.rule(lang), "look": telling.LOOK[one.state], "sign": telling.SIGN[one.state],
        "mark": telling.MARK[one.state](lang),
    }  # fmt: skip


def _area(one: Area, lang: Lang) -> dict[str, Any]:
    share = one.active / one.accounts if one.accounts else 0.0
    return {
        "name": one.name, "accounts": number(one.accounts, lang), "active": number(one.active, lang),
        "missing": number(one.missing, lang) if one.covered else "?",
        "share": percent(share, lang) if one.covered else "?", "whole": one.covered and one.missing < 0.5,
    }  # fmt: skip


def _kind(one: Line, lang: Lang) -> dict[str, Any]:
    held = one.holds
    open_end = held is not None and held.high_per_s == float("inf")
    return {
        "name": NAMES[one.kind](lang), "at": telling.clock(one.peak.at, lang) if one.peak.at else "",
        "peak": telling.rate(one.peak.rate_per_s, lang), "high": telling.rate(one.peak.high_per_s, lang),
        "again": "" if isnan(one.peak.again) else percent(one.peak.again, lang, 0),
        "holds": "?" if held is None else ("≥ " if open_end else "") + telling.rate(held.low_per_s, lang),
        "upto": "" if held is None or open_end else telling.rate(held.high_per_s, lang),
        "headroom": "" if one.low is None else times(one.low, lang), "why": one.why(lang),
        "look": telling.LOOK[one.state], "sign": telling.SIGN[one.state],
    }  # fmt: skip


def _merged(gathered: Gathered) -> list[list[Place | None]]:
    """A row a kecamatan: without signal, unsteady, power."""
    by_area: dict[str, list[Place | None]] = {}
    for number_, condition in enumerate((NO_SIGNAL, UNSTEADY, POWER)):
        for one in places(gathered, condition):
            by_area.setdefault(one.area, [None, None, None])[number_] = one
    return sorted(by_area.values(), key=_urgent)


def _urgent(row: Sequence[Place | None]) -> list[float]:
    """First where TPS without signal or in the dark have no plan, then where most lack signal."""
    silent, rocky, dark = row
    bare = [-(one.bare if one else 0.0) for one in (silent, dark)]
    return [*bare, -(silent.tps if silent else 0.0), -(rocky.bare if rocky else 0.0)]


def _place(row: Sequence[Place | None], lang: Lang) -> dict[str, Any]:
    silent, rocky, dark = row
    known = [one for one in row if one is not None]
    plans = [plan for one in known for plan in one.plans]
    roles = [role for one in known for role in one.roles]
    journey = ""
    if silent is not None and not isnan(silent.travel_longest_s):
        journey = f"{days(silent.travel_median_s, lang)} ({days(silent.travel_longest_s, lang)})"
    return {
        "name": known[0].name, "journey": journey,
        "silent": _of(silent, lang, 0), "rocky": _of(rocky, lang, 0), "dark": _of(dark, lang, 1),
        "bare": any(one is not None and one.bare > 0 for one in (silent, dark)),
        "plans": "; ".join(dict.fromkeys(plans)), "roles": ", ".join(dict.fromkeys(roles)),
    }  # fmt: skip


def _of(one: Place | None, lang: Lang, digits: int) -> str:
    """ "3 / 5": with a plan, of all."""
    return "" if one is None else f"{number(one.planned, lang, digits)} / {number(one.tps, lang, digits)}"


def _risk(one: OpenRisk, lang: Lang) -> dict[str, Any]:
    due = telling.day(one.due, lang) if one.due else ""
    return {
        "severity": telling.SEVERITY[one.severity](lang), "class": one.severity, "title": one.title(lang),
        "closes": one.closes(lang), "who": ", ".join(part for part in (one.owner, due) if part),
    }  # fmt: skip


def _shown(folder: Path, picture: Picture) -> dict[str, str]:
    write_whole(folder / "pictures" / f"{picture.name}.png", picture.png)
    return {"data": b64encode(picture.png).decode(), "alt": picture.alt, "caption": picture.sentence,
            "title": picture.title}  # fmt: skip
