"""Several generators at once, so that one is not the limit: together they offer what one would have offered.

Each has its share of the TPS, of the accounts and of the arrivals (every `of`-th). Where they are, in
processes of this machine (`forked`) or on other machines (`elsewhere`), is another matter. When one of them
dies the step says nothing: it is told, and the others share the whole of the next.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, Protocol

from gladi.failures import CannotRunError
from gladi.offering.ground import Ground
from gladi.offering.hand import Hand, Progress
from gladi.offering.played import Generated, Played, oneself, together, unpacked
from simulators.calibration.loads import Load, arrivals

_LATEST_S = 90.0
"""So long after its end a step must have been told."""
_CONSENTED_S = 1.0
"""Between what was sent before a step and its first request, where a rate was consented to."""


class Follower(Protocol):
    """Whoever follows an open load while it runs."""

    def begins(self, zero: float) -> None:
        """Moment 0 will be this one of time.perf_counter."""
        ...

    def hears(self, progress: Progress) -> None:
        """What a generator has told."""
        ...

    def over(self) -> bool:
        """Whether to end it."""
        ...


class Offering(Protocol):
    """Who offers a load, be it one generator or several."""

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        ...

    def open(self, load: Load, seed: int, follower: Follower | None = None) -> Played:
        """Requests at their moments."""
        ...

    def closed(self, mix: Mapping[str, float], clients: int, seconds: float, seed: int) -> Played:
        """So many clients that ask again on each answer."""
        ...


class Hands(Protocol):
    """The generators of other processes; `living` says which of them can still be told something.

    `lead_s` from telling them to begin until moment 0.
    """

    lead_s: float

    @property
    def living(self) -> Sequence[int]: ...
    def who(self, generator: int) -> Generated: ...
    def tell(self, generator: int, verb: str, given: dict[str, Any]) -> None: ...
    def hear(self, patience_s: float) -> tuple[int, str, Any] | None:
        """Who told what (see `hand.Line.tell`, or `died` and why); None within `patience_s`."""
        ...


class Alone:
    """The generator of this process."""

    def __init__(self, ground: Ground) -> None:
        self._hand = Hand(oneself(), ground.generator, ground.crowd)

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        return self._hand.left

    def open(self, load: Load, seed: int, follower: Follower | None = None) -> Played:
        """All arrivals of this load and seed."""
        coming = arrivals(load, seed)
        zero = time.perf_counter() + 0.05
        if follower is None:
            return self._hand.played(self._hand.open(load, coming, zero, None, lambda: False))
        follower.begins(zero)
        return self._hand.played(self._hand.open(load, coming, zero, follower.hears, follower.over))

    def closed(self, mix: Mapping[str, float], clients: int, seconds: float, seed: int) -> Played:
        """All clients."""
        return self._hand.played(self._hand.closed(mix, clients, seconds, seed, 0, 1))


class Several:
    """Generators of other processes, which play their part of every step."""

    def __init__(self, hands: Hands, left: int, consented: bool) -> None:
        self._hands = hands
        self._left = left
        self._lead_s = hands.lead_s + (_CONSENTED_S if consented else 0.0)

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        return self._left

    def open(self, load: Load, seed: int, follower: Follower | None = None) -> Played:
        """Every generator its share, from one moment on."""
        dealt = self._dealt()
        for generator, (part, of) in dealt.items():
            given = {"load": asdict(load), "seed": seed, "part": part, "of": of}
            self._hands.tell(generator, "prepare", given)
        step = _Step(self._hands, dealt, None)
        if why := step.until("prepared", _LATEST_S + load.seconds):
            return together([], step.dead, why)
        zero = time.perf_counter() + self._lead_s
        if follower is not None:
            follower.begins(zero)
        for generator in dealt:
            self._hands.tell(generator, "open", {"zero": zero, "watched": follower is not None})
        return self._ended(dealt, follower, load.seconds + load.patience_s * load.tries + self._lead_s)

    def closed(self, mix: Mapping[str, float], clients: int, seconds: float, seed: int) -> Played:
        """Every generator its share of the clients."""
        dealt = self._dealt()
        for generator, (part, of) in dealt.items():
            given = {"mix": dict(mix), "clients": clients, "seconds": seconds, "seed": seed}
            self._hands.tell(generator, "closed", {**given, "part": part, "of": of})
        return self._ended(dealt, None, seconds + 30.0)

    def _dealt(self) -> dict[int, tuple[int, int]]:
        """Who plays which part of the next step."""
        living = self._hands.living
        if not living:
            raise CannotRunError("no load generator is left: the load can no longer be offered")
        return {generator: (part, len(living)) for part, generator in enumerate(living)}

    def _ended(
        self, dealt: Mapping[int, tuple[int, int]], follower: Follower | None, seconds: float
    ) -> Played:
        step = _Step(self._hands, dealt, follower)
        why = step.until("played", seconds + _LATEST_S)
        whole = together(step.parts, step.dead, why)
        self._left = whole.left
        return whole


class _Step:
    """One step as it is heard of."""

    def __init__(self, hands: Hands, dealt: Mapping[int, tuple[int, int]], follower: Follower | None) -> None:
        self._hands = hands
        self._dealt = dealt
        self._follower = follower
        self._waiting = set(dealt)
        self._halted = False
        self._failed = ""
        self.parts: list[Played] = []
        self.dead: list[Generated] = []

    def until(self, what: str, limit_s: float) -> str:
        """Until every generator has told it; why it says nothing, or "". CannotRunError where one failed."""
        deadline_s, why = time.monotonic() + limit_s, ""
        while self._waiting:
            heard = self._hands.hear(min(1.0, max(0.0, deadline_s - time.monotonic())))
            if heard is None and time.monotonic() > deadline_s:
                names = ", ".join(self._hands.who(one).name for one in sorted(self._waiting))
                raise CannotRunError(f"generators have not answered within {limit_s:.0f} s: {names}")
            if heard is not None:
                why = self._take(what, *heard) or why
            if why or self._failed or (self._follower is not None and self._follower.over()):
                self._halt()
        if self._failed:
            raise CannotRunError(self._failed)
        return why

    def _take(self, wanted: str, generator: int, what: str, content: Any) -> str:
        """Note it; why the step says nothing from here on, or ""."""
        if what == "died":
            who = self._hands.who(generator)
            if generator in self._dealt and who.generator not in {one.generator for one in self.dead}:
                part, of = self._dealt[generator]
                self.dead.append(replace(who, part=part, of=of, died=str(content)))
                self._waiting.discard(generator)
                return f"generator {who.name} died: {content}"
            return ""
        if what == "progress" and self._follower is not None:
            self._follower.hears(content)
        elif what == "failed":
            self._failed = self._failed or str(content)
            self._waiting.discard(generator)
        elif what == wanted and generator in self._waiting:
            self._waiting.discard(generator)
            if what == "played":
                self.parts.append(_as_known(unpacked(content), self._hands.who(generator)))
        return ""

    def _halt(self) -> None:
        """Once: whoever still plays is told to end."""
        if not self._halted:
            self._halted = True
            for generator in self._waiting:
                self._hands.tell(generator, "halt", {})


def _as_known(part: Played, who: Generated) -> Played:
    """With what is known here of its machine and clock, and moment 0 on the clock of this one."""
    (told,) = part.by
    known = replace(
        told, generator=who.generator, host=who.host, pid=who.pid, elsewhere=who.elsewhere,
        offset_s=who.offset_s, uncertainty_s=who.uncertainty_s,
    )  # fmt: skip
    return replace(part, by=(known,), began_epoch_s=part.began_epoch_s - who.offset_s)


@contextmanager
def offering(ground: Ground, generators: int, cores: Sequence[int]) -> Iterator[Offering]:
    """Whoever offers: generators elsewhere if there are any, else one here, or several here.

    Processes that are forked end with the block.
    """
    from gladi.offering.forked import Forked

    consented = ground.max_rate_per_s > 0
    if ground.hands is not None:
        yield Several(ground.hands, ground.hands.left, consented)
        return
    if generators <= 1:
        yield Alone(ground)
        return
    ground.generator.moves(ground.address)  # no connection may be two processes'
    forked = Forked(ground, generators, cores)
    try:
        yield Several(forked, ground.crowd.left, consented)
    finally:
        forked.close()
