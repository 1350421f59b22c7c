"""A connection is cut when it has carried so much: an upload that never gets to its end."""

from pydantic import Field

from chaos.fault import Settings, register
from chaos.line_probe import ask
from chaos.link_fault import SLACK_S, Line, LinkFault, Look
from chaos.link_pace import Pace
from chaos.toxiproxy import Toxic

_PATIENCE_S = 2.0
_BEYOND_BYTES = 12_000


class Allowance(Settings):
    """Bytes towards the server that a connection may carry; a photo of a C.Hasil has some 300,000."""

    limit_bytes: int = Field(ge=100, le=10_000_000)


@register("link_data_limit")
class LinkDataLimit(LinkFault):
    """Cuts connections of lines in the middle of an upload."""

    settings = Allowance
    tries = frozenset({"torn", "lost", "duplicated"})

    def toxics(self, line: Line, settings: Allowance) -> tuple[Toxic, ...]:
        """Towards the server."""
        return (Toxic("limit_data", "upstream", {"bytes": settings.limit_bytes}),)

    def look(self, line: Line, settings: Allowance, server_s: float) -> Look:
        """More than is allowed does not get through; a link too slow to carry that much tells nothing."""
        size_bytes = settings.limit_bytes + _BEYOND_BYTES
        takes_s = Pace.of(line.home).takes_s(size_bytes)
        if takes_s > _PATIENCE_S:
            return Look(None, f"{line.name}: {size_bytes} bytes would take {takes_s:.0f} s")
        straight = ask(line.upstream, size_bytes, 1.0)
        if not straight.answered:
            return Look(None, f"{line.name}: the server itself does not take {size_bytes} bytes")
        found = ask(line.address, size_bytes, takes_s + straight.answered_s + 2 * SLACK_S)
        told = f"{line.name}: {found.ending} with {found.passed_bytes} of {size_bytes} bytes answered"
        return Look(found.ending in ("closed", "reset"), told)
