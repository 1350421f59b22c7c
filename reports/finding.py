"""What a checker says: a three-valued truth with its evidence, and the order in which truths merge.

"unknown" is an answer of its own. It is never read as a pass: one unknown makes the whole unknown, unless
something is plainly False. So the order, worst first, is False, "unknown", True.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from reports.not_offered import doubtful
from reports.rundir import RunDirectory
from reports.troubles import in_force_at
from reports.wholeness import broken_record
from reports.words import Text

Valid = Literal[True, False, "unknown"]

_ORDER: tuple[Valid, ...] = (False, "unknown", True)

MAX_EXAMPLES = 10


def merge(values: Iterable[Valid]) -> Valid:
    """The worst of `values`; True for none. Commutative, associative, idempotent.

    >>> merge([True, "unknown", True])
    'unknown'
    """
    return _ORDER[min((_ORDER.index(value) for value in values), default=2)]


@dataclass(frozen=True, slots=True)
class Example:
    """One violation: where, the operations involved, what was promised and what was found instead."""

    op_ids: tuple[int, ...]
    tps: str
    form: str
    page: int
    at_s: float | None
    expected: Text
    found: Text
    fault: str = ""
    """Id and name of the faults in force at that moment, "" for none; `conclude` fills it in."""

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json; text in English, Indonesian beside it."""
        return {
            "op_ids": list(self.op_ids),
            "tps": self.tps,
            "form": self.form,
            "page": self.page,
            "at_s": self.at_s,
            "expected": self.expected.en,
            "found": self.found.en,
            "expected_id": self.expected.id,
            "found_id": self.found.id,
            "fault": self.fault,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one checker.

    `count` violations among `checked` things looked at. `bound_95` is the upper 95 % bound on the share of
    violations when none was seen in n: 3/n (Hanley and Lippman-Hand 1983, the rule of three); None otherwise.
    """

    valid: Valid
    count: int
    checked: int
    why: Text
    examples: tuple[Example, ...] = ()
    parts: Mapping[str, "Finding"] = field(default_factory=dict)
    again: tuple[str, ...] = ()
    """Commands that show it again, and that play the run again; the verdict fills them in."""

    @property
    def bound_95(self) -> float | None:
        """Upper 95 % bound on the share of violations, when none was seen."""
        return min(1.0, 3.0 / self.checked) if self.checked and not self.count else None

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json."""
        return {
            "valid": self.valid,
            "count": self.count,
            "checked": self.checked,
            "bound_95": self.bound_95,
            "why": self.why.en,
            "why_id": self.why.id,
            "examples": [example.as_json() for example in self.examples],
            "again": list(self.again),
        }


NOT_ACKNOWLEDGED = Text(
    "tidak ada yang diperiksa: tidak ada tulisan yang diakui, jadi tidak ada yang terbukti",
    "nothing to check: no write was acknowledged, so nothing is proved",
)


def conclude(
    run: RunDirectory,
    count: int,
    checked: int,
    examples: Iterable[Example],
    *,
    absence: bool = False,
    readback: bool = True,
    nothing: Text = NOT_ACKNOWLEDGED,
) -> Finding:
    """From violations to a finding.

    A violation that was seen stands, even when the run was cut short. One that rests on the *absence* of a
    record (`absence`: an acknowledged page is not in the readback, a stored page is not in the history) does
    not, because the record may be what was cut off. Seeing none is worth nothing in a run that was cut
    short, has no readback (where the checker needs one: `readback`), or gave the checker nothing to look at:
    that is unknown, never a pass, and `nothing` says what was missing. Nor does a violation stand of which
    every example is at a TPS whose load worker died with a piece of the record (the first ten are looked at).
    """
    told = tuple(examples)[:MAX_EXAMPLES]
    shown = tuple(replace(one, fault=one.fault or in_force_at(run, one.at_s)) for one in told)
    cut = _cut_short(run, readback)
    # what is missing from the record of a worker that died may be all that is wrong
    explained = bool(told) and all(one.tps in doubtful(run) for one in told)
    if count and not (absence and cut) and not explained:
        return Finding(
            False, count, checked, Text(f"{count} pelanggaran terbukti", f"{count} violations proved"), shown
        )
    if cut:
        return Finding("unknown", count, checked, cut, shown)
    if not checked:
        return Finding("unknown", 0, 0, nothing)
    return Finding(
        True,
        0,
        checked,
        Text(f"{checked} diperiksa, tidak ada pelanggaran", f"{checked} checked, no violation"),
    )


def unknown(finding: Finding, why: Text) -> Finding:
    """The finding with its truth put in doubt; a violation that was proved stays proved."""
    return finding if finding.valid is False else replace(finding, valid="unknown", why=why)


def _cut_short(run: RunDirectory, readback: bool) -> Text | None:
    if run.info.ended != "complete":
        return Text(
            f"gladi tidak selesai ({run.info.ended}); catatannya mungkin terpotong",
            f"the run did not end by itself ({run.info.ended}); its record may be cut off",
        )
    if readback and run.readback is None:
        return Text(
            "isi sistem tidak dibaca kembali (tidak ada readback.parquet)",
            "what the system holds was not read back (no readback.parquet)",
        )
    return broken_record(run)
