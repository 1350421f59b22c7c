"""Durations and clock times as people write them in a scenario: "2h", "45m", "1h30m", "19:30"."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

_PART = re.compile(r"(\d+(?:\.\d+)?)(d|h|m|s)")
_UNIT_S = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\+(\d))?")


def seconds(text: object) -> float:
    """Seconds in a duration such as "1h30m"; raises ValueError that shows what would be right."""
    if isinstance(text, str):
        parts = _PART.findall(text)
        if parts and "".join(a + b for a, b in parts) == text.replace(" ", ""):
            return sum(float(number) * _UNIT_S[unit] for number, unit in parts)
    raise ValueError('must be a duration with units, such as "30s", "45m", "2h" or "1h30m"')


def clock_s(text: object) -> float:
    """Seconds after midnight of "19:30" or "08:00:30"; "01:30+1" is half past one of the next day."""
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError('must be a local clock time such as "19:30", or "01:30+1" for the next day')
    hour, minute, second, day = (int(part or 0) for part in match.groups())
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError('must be a clock time between "00:00" and "23:59"')
    return day * 86_400.0 + hour * 3_600.0 + minute * 60.0 + second


DurationText = Annotated[
    str,
    Field(title="duration", pattern=r"^ *([0-9]+(\.[0-9]+)?[dhms] *)+$", examples=["45m", "1h30m", "20s"]),
]
"""How a duration is written, for editors: units d, h, m, s, never left out."""

ClockText = Annotated[
    str,
    Field(
        title="clock time",
        pattern=r"^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(\+[0-9])?$",
        examples=["19:30", "08:00:30", "01:30+1"],
    ),
]
"""How a clock time is written, for editors."""

DurationS = Annotated[float, BeforeValidator(seconds, json_schema_input_type=DurationText)]
"""A duration in seconds, written with units in the file."""

ClockS = Annotated[float, BeforeValidator(clock_s, json_schema_input_type=ClockText)]
"""A local clock time in seconds after midnight of the phase's first day."""
