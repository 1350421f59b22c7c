"""A black hole: connections are accepted and stay open, but what is sent never arrives.

Towards the server, requests vanish. Back from it, the answers do: the work is done, the acknowledgement lost
(a close still passes, so a server that closes after its answer is seen to do so)."""

from typing import Literal

from chaos.fault import Settings, register
from chaos.line_probe import ask
from chaos.link_fault import SLACK_S, Line, LinkFault, Look
from chaos.toxiproxy import Toxic

_SWALLOW_FOR_EVER = {"timeout": 0}


class Hole(Settings):
    """What is swallowed: requests ("up"), answers ("down"), or both."""

    swallows: Literal["both", "up", "down"] = "both"


@register("link_timeout")
class LinkTimeout(LinkFault):
    """Swallows everything on lines, without a word."""

    settings = Hole
    tries = frozenset({"lost", "duplicated", "phantom"})

    def toxics(self, line: Line, settings: Hole) -> tuple[Toxic, ...]:
        """One for each direction that is swallowed."""
        up = Toxic("timeout", "upstream", _SWALLOW_FOR_EVER)
        down = Toxic("timeout", "downstream", _SWALLOW_FOR_EVER)
        return {"up": (up,), "down": (down,), "both": (up, down)}[settings.swallows]

    def look(self, line: Line, settings: Hole, server_s: float) -> Look:
        """A small request stays without an answer for longer than link and server need."""
        within_s = line.longest_rtt_s + server_s + SLACK_S
        found = ask(line.address, 100, within_s)
        if found.answered:
            return Look(False, f"{line.name}: an answer after {found.answered_s * 1000:.0f} ms")
        return Look(True, f"{line.name}: {found.ending}, {within_s * 1000:.0f} ms waited")
