"""`gladi heal`: undo what a run left behind, from its ledger."""

import sys
from pathlib import Path

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import COULD_NOT, PASSED, CannotRunError, UsageError


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@json_flag
def heal(run: Path, as_json: bool) -> None:
    """Heal every fault RUN's ledger still holds, take its stack down, end its processes, keep its record.

    The reaper does the healing by itself when gladi dies; this is for a machine that died with it, and it
    turns what the load workers had recorded into a history that `gladi check` can judge (as unknown: a run
    that was cut short proves nothing lost or kept). It may be given again and again.

    \b
    Example:
      gladi heal runs/20270110T010000Z-kepahiang-2024
      gladi check runs/20270110T010000Z-kepahiang-2024

    \b
    Exit codes: 0 nothing is left to heal, 2 no such run, 3 something could not be healed.
    """
    from chaos import LedgerError
    from chaos import heal as heal_ledger
    from gladi.runfolder import RunFolder

    ledger = run / "ledger.jsonl"
    if not ledger.is_file():
        raise UsageError(f"{ledger}: there is no ledger; a run directory of `gladi rehearse` has one")
    try:
        found = heal_ledger(ledger)
    except LedgerError as error:
        raise CannotRunError(str(error)) from error
    kept = RunFolder(run).gather_history()
    if as_json:
        emit(
            {
                "ok": found.ok,
                "healed": found.healed,
                "ended": found.ended_pids,
                "problems": found.problems,
                "history_kept": kept,
            }
        )
    else:
        click.echo(f"dipulihkan: {found.healed or 'tidak ada'}; masalah: {found.problems or 'tidak ada'}")
        if kept:
            click.echo(f"catatan operasi diselamatkan; lanjutkan dengan: gladi check {run}")
    sys.exit(PASSED if found.ok else COULD_NOT)
