"""`gladi new scenario`: asks what is to be rehearsed, or takes it by options, and writes a commented file."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import UsageError
from gladi.writing.questions import ASKED, NEXT, NO_REGION, OTHER_SCHEMA
from gladi.writing.wish import (
    ELECTIONS,
    NETWORK,
    POWER,
    SERVER,
    Lang,
    Said,
    Wish,
    forms_there,
    id_of,
    story_of,
    usual_forms,
)

if TYPE_CHECKING:
    from gladi.writing.story import Written


@click.command(name="scenario")
@click.option("--region", metavar="CODE|NAME", help='"33.24", "Kendal", or a province: "73".')
@click.option("--election", type=click.Choice(list(ELECTIONS)), help="Whose sheets and whose day.")
@click.option("--forms", metavar="F1,F2", help="What is photographed and sent; default: one form.")
@click.option("--network", type=click.Choice(list(NETWORK)), help="How bad the network is; default: counted.")
@click.option("--power", type=click.Choice(list(POWER)), help="How bad the power is; default: counted.")
@click.option(
    "--server", type=click.Choice(list(SERVER)), help="What happens to the server; default: outage."
)
@click.option(
    "--compression", type=click.FloatRange(1.0, 100_000.0), metavar="C",
    help="Seconds of the story in one real second; default: 600.",
)  # fmt: skip
@click.option(
    "--sample", type=click.IntRange(1), metavar="N",
    help="TPS of a live run; default: as many as two cores play in minutes.",
)  # fmt: skip
@click.option("--story", metavar="TEXT", help="What is told; default: a sentence for each day.")
@click.option("--title", metavar="TEXT", help="Default: region and election.")
@click.option("--id", "name", metavar="NAME", help="Name of the scenario; default: from region and election.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="N")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.toml",
    help="Default: NAME.toml, here. Never overwritten.",
)  # fmt: skip
@click.option("--no-schema", is_flag=True, help="Write no scenario.schema.json beside it.")
@click.option("--yes", is_flag=True, help="Ask nothing: defaults for what is not given.")
@click.option(
    "--lang", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Of all words."
)  # fmt: skip
@json_flag
def new_scenario(
    region: str | None,
    election: str | None,
    forms: str | None,
    network: str | None,
    power: str | None,
    server: str | None,
    compression: float | None,
    sample: int | None,
    story: str | None,
    title: str | None,
    name: str | None,
    seed: int,
    out: Path | None,
    no_schema: bool,
    yes: bool,
    lang: Literal["id", "en"],
    as_json: bool,
) -> None:
    """Write a scenario of your own: a commented TOML file that validates and plays at once.

    On a terminal it asks for what no option says. Figures of network and power are what KPU, Bawaslu or PLN
    counted for that region, or its share of a national count; each says so. Everything that may be said
    besides stands in the file behind a #.

    \b
    Examples:
      gladi new scenario
      gladi new scenario --region Kendal --election pilkada-2020 --server worst --yes
      gladi new scenario --region 73 --election pilkada-2024 --forms kwk-gubernur,kwk-bupati \\
                         --yes --out sulsel.toml
    """
    from gladi.writing.figures import live_sample, tps_of
    from gladi.writing.story import write_scenario
    from scenarios.model import ID

    asks = not yes and not as_json and sys.stdin.isatty() and sys.stderr.isatty()
    if out is not None and out.exists():
        raise UsageError(f"{out}: exists already, and is left as it is; choose another --out")
    if name is not None and not re.fullmatch(ID, name):
        raise UsageError(f"--id {name}: small letters, digits and hyphens, such as kudus-2024")
    if not asks and region is None:
        raise UsageError(
            '--region is missing, and there is no terminal to ask on: --region 33.24, or "Kendal"'
        )
    code, place = _region(region, asks, lang)
    election = election or _choice("election", ELECTIONS, "pemilu-2024", asks, lang)
    chosen = _forms(forms, code, election, asks, lang)
    network = network or _choice("network", NETWORK, "counted", asks, lang)
    power = power or _choice("power", POWER, "counted", asks, lang)
    server = server or _choice("server", SERVER, "outage", asks, lang)
    if compression is None:
        compression = _number("compression", 600.0, click.FloatRange(1.0, 100_000.0), asks, lang)
    tps = tps_of(code, election)
    if sample is None and asks:
        usual = live_sample(tps, chosen) or tps
        sample = int(_number("sample", usual, click.IntRange(1, tps), asks, lang))
    elif sample is not None and sample > tps:
        raise UsageError(f"--sample {sample}: {place} has {tps} TPS")
    if story is None:
        story = story_of(place, election, server, lang)
        if asks:
            story = click.prompt(ASKED["story"][lang], default=story, err=True)
    name = name or id_of(place, election)
    out = _file(out or Path(f"{name}.toml"), asks, lang)
    title = title or f"{place}, {election.replace('-', ' ').capitalize()}"
    wish = Wish(
        name,
        title,
        story,
        code,
        place,
        election,
        chosen,
        network,
        power,
        server,
        compression,
        sample,
        seed,
        lang,
    )
    written = write_scenario(wish, out, not no_schema)
    if as_json:
        emit({"scenario": str(written.path), "schema": str(written.schema) if written.schema else None,
              "tps": written.tps, "live_tps": written.played})  # fmt: skip
    else:
        click.echo(_told(written, lang, no_schema))


def _region(asked: str | None, asks: bool, lang: Lang) -> tuple[str, str]:
    """Code and name of the region that is meant; asks again where it is not sure, if there is somebody."""
    from gladi.writing.places import near_regions

    while True:
        text = asked if asked is not None else click.prompt(ASKED["region"][lang], err=True)
        found = near_regions(text)
        if len(found) == 1:
            if asks:
                click.echo(f"  {found[0][0]}  {found[0][1]}", err=True)
            return found[0]
        near = ", ".join(f"{code} {name}" for code, name in found)
        if not asks and not found:
            raise UsageError(f'--region {text}: there is none; a code is like "33.24", a name like "Kendal"')
        if not asks:
            raise UsageError(f"--region {text}: which one? There are: {near}")
        if found:
            for number, (code, name) in enumerate(found, 1):
                click.echo(f"  {number}  {code}  {name}", err=True)
            which: str = click.prompt(ASKED["which"][lang], default="1", err=True).strip()
            if which.isdecimal() and 1 <= int(which) <= len(found):
                return found[int(which) - 1]
            asked = which
        else:
            click.echo(NO_REGION[lang], err=True)
            asked = None


def _file(path: Path, asks: bool, lang: Lang) -> Path:
    """Where to write; a file that is there is left, and another name asked for where somebody can answer."""
    while asks and path.exists():
        number = next(one for one in range(2, 1_000) if not path.with_stem(f"{path.stem}-{one}").exists())
        said = ASKED["out"][lang].format(path=path)
        path = Path(click.prompt(said, default=f"{path.stem}-{number}.toml", err=True).strip())
    return path


def _choice(key: str, choices: Mapping[str, Said], usual: str, asks: bool, lang: Lang) -> str:
    if not asks:
        return usual
    click.echo(f"{ASKED[key][lang]}:", err=True)
    for one, said in choices.items():
        click.echo(f"  {one:<14}{said[lang]}", err=True)
    chosen: str = click.prompt(
        "", prompt_suffix="> ", type=click.Choice(list(choices)), default=usual, show_choices=False, err=True
    )
    return chosen


def _forms(given: str | None, code: str, election: str, asks: bool, lang: Lang) -> tuple[str, ...]:
    from scenarios.forms import NOT_VOTED

    there = forms_there(code, election)
    while True:
        if given is None and not asks:
            return usual_forms(code, election)
        usual = ",".join(usual_forms(code, election))
        text = given if given is not None else click.prompt(
            f"{ASKED['forms'][lang]} ({', '.join(there)})", default=usual, err=True
        )  # fmt: skip
        named = [one.strip() for one in text.split(",") if one.strip()]
        wrong = [one for one in named if one not in there]
        if named and not wrong:
            return tuple(form for form in there if form in named)
        why = next((f" ({NOT_VOTED[one, code[:2]]})" for one in wrong if (one, code[:2]) in NOT_VOTED), "")
        said = f"--forms {text}: {election} has {', '.join(there)}{why}"
        if given is not None or not asks:
            raise UsageError(said)
        click.echo(f"  {said}", err=True)


def _number(key: str, usual: float, kind: click.ParamType[Any], asks: bool, lang: Lang) -> float:
    if not asks:
        return usual
    answer: float = click.prompt(ASKED[key][lang], type=kind, default=usual, err=True)
    return answer


def _told(written: "Written", lang: Lang, no_schema: bool) -> str:
    from reports.words import number

    lines = [str(written.path)]
    if written.schema is not None:
        lines.append(str(written.schema))
    elif not no_schema:
        lines.append(OTHER_SCHEMA[lang])
    minutes = number(max(1, round(written.run_s / 60)), lang)
    tps, played = number(written.tps, lang), number(written.played, lang)
    return "\n".join([*lines, NEXT[lang].format(tps=tps, played=played, path=written.path, minutes=minutes)])
