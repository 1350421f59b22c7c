"""Locust's statistics, fed in bulk: what the record says, at every beat, instead of an event a request.

Times are those since an operation was due, so Locust's own page and reports tell the truth about a frozen
server. `note` only appends; `tell` adds a beat's worth to the fields of Locust's StatsEntry, which its worker
sends on.
"""

from array import array
from collections import defaultdict
from typing import Any

import numpy as np
from locust.stats import RequestStats, StatsEntry, StatsError
from numpy.typing import NDArray

from simulators.operations import Answer, Operation

_KINDS_OF_ERRORS = 100
_OTHERS = "lain-lain"
"""Errors beyond so many kinds, counted together."""


class Tally:
    """Counts of one worker for `stats`; `zero_epoch_s` is the wall time of run clock 0."""

    def __init__(self, stats: RequestStats, zero_epoch_s: float) -> None:
        self._stats = stats
        self._zero_s = zero_epoch_s
        # (kind, actor): intended and ended moments in turn, on the run clock
        self._moments: defaultdict[tuple[str, str], array[float]] = defaultdict(lambda: array("d"))
        self._bytes: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._failed: defaultdict[tuple[str, str], array[float]] = defaultdict(lambda: array("d"))
        self._errors: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self._seen: set[tuple[str, str, str]] = set()

    def note(self, operation: Operation, answer: Answer, ended_s: float) -> None:
        """An operation has ended."""
        name = (operation.kind, operation.actor)
        self._moments[name].extend((operation.intended_s, ended_s))
        self._bytes[name] += answer.bytes_received
        if answer.outcome != "ok" and operation.expect != "reject":
            self._fail(name, f"{answer.outcome} {answer.reason}", ended_s)

    def _fail(self, name: tuple[str, str], error: str, ended_s: float) -> None:
        self._failed[name].append(ended_s)
        kind = (*name, error)
        if kind not in self._seen:
            if len(self._seen) < _KINDS_OF_ERRORS:
                self._seen.add(kind)
            else:
                kind = (*name, _OTHERS)
        self._errors[kind] += 1

    def tell(self) -> None:
        """Add what was noted since the last time to Locust's statistics."""
        moments, self._moments = self._moments, defaultdict(lambda: array("d"))
        received, self._bytes = self._bytes, defaultdict(int)
        failed, self._failed = self._failed, defaultdict(lambda: array("d"))
        errors, self._errors = self._errors, defaultdict(int)
        for name, flat in moments.items():
            pairs = np.frombuffer(flat).reshape(-1, 2)
            took_ms = (pairs[:, 1] - pairs[:, 0]) * 1000.0
            ended_s = pairs[:, 1] + self._zero_s
            failed_s = np.frombuffer(failed[name]) + self._zero_s if name in failed else np.empty(0)
            for entry in (self._stats.total, self._stats.entries[name]):
                _add(entry, took_ms, ended_s, received[name], failed_s)
        for (kind, actor, error), count in errors.items():
            key = StatsError.create_key(actor, kind, error)
            if key not in self._stats.errors:
                self._stats.errors[key] = StatsError(actor, kind, error)
            one = self._stats.errors[key]
            one.occurred()
            one.occurrences += count - 1


def _add(
    entry: StatsEntry,
    took_ms: NDArray[np.float64],
    ended_s: NDArray[np.float64],
    received: int,
    failed_s: NDArray[np.float64],
) -> None:
    """What `StatsEntry.log` and `log_error` do for each request, for many at once."""
    last_s, newest_s = entry.last_request_timestamp, float(ended_s.max())
    if entry.use_response_times_cache and last_s and int(newest_s) > int(last_s):
        entry._cache_response_times(int(newest_s) - 1)
    entry.num_requests += len(took_ms)
    entry.num_failures += len(failed_s)
    entry.total_response_time += float(took_ms.sum())
    least, most = float(took_ms.min()), float(took_ms.max())
    entry.min_response_time = (
        least if entry.min_response_time is None else min(least, entry.min_response_time)
    )
    entry.max_response_time = max(most, entry.max_response_time)
    entry.total_content_length += received
    entry.last_request_timestamp = max(newest_s, last_s or newest_s)
    _count(entry.response_times, _rounded(took_ms))
    _count(entry.num_reqs_per_sec, ended_s)
    _count(entry.num_fail_per_sec, failed_s)


def _count(into: Any, values: NDArray[np.float64]) -> None:
    """Add how often each whole number comes to a dict of counts."""
    for number, count in zip(*np.unique(values.astype(np.int64), return_counts=True), strict=True):
        into[int(number)] += int(count)


def _rounded(took_ms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Milliseconds to two digits, as Locust keeps them (locust.stats.bucket_response_time)."""
    step = np.select([took_ms < 100.0, took_ms < 1000.0, took_ms < 10_000.0], [1.0, 10.0, 100.0], 1000.0)
    rounded: NDArray[np.float64] = np.rint(took_ms / step) * step
    return rounded
