"""`gladi report`: the page of a run, computed again from its directory."""

from pathlib import Path
from typing import Literal

import click

from gladi.commands.options import emit, json_flag, language


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@language
@json_flag
def report(run: Path, lang: Literal["id", "en"], as_json: bool) -> None:
    """Write RUN's report.html, one page that needs nothing else, in Indonesian or English.

    RUN is the directory of a rehearsal, of a simulation, of a sweep, or of a capacity run.

    \b
    Example:
      gladi report runs/20270110T010000Z-kepahiang-2024 --lang en
    """
    from gladi.capacity.rendering import is_capacity, rendered_capacity
    from gladi.nation.judging import is_nation, judged_nation, rendered_nation
    from gladi.sweeping.sweep import is_sweep, rendered_sweep
    from gladi.verdicts import judged, rendered

    if is_nation(run):
        page = rendered_nation(run, lang, judged_nation(run))
    elif is_sweep(run):
        page = rendered_sweep(run, lang)
    elif is_capacity(run):
        page = rendered_capacity(run, lang)
    else:
        page = rendered(run, lang, judged(run))
    if as_json:
        emit({"report": str(page), "lang": lang})
    else:
        click.echo(page)
