"""The shape of a scenario file. Frozen, strict: an unknown key or a wrong type is an error, never ignored.

Durations are written with units ("45m") and held in seconds; clock times ("19:30") are local to the region
and held as seconds after midnight of the phase's first day. Human time; `Clock.compression` shrinks it.
"""

from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from scenarios.as_it_was import Twin
from scenarios.devices import Devices
from scenarios.disruption import ChaosSpec, FaultSpec, Stop
from scenarios.durations import ClockS, DurationS
from scenarios.help_desk import HelpDesk
from scenarios.link_hours import LinkHours
from scenarios.officials import Backup, Officials, Pleno
from scenarios.readiness import Readiness
from scenarios.regions import Regency, regions_of
from scenarios.reported import Reported
from scenarios.section import Count, Positive, Section, Share
from scenarios.thresholds import Checks

Form = Literal["ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab", "kwk-gubernur", "kwk-bupati"]
Election = Literal["pemilu-2024", "pilkada-2024", "pilkada-2020"]

FORMS: tuple[str, ...] = get_args(Form)
FORMS_OF_ELECTION: dict[str, tuple[str, ...]] = {
    "pemilu-2024": FORMS[:5],
    "pilkada-2024": FORMS[5:],
    "pilkada-2020": FORMS[5:],
}
"""In the order in which the votes are counted (PKPU 25/2023; Pilkada: governor first)."""

NOT_VOTED: dict[tuple[str, str], str] = {
    ("dprd-kab", "31"): "DKI Jakarta has no DPRD Kabupaten/Kota",
    ("kwk-bupati", "31"): "regents and mayors of DKI Jakarta are appointed",
    ("kwk-gubernur", "34"): "the governor of DI Yogyakarta is not elected",
}
"""Forms that a province (by its code) has no use for, and why."""


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


class Links(Section):
    """How the region's TPS reach the network. Counts are TPS of the whole region."""

    no_signal_tps: Count = 0
    no_signal_kecamatan: list[str] = Field(default_factory=list)
    """Where TPS without signal lie (six-digit codes); empty: anywhere."""
    travel_median: DurationS = 2_700.0
    travel_sigma: Share = 0.5
    """Log-normal journey to the nearest signal, one way."""
    signal_point: Literal["4g", "3g", "edge", "vsat"] = "3g"
    intermittent_tps: Count = 0
    up_mean: DurationS = 2_400.0
    down_mean: DurationS = 1_200.0
    """Mean stretches with and without signal of an intermittent TPS (exponential)."""
    share_3g: Share = 0.0
    share_edge: Share = 0.0
    share_vsat: Share = 0.0
    hours: list[LinkHours] = Field(default_factory=list)
    """When links are faster or slower than their class says: at night, in the evening."""

    @model_validator(mode="after")
    def _shares(self) -> "Links":
        if self.share_3g + self.share_edge + self.share_vsat > 1.0:
            raise ValueError("share_3g, share_edge and share_vsat must add to at most 1.0 (the rest is 4G)")
        return self


class Power(Section):
    """Power cuts at the TPS: chance that one begins during the count, and its mean length."""

    cut_chance: Share = 0.0
    cut_mean: DurationS = 5_220.0


class Activation(Section):
    """The activation window: when operators first try, and how they keep trying."""

    phase: str
    at: ClockS
    spread: DurationS
    storm_share: Share
    """Share of operators who begin within `spread` after `at`; the others come later in the window."""
    human_retry: DurationS
    """Mean pause before a person tries again, after the app has given up."""
    tries: Annotated[int, Field(ge=1)]
    help_desk_tries: Annotated[int, Field(ge=0)] = 2
    """Attempts after the help desk has been asked; then the operator stays unactivated that day."""


class Login(Section):
    """The login check of the day before, and how many take part."""

    phase: str
    at: ClockS
    spread: DurationS
    share: Share


class Voting(Section):
    """The day itself. Counting is log-normal in the number of votes; capture waits for a free hand."""

    phase: str
    close: ClockS
    count_median: DurationS
    count_sigma: Share
    capture_wait_median: DurationS
    capture_wait_sigma: Share
    page_median: DurationS
    """Time to pose, shoot and accept one page."""
    human_retry: DurationS
    tries: Annotated[int, Field(ge=1)]
    second_operator_after: DurationS
    """When the second operator looks whether everything has arrived, after the first began."""
    confirm_disagree: Share = 0.02
    """Share of TPS whose operator answers "tidak sesuai" and files a correction."""
    send_after: ClockS | None = None
    """Operators who photograph when they can, but send from this hour on: at night, when it is faster."""
    send_after_share: Share = 1.0
    send_spread: DurationS = 7_200.0
    """They begin evenly over this time."""


