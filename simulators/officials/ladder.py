"""Plain photos up the ladder: a KPPS hands them to its PPS, who sends them or hands them on to the PPK."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import simpy

from simulators.officials.account import Plain
from simulators.officials.office import Bureau
from simulators.operations import Answer

_SETTLED = frozenset({"page_exists", "pleno_final"})
"""Refusals after which a page needs no backup any more: it came in by another way, or is too late."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One page that somebody could not send."""

    tps: str
    form: str
    page: int


class Inbox(Plain):
    """The pages that lie at one office; `pass_on` takes those that it cannot get in either."""

    def __init__(
        self, env: simpy.Environment, bureau: Bureau, pass_on: Callable[[Handed], None] = lambda page: None
    ) -> None:
        super().__init__(env, bureau)
        self._pages: simpy.Store = simpy.Store(env)
        self._pass_on = pass_on
        self._now: Handed | None = None
        self._since_s = 0.0

    def put(self, page: Handed) -> None:
        """Hand one page over."""
        self._pages.put(page)

    def take(self) -> Any:
        """An event that comes when there is a page."""
        event = self._pages.get()
        event.callbacks.append(self._begin)
        return event

    def _begin(self, event: simpy.Event) -> None:
        self._now, self._since_s = event.value, float(self._env.now)

    def asks(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        """The page in hand."""
        page = self._now
        if kind != "backup_page" or page is None:
            return "", {}
        return f"{page.tps}/{page.form}/{page.page}", {
            "tps": page.tps, "form": page.form, "page": page.page, "area": page.tps[:6],
        }  # fmt: skip

    def learn(self, kind: str, answer: Answer) -> bool:
        """A page that is there by now needs nothing more."""
        return answer.outcome == "ok" or (kind == "backup_page" and answer.reason in _SETTLED)

    def weary(self, rounds: int) -> bool:
        """When the page has lain here for as long as the PPS has patience."""
        backup = self._bureau.scenario.backup
        assert backup is not None
        return float(self._env.now) >= self._bureau.timeline.after(self._since_s, backup.pps_patience)

    def note(self, what: str) -> None:
        """The page goes on to the next office."""
        if self._now is not None:
            self._pass_on(self._now)
