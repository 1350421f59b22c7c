"""The duty of having an account: activate it, and log in when everybody is told to."""

from collections.abc import Mapping
from typing import Any

import simpy

from simulators.officials.office import Bureau
from simulators.operations import Answer


class Plain:
    """What most duties have in common: nothing of their own, so many rounds, then given up."""

    def __init__(self, env: simpy.Environment, bureau: Bureau) -> None:
        self._env = env
        self._bureau = bureau

    def asks(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        """Nothing of its own."""
        return "", {}

    def learn(self, kind: str, answer: Answer) -> bool:
        """Good is what was acknowledged."""
        return answer.outcome == "ok"

    def test(self, question: str) -> bool:
        """There is no question that is not a matter's own."""
        raise KeyError(question)

    def until_s(self, pause: str) -> float | None:
        """There is nothing to wait for."""
        return None

    def note(self, what: str) -> None:
        """Nothing to remember."""

    def take(self) -> Any:
        """Nobody hands anything over: an event that never comes."""
        return self._env.event()

    def weary(self, rounds: int) -> bool:
        """After as many rounds as officials have patience for."""
        return rounds >= self._bureau.habits.tries

    @property
    def rest_s(self) -> float:
        """As officials do."""
        return self._bureau.habits.human_retry


class Login(Plain):
    """Being let in; nobody tries after `until`."""

    def weary(self, rounds: int) -> bool:
        """When the hour has come, or patience is at its end."""
        told = self._bureau.habits.login
        until = told.until if told is not None else None
        if told is not None and until is not None:
            return bool(self._env.now >= self._bureau.timeline.run_s(told.phase, until))
        return super().weary(rounds)
