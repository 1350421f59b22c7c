"""Generators on other machines (`gladi worker HOST:PORT`), as the conductor has them: awaited, placed, heard.

They join as the workers of a rehearsal do, and are refused for the same reasons. Each rebuilds the crowd and
lets in its own operators; the conductor keeps a few TPS for itself, to see with them whether the system is
calm. One that dies is out for good; its accounts and pages are then nobody's.
"""

import base64
import json
import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gladi.address import Address
from gladi.elsewhere import Listening, reached
from gladi.failures import CannotRunError
from gladi.load.driver import Driver
from gladi.load.fence import BEAT_S, FENCE_S
from gladi.load.host_port import place
from gladi.load.order import Destination
from gladi.offering.hand import Progress
from gladi.offering.order import OfferOrder
from gladi.offering.played import Generated
from gladi.show import Advance, Show

OWN_TPS = 4
"""Of the conductor itself."""
_ENTER_S = 300.0
_OWN_STACK_PER_S = 100_000.0
_LEAVE_S = 10.0
_COLUMNS = ("begun", "late_s", "ended", "ended_s", "good")


@dataclass(frozen=True, slots=True)
class Joining:
    """Where generators join, and how many are awaited. `scenario` is the text of the scenario's file.

    `lasts_s` is about how long they are needed, for the consent of a stack of our own.
    """

    listen: Listening
    workers: int
    scenario: str
    lasts_s: float


