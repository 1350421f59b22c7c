"""`gladi compare`: two runs, or two groups of runs, with how sure each difference is."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from gladi.commands.options import emit, json_flag, language, out_option, pdf_flag
from gladi.failures import FAILED, PASSED, UNKNOWN, CannotRunError, UsageError

if TYPE_CHECKING:
    from reports.comparison import Comparison


_BETWEEN = "\x1f"
"""Stands for -- among the runs, which click would swallow; no file is called so."""


class _TwoGroups(click.Command):
    """Takes a -- among its arguments as what lies between two groups; options may still follow it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [_BETWEEN if one == "--" else one for one in args])


@click.command(cls=_TwoGroups)
@click.argument(
    "runs",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="RUN RUN | RUN... -- RUN...",
)
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="A run to hold the others against; repeat it for a group. Default: the first RUN.",
)
@click.option("--anyway", is_flag=True, help="Compare runs of different scenarios all the same, and say so.")
@click.option(
    "--margin",
    type=click.FloatRange(0, 1000),
    default=5.0,
    show_default=True,
    metavar="PERCENT",
    help="Times and rates that differ by less are called neither better nor worse.",
)
@click.option(
    "--fail-on-worse/--no-fail-on-worse",
    default=True,
    show_default=True,
    help="Exit with 1 when anything is significantly worse.",
)
@click.option("--all", "everything", is_flag=True, help="Print every measure, not only what differs.")
@pdf_flag
@out_option("Where compare.html and comparison.json go; default: the last RUN.")
@language
@json_flag
def compare(
    runs: tuple[Path, ...],
    against: tuple[Path, ...],
    anyway: bool,
    margin: float,
    fail_on_worse: bool,
    everything: bool,
    paper: bool,
    out: Path | None,
    lang: Literal["id", "en"],
    as_json: bool,
) -> None:
    """Compare rehearsals or simulations: is the second better or worse than the first, and how sure is that?

    The first RUN is before, all others are after. Two groups are parted by --: before it, after it; or those
    of --against are before, and every RUN is after.
    Both sides must have been asked the same: scenario, scale, compression, fault plan. With the same --seed
    they are compared second by second, which shows far smaller differences. One run a side says nothing about
    what varies from run to run; three a side do.

    \b
    Exit codes: 0 nothing is worse, 1 something is significantly worse, 2 wrong usage,
                4 the runs cannot be compared, or nothing can be said.

    \b
    Examples:
      gladi compare runs/monday runs/tuesday
      gladi compare old-1 old-2 old-3 -- new-1 new-2 new-3
      gladi compare runs/monday runs/tuesday --all
    """
    from gladi.comparing import compared
    from gladi.comparing_told import briefly, wholly
    from gladi.paper import printed
    from gladi.show import Show
    from reports import RunDirectoryError
    from reports.comparison import render
    from reports.written import write_whole

    before, after = _sides(runs, against)
    show = Show(quiet=as_json)
    folder = out or after[-1]
    try:
        found: Comparison | None = compared(before, after, margin / 100.0, anyway, show)
        if found is None:
            sys.exit(UNKNOWN)
        folder.mkdir(parents=True, exist_ok=True)
        page = render(found, folder, lang)
        text = json.dumps(found.as_json(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        write_whole(folder / "comparison.json", text.encode())
    except RunDirectoryError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise CannotRunError(f"{folder}: cannot be written: {error.strerror}") from error
    sheet = printed(page) if paper else None
    if as_json:
        emit({**found.as_json(), "report": str(page), **({"pdf": str(sheet)} if sheet else {})})
    else:
        show.say(wholly(found, lang) if everything else briefly(found, lang))
        show.say(f"  {page}")
        if sheet is not None:
            show.say(f"  {sheet}")
    if found.word == "unknown":
        sys.exit(UNKNOWN)
    sys.exit(FAILED if found.word == "worse" and fail_on_worse else PASSED)


def _sides(runs: tuple[Path, ...], against: tuple[Path, ...]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Before and after; raises UsageError where either is empty, or said in two ways."""
    between = [place for place, one in enumerate(runs) if str(one) == _BETWEEN]
    if len(between) > 1 or (between and against):
        raise UsageError("--: write it once, between runs before and runs after, and without --against")
    if between:
        before, after = runs[: between[0]], runs[between[0] + 1 :]
    else:
        before, after = (against, runs) if against else (runs[:1], runs[1:])
    if not before or not after:
        raise UsageError("RUN: a second run is needed, to compare with the first (or --against RUN)")
    return before, after
