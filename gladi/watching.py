"""A witness beside the load: what the public is shown, and what the system says of itself.

A thread of the conductor asks, once or twice a second and straight (no phone's link between): the nation, the
region, one place of every level below and one TPS in turn, each round about the next form, and the system's
own probes and gauges. When
everything has healed it waits as long as the system may take to show what it stores, then asks every place
once more ("settled"). What it saw becomes portal.parquet and health.parquet; it judges nothing.

A system whose target does not say how to ask is not watched, and its properties stay unknown.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pyarrow as pa

from gladi.address import Address
from gladi.http import Wire
from gladi.targets.protocol import Phone, Said, Shown, Watchable
from reports.schema import HEALTH, PORTAL
from simulators.population import Population

_GAUGES_EVERY = 4
"""Rounds between two looks at the gauges, which cost a system more than a page does."""
_ANSWER_S = 2.0
"""Longest wait for one answer; what takes longer is no answer to a witness."""
_SHARE_OF_CONSENT = 0.05
"""Of the rate a system that is not ours consents to, at most this much is spent on watching."""


@dataclass(frozen=True, slots=True)
class Places:
    """Codes of a run by level: nation, provinsi and a single regency, then several of them, kecamatan, desa
    and TPS."""

    above: tuple[str, ...]
    below: tuple[tuple[str, ...], ...]

    def round(self, number: int) -> tuple[str, ...]:
        """What is asked in one round: all above, and of each level below one place in turn."""
        return (*self.above, *(level[number % len(level)] for level in self.below if level))

    def everything(self) -> Iterator[str]:
        """Every place, from the nation down."""
        yield from self.above
        for level in self.below:
            yield from level


def places_of(population: Population) -> Places:
    """The places that a population votes in."""
    regencies = tuple(place.code for place in population.places)
    tps = tuple(str(code) for code in population.tps)
    kecamatan = tuple(dict.fromkeys(code[:6] for code in tps))
    desa = tuple(dict.fromkeys(code[:10] for code in tps))
    province = population.place.province_code
    if len(regencies) == 1:
        return Places(("0", province, *regencies), (kecamatan, desa, tps))
    return Places(("0", province), (regencies, kecamatan, desa, tps))


class Watcher:
    """Asks `system` from a thread of its own; `now` reads the run clock, `zero_epoch_s` is its zero."""

    def __init__(
        self,
        system: Any,
        address: Address,
        places: Places,
        forms: Sequence[str],
        now: Callable[[], float],
        zero_epoch_s: float,
        shown_within_s: float,
        max_rate_per_s: float = 0.0,
        every_s: float = 0.5,
    ) -> None:
        self._system: Watchable | None = system if isinstance(system, Watchable) else None
        self._address = address
        self._places = places
        self._forms = tuple(forms)
        self._now = now
        self._zero_epoch_s = zero_epoch_s
        self._shown_within_s = shown_within_s
        asked = len(places.round(0)) + 3
        allowed_per_s = max_rate_per_s * _SHARE_OF_CONSENT
        self._every_s = max(every_s, asked / allowed_per_s) if allowed_per_s else every_s
        self._gap_s = 1.0 / allowed_per_s if allowed_per_s else 0.0
        self._healed = threading.Event()
        self._given_up = threading.Event()
        self._shown: list[dict[str, Any]] = []
        self._said: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._watch, name="witness", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        if self._system is not None:
            self._thread.start()

    def healed(self) -> None:
        """Everything is over and healed: look once more, when the promised time has passed."""
        self._healed.set()

    def give_up(self) -> None:
        """Ask nothing more: the run was aborted."""
        self._given_up.set()
        self._healed.set()

    def saw(self, timeout_s: float = 120.0) -> tuple[pa.Table, pa.Table] | None:
        """What was seen, as portal and health tables; None for a system that cannot be watched."""
        if self._system is None:
            return None
        self._thread.join(timeout_s)
        return (
            pa.Table.from_pylist(list(self._shown), PORTAL),
            pa.Table.from_pylist(list(self._said), HEALTH),
        )

    def _watch(self) -> None:
        wire = Wire(self._address)
        try:
            for number in count():
                begun = time.monotonic()
                gauges = number % _GAUGES_EVERY == 0
                form = self._forms[number % len(self._forms)]
                self._ask(wire, self._places.round(number // len(self._forms)), form, gauges=gauges)
                if self._healed.wait(max(0.0, begun + self._every_s - time.monotonic())):
                    break
            if not self._given_up.wait(self._shown_within_s):
                for form in self._forms:
                    self._ask(wire, self._places.everything(), form, settled=True, gauges=True)
        finally:
            wire.close()

    def _ask(
        self, wire: Wire, places: Iterable[str], form: str, *, settled: bool = False, gauges: bool
    ) -> None:
        phone = Phone(wire, self._address.netloc, _ANSWER_S)
        self._ask_itself(phone, settled=settled, gauges=gauges)
        for place in places:
            if self._given_up.is_set() or (self._healed.is_set() and not settled):
                return
            asked_s = self._now()
            shown = self._answer(phone, place, form)
            self._shown.append(
                {
                    "asked_s": asked_s,
                    "answered_s": self._now(),
                    "kind": "tps" if len(place) == 13 else "region",
                    "place": place,
                    "form": form,
                    "status": shown.status,
                    "as_of_s": shown.as_of_epoch_s - self._zero_epoch_s,
                    "expected_tps": shown.expected_tps,
                    "counted_tps": shown.counted_tps,
                    "votes": list(shown.votes),
                    "photos": list(shown.photos),
                    "settled": settled,
                }
            )
            if self._gap_s:
                time.sleep(self._gap_s)

    def _answer(self, phone: Phone, place: str, form: str) -> Shown:
        assert self._system is not None
        try:
            return self._system.shown(phone, place, form)
        except Exception:  # whatever a target's class makes of it: the eyes stay open
            return Shown(0)  # no answer, or one that says nothing: the checkers see that as status 0

    def _ask_itself(self, phone: Phone, *, settled: bool, gauges: bool) -> None:
        assert self._system is not None
        asked_s = self._now()
        try:
            said: Sequence[Said] = tuple(self._system.says(phone, gauges=gauges))
        except Exception:
            said = (Said("ready", math.nan), Said("alive", math.nan))
        answered_s = self._now()
        self._said += [
            {
                "asked_s": asked_s,
                "answered_s": answered_s,
                "name": one.name,
                "value": one.value,
                "bound": one.bound,
                "settled": settled,
            }
            for one in said
        ]
