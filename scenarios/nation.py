"""The shape of a nation's scenario file: a whole country's election against the twin of a server.

Beside `scenarios.model` because it says other things: no link is counted out by hand, nothing is compressed,
and the days go on until the plenos have ended. Local clock times hold in the TPS's own zone; moments of the
server ([[server.windows]], [calendar]) are WIB. Strict, as every scenario: an unknown key is an error.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from scenarios.durations import ClockS, DurationS
from scenarios.section import Count, Positive, Section, Share

Election = Literal["pemilu-2024", "pilkada-2024"]
Habit = Literal["refused", "silent", "slow"]


class NationAbout(Section):
    """What is simulated and why; `kind` tells the file from a regency's scenario."""

    kind: Literal["nation"]
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    story: str
    sources: list[str] = Field(default_factory=list)
    election: Election
    seed: Annotated[int, Field(ge=0, lt=2**63)]


class People(Section):
    """Which TPS take part: all, those of some areas (province or regency codes), a share, a roll."""

    areas: list[str] = Field(default_factory=list)
    scale: Annotated[float, Field(gt=0.0)] = 1.0
    roll: str | None = None
    """Parquet of `gladi population import`, beside the scenario file."""


class Calendar(Section):
    """WIB. The run clock is seconds from midnight (WIB) of the day of `start`."""

    start: datetime
    day: datetime
    """Midnight of election day."""
    until: datetime
    close: ClockS
    """Voting ends, in each zone's own time."""

    @model_validator(mode="after")
    def _in_order(self) -> "Calendar":
        if any(moment.tzinfo for moment in (self.start, self.day, self.until)):
            raise ValueError("moments are WIB: write them without an offset")
        if not self.start <= self.day < self.until:
            raise ValueError("start, day and until must follow one another")
        return self


class NationActivation(Section):
    """`already` accounts are active at the start; the others first try at `at` (local) of some day after.

    `storm_share` of them within `spread` of the opening, the others over the days that follow.
    """

    already: Share
    opens: datetime
    spread: DurationS
    storm_share: Share
    over: DurationS
    tries: Annotated[int, Field(ge=1)]
    rest: DurationS
    help_desk: DurationS
    """Until the help desk answers (exponential); after it the tries begin anew, `desk_visits` times."""
    desk_visits: Count


class Training(Section):
    """A Bimtek rehearsal: who takes part logs in within `spread` of `at` and sends three practice pages."""

    at: datetime
    spread: DurationS
    share: Share


class Morning(Section):
    """The login of election day, `share` of the accounts around `at` (local, normal with `spread`)."""

    at: ClockS
    spread: DurationS
    share: Share


class Counting(Section):
    """How long the count of each form takes (log-normal, in counting order), for a TPS of 200 ballots."""

    medians: dict[str, DurationS]
    sigma: Share
    fixed_share: Share = 0.3
    """The part that does not grow with the ballots."""
    write: DurationS
    """From the end of a form's count to the first photograph: the plano is written and signed (median)."""
    write_sigma: Share
    page: DurationS
    """Pose, shoot and accept one page (median)."""
    page_sigma: Share
    pages_at_a_time: Annotated[float, Field(gt=0.0)] = 1.0
    """Later pages of a long form are quicker: their time is the page's divided by this."""
    batch_share: Share
    """Operators who photograph a whole form with mobile data off, and then send it in one go."""
    stuck_share: Share
    """TPS whose page of votes the app will not take at first."""
    stuck: DurationS
    """How long it will not (mean, exponential)."""
    plano_leaves: ClockS
    """When the plano goes to the PPS (local clock, counted from election day, normal with `plano_spread`)."""
    plano_spread: DurationS


class Session(Section):
    """A stretch in which people come back to what is unfinished: `share` of those who are, local clock."""

    title: str
    start: datetime
    end: datetime
    share: Share
    why: str = ""


class Persons(Section):
    """How the operators keep trying. Rests are exponential around a mean that grows."""

    rest: DurationS
    rest_growth: Annotated[float, Field(ge=1.0)]
    rest_most: DurationS
    tries: Annotated[int, Field(ge=1)]
    """Rests in one session, after which the operator lets it be until the next."""
    bedtime: ClockS
    bedtime_spread: DurationS
    """When the first night's session ends for an operator (local clock of election day, normal)."""
    standby: DurationS
    """Mean time after the first count until the second operator looks (exponential)."""
    borrow: DurationS
    """Mean time to find a phone that the app runs on."""
    backup_share: Share
    """Of those who give up: plain photographs go to the PPS by messenger, and the PPK enters them later."""
    each_form_share: Share = 0.3
    """Of those who must travel for signal, who go for each form; the others send all at the end."""


class NationApp(Section):
    """What the app does by itself; real seconds."""

    timeout_s: Positive
    upload_timeout_s: Positive
    retries: Count
    backoff_first_s: Positive
    backoff_factor: Annotated[float, Field(ge=1.0)]
    backoff_max_s: Positive
    session: DurationS
    """How long a login lasts."""
    photo_bytes: Positive
    photo_sigma: Share
    skips: bool = True
    """A page that fails goes to the end of the app's queue; otherwise the app insists on it."""
    staggered: DurationS = 0.0
    """Staggered windows: each kecamatan may begin to send at its own moment within this time after the count
    (what-if; 0: nobody is told to wait)."""


