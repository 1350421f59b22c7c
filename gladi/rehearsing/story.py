"""The life of a rehearsal, from top to bottom.

`rehearse` reads as the story of a run: may it be, photos, the stage, who acts beside the load; play, heal,
keep what there is to know. Whatever is started is written in the ledger first, and a reaper outside this
process heals and ends everything should this process die.
"""

from contextlib import ExitStack

from chaos import find_server
from gladi.cores import divide, on
from gladi.interruption import uninterrupted
from gladi.onlookers import NOBODY, Onlookers
from gladi.photos import digest_of
from gladi.rehearsing import keeping
from gladi.rehearsing.allowed import allowed
from gladi.rehearsing.asked import Choices, Outcome, Rehearsal
from gladi.rehearsing.beside import Beside
from gladi.rehearsing.clock import RunClock
from gladi.rehearsing.healing import heal
from gladi.rehearsing.photos import photographed, room_for_photos
from gladi.rehearsing.playing import play
from gladi.rehearsing.stage import raise_stage
from gladi.runfolder import RunFolder
from gladi.setting import Setting
from gladi.show import Show


def rehearse(
    setting: Setting, choices: Choices, folder: RunFolder, show: Show, onlookers: Onlookers = NOBODY
) -> Outcome:
    """Play the scenario against a live system and write the run directory, verdict and report excepted.

    Raises UsageError, CannotRunError or ToxiproxyError before the first request; after it, every trouble is
    in the Outcome.
    """
    consent = allowed(setting, choices, show)
    find_server()  # said now, before anything is made
    folder.need_room(room_for_photos(setting))
    cores = divide(own_stack=choices.address is None and not choices.in_company)
    run = Rehearsal(setting, choices, folder, show, consent, cores)
    about = keeping.known_before(run)
    if choices.listen is None:
        about["digests"]["photos"] = photographed(run)
    with ExitStack() as held:
        held.enter_context(on(cores.load))
        stage = raise_stage(run, held)
        if choices.listen is not None:
            about["digests"]["photos"] = digest_of(stage.driver.photos)
        clock = RunClock()
        onlookers.begin(clock.zero_epoch_s, folder.path / "faults.jsonl")
        beside = Beside.gathered(run, stage, clock)
        keeping.keep_start(run, about, stage, beside, clock)
        beside.begin(run, stage, clock)
        try:
            play(run, stage, beside, clock, onlookers)
        finally:
            with show.stage("Pemulihan"), uninterrupted():
                heal(run, stage, beside)
        keeping.keep_records(run, about, stage, beside)
        # First the portal, which waits until the system has had its time: what was in hand when load ended
        # is stored or given up by then, and cannot come between what is shown and what is read back.
        keeping.keep_what_was_seen(run, beside)
        keeping.keep_what_is_stored(run, stage)
    keeping.keep_end(run, about)
    return run.outcome
