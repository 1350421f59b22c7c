"""Files of a nation's run directory: whoever writes one needs this module alone.

`tps.parquet` has one row a TPS, in order of code. Times are seconds of the run clock, which begins at
midnight (WIB) of the scenario's first day; NaN: never; what was so before the start is 0 or less. The columns
`pages.FORM` and `whole_s.FORM` are there once for each form, in counting order.
"""

from collections.abc import Sequence

import pyarrow as pa

NATION_VERSION = 1
KIND = "nation"

COMPLETE, METASTABLE, ABORTED = "complete", "METASTABLE", "aborted"
"""How a run ended: played to the scenario's end (or until nobody had anything left to do), stopped because
the server had collapsed and would not come back, or broken off by somebody."""

FIRST_PAGES = 3
"""Pages of the first form whose times are kept one by one: `page1_s`, `page2_s`, `page3_s`."""

OUTCOMES = ("ok", "refused", "closed", "timeout", "link_lost", "reset", "denied")
"""How a request ended: answered; 503; the door was closed; nobody answered in time; the phone's own link was
gone; the server crashed; 401."""

_WORD = pa.dictionary(pa.int32(), pa.string())


def tps_schema(forms: Sequence[str]) -> pa.Schema:
    """Columns of tps.parquet for these forms. `utc_offset_h` is that of the TPS, `province` and so on codes.

    `stored_pages` counts all forms; `ended_1` and `ended_2` are how the two operators ended; `backup`: plain
    photographs went to the PPS by messenger; `recap_s`: the kecamatan's pleno had read it; `active_1_s`,
    `active_2_s`: when the accounts became active.
    """
    return pa.schema(
        [
            ("tps", pa.int64()),
            *((name, _WORD) for name in ("province", "regency", "kecamatan", "link", "signal")),
            ("utc_offset_h", pa.float32()),
            ("special", pa.bool_()),
            ("abroad", pa.bool_()),
            ("dpt", pa.uint16()),
            *((f"pages.{form}", pa.uint8()) for form in forms),
            *((f"page{number + 1}_s", pa.float32()) for number in range(FIRST_PAGES)),
            *((f"whole_s.{form}", pa.float32()) for form in forms),
            ("shown_s", pa.float32()),
            ("stored_pages", pa.uint16()),
            ("ended_1", _WORD),
            ("ended_2", _WORD),
            ("backup", pa.bool_()),
            ("recap_s", pa.float32()),
            ("requests", pa.uint32()),
            ("active_1_s", pa.float32()),
            ("active_2_s", pa.float32()),
        ]
    )


MINUTES = pa.schema(
    [
        ("minute", pa.int32()),
        ("kind", _WORD),
        ("asked", pa.int64()),
        ("fresh", pa.int64()),
        ("taken", pa.int64()),
        *((outcome, pa.int64()) for outcome in OUTCOMES),
    ]
)
"""Requests by kind and minute of the run clock; minutes without any are left out.

`asked`, `fresh` (no repetitions) and `taken` (in by the server) in the minute of asking; how they ended in
the minute of the answer."""

PIPE = "pipe"

POOLS = pa.schema(
    [
        ("minute", pa.int32()),
        ("pool", _WORD),
        ("busy_s", pa.float64()),
        ("wasted_s", pa.float64()),
        ("wait_s", pa.float64()),
        ("wait_max_s", pa.float64()),
        ("bytes", pa.float64()),
    ]
)
"""Hand-seconds of work by pool and minute; `wasted_s` of them for phones that had stopped waiting. `wait_s`
is the sum of what requests waited in its queue, `wait_max_s` the longest. The pool `pipe` is the line into
the machines, one hand; `bytes` came through it (0 in the rows of other pools)."""

LATENCY = pa.schema([("hour", pa.int32()), ("kind", _WORD), ("bin", pa.int16()), ("count", pa.int64())])
"""Answered requests by hour asked and time to the answer: bin b lies between `latency_edges_s[b]` and [b + 1]
of run.json; the last bin has no upper edge."""

FILES = ("tps.parquet", "minutes.parquet", "pools.parquet", "latency.parquet")
