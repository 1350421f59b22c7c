"""`gladi rehearse`: the scenario against a live system, to a verdict and a report."""

import sys
from pathlib import Path
from typing import Literal

import click

from gladi.commands.options import (
    chosen_target,
    emit,
    json_flag,
    language,
    out_option,
    plan_option,
    scenario_choices,
    secrets_of,
    target_choices,
)
from gladi.commands.watching import own_page_port, watching_options
from gladi.failures import COULD_NOT, OF_VERDICT, UNKNOWN, CannotRunError, UsageError


@click.command()
@scenario_choices
@plan_option
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Load worker processes; default: the scenario's.",
)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help="Start no load workers here; wait for --workers of them from other machines (`gladi worker`).",
)
@target_choices
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="P",
    help="Port of the reference stack; 0 takes a free one.",
)
@click.option(
    "--photos",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Photos that `gladi forms` made with this scenario and seed; what DIR lacks is rendered.",
)
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help="Plant a defect in the reference stack, to see whether it is caught; see `gladi soak`. Repeatable.",
)
@watching_options
@out_option("The run directory; default runs/<utc>-<scenario>. Must not exist.")
@language
@json_flag
def rehearse(
    scenario: str,
    seed: int | None,
    scale: float | None,
    compression: float | None,
    plan: Path | None,
    workers: int | None,
    listen: str | None,
    url: str | None,
    kind: str,
    ca: Path | None,
    headers: tuple[str, ...],
    port: int,
    photos: Path | None,
    defects: tuple[str, ...],
    live: int | None,
    otlp: str | None,
    locust_ui: int | None,
    out: Path | None,
    lang: Literal["id", "en"],
    as_json: bool,
) -> None:
    """Play SCENARIO (a file, or the name of a built-in one) against a live system.

    gladi draws the TPS, renders their C.Hasil photos, starts the reference stack and a network of real
    proxies, lets the operators act, breaks things on time, heals them, reads everything back and judges.
    Ctrl-C heals and keeps the evidence.

    \b
    Examples:
      gladi rehearse kepahiang-2024
      gladi rehearse kepahiang-2024 --scale 40 --compression 1200
      gladi rehearse my.toml --target http://127.0.0.1:8080 --json
      gladi rehearse kepahiang-2024 --live 8765        (and a browser: http://127.0.0.1:8765)
      gladi rehearse kepahiang-2024 --plan runs/20270110T010000Z-kepahiang-2024/plan.jsonl
      gladi rehearse kepahiang-2024 --listen 10.0.0.1:5557 --workers 3
                                        (and on three machines: gladi worker 10.0.0.1:5557)

    A target that is not this machine must itself serve /.well-known/gladi-consent; without it nothing is
    sent. Tokens for the readback of a --target: the file named by GLADI_SECRETS, or those of the stack that
    `gladi stack up` started.
    """
    from chaos import LedgerError, ToxiproxyError
    from chaos.stack import StackError
    from gladi.elsewhere import listening
    from gladi.leaving import explained
    from gladi.onlookers import looking_on
    from gladi.rehearsing.asked import Choices
    from gladi.rehearsing.story import rehearse as play
    from gladi.runfolder import RunFolder
    from gladi.setting import arrange, played, scenario_file
    from gladi.show import Show
    from gladi.verdicts import judge, summary

    show = Show(quiet=as_json)
    target = chosen_target(url, ca, headers)
    path = scenario_file(scenario)
    if defects and url:
        raise UsageError("--defect: only the reference stack has planted defects; leave out --target")
    if photos and listen:
        raise UsageError("--photos: with --listen every worker renders its own; leave it out")
    scale = played(path, scale)
    setting = arrange(path, seed, scale, compression, plan).with_defects(defects)
    choices = Choices(
        scenario_file=path,
        scale=scale,
        workers=workers or setting.scenario.load.workers,
        address=target,
        kind=kind,
        secrets=secrets_of(target),
        port=port,
        photos=photos.resolve() if photos else None,
        plan=plan.resolve() if plan else None,
        listen=listening(listen) if listen else None,
        page_port=own_page_port(locust_ui, live, show),
    )
    with looking_on(setting, choices.workers, live, otlp or "", show) as onlookers:
        folder = RunFolder.create(out, setting.scenario.id)
        show.say(
            f"[bold]{setting.scenario.scenario.title}[/bold]: {len(setting.population):,} TPS, "
            f"setara {setting.national_equivalent:,} TPS waktu nyata, benih {setting.seed}\n  {folder.path}"
        )
        try:
            outcome = play(setting, choices, folder, show, onlookers)
        except BaseException as error:
            # A run that never began leaves nothing behind; one that did keeps its evidence.
            if not (folder.path / "run.json").exists():
                folder.discard()
            if isinstance(error, ToxiproxyError | LedgerError | StackError):
                raise CannotRunError(str(error)) from error
            raise
        onlookers.stage("judging")
        verdict = judge(folder.path, lang, show)
        onlookers.verdict(verdict["verdict"], str(folder.path / "report.html"), outcome.problem)
    show.say(summary(verdict, folder.path, show.began))
    if as_json:
        emit({**verdict, "run": str(folder.path), "problem": outcome.problem})
    if outcome.problem:
        click.echo(f"gladi: {outcome.problem}", err=True)
    if outcome.ended == "interrupted":
        for line in explained():
            click.echo(f"gladi: {line}", err=True)
    if outcome.problem:
        sys.exit(COULD_NOT)
    sys.exit(UNKNOWN if outcome.ended != "complete" else OF_VERDICT[verdict["verdict"]])
