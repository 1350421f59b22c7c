"""What is wrong with tables, told so that a person finds it: file, line, and what would be right."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

KINDS = {
    "file": "files that cannot be read",
    "encoding": "characters",
    "nul": "NUL bytes",
    "header": "header",
    "quote": "quotes",
    "delimiter": "delimiters",
    "fields": "number of fields",
    "totals": "totals taken as TPS",
    "code": "codes",
    "region": "unknown regions",
    "nesting": "codes that lie elsewhere",
    "number": "TPS numbers",
    "count": "impossible counts",
    "sum": "sums",
    "duplicate": "TPS given twice",
    "voters": "unusual numbers of voters",
    "gap": "gaps in TPS numbers",
    "name": "names",
    "coverage": "regencies that look incomplete",
}
"""Every kind there is, in the order in which they are told, with its heading."""

_LINES_TOLD = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `lines` are physical lines of `file`, first is 1; none: the whole file.

    An `error` stops the import, a warning does not.
    """

    file: str
    lines: tuple[int, ...]
    kind: str
    message: str
    error: bool = True

    def __str__(self) -> str:
        place = f"{self.file}:{self.lines[0]}" if self.lines else self.file
        more = self.lines[1:]
        if not more:
            return f"{place}: {self.message}"
        told = ", ".join(str(line) for line in more[:_LINES_TOLD])
        rest = f" and {len(more) - _LINES_TOLD:,} more" if len(more) > _LINES_TOLD else ""
        return f"{place}: {self.message} (also line{'s' if len(more) > 1 else ''} {told}{rest})"

    def table(self) -> dict[str, object]:
        """For machines: every line, nothing left out."""
        severity = "error" if self.error else "warning"
        return {
            "file": self.file,
            "lines": list(self.lines),
            "kind": self.kind,
            "severity": severity,
            "message": self.message,
        }


class Found:
    """Problems of one file while they are being found; the same message at many lines becomes one problem."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: dict[tuple[str, str, bool], list[NDArray[np.int64]]] = {}

    def add(self, kind: str, message: str, lines: int | NDArray[np.int64] = 0, *, error: bool = True) -> None:
        """Note a problem at a line, at many, or (0) of the whole file."""
        self._lines.setdefault((kind, message, error), []).append(np.atleast_1d(np.asarray(lines, np.int64)))

    def add_each(
        self, wrong: Mapping[int, tuple[str, str]], index: NDArray[np.int64], lines: NDArray[np.int64]
    ) -> None:
        """Note for each value that is wrong (kind, message) the lines of the rows whose `index` it is."""
        rows = np.flatnonzero(np.isin(index, np.fromiter(wrong, np.int64)))
        if len(rows) == 0:
            return
        rows = rows[np.argsort(index[rows], kind="stable")]
        values, starts = np.unique(index[rows], return_index=True)
        for value, part in zip(values.tolist(), np.split(lines[rows], starts[1:]), strict=True):
            self.add(*wrong[value], part)

    def problems(self) -> Iterator[Problem]:
        """What was noted, each with its lines in order."""
        for (kind, message, error), parts in self._lines.items():
            lines = parts[0] if len(parts) == 1 == len(parts[0]) else np.unique(np.concatenate(parts))
            yield Problem(self.file, tuple(lines[lines > 0].tolist()), kind, message, error)


def in_order(problems: Iterable[Problem], files: Sequence[str]) -> list[Problem]:
    """Errors before warnings, then by kind, file (in the order given) and line."""
    kinds = {kind: place for place, kind in enumerate(KINDS)}
    order = {file: place for place, file in enumerate(dict.fromkeys(files))}
    return sorted(
        problems,
        key=lambda one: (not one.error, kinds[one.kind], order.get(one.file, -1), one.lines[:1], one.message),
    )


def told(problems: Sequence[Problem], most: int | None) -> Iterator[str]:
    """Lines for a person, under a heading for each kind, at most `most` of a kind (None: all)."""
    for (error, kind), group in groupby(problems, key=lambda one: (one.error, one.kind)):
        members = list(group)
        yield f"{'ERROR' if error else 'warning'}: {KINDS[kind]} ({len(members):,})"
        for one in members[:most]:
            yield f"  {one}"
        if most is not None and len(members) > most:
            yield f"  ... and {len(members) - most:,} more of this kind; --all shows them"
