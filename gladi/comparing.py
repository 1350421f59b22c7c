"""Runs opened, held to be alike, and compared."""

from collections.abc import Sequence
from pathlib import Path

from gladi.failures import UsageError
from gladi.nation.judging import is_nation
from gladi.show import Show
from gladi.sweeping.sweep import is_sweep
from reports import RunDirectory, RunDirectoryError
from reports.comparison import Comparison, alike, compare

_REASONS = 8
"""So many reasons why runs cannot be compared are told, the widest first."""


def compared(
    before: Sequence[Path], after: Sequence[Path], margin: float, anyway: bool, show: Show
) -> Comparison | None:
    """None, and said why, for runs that must not be compared; raises UsageError, RunDirectoryError."""
    _twice([*before, *after])
    with show.stage("Membaca"):
        sides = [[_opened(path) for path in side] for side in (before, after)]
        known = alike(sides[0], sides[1])
    if known.strangers and not anyway:
        show.warn("tidak dapat dibandingkan / these runs were not asked the same:")
        for one in known.strangers[:_REASONS]:
            show.say(f"  {one.id} / {one.en}")
        if len(known.strangers) > _REASONS:
            more = len(known.strangers) - _REASONS
            show.say(f"  dan {more} lagi / and {more} more")
        show.say("  --anyway membandingkannya juga / compares them all the same")
        return None
    with show.stage("Membandingkan"):
        return compare(sides[0], sides[1], known, margin)


def later_against(run: Path, earlier: Path, margin: float = 0.05) -> Comparison:
    """`run` against an earlier one; UsageError that says why where they were not asked the same."""
    _twice([earlier, run])
    try:
        before, after = _opened(earlier), _opened(run)
        known = alike([before], [after])
        if known.strangers:
            listed = [one.en for one in known.strangers]
            more = len(listed) - _REASONS
            reasons = "; ".join(listed[:_REASONS]) + (f"; and {more} more" if more > 0 else "")
            raise UsageError(
                f"--against {earlier}: the two runs were not asked the same ({reasons}); "
                "gladi compare --anyway compares them all the same"
            )
        return compare([before], [after], known, margin)
    except RunDirectoryError as error:
        raise UsageError(str(error)) from error


def _opened(path: Path) -> RunDirectory:
    if is_nation(path) or is_sweep(path):
        raise UsageError(
            f"{path}: is a nation's run, which keeps no record of single operations; "
            "gladi compare takes runs of gladi rehearse and gladi simulate SCENARIO"
        )
    return RunDirectory.open(path)


def _twice(paths: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise UsageError(f"{path}: named twice; a run compared with itself shows nothing")
        seen.add(path.resolve())