class Elsewhere(Driver):
    """Hands (see `several`) on other machines, driven through the master's pipes."""

    MASTER = "gladi.offering.master"
    lead_s = 0.5

    def __init__(self, order: OfferOrder, joining: Joining, folder: Path) -> None:
        path = folder / "order.json"
        path.write_text(json.dumps(asdict(order), indent=1))
        super().__init__(path, order.workers, 0, folder)
        self.joining = joining
        self.own = range(order.own)
        self._clocks: dict[int, dict[str, Any]] = {}
        self._dead: dict[int, str] = {}
        self._machines: dict[int, dict[str, Any]] = {}
        self._left: dict[int, int] = {}
        self._fenced_s = 0.0

    @property
    def generators(self) -> int:
        """As many as have come."""
        return self._workers

    # before the first step

    def await_all(self, show: Show) -> None:
        """Until as many have come as were asked for and rebuilt the crowd; CannotRunError."""
        listen = self.joining.listen
        show.say(f"  menunggu {self._workers} pembangkit: gladi worker {place(listen.host, listen.port)}")
        with show.stage("Pembangkit dari mesin lain") as advance:
            self.wait_for_all(lambda words: advance(len(self.came), self._workers, words))
            self.wait_ready(lambda words: advance(len(self.came), self._workers, "menyusun bagiannya"))
        for one in self.came:
            self._clocks[one["worker"]] = one
            show.say(
                f"    {one['host']} (pid {one['pid']}), jam {one['offset_s']:+.3f} s "
                f"± {one['uncertainty_s']:.3f} s"
            )
        for warning in self.warnings:
            show.warn(warning)

    def settings(self, home: Path, purpose: str) -> Mapping[str, Any]:
        """Of a stack of our own that they reach and ask: it is there to be loaded, and consents to much."""
        return reached(self.joining.listen, home, purpose, self.joining.lasts_s, _OWN_STACK_PER_S)

    def enter(self, kind: str, address: Address, advance: Advance) -> None:
        """Each looks at the system, asks for its consent, and lets its operators in; CannotRunError."""
        self.place(Destination(kind, address))
        self.go(time.time())
        self._everybody("enter", {}, advance)

    def moves(self, kind: str, address: Address) -> None:
        """The system was started again, at this address."""
        self._everybody("moves", Destination(kind, address).as_json())

    def settle(self) -> None:
        """The accounts that do nothing but log in are made ready."""
        self._everybody("settle", {})

    def _everybody(self, verb: str, given: dict[str, Any], advance: Advance | None = None) -> None:
        waiting, done = set(self.living), dict.fromkeys(self.living, 0)
        for generator in waiting:
            self.tell(generator, verb, given)
        deadline_s = time.monotonic() + _ENTER_S
        while waiting:
            heard = self.hear(1.0)
            if time.monotonic() > deadline_s:
                raise CannotRunError(f"the generators did not {verb} within {_ENTER_S:g} s")
            if heard is None:
                continue
            generator, what, content = heard
            if what in ("died", "failed"):
                raise CannotRunError(f"generator {self.who(generator).name}: {content}")
            if what == "entering" and advance is not None:
                done[generator] = int(content["done"])
                advance(sum(done.values()), 0.0, f"{sum(done.values()):,} operator")
            elif what == verb:
                waiting.discard(generator)
                self._left[generator] = int(content["left"])
                self._machines[generator] = content["machine"]

    # Hands

    @property
    def left(self) -> int:
        """Pages not sent yet, before the first step."""
        return sum(self._left[one] for one in self.living)

    @property
    def living(self) -> Sequence[int]:
        """Those that have not died."""
        return sorted(one["worker"] for one in self.came if one["worker"] not in self._dead)

    def who(self, generator: int) -> Generated:
        """As it is known here, its clock as it was last read."""
        one, clock = next(one for one in self.came if one["worker"] == generator), self._clocks[generator]
        return Generated(
            generator, str(one["host"]), int(one["pid"]), True, offset_s=float(clock["offset_s"]),
            uncertainty_s=float(clock["uncertainty_s"]), died=self._dead.get(generator, ""),
        )  # fmt: skip

    def tell(self, generator: int, verb: str, given: dict[str, Any]) -> None:
        """An order. After a death nothing is begun until the dead one surely sends no more."""
        if verb in ("prepare", "closed"):
            time.sleep(max(0.0, self._fenced_s - time.monotonic()))
        self._tell({"play": {"worker": generator, "verb": verb, "given": given}})

    def hear(self, patience_s: float) -> tuple[int, str, Any] | None:
        """The next word of any of them."""
        try:
            said = self._said.get(timeout=max(0.01, patience_s))
        except queue.Empty:
            if self._processes["load-master"].poll() is not None:
                raise CannotRunError(f"the load master is gone: {self._last_words('load-master')}") from None
            return None
        match said["event"]:
            case "told":
                return int(said["worker"]), str(said["what"]), _content(said["what"], said["content"])
            case "clock":
                self._clocks[said["worker"]] = said
            case "died":
                self._dead[said["worker"]] = str(said["why"])
                self._fenced_s = time.monotonic() + FENCE_S + BEAT_S
                return int(said["worker"]), "died", str(said["why"])
            case "refused":
                raise CannotRunError(str(said["why"]))
        return None

    def facts(self) -> list[dict[str, Any]]:
        """Who they are and on what machine, for the record."""
        return [
            {
                "generator": one, "host": who.host, "pid": who.pid, "offset_s": who.offset_s,
                "uncertainty_s": who.uncertainty_s, "died": who.died, "machine": self._machines.get(one),
            }
            for one in sorted(one["worker"] for one in self.came) for who in [self.who(one)]
        ]  # fmt: skip


def _content(what: str, content: Any) -> Any:
    if what == "progress":
        columns = {name: base64.b64decode(content[name]) for name in _COLUMNS}
        return Progress.of({**content, **columns})
    if what == "played":
        path = Path(content)
        data = path.read_bytes()
        path.unlink()
        return data
    return content


@contextmanager
def lent(
    order: OfferOrder, joining: Joining, show: Show, started: Callable[[str, int], None] = lambda *_: None
) -> Iterator[Elsewhere]:
    """The generators, come and ready; they leave with the block."""
    with TemporaryDirectory(prefix="gladi-generators-") as folder:
        hands = Elsewhere(order, joining, Path(folder))
        try:
            hands.launch(started)
            hands.await_all(show)
            yield hands
        finally:
            with suppress(CannotRunError):
                hands.stop(_LEAVE_S)
            hands.end()
