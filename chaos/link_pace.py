"""How long a request takes over a line, with and without a fault: what tells a slow link from a sound one."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from chaos.line_probe import ask
from chaos.link_fault import Line, LinkFault, Look
from scenarios import LinkProfile

_TELLING_S = 0.3
"""The request is made as large as it must be for the fault to show by this much ..."""
_LARGEST_BYTES = 240_000
"""... but no larger than this."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Round trip in seconds, and bytes a second towards the server."""

    rtt_s: float
    bytes_per_s: float

    @classmethod
    def of(cls, link: LinkProfile) -> "Pace":
        """As the link class has it."""
        return cls(link.rtt_ms / 1000, link.up_kbit_s * 125)

    def takes_s(self, size_bytes: int) -> float:
        """Until the answer to a request of this size begins, the server's own time not included."""
        return self.rtt_s + size_bytes / self.bytes_per_s


class PaceFault(LinkFault):
    """A fault that makes a line slower, or faster, than its class."""

    @abstractmethod
    def pace(self, line: Line, settings: Any) -> Pace:
        """The line's pace under the fault."""

    def look(self, line: Line, settings: Any, server_s: float) -> Look:
        """A request so large that it tells: is its time nearer to the fault's or to the link's?"""
        home, hurt = Pace.of(line.home), self.pace(line, settings)
        size_bytes = _telling_bytes(home, hurt)
        if size_bytes > 100:
            server_s = ask(line.upstream, size_bytes, 1.0).answered_s or server_s
        between_s = (home.takes_s(size_bytes) + hurt.takes_s(size_bytes)) / 2
        found = ask(line.address, size_bytes, between_s + server_s)
        if found.ending in ("reset", "refused") or (found.ending == "closed" and not found.passed_bytes):
            return Look(False, f"{line.name}: {found.ending}")
        if found.ending == "closed":  # a server that answers one request a connection
            size_bytes = found.passed_bytes
            between_s = (home.takes_s(size_bytes) + hurt.takes_s(size_bytes)) / 2
        slow = found.ending == "silent" or found.answered_s >= between_s + server_s
        took = f"over {(between_s + server_s) * 1000:.0f} ms" if slow else f"{found.answered_s * 1000:.0f} ms"
        told = f"{line.name}: {size_bytes} bytes in {took} (link {home.takes_s(size_bytes) * 1000:.0f} ms)"
        return Look(slow == (hurt.takes_s(size_bytes) > home.takes_s(size_bytes)), told)


def _telling_bytes(home: Pace, hurt: Pace) -> int:
    a_byte_s = abs(1 / hurt.bytes_per_s - 1 / home.bytes_per_s)
    if abs(hurt.rtt_s - home.rtt_s) >= _TELLING_S or not a_byte_s:
        return 100
    return int(min(max(100, _TELLING_S / a_byte_s), _LARGEST_BYTES))
