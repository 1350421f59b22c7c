"""How long people waited for an answer, and what share was answered in good time: from latency.parquet."""

from collections.abc import Mapping, Sequence

import numpy as np

from reports.nation.rundir import Floats, Ints, NationRun, Table


def availability(
    run: NationRun,
    latency: Table,
    kinds: tuple[str, ...],
    asked: Ints,
    outcomes: dict[str, Ints],
    groups: Mapping[str, Sequence[str]],
) -> dict[str, float | None]:
    """Share of what reached for the server that was answered in good time, by group of [slo]; None: nothing.

    Requests whose phone lost its own link, and those of who is not logged in, are not the server's to answer.
    """
    index, words = latency.words("kind")
    edges = np.asarray(run.facts["latency_edges_s"], dtype=np.float64)
    bins, count = latency.numbers("bin").astype(np.int64), latency.numbers("count").astype(np.float64)
    found: dict[str, float | None] = {}
    for group, members in groups.items():
        limit = getattr(run.nation.slo, f"{group}_s")
        rows = [number for number, kind in enumerate(kinds) if kind in members]
        due = sum(
            int((asked[row] - outcomes["link_lost"][row] - outcomes["denied"][row]).sum()) for row in rows
        )
        mine = np.isin(index, [words.index(kind) for kind in members if kind in words])
        good = float((count[mine] * _below(edges, limit)[bins[mine]]).sum())
        found[group] = min(1.0, good / due) if due else None
    return found


def _below(edges: Floats, limit: float) -> Floats:
    """The share of each bin that lies below `limit`, taking its answers as evenly spread."""
    upper = np.append(edges[1:], np.inf)
    share = (limit - edges) / np.where(np.isinf(upper), np.inf, upper - edges)
    return np.clip(np.where(np.isinf(upper), 0.0, share), 0.0, 1.0)


def quantiles_ms(run: NationRun, kind: str, hour: int | None = None) -> dict[str, float | None]:
    """p50, p95 and p99 of the time to an answer (ms), of all hours or one; None where nothing was "
    "answered."""
    latency = run.latency
    assert latency is not None
    index, words = latency.words("kind")
    edges = np.asarray(run.facts["latency_edges_s"], dtype=np.float64)
    counts: Floats = np.zeros(len(edges))
    if kind in words:
        mine = index == words.index(kind)
        if hour is not None:
            mine &= latency.numbers("hour") == hour
        found = np.bincount(latency.numbers("bin")[mine], latency.numbers("count")[mine], len(edges))
        counts = found.astype(np.float64)
    return {f"p{100 * q:.0f}_ms": _quantile_ms(counts, edges, q) for q in (0.5, 0.95, 0.99)}


def _quantile_ms(counts: Floats, edges: Floats, q: float) -> float | None:
    total = counts.sum()
    if not total:
        return None
    passed = np.cumsum(counts)
    at = int(np.searchsorted(passed, q * total))
    into = (q * total - (passed[at] - counts[at])) / counts[at]
    upper = edges[at + 1] if at + 1 < len(edges) else edges[at]
    return 1000.0 * float(edges[at] + into * (upper - edges[at]))
