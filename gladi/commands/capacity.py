"""`gladi capacity`: the highest rate that a system holds, how sure that is, and what limits it."""

from pathlib import Path

import click

from gladi.commands.options import (
    chosen_target,
    emit,
    generator_choices,
    joining_of,
    json_flag,
    language,
    secrets_of,
    target_choices,
)
from gladi.failures import FAILED, PASSED, UNKNOWN, UsageError

_WHATS = ("login", "status", "read", "mixed", "submit_page")


@click.command()
@target_choices
@click.option(
    "--scenario",
    default="kepahiang-2024",
    show_default=True,
    metavar="SCENARIO",
    help="Whose TPS, sheets, stack settings and [slo] are used.",
)
@click.option(
    "--only", "whats", type=click.Choice(_WHATS), multiple=True, help="Measure this kind alone. Repeatable."
)
@click.option(
    "--slo",
    "slos",
    multiple=True,
    metavar='"KIND: LIMIT, ..."',
    help='In place of the scenario\'s, such as "submit_page: p95 < 2s, success > 99.9%". Repeatable.',
)
@click.option(
    "--precision",
    type=click.FloatRange(0.01, 0.5),
    default=0.10,
    show_default=True,
    metavar="SHARE",
    help="Stop when the 95 % interval is narrower than this share of the knee.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(0.5, 240.0),
    default=10.0,
    show_default=True,
    metavar="M",
    help="Of offering, all kinds together; starting a stack, and a second long trial of each, come on top.",
)
@click.option(
    "--step",
    "step_s",
    type=click.FloatRange(2.0, 300.0),
    default=6.0,
    show_default=True,
    metavar="S",
    help="Length of the shortest trial; its first quarter is warm-up and not judged. Around the knee trials "
    "are judged twice and three times as long.",
)
@generator_choices
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Accounts and arrivals.")
@click.option(
    "--tps",
    type=click.IntRange(4, 11_000),
    metavar="N",
    help="TPS that send the pages of their forms, once each; default: as many as have 18,000 pages on a "
    "stack of our own, 300 elsewhere.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Default: runs/<utc>-capacity.")
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Measure nothing: work everything out again from this directory's record.",
)
@language
@json_flag
def capacity(
    url: str | None,
    kind: str,
    ca: Path | None,
    headers: tuple[str, ...],
    scenario: str,
    whats: tuple[str, ...],
    slos: tuple[str, ...],
    precision: float,
    minutes: float,
    step_s: float,
    generators: int | None,
    listen: str | None,
    workers: int | None,
    seed: int,
    tps: int | None,
    out: Path | None,
    origin: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Find the highest rate that a system holds and keeps holding.

    Requests come on time whatever the system does. A rate is held when every kind keeps its limits and no
    queue grows; rates are tried again and again around the knee, and the knee comes with an interval of 95 %.
    When the generator cannot offer more, the answer is "at least", never the system's fault.

    \b
    Examples:
      gladi capacity --only login --minutes 2
      gladi capacity --slo "submit_page: p95 < 2s, success > 99.9%"
      gladi capacity --target http://127.0.0.1:8080 --only mixed
      gladi capacity --from runs/20270110T010203Z-capacity
      gladi capacity --target https://uji.example.id --listen 10.0.0.1:5557 --workers 4

    With --listen the load comes from other machines, on each of which `gladi worker 10.0.0.1:5557` is started
    (one for each core that is to offer): the same gladi, clocks right to a minute, consent asked by each. A
    trial in which one of them dies is invalid; the others offer the whole load from there on.

    A target that is not this machine must itself serve /.well-known/gladi-consent for the scenario
    "capacity"; its max_rate_per_s is never exceeded. It should be empty: accounts and pages are used once.

    Exit code 0: every kind measured; 4: one at least undecided, or the generator or the consent the limit;
    1: --from found that capacity.json does not say what follows from the record.
    """
    from chaos import LedgerError
    from chaos.stack import StackError
    from gladi.capacity.story import WHATS, Choices
    from gladi.capacity.story import capacity as measure
    from gladi.failures import CannotRunError
    from gladi.runfolder import RunFolder
    from gladi.setting import scenario_file, scenario_of
    from gladi.show import Show
    from reports.capacity import RunDirectoryError, as_json_of, finish, told
    from reports.capacity.limits import of_slo, with_changes
    from reports.words import Lang

    show = Show(quiet=as_json)
    if origin is None:
        target = chosen_target(url, ca, headers)
        read = scenario_of(scenario)
        try:
            limits = with_changes(of_slo(read.slo), slos)
        except ValueError as error:
            raise UsageError(f"--slo: {error}") from error
        chosen = tuple(what for what in WHATS if what in (whats or WHATS))
        choices = Choices(
            read, scenario, target, kind, secrets_of(target), seed, chosen, limits, precision, minutes,
            step_s, generators or 0, tps or 0,
            joining_of(listen, workers, generators, scenario_file(scenario), minutes),
        )  # fmt: skip
        folder = RunFolder.create(out, "capacity")
        try:
            measure(choices, folder, show)
        except (LedgerError, StackError) as error:
            raise CannotRunError(str(error)) from error
        finally:
            if not any(folder.path.iterdir()):
                folder.discard()
        where = folder.path
    else:
        where = origin
    spoken: Lang = "en" if lang == "en" else "id"
    try:
        found = finish(where, spoken, keep=origin is not None)
    except RunDirectoryError as error:
        raise (CannotRunError if origin is None else UsageError)(str(error)) from error
    if as_json:
        emit({"run": str(where), **as_json_of(found)})
    else:
        for line in told(found, spoken):
            click.echo(line)
        click.echo(str(where / "report.html"))
    if origin is not None and not found.agrees:
        raise SystemExit(FAILED)
    done = all(one.outcome == "measured" for one in found.answers)
    raise SystemExit(PASSED if done else UNKNOWN)
