"""Conditions on which a fault may wait instead of a moment: "complete >= 0.4", "healed 01 + 2s".

    complete >= SHARE        so many of the TPS have all their pages acknowledged (0.4 or 40%)
    goodput-peak             acknowledged pages a second have stopped growing
    struck ID [+ DURATION]   another fault has been struck, so long ago in real time
    healed ID [+ DURATION]   another fault is proved healed, so long ago in real time

In a scenario ID is the number of the fault in the file ("01"), in a plan its whole id ("01-process_kill").
"""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from scenarios.durations import seconds

_COMPLETE = re.compile(r"complete\s*>=\s*(\d+(?:\.\d+)?)\s*(%?)")
_AFTER = re.compile(r"(struck|healed)\s+(\S+?)(?:\s*\+\s*(\S+))?")

SAYS = (
    'must be a condition such as "complete >= 0.4", "goodput-peak", "struck 01" or "healed 01 + 2s" '
    "(the number of another fault in the file)"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold before a fault strikes; `share` is of the TPS, `delay_s` real seconds after `fault`."""

    kind: Literal["complete", "goodput-peak", "struck", "healed"]
    share: float = 0.0
    fault: str = ""
    delay_s: float = 0.0

    def __str__(self) -> str:
        """As it is written, so that it can be read again."""
        match self.kind:
            case "complete":
                return f"complete >= {self.share:g}"
            case "goodput-peak":
                return self.kind
        return f"{self.kind} {self.fault}" + (f" + {self.delay_s:g}s" if self.delay_s else "")


def condition(text: object) -> Condition:
    """Reads a condition; raises ValueError that shows what would be right.

    >>> condition("healed 01 + 1m")
    Condition(kind='healed', share=0.0, fault='01', delay_s=60.0)
    """
    if isinstance(text, Condition):
        return text
    words = text.strip() if isinstance(text, str) else ""
    if words == "goodput-peak":
        return Condition("goodput-peak")
    if found := _COMPLETE.fullmatch(words):
        share = float(found[1]) / (100 if found[2] else 1)
        if not 0.0 < share <= 1.0:
            raise ValueError(f"{SAYS}; a share lies above 0 and goes up to 1")
        return Condition("complete", share=share)
    if found := _AFTER.fullmatch(words):
        delay_s = seconds(found[3]) if found[3] else 0.0
        return Condition("struck" if found[1] == "struck" else "healed", fault=found[2], delay_s=delay_s)
    raise ValueError(SAYS)


ConditionText = Annotated[
    str,
    Field(
        title="condition",
        pattern=r"^\s*(complete\s*>=\s*[0-9]+(\.[0-9]+)?\s*%?|goodput-peak|(struck|healed)\s+[^\s]+(\s*\+\s*[^\s]+)?)\s*$",
        examples=["complete >= 0.4", "goodput-peak", "healed 01 + 2s"],
    ),
]
"""How a condition is written, for editors."""

When = Annotated[Condition, BeforeValidator(condition, json_schema_input_type=ConditionText)]
"""A condition, written as text in the file."""
