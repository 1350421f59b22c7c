"""One line of a plan: which fault strikes what, when, and until when."""

from dataclasses import dataclass
from typing import Any


class PlanError(ValueError):
    """A plan that cannot be made or read; `key` says where and what, `message` what would be right."""

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        self.message = message
        super().__init__(f"{key}: {message}")


@dataclass(frozen=True, slots=True)
class FaultEvent:
    """One fault of a plan. Times are seconds of the run clock, `deadline_s` is real seconds after healing.

    `target` is written out ("api" has become "api-1", "api-2"); `id` tells the place in the scenario. With a
    condition (`when`, see `scenarios.conditions`) it strikes once that holds, not before `strike_s` and not
    after `by_s`, and is in force as long as from `strike_s` to `heal_s`.
    """

    id: str
    fault: str
    target: tuple[str, ...]
    strike_s: float
    heal_s: float
    settings: dict[str, Any]
    deadline_s: float
    when: str = ""
    by_s: float | None = None

    @property
    def length_s(self) -> float:
        """Seconds in force."""
        return self.heal_s - self.strike_s

    @property
    def over_s(self) -> float:
        """The latest moment of the run clock at which it is in force."""
        return self.heal_s if self.by_s is None else self.by_s + self.length_s
