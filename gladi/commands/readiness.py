"""`gladi readiness`: go, no-go or cannot tell, the day before; one page to print."""

import sys
from pathlib import Path
from typing import Literal

import click

from gladi.commands.options import emit, json_flag, language, out_option
from gladi.failures import UsageError


def _file(text: str) -> click.Path:
    return click.Path(path_type=Path, dir_okay=text == "DIR")


@click.command()
@click.argument("scenario", metavar="SCENARIO")
@click.option(
    "--activation",
    type=_file("FILE"),
    metavar="FILE",
    help="CSV of real figures: kode, akun, aktif (code, accounts, active), of any level.",
)
@click.option(
    "--run",
    type=_file("DIR"),
    metavar="RUN",
    help="Activation as it was in this run, at its window's end, where there are no real figures.",
)
@click.option(
    "--capacity",
    type=_file("DIR"),
    metavar="RUN",
    multiple=True,
    help="A run of `gladi capacity`, of the system that will be used. Repeatable.",
)
@click.option(
    "--claim",
    "claims",
    type=_file("DIR"),
    metavar="RUN",
    multiple=True,
    help="A run of `gladi claim`: what its certificate upholds or refutes. Repeatable.",
)
@click.option(
    "--plans",
    type=_file("FILE"),
    metavar="FILE",
    help="CSV of plans for blank spots and power cuts: kode, kondisi, rencana, penanggung_jawab.",
)
@click.option(
    "--staff",
    type=click.IntRange(0),
    metavar="N",
    help="People at the help desk at once; default: the scenario's.",
)
@click.option(
    "--rehearsal", type=_file("DIR"), metavar="RUN", help="The last `gladi rehearse` of this region."
)
@click.option(
    "--risks",
    type=_file("FILE"),
    metavar="FILE.toml",
    help="The register of risks; `risks = []` says that there is none.",
)
@click.option(
    "--serves",
    type=click.IntRange(1),
    metavar="TPS",
    help="TPS that the measured system serves in all; default: those of the scenario.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    metavar="N",
    help="Days to predict, each with its own seed: how far peaks vary comes from them.",
)
@click.option(
    "--tps",
    type=click.IntRange(10),
    default=1_000,
    show_default=True,
    metavar="N",
    help="Predict at most so many TPS; of a larger region a sample, multiplied.",
)
@click.option("--seed", type=int, metavar="N", help="Another first day; default: the scenario's.")
@click.option(
    "--server",
    "model",
    type=_file("FILE"),
    metavar="MODEL.json",
    help="The server of the predicted days, as `gladi calibrate` measured it.",
)
@click.option(
    "--forms",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Check nothing: write blank files for this region (activation, plans, risks) to fill in.",
)
@out_option("The folder of the check; default: runs/<utc>-readiness-<scenario>.")
@language
@json_flag
def readiness(
    scenario: str,
    activation: Path | None,
    run: Path | None,
    capacity: tuple[Path, ...],
    claims: tuple[Path, ...],
    plans: Path | None,
    staff: int | None,
    rehearsal: Path | None,
    risks: Path | None,
    serves: int | None,
    days: int,
    tps: int,
    seed: int | None,
    model: Path | None,
    forms: Path | None,
    out: Path | None,
    lang: Literal["id", "en"],
    as_json: bool,
) -> None:
    """Is SCENARIO ready, the day before (H-1)? Go, no-go or cannot tell, on one page to print.

    Seven questions, each with its rule: are all accounts active, does the measured capacity carry the
    predicted peak, do blank spots and power cuts have a plan, has the help desk people enough, did the last
    rehearsal pass, which risks are open. What nobody measured, counted or said is unknown, never "go".

    \b
    Examples:
      gladi readiness kepahiang-2024                       what is still missing, and how to get it
      gladi readiness kepahiang-2024 --forms h-1           blank files to fill in
      gladi readiness kepahiang-2024 --activation h-1/aktivasi.csv --plans h-1/rencana.csv \\
            --risks h-1/risiko.toml --capacity runs/20270110T010203Z-capacity \\
            --rehearsal runs/20270110T010000Z-kepahiang-2024 --staff 6

    Thresholds are in the section [readiness] of the scenario. `gladi report DIR --lang en` renders the page
    again, `gladi check DIR` judges the folder again.

    \b
    Exit codes: 0 go, 1 no-go, 2 wrong usage or input, 3 could not run, 4 cannot tell.
    """
    from gladi.readiness.rendering import OF_STATE, judged_readiness, pages_of, table, told
    from gladi.readiness.story import Choices, gather
    from gladi.runfolder import RunFolder
    from gladi.setting import scenario_file
    from gladi.show import Show
    from simulators.server import ModelError, read_model

    show = Show(quiet=as_json)
    path = scenario_file(scenario)
    _of_a_region(path)
    if forms is not None:
        _write_forms(path, forms, as_json)
        return
    if activation and run:
        raise UsageError("--run: --activation gives the real figures already; leave one of them out")
    try:
        server = read_model(model) if model else None
    except ModelError as error:
        raise click.BadParameter(str(error), param_hint="--server") from error
    choices = Choices(
        path,
        seed,
        days,
        tps,
        server,
        activation,
        run,
        capacity,
        claims,
        plans,
        rehearsal,
        risks,
        staff,
        serves,
    )
    folder = RunFolder.create(out, f"readiness-{path.stem}")
    try:
        gather(choices, folder, show)
    except BaseException:
        folder.discard()
        raise
    with show.stage("Penilaian dan lembar"):
        gathered, found = judged_readiness(folder.path)
        pages = pages_of(folder.path, lang)
    if as_json:
        emit(table(folder.path, gathered, found))
    else:
        show.say(told(gathered, found, lang, show.began))
        show.say(f"  {pages.html}")
        if pages.paper is not None:
            show.say(f"  {pages.paper}")
        else:
            show.warn(pages.why)
    sys.exit(OF_STATE[found.state])


def _of_a_region(path: Path) -> None:
    from scenarios import ScenarioError, is_nation, read_table

    try:
        nation = is_nation(read_table(path))
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    if nation:
        raise UsageError(
            f"{path.stem}: readiness is checked region by region: take the scenario of a regency or "
            "province, "
            "such as kepahiang-2024 or sulsel-pilkada-2024; --serves 823236 holds its server to the whole "
            "nation"
        )


def _write_forms(path: Path, folder: Path, as_json: bool) -> None:
    from gladi.readiness.blanks import write_blanks
    from scenarios import ScenarioError, load
    from simulators.population import population

    try:
        scenario = load(path)
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    made = write_blanks(scenario, population(scenario, scenario.scenario.seed), folder)
    if as_json:
        emit({"written": [str(one) for one in made]})
    else:
        for one in made:
            click.echo(one)
