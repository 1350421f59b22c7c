"""The shape of a claims file: what somebody says that a system can carry, in figures that can be tested.

Strict like a scenario file: an unknown key, a rate or a limit without its unit is an error that names file,
key and value. What a claim must mean to be testable at all is checked here; whether it can be decided on a
machine is for `gladi claim` to say.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from scenarios.durations import DurationS
from scenarios.mistakes import ScenarioError, lines_of
from scenarios.section import Json, Section
from scenarios.thresholds import Threshold, threshold

OPERATIONS = ("login", "submit_page", "status", "read", "mixed")
WRITING = ("submit_page", "mixed")
"""Operations that are acknowledged, and so could be lost."""

LEAST_HOLD_S = 10.0
RECOVERY_S = 10.0
"""After a fault has ended, so long a time still counts as the fault's."""

_RATE = re.compile(r"\s*(\d[\d_]*(?:\.\d+)?)\s*(/s|/min|/h)?\s*")
_PER_S = {"/s": 1.0, "/min": 1 / 60.0, "/h": 1 / 3600.0}
_SHARE = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*%\s*")


def rate_per_s(text: object) -> float:
    """Operations a second of "10000/min"; raises ValueError that shows what would be right."""
    match = _RATE.fullmatch(text) if isinstance(text, str) else None
    if match is None or match[2] is None:
        raise ValueError('must be a number with its unit, such as "50/s", "10000/min" or "600000/h"')
    rate = float(match[1].replace("_", "")) * _PER_S[match[2]]
    if not rate:
        raise ValueError("must be more than 0: a claim to carry nothing cannot be tested")
    return rate


def _moment(text: object) -> float:
    match = _SHARE.fullmatch(text) if isinstance(text, str) else None
    if match is None or float(match[1]) >= 100.0:
        raise ValueError('must be a part of the hold, such as "40%", and less than "100%"')
    return float(match[1]) / 100.0


def _requirement(text: object) -> Threshold:
    found = threshold(text)
    if found.metric not in ("percentile", "success"):
        raise ValueError(
            f'{found.text}: a claim is held to percentiles and to success, such as "p95 < 2s" and '
            '"success > 99.9%", which are shares of operations and so can be tested'
        )
    if found.upper != (found.metric == "percentile"):
        right = "< or <=" if found.metric == "percentile" else "> or >="
        raise ValueError(f"{found.text}: write {right}")
    if found.metric == "success" and found.value >= 1.0:
        raise ValueError(f'{found.text}: no sample can show 100%; write less, such as "success > 99.99%"')
    if found.metric == "success" and found.value <= 0.0:
        raise ValueError(f"{found.text}: is always met; write more")
    return found


RateText = Annotated[
    str,
    Field(
        title="rate",
        pattern=r"^\s*[0-9][0-9_]*(\.[0-9]+)?\s*/(s|min|h)\s*$",
        examples=["50/s", "10000/min", "600000/h"],
    ),
]
MomentText = Annotated[
    str,
    Field(title="part of the hold", pattern=r"^\s*[0-9]{1,2}(\.[0-9]+)?\s*%\s*$", examples=["40%"]),
]
RequirementText = Annotated[
    str,
    Field(
        title="requirement",
        pattern=(
            r"^\s*(p[0-9]{1,2}(\.[0-9]+)?\s*<=?\s*[0-9]+(\.[0-9]+)?\s*(us|ms|s|m|min|h)"
            r"|success\s*>=?\s*[0-9]{1,2}(\.[0-9]+)?\s*%)\s*$"
        ),
        examples=["p95 < 2s", "success > 99.9%"],
    ),
]
"""How the texts of a claim are written, for editors."""

Requirement = Annotated[Threshold, BeforeValidator(_requirement, json_schema_input_type=RequirementText)]


class Who(Section):
    """Who claims what of which system, and when; `scenario` gives TPS, sheets and stack."""

    who: str
    what: str
    system: str
    date: date
    scenario: str


class During(Section):
    """A fault that is in force while the claim is tested: a registered fault, its target, when, how long."""

    fault: str
    target: str | list[str]
    at: Annotated[float, BeforeValidator(_moment, json_schema_input_type=MomentText)]
    """As a share of the hold."""
    length_s: Annotated[DurationS, Field(alias="for")]
    settings: dict[str, Json] = Field(default_factory=dict)


class Claim(Section):
    """One claim: so many operations of a kind, for so long, and what they keep to meanwhile."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    operation: Literal["login", "submit_page", "status", "read", "mixed"]
    rate: Annotated[float, BeforeValidator(rate_per_s, json_schema_input_type=RateText)]
    """Operations a second."""
    hold: DurationS
    require: list[Requirement] = Field(default_factory=list)
    lost: Literal[0] | None = None
    """0: no acknowledged write is lost, doubled or altered."""
    during: list[During] = Field(default_factory=list)
    may_shorten: bool = False
    """It may be called upheld as soon as the figures are sure and all faults are over, before `hold` is."""


class Claims(Section):
    """A whole claims file."""

    about: Who
    claim: Annotated[list[Claim], Field(min_length=1, max_length=50)]


def read_claims(text: str, file: str) -> Claims:
    """A claims file's text; raises ScenarioError naming every problem. `file` is its name in errors."""
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(file, [f"is not valid TOML: {error}"]) from error
    try:
        claims = Claims.model_validate(table)
    except ValidationError as error:
        raise ScenarioError(file, lines_of(error, Claims)) from None
    if problems := list(_cross_checks(claims)):
        raise ScenarioError(file, problems)
    return claims


def load_claims(path: Path) -> Claims:
    """Read and validate a claims file; raises ScenarioError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), [f"cannot be read: {error}"]) from error
    return read_claims(text, str(path))


def _cross_checks(claims: Claims) -> Iterator[str]:
    ids = [one.id for one in claims.claim]
    if len(set(ids)) != len(ids):
        yield f"claim: every id must differ; got {', '.join(ids)}"
    for number, claim in enumerate(claims.claim, start=1):
        key = f"claim[{number}]"
        if not claim.require and claim.lost is None:
            yield f'{key}.require = []: nothing is required; write require = ["p95 < 2s"], or lost = 0'
        if claim.lost is not None and claim.operation not in WRITING:
            yield (
                f"{key}.lost = 0: goes with writes ({' or '.join(WRITING)}); nothing that "
                f"{claim.operation} asks for is promised to be kept"
            )
        if claim.hold < LEAST_HOLD_S:
            yield f'{key}.hold = "{claim.hold:g}s": is too short to judge; write at least "{LEAST_HOLD_S:g}s"'
        yield from _fault_checks(key, claim)


def _fault_checks(key: str, claim: Claim) -> Iterator[str]:
    for number, one in enumerate(claim.during, start=1):
        at = f"{key}.during[{number}]"
        if not one.length_s:
            yield f'{at}.for = "0s": a fault must last, such as "5s"'
        if one.at * claim.hold + one.length_s + RECOVERY_S > claim.hold:
            least_s = -(-(one.length_s + RECOVERY_S) // (1.0 - one.at))
            yield (
                f"{at}: strikes at {one.at:.0%} of hold, lasts {one.length_s:g} s and is given "
                f'{RECOVERY_S:g} s to be recovered from: hold = "{claim.hold:g}s" is too short for that; '
                f'write hold = "{least_s:g}s" or more, or an earlier at'
            )
