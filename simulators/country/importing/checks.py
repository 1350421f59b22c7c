"""What shows when the rows of all files lie side by side: TPS given twice, gaps, two names for one code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.country.importing.counts import SPECIAL_FROM
from simulators.country.importing.gazetteer import gazetteer
from simulators.country.importing.problems import Problem

_FEW_NUMBERS = 5
_FAR_FROM_KPU = 0.2
"""A regency whose TPS differ from KPU's count by more than this share is asked about (assumed)."""


@dataclass(frozen=True, slots=True)
class Stack:
    """All usable rows of all files in the order given: TPS code, file (index into `files`) and physical line.

    `lost` has for each file the lines, in order, of rows that could not be used.
    """

    files: Sequence[str]
    tps: NDArray[np.int64]
    file: NDArray[np.int64]
    line: NDArray[np.int64]
    lost: Sequence[NDArray[np.int64]]

    def where(self, row: int) -> str:
        """File and line of a row."""
        return f"{self.files[self.file[row]]}:{self.line[row]}"

    def lost_between(self, one: int, other: int) -> bool:
        """Whether a row could not be used that stands between two others of the same file."""
        if self.file[one] != self.file[other]:
            return False
        low, high = sorted((self.line[one], self.line[other]))
        first, last = np.searchsorted(self.lost[self.file[one]], (low, high))
        return bool(last > first)

    def problem(self, row: int, kind: str, message: str, *, error: bool) -> Problem:
        """A problem at a row."""
        return Problem(self.files[self.file[row]], (int(self.line[row]),), kind, message, error)


def duplicates(stack: Stack) -> list[Problem]:
    """TPS that stand there more than once, each at its later lines, naming the first."""
    order = np.argsort(stack.tps, kind="stable")
    code = stack.tps[order]
    first = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]])[: len(code)])
    at = np.repeat(first, np.diff(np.append(first, len(code))))
    return [
        stack.problem(
            int(order[row]),
            "duplicate",
            f"TPS {code[row]} stands also at {stack.where(int(order[at[row]]))}",
            error=True,
        )
        for row in np.flatnonzero(at != np.arange(len(code))).tolist()
    ]


def gaps(stack: Stack) -> list[Problem]:
    """Desa whose TPS do not run from 001 (special locations: from 901) without a hole; warnings.

    A hole where a row stands that could not be used is no news.
    """
    tps, row = np.unique(stack.tps, return_index=True)
    number = tps % 1_000
    series = tps // 1_000 * 2 + (number >= SPECIAL_FROM)
    opens = np.concatenate([[True], series[1:] != series[:-1]])[: len(tps)]
    floor = np.where(number >= SPECIAL_FROM, SPECIAL_FROM - 1, 0)
    before = np.where(opens, floor, np.concatenate([[0], number[:-1]])[: len(tps)])
    found: dict[int, list[str]] = {}
    at: dict[int, int] = {}
    for place in np.flatnonzero(number - before > 1).tolist():
        if place and stack.lost_between(int(row[place - 1]), int(row[place])):
            continue
        missing = range(int(before[place]) + 1, int(number[place]))
        one = f"{missing[0]:03d}" if len(missing) == 1 else f"{missing[0]:03d} to {missing[-1]:03d}"
        found.setdefault(int(series[place]), []).append(one)
        at.setdefault(int(series[place]), int(row[place]))
    return [
        stack.problem(
            at[one], "gap", f"desa {one // 2} has no TPS {_some(holes)} before this one", error=False
        )
        for one, holes in found.items()
    ]


def coverage(stack: Stack, election: str) -> list[Problem]:
    """Regencies with far fewer or more TPS than KPU counts in Pemilu 2024; warnings.

    A roll stands for the whole of each regency that it touches. KPU's counts are those of Pemilu 2024
    (`scenarios.regions`), so rolls of other elections are not compared.
    """
    if election != "pemilu-2024":
        return []
    codes, first, counts = np.unique(stack.tps // 10**9, return_index=True, return_counts=True)
    problems = []
    for code, row, count in zip(codes.tolist(), first.tolist(), counts.tolist(), strict=True):
        place = gazetteer().regencies[str(code)]
        if abs(count / place.tps - 1) > _FAR_FROM_KPU:
            message = (
                f"{place.code} ({place.name}) has {count:,} TPS here and {place.tps:,} in Pemilu 2024; "
                "the roll stands for the whole regency"
            )
            problems.append(stack.problem(row, "coverage", message, error=False))
    return problems


def two_names(names: Mapping[str, Mapping[str, int]], stack: Stack) -> list[Problem]:
    """Region codes that bear more than one name; `names` has, by code, each name and a row; warnings."""
    problems = []
    for code, given in names.items():
        if len(given) > 1:
            (name, first), *others = given.items()
            for other, row in others:
                message = (
                    f'{code} is called "{other}" here and "{name}" at {stack.where(first)}; the first is kept'
                )
                problems.append(stack.problem(row, "name", message, error=False))
    return problems


def _some(holes: Sequence[str]) -> str:
    more = len(holes) - _FEW_NUMBERS
    return ", ".join(holes[:_FEW_NUMBERS]) + (f" and {more} more gaps" if more > 0 else "")
