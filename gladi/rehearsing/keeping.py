"""What a rehearsal leaves on the disk: run.json, the workers' records, samples, what was seen and stored."""

from typing import Any

import pyarrow as pa

from gladi.facts import facts
from gladi.fault_facts import fault_facts
from gladi.load.in_hand import hand_in, without_end
from gladi.load.uses import sampled_elsewhere
from gladi.not_offered import not_offered
from gladi.readback import read_back, read_recap, write_recap
from gladi.recorder import history
from gladi.rehearsing.asked import Rehearsal
from gladi.rehearsing.beside import Beside
from gladi.rehearsing.clock import RunClock
from gladi.rehearsing.stage import Stage
from gladi.targets import Recapping, TargetError
from gladi.tickets import gathered
from reports.help_desk import FILE as HELP_DESK


def known_before(run: Rehearsal) -> dict[str, Any]:
    """What run.json can say before anything stands; scenario, population, timetable and plan are written."""
    choices = run.choices
    url = choices.address.url if choices.address else ""
    about = facts(run.setting, "rehearse", choices.workers, {"kind": choices.kind, "url": url})
    run.setting.write(run.folder.path, choices.scenario_file)
    about["load_cores"] = len(run.cores.load) if run.cores.apart else 0
    return about


def keep_start(run: Rehearsal, about: dict[str, Any], stage: Stage, beside: Beside, clock: RunClock) -> None:
    """run.json as the run begins: what it plays against, on which clock, which faults can be done."""
    about["target"]["url"] = stage.address.url
    about["t0_epoch_s"] = clock.zero_epoch_s
    about |= fault_facts(run.setting.plan, beside.faults.available)
    run.folder.write_json("run.json", about)


def keep_end(run: Rehearsal, about: dict[str, Any]) -> None:
    """run.json with how the run ended."""
    run.folder.write_json("run.json", {**about, "ended": run.outcome.ended})


def keep_records(run: Rehearsal, about: dict[str, Any], stage: Stage, beside: Beside) -> None:
    """Records of the workers and samples of the machine, as columns."""
    folder, driver = run.folder, stage.driver
    logs = folder.path / "logs"
    in_hand = hand_in(logs, without_end(driver.deaths, driver.totals.get("workers", ())))
    if not folder.gather_history():
        folder.write_table("history.parquet", history(()))
    sampled = [beside.sampler.stop(), sampled_elsewhere(logs)]
    folder.write_table("resources.parquet", pa.concat_tables(sampled))
    if run.setting.scenario.help_desk is not None:
        folder.write_table(HELP_DESK, gathered(logs))
    lost, cut_off = not_offered(run.setting, driver.deaths, in_hand)
    about["load"] = {**driver.totals, "not_offered": lost}
    if lost:
        folder.write_table("not_offered.parquet", cut_off)
    keep_end(run, about)


def keep_what_was_seen(run: Rehearsal, beside: Beside) -> None:
    """portal.parquet and health.parquet, of a system that can be watched."""
    with run.show.stage("Mata saksi di portal"):
        seen = beside.witness.saw()
        if seen is not None:
            run.folder.write_table("portal.parquet", seen[0])
            run.folder.write_table("health.parquet", seen[1])


def keep_what_is_stored(run: Rehearsal, stage: Stage) -> None:
    """readback.parquet, and the recap of a pleno; that it cannot be read is the run's problem."""
    with run.show.stage("Baca balik"):
        try:
            system = stage.system(run.setting.seed, run.choices.kind)
            run.folder.write_table("readback.parquet", read_back(system))
            if run.setting.scenario.pleno is not None and isinstance(system, Recapping):
                write_recap(run.folder, *read_recap(system))
        except TargetError as error:
            unread = f"the system could not be read back: {error}"
            run.outcome.problem = run.outcome.problem or unread
