"""`gladi population`: every TPS of the nation, made up or imported."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gladi.commands.options import emit, json_flag
from gladi.commands.population_import import population_import

if TYPE_CHECKING:
    from gladi.population_files import Written
    from gladi.show import Show
    from simulators.country import Country, Roll

_ELECTIONS = {"nation-2024": "pemilu-2024", "pemilu-2024": "pemilu-2024", "pilkada-2024": "pilkada-2024"}


@click.group(short_help="Every TPS of the nation: make one up, or import KPU's own.")
def population() -> None:
    """Every TPS of the nation, with all votes if wished: made up, or imported from KPU's own tables.

    \b
    Examples:
      gladi population make --area 17.08 --out kepahiang
      gladi population import dpt-kepahiang.csv --guess > map.toml
      gladi population import dpt-kepahiang.csv --map map.toml --out kepahiang.parquet
    """


@population.command(short_help="The TPS of an election, and all their votes, as Parquet.")
@click.argument("election", type=click.Choice(list(_ELECTIONS)), default="nation-2024")
@click.option(
    "--area",
    "areas",
    multiple=True,
    metavar="CODE",
    help="Only this province (17), regency (17.08), or 99 for abroad; may be given many times.",
)
@click.option("--seed", type=int, default=2024, show_default=True, metavar="N", help="Another draw of all.")
@click.option(
    "--scale",
    type=float,
    default=1.0,
    metavar="N",
    help="Up to 1: a share of the TPS. Above 1: a number of TPS. Default: all.",
)
@click.option("--roll", type=click.Path(path_type=Path, dir_okay=False), metavar="ROLL.parquet",
              help="TPS and voters as imported, instead of made up, where the roll has them.")  # fmt: skip
@click.option("--votes/--no-votes", default=None, help="All forms with all votes. Default: in a folder, yes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.parquet|DIR",
              help="A folder for everything; a .parquet file for the TPS alone.")  # fmt: skip
@json_flag
def make(
    election: str,
    areas: tuple[str, ...],
    seed: int,
    scale: float,
    roll: Path | None,
    votes: bool | None,
    out: Path,
    as_json: bool,
) -> None:
    """Make up the TPS of ELECTION: nation-2024 (the same as pemilu-2024) or pilkada-2024.

    Counts of TPS are KPU's, voters KPU's by province; kecamatan and desa, links, phones, votes and all names
    are made up. The same seed gives the same TPS and votes, in any part of the nation.

    \b
    In a folder:
      tps.parquet          one row a TPS: regions, clock, voters, link, signal, power, phone, pages, KPPS
      ppwp.parquet ...     one row a TPS and form: page 1, totals, votes as a list in ballot order
      candidates.parquet   who stands: form, district, position in that list, party, candidate

    \b
    Examples:
      gladi population make --out nation
      gladi population make --area 17.08 --area 99 --out kepahiang
      gladi population make pilkada-2024 --no-votes --out pilkada.parquet
    """
    from gladi.failures import UsageError
    from gladi.population_files import write
    from gladi.show import Show
    from simulators.country import country

    if votes and out.suffix == ".parquet":
        raise UsageError(f"--votes writes several files: {out} must be a folder, not a .parquet file")
    show = Show(quiet=as_json)
    with show.stage("Penduduk TPS"):
        try:
            made = country(_ELECTIONS[election], seed, areas=areas, scale=scale, roll=_read(roll))
        except ValueError as error:
            raise UsageError(str(error)) from error
    with show.stage("Parquet") as advance:
        written = write(made, out, votes if votes is not None else out.suffix != ".parquet", advance)
    if as_json:
        emit(_figures(made) | {"files": written.files, "bytes": written.size_bytes})
    else:
        _tell(made, written, show)


population.add_command(population_import, "import")


def _read(roll: Path | None) -> "Roll | None":
    if roll is None:
        return None
    from simulators.country import Roll

    return Roll.from_parquet(roll)


def _figures(made: "Country") -> dict[str, Any]:
    import numpy as np

    from simulators.country import LINK_NAMES

    offsets = np.where(made.abroad, 0.0, made.utc_offset_h)
    zones = {"WIB": 7.0, "WITA": 8.0, "WIT": 9.0}
    links = np.bincount(made.link, minlength=len(LINK_NAMES)).tolist()
    return {
        "election": made.election,
        "seed": made.seed,
        "tps": len(made),
        "voters": int(made.voters().sum()),
        "zones": {name: int((offsets == hours).sum()) for name, hours in zones.items()}
        | {"abroad": int(made.abroad.sum())},
        "links": dict(zip(LINK_NAMES, links, strict=True)),
        "no_signal": int((made.signal == 1).sum()),
        "intermittent": int((made.signal == 2).sum()),
        "pages": int(made.pages.sum()),
        "digest": made.digest(),
    }


def _tell(made: "Country", written: "Written", show: "Show") -> None:
    told = _figures(made)
    zones = ", ".join(f"{name} {count:,}" for name, count in told["zones"].items() if count)
    links = ", ".join(f"{name} {count / len(made):.1%}" for name, count in told["links"].items())
    show.say(f"{told['tps']:,} TPS, {told['voters']:,} pemilih ({zones})")
    show.say(
        f"  {links}; tanpa sinyal {told['no_signal']:,}, tidak stabil {told['intermittent']:,}; "
        f"{told['pages']:,} halaman"
    )
    show.say(f"  {len(written.files)} berkas, {written.size_bytes / 1e6:,.1f} MB; sha256 {told['digest']}")
