"""The people above the KPPS: staff accounts, the pleno of the kecamatan, backup photos up the ladder.

One account a region: a PPS for every desa, a PPK for every kecamatan, a KPU for every regency that has TPS in
the run (Sidoarjo's load test of 13 October 2024: 364 accounts for 346 desa and 18 kecamatan).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from scenarios.durations import ClockS, DurationS
from scenarios.section import Section, Share

if TYPE_CHECKING:
    from scenarios.model import Scenario

Role = Literal["pps", "ppk", "kpu"]
ROLES: tuple[Role, ...] = ("pps", "ppk", "kpu")
"""From below."""

DAY_S = 86_400.0


def _village_and_district() -> list[Role]:
    return ["pps", "ppk"]


class StaffActivation(Section):
    """When officials activate their accounts; without it they do just before their first login."""

    phase: str
    at: ClockS
    spread: DurationS


class StaffLogin(Section):
    """Everybody is told to log in within a window, as in a national load test."""

    phase: str
    at: ClockS
    window: DurationS
    """How long the window is that they were told."""
    storm_share: Share = 0.6
    """Share of those who come who begin in its first sixth; the rest evenly over the whole (assumed)."""
    share: Share = 1.0
    """Share of the accounts whose owner really comes (Sidoarjo, 13 October 2024: 295 of 364)."""
    until: ClockS | None = None
    """When nobody tries any more who is not in; default: when the phase ends."""


class Officials(Section):
    """Staff with accounts, beside those that `pleno` and `backup` need anyway."""

    roles: Annotated[list[Role], Field(min_length=1)] = Field(default_factory=_village_and_district)
    link: Literal["4g", "3g", "edge", "vsat"] = "4g"
    """How they reach the network (assumed: offices in villages and towns have signal)."""
    human_retry: DurationS = 300.0
    """Mean pause before a person tries again, after the app has given up."""
    tries: Annotated[int, Field(ge=1)] = 40
    """So many rounds for one purpose; then they give it up."""
    activation: StaffActivation | None = None
    login: StaffLogin | None = None


class Pleno(Section):
    """Every PPK goes through its TPS, plano against Sirekap, decides on each, and makes the D.Hasil.

    `phase` may be several days long: `opens` and `closes` hold on each of them.
    """

    phase: str
    opens: ClockS
    closes: ClockS
    """No TPS is begun after it; one that is begun is finished."""
    reading: DurationS
    """Median time for one TPS with all its forms: the plano is read out, compared, objections are heard.
    Log-normal."""
    reading_sigma: Share = 0.3
    panels: Annotated[int, Field(ge=1, le=8)] = 1
    """Groups that work side by side in one kecamatan."""
    differs: Share = 0.03
    """Share of forms whose plano says other votes than the KPPS sent, so that the pleno corrects them
    (assumed; a phone that misread and whose operator did not see it)."""
    when_down: Literal["wait", "postpone", "manual"] = "wait"
    """What follows `patience` without an answer. wait: try on until `closes`. postpone: the meeting is
    adjourned to the next day. manual: go on with paper, and enter the decisions once the system answers."""
    patience: DurationS = 1_800.0
    postpone_at: ClockS | None = None
    """Nothing is postponed before this hour (Kuta Selatan, 16 February 2024: 14:30 WITA)."""
    entry: DurationS = 300.0
    """To enter one TPS that was read on paper (assumed)."""
    human_retry: DurationS = 600.0
    """Mean pause before a person tries again."""


class Review(Section):
    """The day after: staff look at what the public site shows of each of their TPS and replace photos that
    cannot be read (OKI, 10 December 2020)."""

    phase: str
    at: ClockS
    spread: DurationS
    by: Role = "pps"


class Backup(Section):
    """Plain photos, taken beside the app, that go up the ladder: KPPS to PPS to PPK."""

    phase: str
    deadline: ClockS
    """A KPPS whose pages are not in by then stops trying and hands plain photos to its PPS; so does one that
    has lost patience before."""
    share: Share = 1.0
    """Share of these who really hand them over."""
    travel_median: DurationS = 1_800.0
    """Log-normal journey to the PPS, sigma 0.5 (assumed)."""
    pps_patience: DurationS = 10_800.0
    """A PPS that has not got a page in for so long hands it on to the PPK."""
    unreadable: Share = 0.0
    """Share of pages whose first photo is so blurred or dark that nobody can read it."""
    kept: Share = 1.0
    """Of these, the share of which somebody kept a plain photo that can be read."""
    review: Review | None = None


def roles_of(scenario: "Scenario") -> tuple[Role, ...]:
    """Whose accounts are registered: those of `officials`, and those that pleno and backup need."""
    needed: set[Role] = set(scenario.officials.roles) if scenario.officials else set()
    if scenario.pleno:
        needed.add("ppk")
    if scenario.backup:
        needed |= {"pps", "ppk"}
        if scenario.backup.review:
            needed.add(scenario.backup.review.by)
    return tuple(role for role in ROLES if role in needed)


def officials_moments(scenario: "Scenario") -> Iterator[tuple[str, str, float]]:
    """Key, phase and local time of everything here that must lie within a phase."""
    staff, pleno, backup = scenario.officials, scenario.pleno, scenario.backup
    if staff and staff.activation:
        yield "officials.activation.at", staff.activation.phase, staff.activation.at
    if staff and staff.login:
        yield "officials.login.at", staff.login.phase, staff.login.at
        if staff.login.until is not None:
            yield "officials.login.until", staff.login.phase, staff.login.until
    if pleno:
        yield "pleno.opens", pleno.phase, pleno.opens
        yield "pleno.closes", pleno.phase, pleno.closes
    if backup:
        yield "backup.deadline", backup.phase, backup.deadline
        if backup.review:
            yield "backup.review.at", backup.review.phase, backup.review.at


def officials_problems(scenario: "Scenario") -> Iterator[str]:
    """What does not fit together, each as a sentence that says what would."""
    staff, pleno, backup = scenario.officials, scenario.pleno, scenario.backup
    if staff and staff.login and staff.login.until is not None and staff.login.until <= staff.login.at:
        yield "officials.login.until: must be later than officials.login.at"
    if pleno and not pleno.opens < pleno.closes < pleno.opens + DAY_S:
        yield "pleno.closes: must be later than pleno.opens, by less than a day"
    if pleno and pleno.postpone_at is not None and not pleno.opens < pleno.postpone_at < pleno.closes:
        yield "pleno.postpone_at: must lie between pleno.opens and pleno.closes"
    if pleno and pleno.postpone_at is not None and pleno.when_down != "postpone":
        yield 'pleno.postpone_at: is only for pleno.when_down = "postpone"'
    if backup and scenario.voting is None:
        yield "backup: needs [voting], for it is the KPPS who hand photos over"
    if scenario.expect.pleno is not None and pleno is None:
        yield "expect.pleno: needs [pleno]"
    if scenario.expect.officials_in is not None and not (staff and staff.login):
        yield "expect.officials_in: needs [officials.login], whose window it is about"
