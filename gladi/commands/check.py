"""`gladi check`: the verdict of a run, computed again from its directory."""

import sys
from pathlib import Path

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import OF_VERDICT, UsageError


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help="One property alone, with its examples; may be repeated. Writes nothing.",
)
@json_flag
def check(run: Path, only: tuple[str, ...], as_json: bool) -> None:
    """Judge RUN (a run directory) again, from its columns alone; writes verdict.json and junit.xml.

    RUN is the directory of a rehearsal, of a simulation, or of a readiness check, in which nothing is written
    but whether readiness.json says what follows from its files. Names for --only are those that the verdict
    lists: lost, duplicated, altered, ...

    \b
    Examples:
      gladi check runs/20270110T010000Z-kepahiang-2024 --json
      gladi check runs/20270110T010000Z-kepahiang-2024 --only lost

    \b
    Exit codes: 0 passed (go), 1 failed (no-go), 2 no whole run, 4 unknown.
    """
    from gladi.nation.judging import is_nation, judged_nation, summary_nation
    from gladi.readiness.rendering import check_readiness, is_readiness
    from gladi.show import Show
    from gladi.verdicts import judged, summary, told

    show = Show(quiet=as_json)
    if is_readiness(run):
        if only:
            raise UsageError("--only: a readiness check has answers, no checkers; leave it out")
        sys.exit(check_readiness(run, show, as_json))
    if is_nation(run):
        if only:
            raise UsageError("--only: a nation's run holds no record of single writes; leave it out")
        found = judged_nation(run)
        if as_json:
            emit(found.table)
        else:
            show.say(summary_nation(found, show.began))
        sys.exit(OF_VERDICT[found.verdict])
    verdict = judged(run, only).table
    if as_json:
        emit(verdict)
    else:
        show.say(told(verdict) if only else summary(verdict, run, show.began))
    sys.exit(OF_VERDICT[verdict["verdict"]])
