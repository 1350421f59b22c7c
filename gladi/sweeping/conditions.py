"""What is to be reached, as it is written on the command line: `complete>=0.95`."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

from gladi.failures import UsageError

FIGURES: dict[str, str] = {
    "complete": "complete_by",
    "complete_by": "complete_by",
    "complete_end": "complete_end",
    "shown": "shown_end",
    "shown_end": "shown_end",
    "pages": "availability_submit_page",
    "logins": "availability_login",
    "reads": "availability_read",
    "goodput": "goodput_worst",
    "goodput_worst": "goodput_worst",
    "activated": "activated",
}
"""What may be asked about, and the figure of a point's headline that answers."""

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_WRITTEN = re.compile(r"\s*([a-z0-9_]+)\s*(>=|<=|>|<)\s*([0-9.]+)\s*(%?)\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure of a point's headline, a comparison and a value. A run that collapsed meets none."""

    figure: str
    sign: str
    value: float

    def __str__(self) -> str:
        return f"{self.figure} {self.sign} {self.value:g}"

    def met(self, row: Mapping[str, Any]) -> bool:
        """Whether a played point meets it; what was never reached or is not known does not."""
        found = row.get(self.figure)
        if row.get("ended") != "complete" or found is None or isnan(float(found)):
            return False
        return _COMPARE[self.sign](float(found), self.value)


def condition(text: str) -> Condition:
    """Read one; raises UsageError that says what would be right."""
    match = _WRITTEN.fullmatch(text)
    try:
        figure, sign, value, percent = match.groups() if match else ("", "", "", "")
        number = float(value) / (100.0 if percent else 1.0)
    except ValueError:
        figure = ""
    if figure not in FIGURES:
        raise UsageError(
            f"--until {text!r}: must be FIGURE>=VALUE, such as complete>=0.95; figures: {', '.join(FIGURES)}"
        )
    return Condition(FIGURES[figure], sign, number)
