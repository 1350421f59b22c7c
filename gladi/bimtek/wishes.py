"""What was asked for, as given on the command line; what contradicts itself is told here."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gladi.failures import UsageError

MOST_TRAINEES = 2_000
"""More is another event: 2,000 booklets are 12,000 sheets of paper."""
PAPERS = ("a4", "a3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The options of `gladi bimtek pack`."""

    out: Path
    scenario: str = "kepahiang-2024"
    form: str | None = None
    trainees: int | None = None
    classes: int | None = None
    participants: Path | None = None
    pairs: bool = False
    paper: str = "a4"
    site: str = ""
    seed: int | None = None
    workers: int | None = None

    def __post_init__(self) -> None:
        if self.participants is not None and (self.trainees is not None or self.classes is not None):
            raise UsageError(
                "--participants: the list says how many trainees and classes there are; "
                "leave out --trainees and --classes"
            )
        count = 20 if self.trainees is None else self.trainees
        rooms = 1 if self.classes is None else self.classes
        if not 1 <= count <= MOST_TRAINEES:
            raise UsageError(f"--trainees {count}: must be between 1 and {MOST_TRAINEES}")
        if not 1 <= rooms <= count:
            raise UsageError(f"--classes {rooms}: must be between 1 and the number of trainees, {count}")
        if self.paper not in PAPERS:
            raise UsageError(f"--paper {self.paper}: unknown; known: {', '.join(PAPERS)}")
        if self.site:
            check_site(self.site)


def check_site(address: str) -> None:
    """UsageError unless the address can be opened by a phone as it stands in a QR code."""
    right = "expected an address such as https://latihan.example.id or http://192.168.1.10:8800"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UsageError(f"--site {address}: is no address; {right}") from None
    host = parts.hostname or ""
    sound = parts.scheme in {"http", "https"} and re.fullmatch(r"[A-Za-z0-9.:-]+", host) and port != 0
    if not sound or parts.username or parts.query or parts.fragment or not address.isprintable():
        raise UsageError(f"--site {address}: is no address; {right}")
    if host.endswith("kpu.go.id"):
        raise UsageError(f"--site {address}: practice never goes to a site of KPU; {right}")
