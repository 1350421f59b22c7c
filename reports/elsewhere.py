"""Load workers on other machines: what each took of its own, and the seconds in which its hands were full.

They sample themselves (run.json, `load.workers[].use`; resources.parquet, `load-worker-N` and
`load-cores-N`), for the conductor's machine says nothing about theirs. A worker plays in one thread, so one
that used more than nine tenths of a core is no more to be trusted than one whose cores were taken by others.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from reports.rundir import RunDirectory, RunInfo
from reports.seconds import Floats, Mask, per_second
from reports.words import Lang, Text, number

BUSY = 0.9
"""Share of a core, or of the cores that it may run on, above which a worker is not on time."""
PART = 0.01
"""Share of a second's operations that may come from busy workers; as many may be late."""

Share = Callable[[str, int], Floats | None]
"""Share of so many cores that a component used in each second; None where it was never sampled."""


def busy(run: RunDirectory, seconds: int, share: Share) -> Mask:
    """Seconds of which more than `PART` of the operations were due by workers whose hands were full."""
    intended_s, worker = run.history.numpy("intended_s"), run.history.numpy("worker")
    theirs = np.zeros(seconds, np.int64)
    for index, one in run.info.elsewhere.items():
        use = one["use"]
        full = np.zeros(seconds, bool)
        # what never was above the limit between two samples is not above it in any second
        if use["cpu"] > BUSY:
            full |= _above(share(f"load-worker-{index}", 1), seconds)
        if use["own_cores"] > BUSY:
            full |= _above(share(f"load-cores-{index}", int(use["count_own_cores"])), seconds)
        if full.any():
            theirs += np.where(full, per_second(intended_s, seconds, worker == index), 0)
    out: Mask = theirs > PART * per_second(intended_s, seconds)
    return out


def _above(used: Floats | None, seconds: int) -> Mask:
    return np.zeros(seconds, bool) if used is None else np.nan_to_num(used) > BUSY


def rows(info: RunInfo) -> Mapping[int, Mapping[str, Any]]:
    """For the report, by worker: host and the most that it took of its machine."""
    return {
        index: {
            "host": one["host"],
            "cpu_percent": 100.0 * one["use"]["cpu"],
            "cores_percent": 100.0 * one["use"]["own_cores"],
            "cores": one["use"]["count_own_cores"],
            "rss_mib": one["use"]["rss_bytes"] / 2**20,
            "open_files": one["use"]["open_files"],
            "full": max(one["use"]["cpu"], one["use"]["own_cores"]) > BUSY,
        }
        for index, one in info.elsewhere.items()
    }


def told(info: RunInfo, lang: Lang) -> str:
    """One sentence; "" for a run whose load came from the conductor's machine."""
    if not info.elsewhere:
        return ""
    busiest = max(info.elsewhere, key=lambda index: max(_most(info, index)))
    cpu, cores = (number(100.0 * value, lang) for value in _most(info, busiest))
    count, host = info.workers, info.elsewhere[busiest]["host"]  # with --listen they all are elsewhere
    return Text(
        f"Beban datang dari {count} pekerja di mesin lain. Yang paling sibuk nomor {busiest} di {host}: "
        f"paling banyak {cpu}\u00a0% dari satu inti, sedangkan inti-inti yang boleh dipakainya sibuk sampai "
        f"{cores}\u00a0%; di atas 90\u00a0% ia tidak dipercaya.",
        f"The load came from {count} workers on other machines. The busiest was number {busiest} on {host}: "
        f"at most {cpu}\u00a0% of one core; the cores that it may run on were up to {cores}\u00a0% busy; "
        "above 90\u00a0% it is not trusted.",
    )(lang)


def _most(info: RunInfo, index: int) -> tuple[float, float]:
    use = info.elsewhere[index]["use"]
    return float(use["cpu"]), float(use["own_cores"])
