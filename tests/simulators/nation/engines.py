"""One world played by both engines, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.nation import Nation
from simulators.country.model import Country
from simulators.nation.kernel import Kernel
from simulators.nation.process import Processes
from simulators.nation.process_counts import OUTCOMES
from simulators.nation.results import Results
from simulators.nation.table import CALLS
from simulators.server import ServerModel, Window

SEED = 7


@dataclass(frozen=True)
class Both:
    """What each made of the same world."""

    kernel: Results
    processes: Processes

    def total(self, outcome: str) -> int:
        """Requests of every kind that ended so, as the processes count."""
        return int(self.processes.counts.outcome[:, :, OUTCOMES.index(outcome)].sum())

    def differences(self) -> list[str]:
        """Empty when every moment, ending and count is the same.

        The kernel keeps moments of TPS as float32; sums of waits and bytes are float64 in both, added up in
        the order of arrival, so that they are the same to the last bit only if all arrivals are.
        """
        ours, theirs, counts = self.processes.results(), self.kernel, self.processes.counts
        backup_s = np.where(np.isnan(ours["backup_s"]), np.inf, ours["backup_s"])
        pairs: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {
            "page_s": (_kept(ours["page_s"].T), theirs.page_s),
            "whole_s": (_kept(ours["whole_s"].T), theirs.whole_s),
            "recap_s": (_kept(ours["recap_s"]), theirs.recap_s),
            "active_s": (_kept(ours["active_s"].T), theirs.active_s),
            "stored": (ours["stored"], theirs.stored),
            "confirmed": (ours["confirmed"], theirs.confirmed),
            "how": (ours["how"].T, np.array(theirs.hows)[theirs.how]),
            "messenger_s": (backup_s, theirs.messenger_s),
            "saved": (ours["saved"], theirs.saved),
            "requests": (ours["requests"], theirs.requests),
            "asked": (counts.asked.T, theirs.asked),
            "outcome": (counts.outcome.transpose(1, 2, 0), theirs.outcome),
            "bytes": (counts.sent_bytes, theirs.bytes_),
            "wait_s": (counts.wait_s.T, theirs.wait_s),
            "longest_s": (counts.longest_s.T, theirs.longest_s),
        }
        assert tuple(theirs.kinds) == CALLS
        assert tuple(theirs.outcomes) == OUTCOMES
        # Seconds of hands are added up in another order where several come at one moment.
        for name, one, other in (
            ("busy_s", counts.busy_s.T, theirs.busy_s),
            ("wasted_s", counts.wasted_s.T, theirs.wasted_s),
        ):
            near = one.shape == other.shape and np.allclose(one, other, rtol=1e-12, atol=1e-9)
            pairs[name] = (one, one if near else other)
        return [found for name, (one, other) in pairs.items() if (found := _difference(name, one, other))]


def both(
    country: Country, nation: Nation, model: ServerModel, windows: Sequence[Window] = (), seed: int = SEED
) -> Both:
    """Play it twice."""
    kernel = Kernel(country, nation, model, seed, windows=list(windows))
    kernel.advance(kernel.until_s)
    processes = Processes(country, nation, kernel.model, seed, windows)
    processes.run()
    return Both(kernel.results(), processes)


def _kept(moments: NDArray[np.float64]) -> NDArray[np.float32]:
    return moments.astype(np.float32)


def _difference(name: str, one: NDArray[Any], other: NDArray[Any]) -> str:
    if one.shape != other.shape:
        return f"{name}: shapes {one.shape} and {other.shape}"
    same = one == other
    if one.dtype.kind == "f":
        same |= np.isnan(one) & np.isnan(other)
    if same.all():
        return ""
    where = tuple(np.argwhere(~same)[0].tolist())
    return f"{name}: {np.count_nonzero(~same)} of {same.size}, first at {where}: {one[where]}, {other[where]}"
