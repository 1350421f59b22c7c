"""The register of risks that somebody keeps, and everything that the other answers leave open."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reports.readiness.answer import GO, NO_GO, ORDER, UNKNOWN, Answer, OpenRisk, State
from reports.readiness.rundir import Gathered
from reports.words import Text


def judge_register(gathered: Gathered) -> Answer:
    """An open critical risk, or a high one past its date, is a no-go."""
    kept, today = gathered.register, gathered.at.date()
    opened = [] if kept is None else [one for one in kept.risks if not one.mitigated]
    heavy = [one for one in opened if one.severity == "critical"]
    late = [one for one in opened if one.severity == "high" and one.due < today]
    title = Text("Daftar risiko", "Register of risks")
    rule = Text(
        "tidak siap bila ada risiko kritis yang belum ditangani, atau risiko tinggi yang lewat tenggat; "
        "daftar kosong pun harus diberikan",
        "no-go if a critical risk is not dealt with, or a high one is past its date; even an empty "
        "register must be given",
    )  # fmt: skip
    state: State = GO
    if kept is None:
        state, figure = UNKNOWN, Text("belum ada", "none")
        why = Text(
            "Daftar risiko belum diberikan: --risks BERKAS.", "No register of risks was given: --risks FILE."
        )
    elif kept.example:
        state, figure = UNKNOWN, Text("contoh", "example")
        why = Text("Daftar itu contoh.", "That register is an example.")
    else:
        state = NO_GO if heavy or late else GO
        figure = Text(f"{len(opened)} / {len(kept.risks)}", f"{len(opened)} / {len(kept.risks)}")
        why = Text(
            f"{len(opened)} dari {len(kept.risks)} terbuka; {len(heavy)} kritis, {len(late)} tinggi lewat "
            "tenggat.",
            f"{len(opened)} of {len(kept.risks)} open; {len(heavy)} critical, {len(late)} high and past "
            "their date.",
        )
    risks = tuple(
        OpenRisk(
            Text(one.title, one.title), one.severity, Text(one.closes, one.closes), one.owner, one.due, True
        )
        for one in opened
    )
    if kept is None:
        risks = (
            OpenRisk(
                Text("Tidak ada daftar risiko", "There is no register of risks"), "low",
                Text("gladi readiness SCENARIO --forms DIR, isi risiko.toml, lalu --risks",
                     "gladi readiness SCENARIO --forms DIR, fill in risiko.toml, then --risks"),
            ),
        )  # fmt: skip
    figures: dict[str, Any] = {
        "given": kept is not None, "open": len(opened), "critical": len(heavy), "late": len(late),
    }  # fmt: skip
    return Answer("risks", title, state, figure, why, rule, figures, risks)


OWNERS = {
    "activation": "PPK", "capacity": "Pusdatin", "signal": "PPK", "power": "Sekretariat KPU",
    "help_desk": "KPU kab/kota", "rehearsal": "Pusdatin", "risks": "KPU kab/kota",
}  # fmt: skip
"""Who usually sees to what nobody registered; assumed."""


def all_open(answers: Sequence[Answer]) -> tuple[OpenRisk, ...]:
    """What every answer leaves open, the gravest first; what somebody registered before what gladi found."""
    found = [
        one if one.registered else replace(one, owner=OWNERS[answer.name])
        for answer in answers
        for one in answer.risks
    ]
    return tuple(sorted(found, key=lambda one: (ORDER.index(one.severity), not one.registered)))
