"""What counts as ready the day before ([readiness] of a scenario), and the register of risks beside it.

Every default is a rule that somebody may want otherwise; where none was published it says "assumed".
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from scenarios.durations import DurationS
from scenarios.mistakes import ScenarioError, lines_of
from scenarios.section import Count, Positive, Section, Share

Severity = Literal["critical", "high", "medium", "low"]


class Readiness(Section):
    """Thresholds of `gladi readiness`. Times are in the units they are written with."""

    activated: Share = 1.0
    """Accounts that must be active. Kendal 2020: all of them at H-1."""
    figures_within: DurationS = 86_400.0
    """Figures of activation that are older say nothing of today: assumed, a day."""
    headroom: Annotated[float, Field(ge=1.0, le=100.0)] = 1.5
    """Low end of the measured capacity over high end of the predicted peak; assumed: half as much again for
    what no prediction knows."""
    measured_within: DurationS = 30 * 86_400.0
    """A measurement of capacity that is older no longer says "go"; assumed."""
    serves_tps: Annotated[int, Field(ge=1)] | None = None
    """TPS that the measured system serves in all, at the same time; default: those of this scenario."""
    reads_per_s: Positive | None = None
    """Reads of the public portal at the peak, for the TPS served. Default: their share of the nation's mean
    of 14 to 19 February 2024 (1,250 a second, of 823,236 TPS), times `reads_peak`."""
    reads_peak: Annotated[float, Field(ge=1.0)] = 4.0
    """Peak over mean of those reads; assumed."""
    no_signal_planned: Share = 1.0
    """TPS without signal that must have a plan (travel point, VSAT, ...); assumed: every one."""
    longest_journey: DurationS = 7_200.0
    """A longer way to signal is an open risk. Tidore 2020: two hours to the nearest signal."""
    dark_tps: Annotated[float, Field(ge=0.0)] = 1.0
    """TPS that may be expected to lose power during the count without a plan for it; assumed."""
    call_after: Annotated[int, Field(ge=1)] = 3
    """An operator calls the help desk when the app has given up this often in a row; assumed."""
    questions: Share = 0.05
    """Operators who call with a question on the day although nothing failed; assumed."""
    call_length: DurationS = 480.0
    """Mean length of a call with what has to be written down after it; assumed."""
    answer_within: DurationS = 180.0
    answered: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.8
    """This share of calls is to be answered within `answer_within`; assumed."""
    staff: Count | None = None
    """People at the help desk at once; no default: nobody can know."""
    rehearsed_within: DurationS = 14 * 86_400.0
    """A rehearsal that is older no longer says "go"; assumed."""


class Risk(Section):
    """A line of the register. `owner` is a role ("KPU kabupaten", "Pusdatin"), never a person's name."""

    title: Annotated[str, Field(min_length=3)]
    owner: Annotated[str, Field(min_length=2)]
    severity: Severity
    due: date
    mitigated: bool
    closes: str = ""
    """What closes it."""


class Register(Section):
    """A file of risks: `[[risks]]`, or `risks = []` to say that there is none."""

    example: bool = False
    """Invented, to show the form: nothing is concluded from it."""
    risks: list[Risk]


def read_register(path: Path) -> Register:
    """Read a file of risks; raises ScenarioError that names file, key and what would be right."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), [f"cannot be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(str(path), [f"is not valid TOML: {error}"]) from error
    try:
        return Register.model_validate(table)
    except ValidationError as error:
        raise ScenarioError(str(path), lines_of(error, Register)) from None
