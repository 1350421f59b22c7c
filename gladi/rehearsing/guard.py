"""Ledger and reaper: whatever is started or broken is on disk first, and is ended if gladi dies."""

from contextlib import ExitStack
from dataclasses import replace

from chaos import Ledger, ReaperProcess, Site
from gladi.home import choose_home
from gladi.load.driver import free_port
from gladi.rehearsing.asked import Outcome, Rehearsal
from gladi.rehearsing.photos import room_for_photos


def guarded(run: Rehearsal, held: ExitStack) -> tuple[Site, Ledger]:
    """Where everything of this run will stand, and its ledger; a reaper reads it from here on."""
    site = Site(str(run.folder.path), toxiproxy_url=f"http://127.0.0.1:{free_port()}")
    if run.own_stack:
        home, disk_json = choose_home(run.folder.path, run.setting.plan, room_for_photos(run.setting))
        site = replace(
            site, stack_json=str(home / "stack.json"), disk_json=str(disk_json) if disk_json else None
        )
    ledger = Ledger.create(run.folder.path / "ledger.jsonl", site)
    reaper = ReaperProcess(ledger.path)
    held.callback(_let_go, ledger, reaper, run.outcome)
    return site, ledger


def _let_go(ledger: Ledger, reaper: ReaperProcess, outcome: Outcome) -> None:
    """The last thing a run does: the ledger is closed if nothing is left, else the reaper clears away."""
    ledger.closed("gladi")
    if reaper.release() != 0 and not outcome.problem:
        log = ledger.path.with_name("reaper.log")
        outcome.problem = f"something could not be healed or ended; see {log}"
