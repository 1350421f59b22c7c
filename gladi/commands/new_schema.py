"""`gladi new schema`: JSON Schema of the files that people write, for editors."""

from pathlib import Path

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import UsageError


@click.command(name="schema")
@click.argument("kinds", nargs=-1, metavar="[KIND ...]")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), metavar="DIR",
    help="Where to; default: here. Existing files are renewed: nothing in them is anybody's own.",
)  # fmt: skip
@json_flag
def new_schema(kinds: tuple[str, ...], out: Path, as_json: bool) -> None:
    """Write JSON Schemas of KIND: scenario, nation, claims, changes; all of them if none is named.

    A TOML file whose first line is `#:schema ./scenario.schema.json` is then completed and checked by
    editors that use Taplo (Even Better TOML for VS Code, and others).

    \b
    Examples:
      gladi new schema --out schema
      gladi new schema scenario
    """
    from gladi.runfolder import full_disk_told, whole_file
    from gladi.writing.files import NAMES, file_name, schema
    from gladi.writing.schema import text_of
    from scenarios.mistakes import near_names

    for kind in kinds:
        if kind not in NAMES:
            raise UsageError(f"{kind}: no such kind of file; {near_names(kind, list(NAMES))}")
    written = []
    for kind in kinds or NAMES:
        path = out / file_name(kind)
        with full_disk_told(path):
            try:
                out.mkdir(parents=True, exist_ok=True)
                with whole_file(path) as unfinished:
                    unfinished.write_text(text_of(schema(kind)), encoding="utf-8")
            except (FileExistsError, NotADirectoryError, PermissionError) as error:
                raise UsageError(f"--out {out}: cannot be written there ({error.strerror})") from error
        written.append(str(path))
    if as_json:
        emit({"written": written})
    else:
        click.echo("\n".join(written))
