"""What came of a step, as columns: of one generator, or of several put together on one time line.

Columns travel between processes and machines as one piece of bytes (`packed`), which says everything that a
generator knows of its part.
"""

import json
import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gladi.offering.generator import Step
from reports.claims.evidence import SENT
from reports.offered.schema import ATTEMPTS

_ATTEMPTS = pa.schema(list(ATTEMPTS)[1:])
"""Without the trial, which is not known yet."""
_ORDER = [("due_s", "ascending"), ("number", "ascending"), ("began_s", "ascending")]


@dataclass(frozen=True, slots=True)
class Generated:
    """What one generator says of itself after a step.

    `part` and `of`: an open load's requests whose number leaves `part` when divided by `of` were its own.
    `asked` requests were begun; `late_s` is the 95th, `late_p99_s` the 99th percentile of their lateness;
    `own_share` is of one core. Its clock showed `offset_s` more than the conductor's, give or take
    `uncertainty_s`; 0 of one on the conductor's machine. `died` says why it did, "" if it did not.
    """

    generator: int
    host: str
    pid: int
    elsewhere: bool = False
    part: int = 0
    of: int = 1
    asked: int = 0
    late_s: float = 0.0
    late_p99_s: float = 0.0
    own_share: float = 0.0
    offset_s: float = 0.0
    uncertainty_s: float = 0.0
    died: str = ""

    @property
    def name(self) -> str:
        """As a person finds it."""
        return f"{self.generator} ({self.host}, pid {self.pid})"


def oneself(generator: int = 0) -> Generated:
    """This process, before any step."""
    return Generated(generator, socket.gethostname(), os.getpid())


@dataclass(frozen=True, slots=True)
class Played:
    """A step that has ended: `attempts` as ATTEMPTS without the trial, by their due moments, `sent` as SENT.

    `by` are the generators, those that died among them.

    `seconds` is how long all of them offered. `why` says why it says nothing about the system, whatever the
    generators' lateness; "" if it does.
    """

    seconds: float
    began_epoch_s: float
    attempts: pa.Table
    sent: pa.Table
    by: tuple[Generated, ...]
    ran_out: bool = False
    left: int = 0
    why: str = ""

    def rate(self) -> float:
        """Good answers a second, within the step's time."""
        return float(pc.sum(pc.equal(self.attempts["became"], "good")).as_py() or 0) / self.seconds

    @property
    def worst(self) -> Generated:
        """The generator that used most of its core."""
        return max(self.by, key=lambda one: one.own_share)

    @property
    def late_s(self) -> float:
        """95th percentile of lateness of the latest generator."""
        return max(one.late_s for one in self.by)

    @property
    def late_p99_s(self) -> float:
        """99th percentile of lateness of the latest generator."""
        return max(one.late_p99_s for one in self.by)


def played(step: Step, who: Generated, left: int = 0) -> Played:
    """The step of one generator as columns."""
    rows = step.attempts
    columns = [
        pa.array([getattr(one, field.name) for one in rows], field.type) for field in _ATTEMPTS
    ]  # fmt: skip
    asked = len(step.begun) or len({one.number for one in rows})
    who = replace(who, asked=asked, late_s=step.late_s, late_p99_s=step.late_p99_s, own_share=step.own_share)
    return Played(
        step.seconds, step.began_epoch_s, pa.Table.from_arrays(columns, schema=_ATTEMPTS).sort_by(_ORDER),
        pa.Table.from_pylist(step.sent, schema=SENT), (who,), step.ran_out, left,
    )  # fmt: skip


def together(parts: Sequence[Played], dead: Iterable[Generated] = (), why: str = "") -> Played:
    """One step of all; `dead` are those that told nothing. Its time ends with whoever stopped first."""
    attempts: list[pa.Table] = []
    taken = np.zeros(0, dtype=np.uint32)
    for one in parts:
        # Open: numbers are those of the arrivals. Closed: each generator has counted from 0.
        numbers = one.attempts["number"].to_numpy()
        if len(np.intersect1d(taken, numbers)):
            numbers = numbers + np.uint32(taken.max() + 1)
        taken = np.union1d(taken, numbers)
        table = one.attempts.set_column(0, _ATTEMPTS.field(0), pa.array(numbers, pa.uint32()))
        attempts.append(table)
    nothing = not parts
    return Played(
        min((one.seconds for one in parts), default=0.0),
        min((one.began_epoch_s for one in parts), default=0.0),
        _ATTEMPTS.empty_table() if nothing else pa.concat_tables(attempts).sort_by(_ORDER),
        SENT.empty_table() if nothing else pa.concat_tables([one.sent for one in parts]),
        tuple(sorted([*(who for one in parts for who in one.by), *dead], key=lambda who: who.generator)),
        any(one.ran_out for one in parts),
        sum(one.left for one in parts),
        why,
    )


def packed(one: Played) -> bytes:
    """As bytes; the columns as Arrow keeps them, kinds and outcomes by number."""
    about = {
        "seconds": one.seconds, "began_epoch_s": one.began_epoch_s, "ran_out": one.ran_out, "left": one.left,
        "why": one.why, "by": [asdict(who) for who in one.by],
    }  # fmt: skip
    sink = pa.BufferOutputStream()
    narrow = one.attempts
    for name in ("kind", "became"):
        at = narrow.schema.get_field_index(name)
        narrow = narrow.set_column(at, name, narrow[name].dictionary_encode())
    for table in (narrow.replace_schema_metadata({"about": json.dumps(about)}), one.sent):
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table.combine_chunks().unify_dictionaries())
    return bytes(sink.getvalue())


def unpacked(data: bytes) -> Played:
    """What `packed` made; raises ValueError (of Arrow or JSON) for anything else."""
    source = pa.BufferReader(data)
    attempts, sent = (pa.ipc.open_stream(source).read_all() for _ in range(2))
    about: dict[str, Any] = json.loads(attempts.schema.metadata[b"about"])
    return Played(
        about["seconds"], about["began_epoch_s"], attempts.cast(_ATTEMPTS), sent.cast(SENT),
        tuple(Generated(**who) for who in about["by"]), about["ran_out"], about["left"], about["why"],
    )  # fmt: skip
