"""`gladi calibrate`: a running stack is measured and becomes a server model for `gladi simulate`."""

from dataclasses import asdict
from pathlib import Path

import click

from gladi.commands.options import chosen_target, emit, json_flag, secrets_of, target_choices
from gladi.failures import UsageError


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("server.json"),
    show_default=True,
    metavar="FILE",
    help="The model. What is there already is not overwritten.",
)
@target_choices
@click.option(
    "--scenario",
    default="kepahiang-2024",
    show_default=True,
    metavar="SCENARIO",
    help="Whose TPS, sheets and stack settings are used.",
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Accounts and arrivals.")
@click.option(
    "--tps",
    type=click.IntRange(4, 11_000),
    metavar="N",
    help="TPS that send pages, three each; default: as many as the steps use up.",
)
@click.option("--quick", is_flag=True, help="About 40 s instead of three minutes, and coarser.")
@click.option(
    "--validate",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Fit nothing: hold this model to 50, 90, 120 and 200 % of its capacity, an outage, and clients that "
    "leave before the queue lets them in. Predictions are written before the first request.",
)
@click.option(
    "--seeds", type=click.IntRange(1, 50), default=3, show_default=True, metavar="N", help="Of --validate."
)
@click.option(
    "--seconds",
    type=click.FloatRange(2.0, 120.0),
    default=12.0,
    show_default=True,
    metavar="S",
    help="Length of each load of --validate.",
)
@json_flag
def calibrate(
    out: Path,
    url: str | None,
    kind: str,
    ca: Path | None,
    headers: tuple[str, ...],
    scenario: str,
    seed: int,
    tps: int | None,
    quick: bool,
    validate: Path | None,
    seeds: int,
    seconds: float,
    as_json: bool,
) -> None:
    """Measure a running stack and fit the server model that `gladi simulate --server` uses.

    It registers synthetic TPS, lets their operators in, and asks: one thing at a time for the shape of each
    service, more and more clients for capacity and hands, one burst a class for the limit. Then it predicts
    loads it has not seen, writes the predictions down, offers those loads and tells the errors.

    \b
    Examples:
      gladi calibrate --out server.json
      gladi calibrate --validate server.json
      gladi calibrate --target http://127.0.0.1:8080 --out vendor.json

    A target that is not this machine must itself serve /.well-known/gladi-consent for the scenario
    "calibrate". It should be empty: the accounts and pages of a calibration can be used only once.
    """
    from chaos import LedgerError
    from chaos.stack import StackError
    from gladi.calibrate.story import Choices
    from gladi.calibrate.story import calibrate as measure
    from gladi.calibrate.story import validate as hold
    from gladi.calibrate.table import error_table, model_table
    from gladi.failures import CannotRunError
    from gladi.setting import scenario_of
    from gladi.show import Show
    from simulators.server import ModelError, read_model, write_model

    show = Show(quiet=as_json)
    target = chosen_target(url, ca, headers)
    choices = Choices(
        scenario_of(scenario), target, kind, secrets_of(target), seed,
        tps or 0, quick,
    )  # fmt: skip
    written = validate or out
    predictions = written.with_name(f"{written.stem}.{'validation' if validate else 'predictions'}.jsonl")
    for path in (*(() if validate else (out,)), predictions):
        if path.exists():
            raise UsageError(f"{path}: exists already; choose another --out, or move it away")
    try:
        if validate:
            told = hold(read_model(validate), choices, seeds, seconds, predictions, show)
        else:
            told = measure(choices, predictions, show)
            write_model(told.model, out)
    except ModelError as error:
        raise UsageError(str(error)) from error
    except (LedgerError, StackError) as error:
        raise CannotRunError(str(error)) from error
    for why in told.discarded:
        show.warn(f"disisihkan / discarded: {why}")
    if as_json:
        emit({"model": asdict(told.model), "errors": [asdict(one) for one in told.errors],
              "discarded": told.discarded, "predictions": str(predictions)})  # fmt: skip
        return
    if not validate:
        click.echo(model_table(told.model))
    click.echo(error_table(told.errors))
    click.echo(f"{'' if validate else f'{out}, '}{predictions}")
