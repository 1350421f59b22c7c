"""`gladi forms`: photos of C.Hasil with their ground truth, without a run."""

from pathlib import Path

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import UsageError


@click.command()
@click.option(
    "--scenario", required=True, metavar="SCENARIO", help="A file, or the name of a built-in scenario."
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="TPS", help="Only the first TPS, in order of code."
)
@click.option("--seed", type=int, metavar="N", help="Another draw of everything; default: the scenario's.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder for the photos."
)
@json_flag
def forms(scenario: str, limit: int | None, seed: int | None, out: Path, as_json: bool) -> None:
    """Photos of every TPS's C.Hasil (.jpg) with the truth beside each (.json).

    The same seed gives the same bytes. Photos that are already whole in DIR are kept, so that a broken-off
    call can be repeated. Every sheet carries SIMULASI.

    \b
    Example:
      gladi forms --scenario kepahiang-2024 --limit 10 --out photos
    """
    from gladi.photos import Recipe, render
    from gladi.setting import arrange, scenario_file
    from gladi.show import Show

    show = Show(quiet=as_json)
    path = scenario_file(scenario)
    setting = arrange(path, seed)
    count = min(limit or len(setting.population), len(setting.population))
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: is a file, must be a folder")
    recipe = Recipe(str(path), setting.seed, 1.0, setting.scenario.clock.compression)
    with show.stage("Foto C.Hasil") as advance:
        digest = render(
            recipe, setting, out, lambda done, total: advance(done, total, f"{done:,}/{total:,} foto"),
            only=range(count),
        )  # fmt: skip
    result = {"out": str(out), "tps": count, "photos": 3 * count, "seed": setting.seed, "sha256": digest}
    if as_json:
        emit(result)
    else:
        show.say(f"{3 * count:,} foto dari {count:,} TPS di {out}")
