"""Connections are torn down (TCP RST): a middlebox that forgets them, a phone that changes its address.

toxiproxy resets at the first data in the chosen direction. Towards the server ("up") the request never
arrives; back from it ("down") it was carried out and its acknowledgement is lost.
"""

from typing import Literal

from pydantic import Field

from chaos.fault import Settings, register
from chaos.line_probe import ask
from chaos.link_fault import SLACK_S, Line, LinkFault, Look
from chaos.toxiproxy import Toxic


class Reset(Settings):
    """Milliseconds from the first data to the reset, and whose data it is."""

    after_ms: int = Field(default=0, ge=0, le=5_000)
    at: Literal["up", "down"] = "up"


@register("link_reset")
class LinkReset(LinkFault):
    """Resets the connections of lines."""

    settings = Reset
    felt_within_s = 6.0
    tries = frozenset({"lost", "duplicated", "phantom"})

    def toxics(self, line: Line, settings: Reset) -> tuple[Toxic, ...]:
        """In the direction whose data are met."""
        stream: Literal["upstream", "downstream"] = "upstream" if settings.at == "up" else "downstream"
        return (Toxic("reset_peer", stream, {"timeout": settings.after_ms}),)

    def look(self, line: Line, settings: Reset, server_s: float) -> Look:
        """A small request ends in a reset."""
        within_s = line.longest_rtt_s + server_s + SLACK_S + settings.after_ms / 1000
        found = ask(line.address, 100, within_s)
        return Look(found.ending in ("reset", "closed"), f"{line.name}: {found.ending}")
