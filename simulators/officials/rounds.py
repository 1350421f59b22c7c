"""The day after: an office looks at its TPS on the public site and replaces photos that cannot be read."""

from collections import deque
from collections.abc import Mapping
from typing import Any

import simpy

from simulators.officials.account import Plain
from simulators.officials.office import Bureau, Office
from simulators.officials.sight import kept, unreadable
from simulators.operations import Answer

_SETTLED = frozenset({"page_missing", "pleno_final"})
"""Refusals after which there is nothing to replace: no such page is stored, or the D.Hasil stands."""


_LOOK_S = 60.0
"""To find a TPS on the public site and look at its photos (assumed)."""


class Rounds(Plain):
    """Where one office is with its TPS."""

    def __init__(self, env: simpy.Environment, bureau: Bureau, office: Office) -> None:
        super().__init__(env, bureau)
        self._left = deque(office.tps)
        self._bad: deque[tuple[str, int]] | None = None

    def asks(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        """The TPS that is looked at, and the photo that is replaced."""
        tps = self._left[0]
        if kind == "tps_page":
            return tps, {"tps": tps, "area": tps[:6]}
        assert self._bad
        form, page = self._bad[0]
        return f"{tps}/{form}/{page}", {"tps": tps, "form": form, "page": page, "area": tps[:6]}

    def learn(self, kind: str, answer: Answer) -> bool:
        """Seen is seen, and what is not there needs no replacement."""
        settled = kind == "replace_photo" and answer.reason in _SETTLED
        if kind == "tps_page" and answer.outcome == "ok":
            self._bad = deque(self._unreadable(self._left[0]))
        return answer.outcome == "ok" or settled

    def _unreadable(self, tps: str) -> list[tuple[str, int]]:
        """What a person cannot read of this TPS and has a plain photo of."""
        scenario, seed = self._bureau.scenario, self._bureau.seed
        return [
            (form, page)
            for form in self._bureau.forms
            for page in self._bureau.plano(tps, form)
            if unreadable(scenario, seed, tps, form, page) and kept(scenario, seed, tps, form, page)
        ]

    def test(self, question: str) -> bool:
        """See `tables.TESTS`."""
        if question == "tps_left":
            return bool(self._left)
        if question == "unreadable_left":
            return bool(self._bad)
        return super().test(question)

    def until_s(self, pause: str) -> float | None:
        """A look takes a while."""
        return self._bureau.timeline.after(float(self._env.now), _LOOK_S)

    def note(self, what: str) -> None:
        """One photo, or a whole TPS, is done with."""
        if what == "replaced" and self._bad:
            self._bad.popleft()
        elif what == "seen":
            self._left.popleft()