class Unsteady(Section):
    """Links that come and go: in every `cycle` one gap of this mean length."""

    cycle: DurationS
    gap: DurationS


class Suspension(Section):
    """A stretch (WIB) in which plenos are told to wait, in `share` of the kecamatan."""

    start: datetime
    end: datetime
    share: Share


class Pleno(Section):
    """The kecamatan's pleno: opens from `opens` to `opens_latest`, works `from_clock` to `until_clock`."""

    opens: datetime
    opens_latest: datetime
    from_clock: ClockS
    until_clock: ClockS
    tps_a_day: Positive
    """TPS one panel reads in a working day when the system answers."""
    panels_per_tps: Positive = 100.0
    """A kecamatan has one panel for so many TPS, at most `panels_most`."""
    panels_most: Annotated[int, Field(ge=1)] = 4
    stall: DurationS
    """How long a panel waits when the system does not answer: 2 TPS a day when it never does."""
    suspended: list[Suspension] = Field(default_factory=list)


class NationPortal(Section):
    """The public: views a day, their daily course, what caches keep from the server, and how long."""

    hits_a_day: Positive
    start: datetime
    end: datetime
    cached: Share
    """Share of hits that never reach our machines (content network)."""
    beat: DurationS = 1.0
    """Views are asked for in bundles of this length; one bundle is one piece of work."""


class Window(Section):
    """A stretch (WIB) in which the server is less than itself.

    `capacity` 0: nothing is answered (`how`: refused at once, or silent until the phone gives up); between
    0 and 1: every service takes 1 / capacity as long.
    """

    start: datetime
    end: datetime
    capacity: Annotated[float, Field(ge=0.0, le=10.0)]
    how: Habit = "refused"
    why: str = ""


class Server(Section):
    """The twin: a model (a file of `gladi calibrate`, or one that comes with gladi), on so many machines."""

    model: str
    servers: Annotated[int, Field(ge=1)]
    pipe_mbit_s: Positive | None = None
    queue: Count | None = None
    """Overrides the measured queue of every pool: how many may wait (all servers together)."""
    refuse_after_s: Positive | None = None
    """Admission control: overrides the predicted end beyond which a request is refused."""
    windows: list[Window] = Field(default_factory=list)


class Publishing(Section):
    """From a stored page to the public portal: reading, looking over, publishing in batches."""

    readings_a_s: Positive
    """Pages the recognition can read."""
    checks_a_minute: Positive
    """TPS a minute that can be looked over and released."""
    batch: DurationS
    """The portal's figures are renewed this often."""
    looked_share: Share = 0.0
    """TPS somebody has to look at in Sirekap Web before they are released."""
    looked: DurationS = 36_000.0
    looked_sigma: Annotated[float, Field(ge=0.0, le=3.0)] = 1.2
    """How long that takes (median, log-normal)."""
    withheld_share: Share
    """TPS whose figures do not add up: they are held back."""
    withheld: DurationS
    """For how long (mean, exponential)."""
    frozen: list[Suspension] = Field(default_factory=list)
    """Stretches in which nothing new is shown (`share` of releases that wait)."""


class NationSlo(Section):
    """Good service: seconds from the intended moment, by kind of request."""

    login_s: Positive
    submit_page_s: Positive
    read_s: Positive
    availability: Share


class NationExpect(Section):
    """What must be reached to pass: shares of TPS whose presidential (or first) form is whole, by when."""

    complete: Share
    by: datetime
    activated: Share


class Reality(Section):
    """Which real curves the run is held against, in the report only; nothing of them moves the simulation."""

    progress: str | None = None
    photos: str | None = None
    photo_areas: list[str] = Field(default_factory=list)
    fitted_until: datetime | None = None
    """Points up to here were used to set parameters; those after it were held back."""


class Nation(Section):
    """A whole nation's scenario file."""

    scenario: NationAbout
    population: People = People()
    calendar: Calendar
    activation: NationActivation
    training: list[Training] = Field(default_factory=list)
    login: Training
    morning: Morning
    counting: Counting
    persons: Persons
    sessions: list[Session] = Field(default_factory=list)
    app: NationApp
    unsteady: Unsteady
    pleno: Pleno
    portal: NationPortal
    server: Server
    publishing: Publishing
    slo: NationSlo
    expect: NationExpect
    reality: Reality = Reality()
    sweep: dict[str, list[Any]] = Field(default_factory=dict)
    """What `--sweep` tries when it is given nothing: dotted keys of this file, and values."""

    @property
    def id(self) -> str:
        """Name of the scenario, as in its file name."""
        return self.scenario.id

    def run_s(self, moment: datetime, utc_offset_h: float = 7.0) -> float:
        """Seconds of the run clock at a local moment of a zone (WIB unless said otherwise)."""
        midnight = self.calendar.start.replace(hour=0, minute=0, second=0, microsecond=0)
        return (moment - midnight).total_seconds() - (utc_offset_h - 7.0) * 3600.0

    @property
    def day_s(self) -> float:
        """Run clock at midnight (WIB) of election day."""
        return self.run_s(self.calendar.day)

    @property
    def until_s(self) -> float:
        """Run clock at the end."""
        return self.run_s(self.calendar.until)
