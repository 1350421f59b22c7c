"""`gladi check`: the verdict of a run, computed again from its directory."""

import sys
from pathlib import Path

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import OF_VERDICT


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@json_flag
def check(run: Path, as_json: bool) -> None:
    """Judge RUN (a run directory) again, from its columns alone; writes verdict.json and junit.xml.

    \b
    Example:
      gladi check runs/20270110T010000Z-kepahiang-2024 --json
    """
    from gladi.show import Show
    from gladi.verdicts import judged, summary

    show = Show(quiet=as_json)
    verdict = judged(run).table
    if as_json:
        emit(verdict)
    else:
        show.say(summary(verdict, run, show.began))
    sys.exit(OF_VERDICT[verdict["verdict"]])
