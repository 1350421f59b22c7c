"""The report: one HTML page that needs nothing else, Indonesian by default, English on request.

It asks the network for nothing (its own security policy forbids it), so it can be mailed, printed and kept.
"""

from base64 import b64encode
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports import not_offered, stretched, telling, telling_delays, telling_endurance
from reports.checkers import registered
from reports.fates import FATES
from reports.finding import Finding
from reports.naming import KIND, fate_name, fault_name, link_name, signal_name
from reports.naming_thresholds import kind_title, said_interval, said_limit, said_value
from reports.pictures import Picture, draw_all
from reports.pictures.clock import letters
from reports.rundir import RunDirectory
from reports.survivability import SUSTAINED_S
from reports.templating import template
from reports.troubles import called
from reports.verdict import Verdict
from reports.words import Lang, number, percent
from reports.written import write_whole

_HERE = files("reports") / "templates"


def write(verdict: Verdict, lang: Lang) -> Path:
    """Draw pictures/ and write report.html; raises RunDirectoryError when the disk will not take it."""
    run = verdict.run
    pictures = draw_all(run, lang)
    for picture in pictures:
        write_whole(run.path / "pictures" / f"{picture.name}.png", picture.png)
    return write_whole(run.path / "report.html", html(verdict, pictures, lang).encode())


def html(verdict: Verdict, pictures: list[Picture], lang: Lang) -> str:
    """The page as text."""
    table, run = verdict.table, verdict.run
    info = run.info
    planned = {event.name for event in run.faults}
    closed = sorted(name for name in planned if info.faults_available.get(name) == "unavailable")
    half = table["completeness"]["reached"]["t50"]
    page = template("reports", "report.html.j2", "templates").render(
        lang=lang,
        t=lambda indonesian, english: indonesian if lang == "id" else english,
        number=lambda value, digits=0: number(value, lang, digits),
        percent=lambda share, digits=1: percent(share, lang, digits),
        css=Markup((_HERE / "report.css").read_text(encoding="utf-8")),
        v=table,
        c=table["completeness"] | _reached_how(table["completeness"], lang),
        s=table["survivability"] | {"faults": _faults(run, table, lang)},
        lost=verdict.checkers["lost"],
        lost_sentence=telling.lost(verdict, lang),
        word=telling.WORD[verdict.verdict](lang),
        reason=telling.reason(verdict, lang),
        recovered=sum(fault["recovery"] == "recovered" for fault in table["survivability"]["faults"]),
        half=None if half is None else telling.clock(datetime.fromisoformat(half["local"]), lang),
        story_start=telling.moment(info.phases[0].start_local, lang),
        story_end=telling.moment(info.phases[-1].end_local, lang),
        started=telling.started(info.started_at, lang),
        pictures=[
            {"name": one.name, "title": one.title, "alt": one.alt, "sentence": one.sentence,
             "base64": b64encode(one.png).decode()}
            for one in pictures
        ],
        checkers=_checkers(run, verdict, lang),
        expectations=_expectations(verdict, lang),
        thresholds=_thresholds(verdict, lang),
        latency=[
            {"title": KIND[kind](lang), **values}
            for kind, values in table["survivability"]["latency_ms"].items()
        ],
        sustained=SUSTAINED_S,
        endurance=telling_endurance.told(table["survivability"], lang),
        fate_names=[fate_name(name)(lang) for name in FATES],
        generator=telling.generator(table["generator"], info, lang),
        not_offered=not_offered.told(info, lang),
        delays=telling_delays.rows(table["generator"], lang) if info.mode != "simulate" else [],
        load_workers=table["generator"]["workers"],
        load_workers_told=telling_delays.workers(table["generator"], lang),
        unavailable=telling.unavailable(closed, lang) if closed else "",
        limits=[limit(lang) for limit in telling.limits(info.mode)],
        run_name=run.path.resolve().name,
        replay=(
            f"gladi {info.mode} {info.scenario} --seed {info.seed} --scale {info.scale} "
            f"--compression {info.compression:g}"
            if info.mode == "rehearse"
            else f"gladi {info.mode} {info.scenario} --seed {info.seed} --scale {info.scale}"
        ),
        digests=sorted(info.digests.items()),
        stretched=stretched.told(run, lang),
    )  # fmt: skip
    return page + "\n"


