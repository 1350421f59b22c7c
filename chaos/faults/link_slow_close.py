"""Connections linger after their close: the other side learns of it late, and holds its part meanwhile."""

from pydantic import Field

from chaos.fault import Settings, register
from chaos.line_probe import ask
from chaos.link_fault import SLACK_S, Line, LinkFault, Look, both_ways
from chaos.toxiproxy import Toxic

_SEEN_S = 1.0
"""Longer than this nobody watches a connection linger: it has been seen to."""


class Linger(Settings):
    """Milliseconds that the news of a close is late, each way."""

    delay_ms: int = Field(ge=300, le=60_000)


@register("link_slow_close")
class LinkSlowClose(LinkFault):
    """Delays every close on lines."""

    settings = Linger
    tries = frozenset({"unbounded"})

    def toxics(self, line: Line, settings: Linger) -> tuple[Toxic, ...]:
        """Both ways."""
        return both_ways("slow_close", {"delay": settings.delay_ms})

    def look(self, line: Line, settings: Linger, server_s: float) -> Look:
        """A connection that the server was asked to close is still open a while after the answer."""
        straight = ask(line.upstream, 100, server_s + SLACK_S, to_the_close=True)
        if straight.closed_s is None:
            return Look(None, f"{line.name}: the server itself does not close")
        late_s = min(settings.delay_ms / 2000, _SEEN_S)
        found = ask(line.address, 100, line.longest_rtt_s + server_s + SLACK_S + late_s, to_the_close=True)
        if not found.answered:
            return Look(False, f"{line.name}: {found.ending}")
        if found.closed_s is None:
            return Look(True, f"{line.name}: not closed {late_s * 1000:.0f} ms after the answer")
        lingered_s = found.closed_s - found.answered_s
        return Look(lingered_s >= late_s, f"{line.name}: closed {lingered_s * 1000:.0f} ms after the answer")
