"""What a phone sends for a page: which numbers, under which key, and whether the photo is whole.

Everything is a pure function of (seed, TPS, form, page, operator): the live driver, the twin and the
checkers can each work out the same thing.
"""

from hashlib import sha256
from typing import Literal

from scenarios import Scenario
from scenarios.forms import FORMS
from simulators.draws import uniform

Probe = Literal["", "truncated_photo", "foreign_write", "corrupted_photo", "no_session"]

_PROBE_STREAM = 6
"""Draws about a page belong to the TPS, not to the moment: agents are numbered tps * 8 + n."""
_MISREAD, _SECOND_THOUGHT, _LATE_RETRY, _OVERLAPS, _GUESSED_AT, _NEIGHBOURS = range(32, 38)
_LOGOUT, _READS_ON = 38, 40
"""Counters of the draws about a TPS, or a form of it; the last two have room for two operators each."""
_PROBED, _TAPPED = 0, 16
"""Counters of the draws about a page, sixteen pages a block."""
_BLOCK, _BLOCKS_A_FORM = 64, 4
"""Every form has four blocks of counters of its own, so up to 64 pages."""


def idempotency_key(
    seed: int, kind: str, tps: str, page: int, operator: int, variant: str = "", form: str = ""
) -> str:
    """32 hex digits, the same for every attempt at the same thing."""
    what = f"{seed}:{kind}:{tps}:{form}:{page}:{operator}:{variant}"
    return sha256(what.encode()).hexdigest()[:32]


def probe(scenario: Scenario, seed: int, tps: str, form: str, page: int) -> Probe:
    """The refusal this page tests before it is sent properly, if any."""
    left = _draw_of(seed, tps, form, _PROBED, page)
    probes = scenario.probes
    shares: tuple[tuple[Probe, float], ...] = (
        ("truncated_photo", probes.truncated_photo),
        ("foreign_write", probes.foreign_write),
        ("corrupted_photo", probes.corrupted_photo),
        ("no_session", probes.no_session),
    )
    for name, share in shares:
        if left < share:
            return name
        left -= share
    return ""


def taps_twice(scenario: Scenario, seed: int, tps: str, form: str, page: int) -> bool:
    """Whether the page is sent once more after its receipt, with the same key."""
    return _draw_of(seed, tps, form, _TAPPED, page) < scenario.probes.double_tap


def misread(scenario: Scenario, seed: int, tps: str, form: str) -> bool:
    """Whether the phone misreads page 2 of this form, so that its operator answers "tidak sesuai"."""
    return _draw_of(seed, tps, form, _MISREAD) < scenario.day.confirm_disagree


def thinks_twice(scenario: Scenario, seed: int, tps: str, form: str) -> bool:
    """Whether the correction of this form is hasty, and itself corrected."""
    return _draw_of(seed, tps, form, _SECOND_THOUGHT) < scenario.probes.second_thought


def retries_late(scenario: Scenario, seed: int, tps: str, form: str) -> bool:
    """Whether the first submission of a corrected page arrives again after its correction."""
    return _draw_of(seed, tps, form, _LATE_RETRY) < scenario.probes.late_retry


def retry_overlaps(scenario: Scenario, seed: int, tps: str, form: str) -> bool:
    """Whether it also arrives while the correction is under way."""
    return retries_late(scenario, seed, tps, form) and _draw_of(seed, tps, form, _OVERLAPS) < 0.5


def guessed_at(scenario: Scenario, seed: int, tps: str) -> bool:
    """Whether somebody guesses at the password of this TPS's first operator."""
    return _draw(seed, tps, _GUESSED_AT) < scenario.probes.wrong_password


def at_once_with_next(scenario: Scenario, seed: int, tps: str) -> bool:
    """Whether this TPS and its neighbour begin to send in the same instant."""
    return _draw(seed, tps, _NEIGHBOURS) < scenario.probes.neighbours_at_once


def logs_out(scenario: Scenario, seed: int, tps: str, operator: int) -> bool:
    """Whether this operator logs out when the work is done."""
    return _draw(seed, tps, _LOGOUT + operator - 1) < scenario.probes.logout


def reads_on(seed: int, tps: str, operator: int) -> bool:
    """Whether a session that has ended is tried with a read; otherwise with a write."""
    return _draw(seed, tps, _READS_ON + operator - 1) < 0.5


def as_misread(numbers: dict[str, int]) -> dict[str, int]:
    """The phone's reading with a wrong leading digit, as 2024's: the crossed box of pair 1 taken for an 8.

    A total that already has three digits loses its leading digit to an 8 as well. Of other forms it is the
    first vote of the page.
    """
    first = _votes(numbers)[0]
    return {**numbers, first: 800 + numbers[first] % 100}


def as_hasty(numbers: dict[str, int]) -> dict[str, int]:
    """A correction made in haste: pair 1 is put right, pair 2 gets a vote too many."""
    second = _votes(numbers)[1]
    return {**numbers, second: numbers[second] + 1}


def _votes(numbers: dict[str, int]) -> list[str]:
    """Fields of the first two votes on a page, in the order of the ballot: every contest has two."""
    return [field for field in numbers if field.startswith("suara_")][:2]


def _draw_of(seed: int, tps: str, form: str, what: int, page: int = 0) -> float:
    """The draw about one form of a TPS, or a page of it."""
    block = FORMS.index(form) * _BLOCKS_A_FORM + page // 16
    return _draw(seed, tps, block * _BLOCK + what + page % 16)


def _draw(seed: int, tps: str, k: int) -> float:
    return uniform(seed, int(tps) * 8 + _PROBE_STREAM, k)
