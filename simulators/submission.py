"""What a phone sends for a page: which numbers, under which key, and whether the photo is whole.

Everything is a pure function of (seed, TPS, page, operator): the live driver, the twin and the checkers can
each work out the same thing.
"""

from hashlib import sha256
from typing import Literal

from scenarios import Scenario
from simulators.draws import uniform

Probe = Literal["", "truncated_photo", "foreign_write"]

_PROBE_STREAM = 6
"""Draws about a page belong to the TPS, not to the moment: agents are numbered tps * 8 + n."""


def idempotency_key(seed: int, kind: str, tps: str, page: int, operator: int, variant: str = "") -> str:
    """32 hex digits, the same for every attempt at the same thing."""
    return sha256(f"{seed}:{kind}:{tps}:{page}:{operator}:{variant}".encode()).hexdigest()[:32]


def probe(scenario: Scenario, seed: int, tps: str, page: int) -> Probe:
    """The refusal this page tests before it is sent properly, if any."""
    draw = uniform(seed, int(tps) * 8 + _PROBE_STREAM, page)
    if draw < scenario.probes.truncated_photo:
        return "truncated_photo"
    if draw < scenario.probes.truncated_photo + scenario.probes.foreign_write:
        return "foreign_write"
    return ""


def taps_twice(scenario: Scenario, seed: int, tps: str, page: int) -> bool:
    """Whether the page is sent once more after its receipt, with the same key."""
    return uniform(seed, int(tps) * 8 + _PROBE_STREAM, 16 + page) < scenario.probes.double_tap


def misread(scenario: Scenario, seed: int, tps: str) -> bool:
    """Whether the phone misreads page 2 of this TPS, so that its operator answers "tidak sesuai"."""
    return uniform(seed, int(tps) * 8 + _PROBE_STREAM, 32) < scenario.voting.confirm_disagree


def as_misread(numbers: dict[str, int]) -> dict[str, int]:
    """The phone's reading with a wrong leading digit, as 2024's: the crossed box of pair 1 taken for an 8.

    A total that already has three digits loses its leading digit to an 8 as well.
    """
    return {**numbers, "suara_1": 800 + numbers["suara_1"] % 100}
