"""What was asked of a rehearsal, and how it ended."""

from dataclasses import dataclass, field
from pathlib import Path

from gladi.address import Address
from gladi.consent import Consent
from gladi.cores import Cores
from gladi.elsewhere import Listening
from gladi.runfolder import RunFolder
from gladi.setting import Setting
from gladi.show import Show


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line decides beside the setting. `address` None starts the reference stack.

    `photos` is a folder of photos rendered before; what it lacks is rendered into it. `plan` is the fault
    plan of another run, already in the setting.
    """

    scenario_file: Path
    scale: float
    workers: int
    address: Address | None
    kind: str
    secrets: Path | None
    port: int
    photos: Path | None = None
    plan: Path | None = None
    listen: Listening | None = None
    """Where workers from elsewhere join; None starts them here."""
    page_port: int = 0
    """Where Locust's own page is served; 0 for no page."""
    in_company: bool = False
    """Other rehearsals run beside this one: load and stack share all cores, photos take one process."""


@dataclass(slots=True)
class Outcome:
    """How a rehearsal ended: `problem` is empty unless it could not run or heal to the end."""

    ended: str = "complete"
    problem: str = ""

    @property
    def complete(self) -> bool:
        """Whether it was played to its end."""
        return self.ended == "complete"

    def abort(self, problem: str) -> None:
        """It was broken off, for this reason."""
        self.ended, self.problem = "aborted", problem


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One rehearsal as every step of it is told; only its `outcome` changes."""

    setting: Setting
    choices: Choices
    folder: RunFolder
    show: Show
    consent: Consent | None
    """Of a system that is not this machine."""
    cores: Cores
    """Which belong to the load, which to the stack."""
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def own_stack(self) -> bool:
        """Whether the reference stack is started for it."""
        return self.choices.address is None

    @property
    def photos(self) -> Path:
        """Where its photos are."""
        return self.choices.photos or self.folder.path / "photos"