def _checkers(run: RunDirectory, verdict: Verdict, lang: Lang) -> list[dict[str, Any]]:
    known = registered()
    return [
        {
            "title": known[name].title(lang),
            "proves": known[name].proves(lang),
            "valid": finding.valid,
            "count": finding.count,
            "checked": finding.checked,
            "bound_95": finding.bound_95,
            "why": finding.why(lang),
            "again": finding.again,
            "examples": [
                {
                    "tps": one.tps,
                    "form": one.form,
                    "page": one.page,
                    "when": "–" if one.at_s is None else telling.clock(run.info.local(one.at_s), lang),
                    "expected": one.expected(lang),
                    "found": one.found(lang),
                    "op_ids": one.op_ids,
                    "fault": _faults_named(run, one.fault, lang),
                }
                for one in finding.examples
            ],
        }
        for name, finding in sorted(verdict.checkers.items(), key=_worst_first)
    ]


def _faults_named(run: RunDirectory, told: str, lang: Lang) -> str:
    """The faults of an example, each by its id and its name in words."""
    names = {called(one.id, one.name): f"{one.id}: {fault_name(one.name)(lang)}" for one in run.faults}
    return ", ".join(names.get(one, one) for one in told.split(", ")) if told else "–"


def _worst_first(item: tuple[str, Finding]) -> tuple[int, bool, str]:
    name, finding = item
    return (False, "unknown", True).index(finding.valid), name != "lost", name


def _expectations(verdict: Verdict, lang: Lang) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for name, one in verdict.expectations.items():
        in_seconds = name == "recover_within"

        def shown(value: float | None, in_seconds: bool = in_seconds) -> str:
            if value is None:
                return "–"
            unit = " dtk" if lang == "id" else " s"
            return number(value, lang, 1) + unit if in_seconds else percent(value, lang)

        out.append(
            {
                "title": one.title(lang),
                "valid": one.valid,
                "value": shown(one.value),
                "wanted": ("≤ " if in_seconds else "≥ ") + shown(one.wanted),
                "why": one.why(lang),
            }
        )
    return out


def _thresholds(verdict: Verdict, lang: Lang) -> list[dict[str, Any]]:
    out = []
    for one in verdict.thresholds:
        limit, found = one.asked.threshold, one.found
        phase = [known.title for known in verdict.run.info.phases if known.id == one.asked.phase]
        out.append(
            {
                "kind": kind_title(one.asked.kind, lang),
                "phase": phase[0] if phase else "",
                "limit": said_limit(limit, lang),
                "valid": one.valid,
                "value": said_value(limit, found.value, lang),
                "interval": said_interval(limit, found.interval, lang),
                "why": one.why(lang),
            }
        )
    return out


def _faults(run: RunDirectory, table: Any, lang: Lang) -> list[dict[str, Any]]:
    names = {share["code"]: share["name"] for share in table["completeness"]["by_area"]}
    out = []
    for letter, fault in zip(letters(run), table["survivability"]["faults"], strict=True):
        struck, healed = fault["struck_s"], fault["healed_s"]
        when = "–"
        if struck is not None:
            when = telling.clock(run.info.local(struck), lang)
            when += "" if healed is None else "–" + telling.clock(run.info.local(healed), lang)
        out.append(
            fault
            | {
                "letter": letter,
                "title": fault_name(fault["name"])(lang),
                "target_name": names.get(fault["target"], fault["target"]),
                "told": telling.recovery(fault, lang),
                "when": when,
                "length_s": None if struck is None or healed is None else healed - struck,
            }
        )
    return out


def _reached_how(completeness: Any, lang: Lang) -> dict[str, Any]:
    """Groups by link and by signal, named for people."""
    return {
        "by_link": [one | {"name": link_name(one["code"])} for one in completeness["by_link"]],
        "by_signal": [one | {"name": signal_name(one["code"])(lang)} for one in completeness["by_signal"]],
    }
