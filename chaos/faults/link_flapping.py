"""Lines go down and come up again, over and over: a mast at the edge of its range, a generator that stutters.

Down is a black hole both ways; connections are cut when it begins and when it ends. It begins with down.

A thread of the conductor beats the time, and nothing depends on it: should the conductor die, lines stay as
they are, and whoever heals takes the toxics away by the names in the items.
"""

import threading
from contextlib import suppress

from pydantic import Field

from chaos.fault import FaultError, Item, Settings, register
from chaos.line_probe import ask
from chaos.link_fault import SLACK_S, Line, LinkFault, Look, both_ways, on_each
from chaos.site import Site
from chaos.toxiproxy import Toxic

beats: dict[str, "Beat"] = {}
"""The beats of this process, by the key of each item that they move."""


class Period(Settings):
    """Real seconds down and up."""

    down_s: float = Field(ge=0.5, le=600)
    up_s: float = Field(ge=0.5, le=600)


@register("link_flapping")
class LinkFlapping(LinkFault):
    """Takes lines down and up with a period."""

    settings = Period
    felt_within_s = 6.0

    def toxics(self, line: Line, settings: Period) -> tuple[Toxic, ...]:
        """While it is down."""
        return both_ways("timeout", {"timeout": 0})

    def strike(self, site: Site, items: list[Item]) -> dict[str, object]:
        """Down, and then as the beat has it."""
        done = super().strike(site, items)
        beat = Beat(self, site, items)
        beats.update((item["key"], beat) for item in items)
        beat.start()
        return done

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """The beat ends, if it is ours, and the lines stay up."""
        for beat in {beats.pop(item["key"]) for item in items if item["key"] in beats}:
            beat.end()
        super().heal(site, items, budget_s)

    def in_place(self, line: Line, item: Item) -> bool:
        """Down now, or moved by a beat."""
        return super().in_place(line, item) or item["key"] in beats

    def look(self, line: Line, settings: Period, server_s: float) -> Look:
        """A small request is swallowed, or cut when the line comes up."""
        found = ask(line.address, 100, line.longest_rtt_s + server_s + SLACK_S)
        return Look(not found.answered, f"{line.name}: {found.ending}")


class Beat(threading.Thread):
    """Beats from down to up and back until it is ended; a beat that toxiproxy refuses is skipped."""

    def __init__(self, fault: LinkFault, site: Site, items: list[Item]) -> None:
        super().__init__(name=f"flapping {items[0]['key']}", daemon=True)
        self._fault = fault
        self._site = site
        self._items = items
        self._period = Period.model_validate(items[0]["settings"])
        self._ended = threading.Event()

    def run(self) -> None:
        """Until `end`."""
        down = True
        while not self._ended.wait(self._period.down_s if down else self._period.up_s):
            turn = self._fault.restored if down else self._fault.strained
            with suppress(FaultError):
                on_each(self._site, self._items, turn)
            down = not down

    def end(self) -> None:
        """No beat comes after this; one under way ends within toxiproxy's own limits."""
        self._ended.set()
        self.join(timeout=5.0)
