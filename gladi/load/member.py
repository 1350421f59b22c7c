"""One worker as the master knows it: who it is, how far it is, what of its record is safe."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from gevent.queue import Queue

from chaos.people import MET
from gladi.load.clocks import Reading
from gladi.load.gathering import Gathering
from gladi.load.in_hand import NAME as HAND_NAME
from gladi.load.uses import NAME as USE_NAME
from gladi.load.uses import Use
from gladi.tickets import NAME as DESK_NAME


@dataclass(slots=True, eq=False)
class Member:
    """`node` is Locust's name for it; `heard_s` when something last came from it, on a clock nobody sets."""

    node: str
    index: int
    host: str
    pid: int
    elsewhere: bool
    heard_s: float
    pongs: "Queue[dict[str, Any]]" = field(default_factory=Queue)
    clock: Reading | None = None
    clock_at_end: Reading | None = None
    ready: bool = False
    placed: bool = False
    photos: list[tuple[str, str]] = field(default_factory=list)
    beat: dict[str, Any] = field(default_factory=dict)
    a_beat: int = 0
    """Operations it began between its last two beats."""
    beat_at_s: float = 0.0
    """Run clock of its last beat."""
    beat_heard_s: float = 0.0
    """When that was heard, on the clock of `heard_s`; 0 before the first."""
    gone_s: float | None = None
    """Since when its connection is closed, on the same clock."""
    over: list[int] = field(default_factory=list)
    """Operators that have ended, TPS times ten and the operator's number."""
    record: Gathering | None = None
    use: Use | None = None
    done: dict[str, Any] | None = None
    died: str = ""

    @property
    def name(self) -> str:
        """As a person finds it."""
        return f"{self.index} ({self.host}, pid {self.pid})"

    @property
    def playing(self) -> bool:
        """Whether it still has something to do and can."""
        return self.done is None and not self.died

    @property
    def last_beat(self) -> dict[str, Any]:
        """How far it is; the dead have nothing in hand."""
        return {**self.beat, "in_flight": 0} if self.died else self.beat

    def take(self, beat: dict[str, Any], out: Path) -> bool:
        """Note a beat; False when a piece of the record does not fit where the last ended."""
        self.a_beat = _began(beat["progress"]) - _began(self.beat)
        self.beat = beat["progress"]
        self.beat_at_s = float(beat["at_s"])
        self.over += beat["over"]
        if beat["met"] is not None and beat["met"]["bytes"]:
            self._met(beat["met"], out)
        if beat["calls"] is not None and beat["calls"]["bytes"]:
            self._calls(beat["calls"], out)
        if (hand := beat.get("hand")) is not None and hand["bytes"]:
            self._hand(hand, out)
        if (sample := beat.get("use")) is not None:
            if self.use is None:
                self.use = Use(out / USE_NAME.format(self.index), self.pid)
            self.use.take(sample)
        if beat["record"] is None:
            return True
        if self.record is None:
            self.record = Gathering(out / f"worker-{self.index}.rec")
        return self.record.take(beat["record"])

    def _met(self, piece: dict[str, Any], out: Path) -> None:
        """Whom a mishap has met, on the conductor's clock; a piece ends with a whole line."""
        offset_s = self.clock.offset_s if self.clock else 0.0
        text = Gathering.unpacked(piece).decode()
        with (out / MET.replace("*", str(self.index))).open("a", encoding="utf-8") as file:
            for line in text.splitlines():
                met = json.loads(line)
                file.write(json.dumps({**met, "epoch_s": met["epoch_s"] - offset_s}) + "\n")

    def _calls(self, piece: dict[str, Any], out: Path) -> None:
        """Calls of the help desk, on the run clock, which is the same everywhere."""
        with (out / DESK_NAME.format(self.index)).open("ab") as file:
            file.write(Gathering.unpacked(piece))

    def _hand(self, piece: dict[str, Any], out: Path) -> None:
        """What it has under way, where it stands in its own file: a beat may be lost, or come twice."""
        path = out / HAND_NAME.format(self.index)
        with path.open("r+b" if path.exists() else "wb") as file:
            file.seek(int(piece["at"]))
            file.write(Gathering.unpacked(piece))

    def facts(self) -> dict[str, Any]:
        """For run.json: who it was, how its clock stood, what it said at its end."""
        start, end = self.clock, self.clock_at_end
        facts: dict[str, Any] = {
            "index": self.index,
            "host": self.host,
            "pid": self.pid,
            "elsewhere": self.elsewhere,
            "clock": {
                "offset_s": start.offset_s if start else None,
                "uncertainty_s": start.uncertainty_s if start else None,
                "offset_at_end_s": end.offset_s if end else None,
                "uncertainty_at_end_s": end.uncertainty_s if end else None,
                "drift_s": end.offset_s - start.offset_s if start and end else None,
            },
        }
        if self.use is not None and self.use.most:
            facts["use"] = self.use.most
        if self.died:
            facts |= {"died": self.died, "last_beat_s": self.beat_at_s}
        return facts | (self.done or {})


def as_of_s(members: Iterable[Member]) -> float:
    """The second of the run clock of which the sum of their beats is; some have sent one.

    Workers beat each at its own moment: it is the mean of those who still play, as good as exact while they
    play at about the same rate. Who has ended or died adds nothing any more.
    """
    told = [one for one in members if one.beat]
    playing = [one.beat_at_s for one in told if one.playing]
    return fmean(playing) if playing else max(one.beat_at_s for one in told)


def _began(progress: Mapping[str, Any]) -> int:
    """Operations begun so far."""
    return sum(int(one["began"]) for one in progress.get("kinds", {}).values())
