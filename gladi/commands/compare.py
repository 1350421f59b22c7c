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


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN RUN [RUN...]")
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
    paper: bool,
    out: Path | None,
    lang: Literal["id", "en"],
    as_json: bool,
) -> None:
    """Compare rehearsals or simulations: is the second better or worse than the first, and how sure is that?

    The first RUN is before, all others are after; with --against, those are before and every RUN is after.
    Both sides must have been asked the same: scenario, scale, compression, fault plan. With the same --seed
    they are compared second by second, which shows far smaller differences. One run a side says nothing about
    what varies from run to run; three a side do.

    \b
    Exit codes: 0 nothing is worse, 1 something is significantly worse, 2 wrong usage,
                4 the runs cannot be compared, or nothing can be said.

    \b
    Examples:
      gladi compare runs/monday runs/tuesday
      gladi compare new-1 new-2 new-3 --against old-1 --against old-2 --against old-3 --json
    """
    from gladi.comparing import compared, table
    from gladi.paper import printed
    from gladi.show import Show
    from reports import RunDirectoryError
    from reports.comparison import render
    from reports.written import write_whole

    before, after = (against, runs) if against else (runs[:1], runs[1:])
    if not after:
        raise UsageError("RUN: a second run is needed, to compare with the first (or --against RUN)")
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
        show.say(table(found, lang))
        show.say(f"  {page}")
        if sheet is not None:
            show.say(f"  {sheet}")
    if found.word == "unknown":
        sys.exit(UNKNOWN)
    sys.exit(FAILED if found.word == "worse" and fail_on_worse else PASSED)
