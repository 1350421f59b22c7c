"""Whether a system can be watched: what the public is shown of the one TPS and of its regency, and probes.

A rehearsal holds every acknowledged page against what is shown. A target class that asks for a region under a
code the system does not know sees no TPS there, and the system would be blamed for hiding them.
"""

import time

from gladi.targets import Phone, TargetError
from gladi.targets.protocol import Shown, Watchable

SHOWN_S = 10.0
"""How long a system may take to show what it has just been sent; one that is right away is not waited for."""
_LOOK_S = 0.5
_PROBES = frozenset({"ready", "alive"})


def watched(system: Watchable, phone: Phone, tps: str, form: str, pages: int) -> str:
    """What is seen after `pages` of the TPS were acknowledged, in words; TargetError where it is amiss."""
    station = system.shown(phone, tps, form)
    said = {one.name: one.value for one in system.says(phone, gauges=True)}
    words = [{1.0: "ready", None: "says nothing of itself"}.get(said.get("ready"), "NOT ready")]
    if station.status in {0, 200}:
        words.append(f"{len(station.photos)} photos of the TPS shown so far")
    else:
        words.append(f"its page of the TPS answered {station.status} so far")
    words.append(_regency(system, phone, f"{tps[:2]}.{tps[2:4]}", form, pages))
    gauges = len(said.keys() - _PROBES)
    words.append(f"{gauges} gauge{'' if gauges == 1 else 's'}")
    return "; ".join(words)


def _regency(system: Watchable, phone: Phone, code: str, form: str, pages: int) -> str:
    """What is shown of the regency; not every portal says how many TPS it has, so a counted one will do."""
    deadline = time.monotonic() + SHOWN_S
    while True:
        shown = system.shown(phone, code, form)
        if shown.status == 0:
            return f"nothing told of {code}, so its sums stay unknown in a verdict"
        if _knows(shown):
            of = f" of {shown.expected_tps}" if shown.expected_tps else ""
            return f"{shown.counted_tps}{of} TPS counted in {code}"
        if not pages and shown.status == 200:
            return f"no TPS in {code}, and no page was sent"
        if time.monotonic() > deadline:
            break
        time.sleep(_LOOK_S)
    answer = "shows no TPS there" if shown.status == 200 else f"answered {shown.status}"
    raise TargetError(
        f"asked for the regency {code}, it {answer}, {SHOWN_S:g} s after {pages} pages of a TPS of it were "
        "sent: does the system know the regency by this code? A rehearsal would call its TPS hidden"
    )


def _knows(shown: Shown) -> bool:
    return shown.status == 200 and (shown.expected_tps >= 1 or shown.counted_tps >= 1)
