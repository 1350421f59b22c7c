"""`gladi soak`: many short rehearsals, to learn how far a verdict of gladi can be trusted."""

import os
import sys
from pathlib import Path

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import COULD_NOT, FAILED, PASSED, UNKNOWN, UsageError


@click.command()
@click.argument("scenario", metavar="[SCENARIO]", default="gladi-kotor")
@click.option(
    "--runs",
    type=click.IntRange(1, 100_000),
    default=20,
    show_default=True,
    metavar="N",
    help="Seeds to play, of the sound stack and of each defect.",
)
@click.option(
    "--first-seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="The seeds are this one and those after it.",
)
@click.option("--scale", type=float, default=12.0, show_default=True, metavar="N", help="TPS of a run.")
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help='A planted defect of the reference stack to look for; "all" for each in turn; ONE+OTHER plants two '
    "that different checkers must see. Repeatable. Without it the sound stack is played.",
)
@click.option(
    "--beside",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Runs at the same time; default: as many as there are cores.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs/soak"),
    show_default=True,
    metavar="DIR",
    help="Where runs and record are kept. What is on record there is not played again.",
)
@click.option("--keep", is_flag=True, help="Keep photos and stack of every run, not only what was judged.")
@json_flag
def soak(
    scenario: str,
    runs: int,
    first_seed: int,
    scale: float,
    defects: tuple[str, ...],
    beside: int | None,
    out: Path,
    keep: bool,
    as_json: bool,
) -> None:
    """Play many seeds of SCENARIO (default: gladi-kotor, a short day with all faults), sum up the verdicts.

    A sound stack must never be accused; a planted defect must be seen by the right checker. Runs in batches:
    stop it with Ctrl-C, give the same command again, and it goes on.

    \b
    Examples:
      gladi soak --runs 100
      gladi soak --defect all --runs 20
      gladi soak --defect ack_before_commit --runs 3 --keep --out runs/look

    \b
    Exit codes: 0 no false alarm and every defect caught in 19 of 20 seeds, 1 otherwise,
                4 nothing wrong was seen, but a run could not tell.
    """
    from gladi.setting import arrange, scenario_file
    from gladi.show import Show
    from gladi.soak.expected import SEEN_BY
    from gladi.soak.series import run_series
    from gladi.soak.table import as_json as table_json
    from gladi.soak.table import as_markdown, caught, clean
    from gladi.soak.trial import Trial

    wanted = tuple(SEEN_BY) if "all" in defects else defects
    for asked in wanted:
        judged_by: set[str] = set()
        for name in asked.split("+"):
            if name not in SEEN_BY:
                raise UsageError(f"--defect {asked}: no such defect; there are: {', '.join(SEEN_BY)}")
            if judged_by & set(SEEN_BY[name]):
                raise UsageError(
                    f"--defect {asked}: the same checker must see both, and could not tell them apart"
                )
            judged_by |= set(SEEN_BY[name])
    path = scenario_file(scenario)
    arrange(path, first_seed, scale)  # what is wrong with it is said now, and once
    folder = out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    together = beside or os.cpu_count() or 1
    trials = [
        Trial(
            str(path),
            seed,
            scale,
            defect,
            str(folder / f"{defect or 'clean'}-{seed}"),
            keep,
            in_company=together > 1,
        )
        for seed in range(first_seed, first_seed + runs)
        for defect in wanted or ("",)
    ]
    show = Show(quiet=as_json)
    with show.stage(f"{len(trials)} gladi pendek") as advance:
        count = 0

        def ended(result: object) -> None:
            nonlocal count
            count += 1
            advance(count, len(trials), str(getattr(result, "word", "")))

        results = run_series(trials, folder, together, ended)
    mine = {(one.defect, one.seed) for one in trials}
    results = [one for one in results if (one.defect, one.seed) in mine]
    table = as_markdown(results)
    (folder / "soak.md").write_text(table, encoding="utf-8")
    if as_json:
        emit(table_json(results))
    else:
        click.echo(table)
    sound = clean(results)
    if sound.alarms or any(not one.enough for one in caught(results)):
        sys.exit(FAILED)
    if any(one.word == "none" for one in results):
        sys.exit(COULD_NOT)
    sys.exit(UNKNOWN if sound.unknown else PASSED)
