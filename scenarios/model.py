"""The shape of a scenario file. Frozen, strict: an unknown key or a wrong type is an error, never ignored.

Durations are written with units ("45m") and held in seconds; clock times ("19:30") are local to the region
and held as seconds after midnight of the phase's first day. Human time; `Clock.compression` shrinks it.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.app import App
from scenarios.as_it_was import Twin
from scenarios.devices import Devices
from scenarios.disruption import ChaosSpec, FaultSpec, Stop
from scenarios.durations import DurationS
from scenarios.expectations import Expect, Slo
from scenarios.forms import Election, Form
from scenarios.help_desk import HelpDesk
from scenarios.officials import Backup, Officials, Pleno
from scenarios.people import Activation, Login, Public, Voting
from scenarios.probes import Probes
from scenarios.readiness import Readiness
from scenarios.reception import Links, Power
from scenarios.regions import Regency, regions_of
from scenarios.reported import Reported
from scenarios.section import Positive, Section
from scenarios.thresholds import Checks

ID = r"^[a-z0-9][a-z0-9-]*$"
"""What a scenario may be called."""


class About(Section):
    """What is rehearsed and why; `sources` are addresses of the reports the story follows."""

    id: Annotated[str, Field(pattern=ID)]
    title: str
    story: str
    sources: list[str] = Field(default_factory=list)
    election: Election
    """pilkada-2020 is played with the sheets of 2024's Pilkada, on the day the scenario gives: those of 2020
    were not found."""
    forms: Annotated[list[Form], Field(min_length=1)]
    """What the KPPS photograph and send, in the order in which the votes are counted."""
    seed: Annotated[int, Field(ge=0, lt=2**63)]


class Region(Section):
    """Where: a regency ("17.08") or every regency of a province ("73"), narrowed to some kecamatan.

    `tps` and `voters` are published counts of one regency, or of the kecamatan named. Without them a regency
    has those on file, and some kecamatan of it the share of their desa (assumed).
    """

    code: str
    kecamatan: list[str] = Field(default_factory=list)
    tps: Annotated[int, Field(ge=1)] | None = None
    voters: Annotated[int, Field(ge=1)] | None = None


class Clock(Section):
    """Human seconds that pass in one real second. Timeouts, backoff, links and server are never shrunk."""

    compression: Annotated[float, Field(ge=1.0, le=100_000.0)]
    drain: DurationS = 20.0
    """Real time after the last phase in which requests under way may still end."""


class Phase(Section):
    """One stretch of the calendar that is played; what lies between two phases is skipped.

    `pace` multiplies the compression here: 2.0 plays this phase twice as fast as the rest.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    start: datetime
    end: datetime
    pace: Positive = 1.0

    @model_validator(mode="after")
    def _in_order(self) -> "Phase":
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("start and end are local times of the region: write them without an offset")
        if self.end <= self.start:
            raise ValueError(f"end {self.end} must be later than start {self.start}")
        return self


class Stack(Section):
    """Settings of the reference stack started for the run."""

    profile: Literal["embedded", "full"] = "embedded"
    """embedded: PostgreSQL, API and workers. full: nginx, Redis and an object store as well."""
    api_workers: Annotated[int, Field(ge=1, le=64)] = 2
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Those behind the API, which read photos and publish totals."""
    settings: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """Settings of the stack's own (`python -m sirekap settings --example`); the stack refuses wrong ones."""
    defects: list[str] = Field(default_factory=list)
    """Planted defects, to prove that the checkers see; empty in an honest run."""


class Load(Section):
    """Settings of the load driver."""

    workers: Annotated[int, Field(ge=1, le=256)] = 2
    tps: Annotated[int, Field(ge=1)] | None = None
    """TPS that a live run plays unless --scale says otherwise: a sample in which every regency stands, and
    every kecamatan as far as the number allows. Default: all."""


class Scenario(Section):
    """A whole scenario file."""

    scenario: About
    region: Region
    clock: Clock
    phases: Annotated[list[Phase], Field(min_length=1)]
    links: Links
    power: Power = Power()
    devices: Devices = Devices()
    help_desk: HelpDesk | None = None
    activation: Activation | None = None
    login: Login | None = None
    voting: Voting | None = None
    officials: Officials | None = None
    pleno: Pleno | None = None
    backup: Backup | None = None
    app: App = App()
    public: Public | None = None
    probes: Probes = Probes()
    faults: list[FaultSpec] = Field(default_factory=list)
    chaos: list[ChaosSpec] = Field(default_factory=list)
    stop: Stop = Stop()
    slo: Slo
    expect: Expect
    thresholds: Checks = Field(default_factory=dict)
    reported: list[Reported] = Field(default_factory=list)
    readiness: Readiness = Readiness()
    twin: Twin = Twin()
    stack: Stack = Stack()
    load: Load = Load()

    def places(self) -> tuple[Regency, ...]:
        """The regencies that are played, narrowed to the kecamatan asked for; raises RegionError."""
        region = self.region
        return regions_of(region.code, tuple(region.kecamatan), region.tps, region.voters)

    @property
    def day(self) -> Voting:
        """How votes are counted and sent, for those who only act where a scenario tells it."""
        if self.voting is None:
            raise ValueError(f"{self.id} has no [voting]: nobody counts, photographs or sends in it")
        return self.voting

    def phase(self, phase_id: str) -> Phase:
        """The phase with this id; raises KeyError."""
        return next(phase for phase in self.phases if phase.id == phase_id)

    @property
    def id(self) -> str:
        """Name of the scenario, as in its file name."""
        return self.scenario.id
