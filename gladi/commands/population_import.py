"""`gladi population import`: the TPS and voters of KPU's own tables, checked, as a roll."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import USAGE, CannotRunError, UsageError

if TYPE_CHECKING:
    from simulators.country.importing.tables import Outcome

_TOLD = 20
"""So many problems of a kind are told to people, without --all."""


@click.command(name="import", short_help="TPS and voters from KPU's own tables, checked.")
@click.argument(
    "data", nargs=-1, required=True, metavar="DATA.csv [MORE.csv ...]", type=click.Path(path_type=Path)
)
@click.option(
    "--map", "map_file", metavar="MAP.toml", type=click.Path(path_type=Path),
    help="Which column holds what; --guess proposes one.",
)  # fmt: skip
@click.option(
    "--out", metavar="ROLL.parquet", type=click.Path(path_type=Path, dir_okay=False),
    default=Path("population-roll.parquet"), show_default=True, help="The roll. Written whole or not at all.",
)  # fmt: skip
@click.option("--guess", is_flag=True, help="Print a mapping that may fit the first file, and end.")
@click.option("--all", "show_all", is_flag=True, help=f"Tell every problem, not the first {_TOLD} of a kind.")
@json_flag
def population_import(
    data: tuple[Path, ...], map_file: Path | None, out: Path, guess: bool, show_all: bool, as_json: bool
) -> None:
    """Read tables of TPS and voters as KPU keeps them, check them, and write a roll.

    A roll takes the place of synthetic TPS in every regency that it covers, wholly: what is not in it does
    not exist there. All files share one mapping (TOML) that says which of their columns holds what; names
    of columns, delimiter, encoding and the way codes are written are free.

    \b
    Examples:
      A first mapping, to look through and correct:
        gladi population import dpt-kepahiang.csv --guess > map.toml
      The import:
        gladi population import dpt-kepahiang.csv --map map.toml --out kepahiang.parquet
      Many files at once, and a population with them:
        gladi population import dpt-17.*.csv --map map.toml --out bengkulu.parquet
        gladi population make --roll bengkulu.parquet --out population.parquet

    \b
    A mapping:
      [file]
      skip_rows_with = ["JUMLAH"]      # rows of totals
      [columns]                        # the header's own words, or "#4" for the fourth
      desa_code = "KODE WILAYAH"       # 1708012001, 17.08.01.2001, or 2001 with the codes above it
      tps = "NO TPS"
      men = "L"
      women = "P"
      dpt = "JUMLAH"
      [constants]                      # what holds for the whole file
      regency_code = "17.08"

    Everything wrong with all files is told at once, with file and line; then nothing is written, and an
    older roll stays as it is. Warnings (gaps in TPS numbers, more voters than decreed) do not stop it.

    \b
    Exit codes: 0 imported, 2 something is wrong with the tables or the mapping,
                3 the roll cannot be written.
    """
    from simulators.country.importing.guessing import guessed
    from simulators.country.importing.mapping import MappingError, load_mapping
    from simulators.country.importing.tables import Table, import_tables

    tables = [Table.read(path) for path in data]
    if guess:
        try:
            click.echo(guessed(tables[0]), nl=False)
        except ValueError as error:
            raise UsageError(f"{data[0]}: {error}") from None
        return
    if map_file is None:
        raise UsageError("--map MAP.toml is missing: which column holds what? --guess proposes one")
    try:
        mapping, text = load_mapping(map_file)
    except MappingError as error:
        raise UsageError(str(error)) from None
    _keep_inputs(out, (*data, map_file))
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    outcome = import_tables(tables, mapping, text, date)
    if outcome.roll is not None:
        try:
            outcome.roll.to_parquet(out)
        except OSError as error:
            raise CannotRunError(f"{out}: cannot be written: {error.strerror or error}") from None
    if as_json:
        emit(_table(outcome, out))
    else:
        _tell(outcome, out, None if show_all else _TOLD)
    sys.exit(0 if outcome.roll is not None else USAGE)


def _keep_inputs(out: Path, given: tuple[Path, ...]) -> None:
    for path in given:
        if path.exists() and out.exists() and path.samefile(out):
            raise UsageError(f"--out {out} is one of the files to read; choose another name")
    if not out.resolve().parent.is_dir():
        raise UsageError(f"--out {out}: there is no folder {out.parent}")


def _table(outcome: "Outcome", out: Path) -> dict[str, Any]:
    roll = outcome.roll
    return {
        "imported": roll is not None,
        "out": str(out) if roll is not None else None,
        "tps": len(roll) if roll is not None else None,
        "dpt": int(roll.dpt.sum()) if roll is not None else None,
        "regencies": list(roll.regencies) if roll is not None else None,
        "sha256": roll.digest() if roll is not None else None,
        "errors": outcome.errors,
        "warnings": len(outcome.problems) - outcome.errors,
        "problems": [problem.table() for problem in outcome.problems],
    }


def _tell(outcome: "Outcome", out: Path, most: int | None) -> None:
    from simulators.country.importing.problems import told

    roll = outcome.roll
    for line in (*told(outcome.problems, most), *outcome.notes):
        click.echo(line, err=True)
    if roll is None:
        kept = f"; {out} stays as it was" if out.exists() else ""
        errors = "1 error" if outcome.errors == 1 else f"{outcome.errors:,} errors"
        click.echo(f"gladi: nothing was imported: {errors}{kept}", err=True)
    else:
        where = f"{len(roll.regencies)} regencies" if len(roll.regencies) > 1 else roll.regencies[0]
        click.echo(f"{len(roll):,} TPS with {int(roll.dpt.sum()):,} voters of {where} in {out}", err=True)