class App(Section):
    """What the phone's app does by itself, in real seconds (never compressed) but for `keep_alive`."""

    keep_alive: DurationS = 300.0
    """How long a phone keeps an idle connection, in human time: between two uses lies what a person does.
    Default: what OkHttp's own pool keeps, 5 minutes (ConnectionPool, square.github.io/okhttp)."""
    timeout_s: Positive = 15.0
    upload_timeout_s: Positive = 60.0
    retries: Count = 3
    backoff_first_s: Positive = 0.5
    backoff_factor: Annotated[float, Field(ge=1.0)] = 2.0
    backoff_max_s: Positive = 8.0
    photo_megapixels: Annotated[float, Field(ge=0.3, le=50.0)] | None = None
    """Size of its photos; default: as the public portal of 2024 showed them."""

    def backoff_s(self, tries: int) -> float:
        """The app's own pause after so many retries, before any jitter."""
        return min(self.backoff_first_s * self.backoff_factor**tries, self.backoff_max_s)


class Public(Section):
    """People and media who read the results: page views a minute of human time, while `phase` plays."""

    phase: str
    start: ClockS
    end: ClockS
    views_per_minute: Annotated[float, Field(ge=0.0)]


class Probes(Section):
    """Variety that a sound system must survive, part of every run. Of each page at most one is refused."""

    truncated_photo: Share = 0.0
    """Share of pages whose first upload carries a photo cut off on the phone; must be refused."""
    foreign_write: Share = 0.0
    """Share of pages for which the operator has picked a neighbouring TPS by mistake; must be refused."""
    corrupted_photo: Share = 0.0
    """Share of pages whose photo is damaged on the way: as long, another digest; must be refused."""
    no_session: Share = 0.0
    """Share of pages that are sent without any session first; must be refused."""
    double_tap: Share = 0.0
    """Share of pages sent once more after their receipt, with the same key; must change nothing."""
    second_thought: Share = 0.0
    """Share of corrections that are themselves corrected, by other numbers."""
    late_retry: Share = 0.0
    """Share of corrections after which the phone's first submission arrives again, with its own key: it must
    change nothing. Half of them arrive while the correction is still under way, too."""
    wrong_password: Share = 0.0
    """Share of TPS with somebody who guesses at the first operator's password; the operator then logs in."""
    wrong_password_tries: Annotated[int, Field(ge=1, le=50)] = 6
    """Guesses in a row, from a device that is not the account's; one more is typed on its own phone."""
    neighbours_at_once: Share = 0.0
    """Share of pairs of neighbouring TPS that begin to send in the same instant."""
    logout: Share = 0.0
    """Share of operators who log out when their work is done."""
    ended_session_after: DurationS = 6.0
    """Real time after a logout when somebody uses the old session; must be refused by then."""

    @model_validator(mode="after")
    def _one_a_page(self) -> "Probes":
        if self.truncated_photo + self.foreign_write + self.corrupted_photo + self.no_session > 1.0:
            raise ValueError(
                "truncated_photo, foreign_write, corrupted_photo and no_session must add to at most 1.0: "
                "each is another page's"
            )
        return self


class Slo(Section):
    """What counts as good service: real seconds from the intended moment, and the share that must hold."""

    activate_s: Positive
    login_s: Positive
    submit_page_s: Positive
    read_s: Positive
    shown_s: Positive = 5.0
    """The public is shown a stored page within this time, and nothing older."""
    backwards_s: Positive = 1.5
    """By so much an answer to the public may be older than one that was given before it."""
    logged_out_s: Positive = 5.0
    """A session that was logged out is refused by all within this time."""
    availability: Share


class Expect(Section):
    """What the run must reach to pass, beside losing nothing."""

    completeness: Share
    """Share of TPS whose pages are all in, at the end."""
    activated: Share = 0.0
    """Share of accounts activated when the activation phase ends."""
    recover_within: DurationS
    """Real time from the healing of a fault until service is good again."""
    steady: Share = 0.9
    """Availability just before the first fault, and again once the last is recovered from."""
    pleno: Share | None = None
    """Share of forms of TPS that a pleno has decided on by the end; nothing is expected without it."""
    officials_in: Share | None = None
    """Share of the officials who came who are logged in when the window of `officials.login` ends."""


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
