"""Rows of the report's tables in one language: checkers, expectations, thresholds, faults."""

from typing import Any

from reports import telling
from reports.checkers import registered
from reports.finding import Finding
from reports.naming import fault_name
from reports.naming_thresholds import kind_title, said_interval, said_limit, said_value
from reports.pictures.clock import letters
from reports.rundir import RunDirectory
from reports.troubles import called
from reports.verdict import Verdict
from reports.words import Lang, number, percent


def checkers(run: RunDirectory, verdict: Verdict, lang: Lang) -> list[dict[str, Any]]:
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


def expectations(verdict: Verdict, lang: Lang) -> list[dict[str, Any]]:
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


def thresholds(verdict: Verdict, lang: Lang) -> list[dict[str, Any]]:
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


def faults(run: RunDirectory, table: Any, lang: Lang) -> list[dict[str, Any]]:
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
