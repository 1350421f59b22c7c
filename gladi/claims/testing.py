"""One claim after the other on its stage: the generators tried, the claim played until it is decided."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chaos import FaultEvent
from gladi.address import Address
from gladi.claims import deciding
from gladi.claims.playing import WARM_S, Notes, played, tried
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
    """Where one claim after the other is put to the test, until the time for all of them is over."""

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

    def tested(self, claim: Claim, events: list[FaultEvent]) -> str:
        """One claim until it is decided or its time is over; why others cannot be tried, or ""."""
        if why := deciding.with_ground(events, self._here.ground):
            leave_undecided(claim, why, self._undecided, self._show)
            return ""
        self._here.allowed()
        with self._show.stage(f"{claim.id}: {claim.title}"[:60]) as advance:
            try:
                step = tried(claim, self._offered, self._choices.seed, self._notes)
                if why := deciding.after_trial(claim, step):
                    leave_undecided(claim, why, self._undecided, self._show)
                    return ""
                self._undecided.pop(claim.id, None)
                self._played(claim, events, advance)
            except CannotRunError as error:
                self._undecided[claim.id] = asdict(Text(str(error), str(error)))
                return "" if "recovered" in str(error) else str(error)
        return ""

    def _played(self, claim: Claim, events: list[FaultEvent], advance: Advance) -> None:
        here, notes = self._here, self._notes
        for play in range(deciding.plays(claim, self._choices.minutes)):
            if play and time.monotonic() + WARM_S + claim.hold > self._deadline_s:
                break
            seed = self._choices.seed + play
            played(
                claim,
                events,
                here.ground,
                self._offered,
                seed,
                self._folder.path,
                notes,
                here.allowed,
                advance,
            )
            if why := notes.record.trial(len(notes.record) - 1)[0]["why"]:
                self._show.warn(f"{claim.id}: {why}")
            if self._decided(claim):
                break

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
