"""`gladi report`: the page of a run, computed again from its directory; on paper too."""

from pathlib import Path
from typing import Literal

import click

from gladi.commands.options import emit, json_flag, language, pdf_flag


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="An earlier run of the same scenario: the page says what got better or worse, and how sure that is.",
)
@pdf_flag
@language
@json_flag
def report(run: Path, against: Path | None, paper: bool, lang: Literal["id", "en"], as_json: bool) -> None:
    """Write RUN's report.html, one page that needs nothing else, in Indonesian or English.

    RUN is the directory of a rehearsal, of a simulation, of a sweep, of a capacity run, or of a readiness
    check. The pages of a claim stay as they were sealed; --pdf prints them.

    \b
    Examples:
      gladi report runs/20270110T010000Z-kepahiang-2024 --lang en
      gladi report runs/tuesday --against runs/monday --pdf
    """
    from gladi.paper import printed
    from gladi.reporting import pages_of

    pages = pages_of(run, lang, against)
    files = [file for page in pages for file in ([page, printed(page)] if paper else [page])]
    if as_json:
        told = {"report": str(pages[0]), "lang": lang}
        emit(told | ({"pdf": [str(one) for one in files if one.suffix == ".pdf"]} if paper else {}))
    else:
        for file in files:
            click.echo(file)
