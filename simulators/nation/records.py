"""The kernel's memory: one record an actor, one a TPS, one a minute, and the habits as one record.

An event touches one actor and one TPS; each lies in 128 bytes, two neighbouring cache lines.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from simulators.nation.habits import Habits
from simulators.nation.table import CALLS

MOST_FORMS = 5
MOST_PAGES = 128
MOST_POOLS = 8
NOBODY = 255
"""Stands for "no page" in a list of pages."""

OUTCOMES = ("ok", "refused", "closed", "timeout", "link_lost", "reset", "denied")
OK, REFUSED, CLOSED, TIMEOUT, LINK_LOST, RESET, DENIED = range(len(OUTCOMES))

BINS_AN_OCTAVE = 8
OCTAVES = 28
BINS = OCTAVES * BINS_AN_OCTAVE
SHORTEST_S = 2.0**-10
"""Latency: eight bins of equal width in every octave from here on; shorter ones fall into the first."""

ACTOR = np.dtype(
    [
        ("now", "f8"),  # its clock; while a request is under way: when it was asked
        ("logged_until", "f8"),
        ("session_end", "f8"),
        ("key", "i8"),
        ("shot0", "i8"), ("shot1", "i8"),  # pages 0..63 and 64..127, a bit each
        ("acked0", "i8"), ("acked1", "i8"),
        ("wanted0", "i8"), ("wanted1", "i8"),
        ("k", "i4"),  # the journey's next draw
        ("place", "i4"),  # the TPS it works for
        ("first", "i4"), ("upto", "i4"),  # of a panel: its next TPS, and the end of its kecamatan
        ("row", "i2"), ("tries", "i2"), ("rests", "i2"), ("visits", "i2"),
        ("form", "i1"),
        ("skips", "u1"), ("skipped0", "u1"), ("skipped1", "u1"), ("skipped2", "u1"),
        ("training", "u1"), ("page", "u1"), ("step", "u1"),
        ("confirmed", "u1"), ("last", "u1"), ("how", "u1"), ("role", "u1"),
        ("active", "?"), ("failing", "?"), ("at_signal", "?"), ("batch", "?"),
        ("spare", "i8"),
    ],
    align=True,
)  # fmt: skip
FIRST_OPERATOR, SECOND_OPERATOR, PANEL, PUBLIC = range(4)

STATION = np.dtype(
    [
        ("key", "i8"),  # digits of the code times 8
        ("counted", "f8", (MOST_FORMS,)),  # when each form can be photographed
        ("plano_leaves", "f8"),
        ("stuck_until", "f8"),
        ("stored0", "i8"), ("stored1", "i8"),  # what the server holds
        ("shift", "f4"), ("travel", "f4"), ("cut_from", "f4"), ("cut_s", "f4"),
        ("asked", "u4"),  # requests
        ("page", "u1", (MOST_FORMS + 1,)),  # number of each form's first page, and of all
        ("link", "u1"), ("signal", "u1"), ("device", "u1"),
        ("first_form", "i1"), ("stuck_page", "u1"), ("confirmed", "u1"),
        ("spare", "i8", (2,)),
    ],
    align=True,
)  # fmt: skip

OUT = np.dtype(
    [
        ("whole", "f4", (MOST_FORMS,)),
        ("page_s", "f4", (3,)),
        ("first_s", "f4"),
        ("recap_s", "f4"),
        ("active_s", "f4", (2,)),
        ("messenger_s", "f8"),
        ("saved", "?"),
    ],
    align=True,
)
"""What is known of a TPS at the end: moments in run seconds, NaN where it never came."""

KINDS = len(CALLS)
MINUTE = np.dtype(
    [
        ("asked", "i4", (KINDS,)),
        ("fresh", "i4", (KINDS,)),
        ("taken", "i4", (KINDS,)),
        ("outcome", "i4", (KINDS, len(OUTCOMES))),
        ("bytes", "f8"),
        ("busy_s", "f8", (MOST_POOLS,)),
        ("wasted_s", "f8", (MOST_POOLS,)),
        ("wait_s", "f8", (MOST_POOLS,)),
        ("longest_s", "f8", (MOST_POOLS,)),
    ],
    align=True,
)


class World(NamedTuple):
    """Everything the kernel touches."""

    h: Any
    seed: int
    retry_after_s: float
    rows: NDArray[np.int16]
    serves: NDArray[np.int64]  # kind: its number at the server, its pool
    doors: NDArray[np.float64]
    actors: NDArray[Any]
    stations: NDArray[Any]
    out: NDArray[Any]
    minutes: NDArray[Any]
    latency: NDArray[np.int32]  # hours x kinds x bins
    whole: NDArray[np.int64]
    figures: NDArray[np.float64]
    links: NDArray[np.int32]
    times: NDArray[np.float64]
    cursor: NDArray[np.int64]


SHAPES: dict[str, tuple[Any, ...]] = {
    "rows": (np.int16, 3),
    "serves": (np.int64, 2),
    "doors": (np.float64, 3),
    "actors": (ACTOR,),
    "stations": (STATION,),
    "out": (OUT,),
    "minutes": (MINUTE,),
    "latency": (np.int32, KINDS, BINS),
    "whole": (np.int64,),
    "figures": (np.float64,),
    "links": (np.int32,),
    "times": (np.float64,),
    "cursor": (np.int64,),
}
"""Arrays of a world: type of an item, and every axis but the first."""


def lined_up(count: int, kind: np.dtype[Any]) -> NDArray[Any]:
    """So many records of zeros, the first at the beginning of a cache line."""
    raw = np.zeros(count * kind.itemsize + 64, np.uint8)
    first = -raw.ctypes.data % 64
    return raw[first : first + count * kind.itemsize].view(kind)


def addresses(world: World) -> NDArray[np.int64]:
    """Where each array lies and how long it is, in the order of SHAPES: what the kernel takes.

    Raises TypeError for an array of another kind. The world must live for as long as these are used.
    """
    found = []
    for name, (kind, *axes) in SHAPES.items():
        array = getattr(world, name)
        if array.dtype != np.dtype(kind) or array.shape[1:] != tuple(axes) or not array.flags.c_contiguous:
            raise TypeError(f"{name}: {array.dtype} {array.shape}; the kernel wants {kind} (.., {axes})")
        found += [array.ctypes.data, len(array)]
    return np.array(found, np.int64)


@intrinsic  # type: ignore[untyped-decorator]
def pointer(_: Any, address: Any) -> Any:
    """An address as a pointer, for `carray`."""

    def make(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(address), make


def record(habits: Habits) -> Any:
    """The same fields as one record: compiled code takes it by reference, not field by field.

    Lists are filled up with zeros to the next eight, which change nothing (a share of 0 is never drawn), so
    that most scenarios run the same machine code.
    """
    fields: list[tuple[Any, ...]] = []
    values: list[Any] = []
    for name, value in habits._asdict().items():
        if isinstance(value, np.ndarray):
            length = -(-max(1, len(value)) // 8) * 8
            padded = np.zeros((length, *value.shape[1:]))
            padded[: len(value)] = value
            fields.append((name, "f8", padded.shape))
            values.append(padded)
        else:
            fields.append(
                (name, "?" if isinstance(value, bool) else "i8" if isinstance(value, int) else "f8")
            )
            values.append(value)
    return np.array([tuple(values)], np.dtype(fields, align=True))[0]
