"""Claims on their stage: the generators tried, each claim played once, then in turn until it is decided."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chaos import FaultEvent
from gladi.address import Address
from gladi.claims import deciding
from gladi.claims.playing import WARM_S, Notes, played, tried
from gladi.claims.turns import Turns
from gladi.failures import CannotRunError
from gladi.offering.elsewhere import Joining
from gladi.offering.several import Offering
from gladi.offering.stage import Stage
from gladi.runfolder import RunFolder
from gladi.show import Advance, Show
from reports.claims.evidence import SENT, Evidence
from reports.claims.judging import judged
from reports.words import Text
from scenarios import Scenario
from scenarios.claims import Claim, Claims

Undecided = dict[str, dict[str, str]]
"""By claim: why it could not be tried, in both languages."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line decides. `address` None starts a stack of ours; `text` is the file as it is."""

    file: str
    text: str
    claims: Claims
    scenario: Scenario
    address: Address | None
    kind: str
    secrets: Path | None
    seed: int
    minutes: float
    generators: int = 0
    joining: Joining | None = None


class Bench:
    """Where the claims are put to the test, until all are decided or the time for all of them is over."""

    def __init__(
        self, choices: Choices, here: Stage, offered: Offering, folder: RunFolder, notes: Notes,
        undecided: Undecided, show: Show,
    ) -> None:  # fmt: skip
        self._choices = choices
        self._here = here
        self._offered = offered
        self._folder = folder
        self._notes = notes
        self._undecided = undecided
        self._show = show
        self._deadline_s = time.monotonic() + choices.minutes * 60.0

    def tested(self, todo: Sequence[Claim], plans: Mapping[str, list[FaultEvent]]) -> None:
        """Each once, then the undecided in turn while there is time; CannotRunError where none can go on."""
        most = {one.id: deciding.plays(one, self._choices.minutes) for one in todo}
        turns = Turns(todo, most, WARM_S)
        while (claim := turns.next(self._deadline_s - time.monotonic())) is not None:
            began_s = time.monotonic()
            settled = self._turn(claim, turns.times(claim), plans[claim.id])
            turns.took(claim, time.monotonic() - began_s, settled)

    def _turn(self, claim: Claim, before: int, events: list[FaultEvent]) -> bool:
        """One playing of a claim that was played `before` times; whether another would be in vain."""
        if not before and (why := deciding.with_ground(events, self._here.ground)):
            leave_undecided(claim, why, self._undecided, self._show)
            return True
        self._here.allowed()
        with self._show.stage(_named(claim, before)) as advance:
            try:
                if not before:
                    step = tried(claim, self._offered, self._choices.seed, self._notes)
                    if why := deciding.after_trial(claim, step):
                        leave_undecided(claim, why, self._undecided, self._show)
                        return True
                    self._undecided.pop(claim.id, None)
                return self._played(claim, events, self._choices.seed + before, advance)
            except CannotRunError as error:
                self._undecided[claim.id] = asdict(Text(str(error), str(error)))
                if "recovered" not in str(error):
                    raise
                return True

    def _played(self, claim: Claim, events: list[FaultEvent], seed: int, advance: Advance) -> bool:
        here, notes = self._here, self._notes
        played(
            claim, events, here.ground, self._offered, seed, self._folder.path, notes, here.allowed, advance
        )  # fmt: skip
        if why := notes.record.trial(len(notes.record) - 1)[0]["why"]:
            self._show.warn(f"{claim.id}: {why}")
        return self._decided(claim)

    def _decided(self, claim: Claim) -> bool:
        """Whether playing it again would change nothing: by what is known, promises left aside."""
        choices, notes = self._choices, self._notes
        alone = claim.model_copy(update={"lost": None})
        so_far = Evidence(
            self._folder.path, choices.text, choices.claims.model_copy(update={"claim": [alone]}), {},
            notes.record.trials(), notes.record.attempts(), SENT.empty_table(), None, fault_lines(notes),
            notes.record.generators().to_pylist(),
        )  # fmt: skip
        return str(judged(so_far)["answer"]) != "undecided"


def _named(claim: Claim, before: int) -> str:
    """A playing, as the terminal shows it."""
    again = f" ({before + 1})" if before else ""
    return f"{claim.id}{again}: {claim.title}"[:60]


def leave_undecided(claim: Claim, why: Text, undecided: Undecided, show: Show) -> None:
    """Note and say why a claim cannot be decided here."""
    undecided[claim.id] = asdict(why)
    show.warn(f"belum pasti / undecided: {claim.id}: {why.id} / {why.en}")


def fault_lines(notes: Notes) -> list[dict[str, Any]]:
    """faults.jsonl of every trial, each line with its trial."""
    return [
        {"trial": trial, **json.loads(line)}
        for trial, path in notes.faults
        if path.exists()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
