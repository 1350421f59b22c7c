"""`gladi simulate`: the scenario against the twin, in simulated time."""

import sys
from pathlib import Path
from typing import Literal

import click

from gladi.commands.options import emit, json_flag, language, out_option, plan_option, scenario_choices
from gladi.failures import OF_VERDICT


@click.command()
@scenario_choices
@plan_option
@click.option(
    "--server",
    "model",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="MODEL.json",
    help="The server that is simulated, as `gladi calibrate` measured it; default: the reference stack.",
)
@out_option("The run directory; default runs/<utc>-<scenario>. Must not exist.")
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
) -> None:
    """Play SCENARIO against the twin, a simulated server: seconds instead of minutes.

    The same operators, moments, links and faults as `gladi rehearse`, the same record, checkers and report.
    At the scenario's compression it predicts the rehearsal; with --compression 1 it plays the real day.

    \b
    Examples:
      gladi simulate kepahiang-2024
      gladi simulate kepahiang-2024 --compression 1 --seed 7
    """
    from gladi.runfolder import RunFolder
    from gladi.setting import arrange, scenario_file
    from gladi.show import Show
    from gladi.twin_run import simulate as play
    from gladi.verdicts import judge, summary
    from simulators.server import ModelError, read_model, reference_model

    try:
        server = read_model(model) if model else reference_model()
    except ModelError as error:
        raise click.BadParameter(str(error), param_hint="--server") from error
    show = Show(quiet=as_json)
    path = scenario_file(scenario)
    setting = arrange(path, seed, scale, compression, plan)
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
    sys.exit(OF_VERDICT[verdict["verdict"]])
