"""Unbounded: did anything grow without limit: a gauge, a component's memory, the attempts at one thing?

* A gauge that the system itself bounds (health.parquet) may never exceed that bound.
* Memory. A component that keeps what it is sent grows with every byte accepted. For each process the bytes
  acknowledged during its life are cut into parts; one whose memory follows them (correlation of at least
  `FOLLOWS`) and grew in every part by at least `KEPT_SHARE` of that part's bytes keeps a share of them.
  Caches, pools and a warm heap fill up and stop, so the first part is not looked at. Processes of one kind
  ("api-1", "api-2") share the load, so each is held to its part of the share.
* Attempts with one key: more than `MOST_ATTEMPTS` is a phone or a queue that never gives up.

What brings the load (load workers, toxiproxy, gladi) is not judged. Where the memory of no component of the
system was sampled, gauges and attempts speak alone, and the finding says so; without any bounded gauge and
without memory nothing is known.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.evidence import of_operation
from reports.finding import Example, Finding, conclude, unknown
from reports.joins import first_of_each
from reports.rundir import RunDirectory
from reports.words import Text, number
from reports.writes import writes_of

KEPT_SHARE = 0.5
FOLLOWS = 0.95
PARTS = 4
LEAST_BYTES = 8_000_000
"""Of one part; below, memory tells nothing: the parts of a sound stack take some 10 MB to get warm."""
LEAST_GROWTH_BYTES = 2_000_000
"""Of one part; below, it is the noise of a heap."""
MOST_ATTEMPTS = 500

OURS = ("machine", "load", "gladi", "toxiproxy")
"""Components, or beginnings of their names, that belong to the rehearsal and not to the system."""


@checker(
    "unbounded",
    Text("Tanpa batas", "Unbounded"),
    Text(
        "Antrean, memori dan percobaan ulang tidak tumbuh tanpa batas.",
        "Queues, memory and retries do not grow without limit.",
    ),
    of_a_system=True,
)
def unbounded(run: RunDirectory) -> Finding:
    """Gauges above their bound, components that keep what they are sent, keys tried without end."""
    gauges, memory, attempts = _gauges(run), _memory(run), _attempts(run)
    parts = (gauges, memory, attempts)
    looked_at = gauges[1] + memory[1]
    found = conclude(
        run,
        sum(part[0] for part in parts),
        looked_at + attempts[1] if looked_at else 0,
        [example for part in parts for example in part[2]],
        readback=False,
        nothing=Text(
            "tidak ada pengukur berbatas dan tidak ada memori yang diamati",
            "no gauge with a bound and no memory was watched",
        ),
    )
    if found.valid is True and run.health is None:
        return unknown(
            found, Text("pengukur sistem tidak diamati (tidak ada health.parquet)",
                        "the system's gauges were not watched (no health.parquet)"),
        )  # fmt: skip
    if found.valid is True and not memory[1]:
        why = Text(f"{found.why.id}; memori tidak diamati", f"{found.why.en}; memory was not watched")
        return Finding(True, 0, found.checked, why)
    return found


def _gauges(run: RunDirectory) -> tuple[int, int, list[Example]]:
    health = run.health
    if health is None:
        return 0, 0, []
    value, bound = health.numpy("value"), health.numpy("bound")
    bounded = np.isfinite(bound)
    names = health.arrow("name").dictionary_encode()
    which = names.indices.to_numpy(zero_copy_only=False)
    over = np.flatnonzero(bounded & (value > bound))
    _, first = np.unique(which[over], return_index=True)
    examples = [
        _example(
            float(health.numpy("asked_s")[row]),
            Text(
                f"{health.text('name', row)}: paling banyak {number(float(bound[row]), 'id')}",
                f"{health.text('name', row)}: at most {number(float(bound[row]), 'en')}",
            ),
            Text(number(float(value[row]), "id"), number(float(value[row]), "en")),
        )
        for row in over[first].tolist()
    ]
    return len(first), len(np.unique(which[bounded])), examples


def _attempts(run: RunDirectory) -> tuple[int, int, list[Example]]:
    history = run.history
    counted = (history.codes("key") >= 0) & ~history.is_in("actor", "iseng")
    rows = np.flatnonzero(counted & (history.numpy("attempt") > MOST_ATTEMPTS))
    rows = rows[first_of_each(history.codes("key")[rows])]
    examples = [
        of_operation(
            run,
            row,
            expected=Text(f"paling banyak {MOST_ATTEMPTS} percobaan", f"at most {MOST_ATTEMPTS} attempts"),
            found=Text("percobaan terus berlanjut", "attempts go on"),
        )
        for row in rows[:10].tolist()
    ]
    return len(rows), int(counted.sum()), examples


def _memory(run: RunDirectory) -> tuple[int, int, list[Example]]:
    """Processes that keep a share of what was accepted."""
    resources = run.resources
    if resources is None or not len(resources):
        return 0, 0, []
    writes, history = writes_of(run), run.history
    accepted = np.flatnonzero(writes.ok)
    when = history.numpy("ended_s")[writes.row[accepted]]
    order = np.argsort(when, kind="stable")
    when = when[order]
    total = np.concatenate(
        [[0.0], np.cumsum(history.numpy("bytes_sent")[writes.row[accepted]][order], dtype=np.float64)]
    )
    components = resources.arrow("component").to_pylist()
    t_s, rss = resources.numpy("t_s"), resources.numpy("rss_bytes").astype(np.float64)
    pids = resources.numpy("pid")
    names = sorted({name for name in components if not name.startswith(OURS)})
    kinds: dict[str, int] = {}
    for name in names:
        kinds[_kind(name)] = kinds.get(_kind(name), 0) + 1
    wrong, judged, examples = 0, 0, []
    for name in names:
        mine = np.flatnonzero(np.array([one == name for one in components]))
        judged += 1
        for pid in np.unique(pids[mine]).tolist():
            rows = mine[pids[mine] == pid]
            bytes_in = total[np.searchsorted(when, t_s[rows], side="right")]
            share = _kept(bytes_in, rss[rows])
            if share is not None and share >= KEPT_SHARE / kinds[_kind(name)]:
                wrong += 1
                examples.append(_memory_example(name, float(t_s[rows[-1]]), share))
    return wrong, judged, examples


def _kind(name: str) -> str:
    kind, _, count = name.rpartition("-")
    return kind if count.isdigit() else name


def _kept(bytes_in: np.ndarray, rss: np.ndarray) -> float | None:
    """Least share of the bytes accepted by which memory grew in any part but the first; None for too few."""
    came = bytes_in[-1] - bytes_in[0]
    if came < PARTS * LEAST_BYTES:
        return None
    edges = bytes_in[0] + came * np.arange(1, PARTS + 1) / PARTS
    at = np.minimum(np.searchsorted(bytes_in, edges), len(bytes_in) - 1)
    x, y = bytes_in[at], rss[at]
    if (np.diff(x) < LEAST_BYTES / 2).any():
        return None  # it came in fewer bursts than there are parts
    later = slice(int(at[0]), None)
    grew = np.diff(y)
    if not np.ptp(rss[later]) or np.corrcoef(bytes_in[later], rss[later])[0, 1] < FOLLOWS:
        return None
    return None if (grew < LEAST_GROWTH_BYTES).any() else float((grew / np.diff(x)).min())


def _memory_example(name: str, at_s: float, share: float) -> Example:
    return _example(
        at_s,
        Text(
            f"memori {name} tidak tumbuh bersama kiriman", f"memory of {name} does not grow with what is sent"
        ),
        Text(
            f"menyimpan {number(100 * share, 'id')} % dari semua byte",
            f"keeps {number(100 * share, 'en')} % of all bytes",
        ),
    )


def _example(at_s: float, expected: Text, found: Text) -> Example:
    return Example((), "", "", 0, round(at_s, 3), expected, found)
