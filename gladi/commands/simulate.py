"""`gladi simulate`: the scenario against the twin, in simulated time."""

import sys
from pathlib import Path
from typing import Any, Literal

import click

from gladi.commands.options import emit, json_flag, language, out_option, plan_option, scenario_choices
from gladi.failures import OF_VERDICT, UsageError


@click.command()
@scenario_choices
@plan_option
@click.option(
    "--server",
    "model",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="MODEL.json",
    help="The server that is simulated, as `gladi calibrate` measured it, or the name of one that comes with "
    "gladi (reference-embedded, sirekap-2024); default: the scenario's own, or the reference stack.",
)
@click.option(
    "--area",
    "areas",
    multiple=True,
    metavar="CODE",
    help="Nation: only this province (17), regency (17.08) or abroad (99); may be given many times.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Nation: another value for a key of the scenario, e.g. server.servers=12, persons.rest=30m.",
)
@click.option(
    "--sweep",
    multiple=True,
    is_flag=False,
    flag_value="",
    metavar="[KEY=V1,V2,...]",
    help="Nation: one simulation for each value; given again, for each combination. KEY=LOW..HIGH searches "
    "by halving. Nothing after it: the scenario's own [sweep].",
)
@click.option(
    "--until",
    metavar="CONDITION",
    help='What a point of a sweep must reach, e.g. "complete>=0.95"; default: the scenario\'s expectation.',
)
@click.option(
    "--replications",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Nation: every point N times, with seeds that follow from the seed.",
)
@click.option("--dask", metavar="ADDRESS", help="Sweep on this Dask cluster; default: processes here.")
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Sweep: processes here; default: what cores and memory allow.",
)
@out_option("The run directory; default runs/<utc>-<scenario>. Must not exist, unless a sweep goes on in it.")
@language
@json_flag
def simulate(
    scenario: str,
    seed: int | None,
    scale: float | None,
    compression: float | None,
    plan: Path | None,
    model: Path | None,
    out: Path | None,
    lang: Literal["id", "en"],
    as_json: bool,
    **of_nations: Any,
) -> None:  # fmt: skip
    """Play SCENARIO against the twin, a simulated server: seconds instead of minutes.

    A regency: the same operators, moments, links and faults as `gladi rehearse`, the same record, checkers
    and report. At the scenario's compression it predicts the rehearsal; with --compression 1 it plays the
    real day. Where a scenario has a [twin], that is the server as it was, on that day: --server
    reference-embedded tries another one on the same people.

    A nation: every TPS of an election, from activation to the last pleno, in its own time. A collapse of the
    server that does not end by itself is named METASTABLE, and the run is stopped there.

    \b
    Examples:
      gladi simulate kepahiang-2024
      gladi simulate kepahiang-2024 --compression 1 --seed 7
      gladi simulate pati-2024                                 (the server of 2024)
      gladi simulate pati-2024 --server reference-embedded
      gladi simulate nation-2024 --scale 0.01
      gladi simulate nation-2024 --area 17 --set server.servers=1
      How many servers would have done, with chance in it:
        gladi simulate nation-2024 --sweep server.servers=3,6,12,24 --replications 3
      The fewest that do:
        gladi simulate nation-2024 --until "complete>=0.95" --sweep server.servers=1..64

    A sweep plays each point in a process of its own (Dask); the whole nation needs about 1.2 GB each. What is
    finished in --out is not played again, so a sweep that was broken off can be repeated.

    \b
    Exit codes: 0 passed (sweep: some value does), 1 failed or METASTABLE (no value does),
                2 wrong usage or input, 3 could not run (sweep: not every point), 4 unknown or broken off.
    """
    from gladi.setting import scenario_file
    from gladi.show import Show

    show = Show(quiet=as_json)
    path = scenario_file(scenario)
    if _is_nation(path):
        _foreign(
            {"--compression": compression, "--plan": plan}, "a nation is played in its own time, by its file"
        )
        sys.exit(_nation(path, seed, scale, model, out, lang, show, as_json, **of_nations))
    _foreign(_spelled(of_nations), "is for the scenario of a nation, such as nation-2024")
    sys.exit(_regency(path, seed, scale, compression, plan, model, out, lang, show, as_json))


def _is_nation(path: Path) -> bool:
    from scenarios import ScenarioError, is_nation, read_table

    try:
        return is_nation(read_table(path))
    except ScenarioError as error:
        raise UsageError(str(error)) from error


def _spelled(of_nations: dict[str, Any]) -> dict[str, Any]:
    spelled = {"areas": "--area", "settings": "--set"}
    return {spelled.get(name, f"--{name}"): value for name, value in of_nations.items()}


def _foreign(options: dict[str, Any], why: str) -> None:
    """Refuses options that say nothing for this kind of scenario."""
    given = [name for name, value in options.items() if value is not None and value != ()]
    if given:
        raise UsageError(f"{', '.join(given)}: {why}")


def _regency(
    path: Path,
    seed: int | None,
    scale: float | None,
    compression: float | None,
    plan: Path | None,
    model: Path | None,
    out: Path | None,
    lang: Literal["id", "en"],
    show: Any,
    as_json: bool,
) -> int:
    from gladi.runfolder import RunFolder
    from gladi.setting import arrange_twin
    from gladi.twin_run import simulate as play
    from gladi.verdicts import judge, summary
    from simulators.server import ModelError

    try:
        server = _model(model) if model else None
    except ModelError as error:
        raise click.BadParameter(str(error), param_hint="--server") from error
    setting = arrange_twin(path, seed, scale, compression, plan, as_it_was=server is None)
    folder = RunFolder.create(out, setting.scenario.id)
    try:
        with show.stage("Simulasi") as advance:
            play(
                setting, path, folder,
                lambda now, end: advance(now, end, f"{setting.timeline.local(min(now, end)):%d %b %H.%M}"),
                server,
            )  # fmt: skip
    except BaseException:
        folder.discard()
        raise
    verdict = judge(folder.path, lang, show)
    show.say(summary(verdict, folder.path, show.began))
    if as_json:
        emit({**verdict, "run": str(folder.path)})
    return OF_VERDICT[verdict["verdict"]]


def _model(given: Path) -> Any:
    """A server model: a file, or the name of one that comes with gladi; raises ModelError."""
    from simulators.server import named_model, read_model

    return read_model(given) if given.suffix or given.exists() else named_model(str(given))


def _nation(
    path: Path,
    seed: int | None,
    scale: float | None,
    model: Path | None,
    out: Path | None,
    lang: Literal["id", "en"],
    show: Any,
    as_json: bool,
    *,
    areas: tuple[str, ...],
    settings: tuple[str, ...],
    sweep: tuple[str, ...],
    until: str | None,
    replications: int | None,
    dask: str | None,
    workers: int | None,
) -> int:
    from gladi.sweeping.asked import asked_for
    from gladi.sweeping.day import play_day
    from gladi.sweeping.sweep import Wishes, play_sweep

    asked = asked_for(path, settings, scale, areas, model)
    if sweep or (replications or 1) > 1:
        wishes = Wishes(sweep, replications or 1, until, dask, workers, seed, out)
        swept = play_sweep(asked, wishes, lang, show)
        if as_json:
            emit({**swept.table, "run": str(swept.path)})
        return swept.code
    _foreign(
        {"--until": until, "--dask": dask, "--workers": workers}, "is for a --sweep, or for --replications"
    )
    day = play_day(asked, seed, out, lang, show)
    if as_json:
        emit({**day.table, "run": str(day.path), "ended": day.ended})
    return day.code
