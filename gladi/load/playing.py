"""One worker's part of a run: a dispatcher that plays its shares of the operators and says how far it is.

Every operation goes to the worker's own record file and, with latency from the intended moment, into Locust's
statistics. What it has to tell goes out with every beat, through `tell`.
"""

import gc
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
from locust.stats import RequestStats

from gladi.live import LiveTarget
from gladi.load.fence import BEAT_S, Fence, Fenced
from gladi.load.gathering import Sending
from gladi.load.in_hand import InHand
from gladi.load.order import Destination, LoadOrder
from gladi.load.own_use import OwnUse
from gladi.load.progress import Counted, Progress, added
from gladi.load.shares import Share
from gladi.load.tally import Tally
from gladi.materials import Materials
from gladi.mishaps import Encounters, mishaps
from gladi.recorder import Recorder
from gladi.setting import Setting
from gladi.targets import System
from gladi.tickets import Tickets
from simulators.cast import assemble
from simulators.operations import Answer, Operation
from simulators.operator import Operator
from simulators.sheetlist import sheets_of
from simulators.wall_clock import WallEnvironment

_STOP_S = 1.0
"""What requests under way get to end when a run is stopped early, in seconds."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one worker has in hand before the start: who it is, where it writes, what it may do.

    `photos` is a folder, None renders each on the spot. `sends_record`: nobody else can read the disk here.
    """

    index: int
    setting: Setting
    order: LoadOrder
    destination: Destination
    system: System
    out: Path
    photos: Path | None
    max_rate_per_s: float
    fence: Fence | None
    sends_record: bool
    rendering: Callable[[], bool] = lambda: False
    """Whether photos of TPS that were taken over are still being made."""


class Playing:
    """Plays a `Part` from run clock 0 to the end of the drain; `tell` sends a beat, `stats` are Locust's."""

    def __init__(
        self, part: Part, zero_epoch_s: float, tell: Callable[[dict[str, Any]], None], stats: RequestStats
    ) -> None:
        self._part = part
        self._tell = tell
        self._tally = Tally(stats, zero_epoch_s)
        self._env = WallEnvironment(zero_epoch_s)
        people, scenario = part.setting.population, part.setting.scenario
        index = {str(code): number for number, code in enumerate(people.tps)}
        self._progress = Progress(lambda tps: sheets_of(people, index[tps], scenario))
        self._stopped = ""
        self._counters: list[Any] = []
        self._over: list[int] = []
        record = part.out / f"worker-{part.index}.rec"
        self._recorder = Recorder(record, part.index)
        self._encounters = Encounters(part.out, part.index)
        self.record = Sending(record) if part.sends_record else None
        self._met = Sending(self._encounters.path) if part.sends_record else None
        self._in_hand = InHand(part.out, part.index)
        self._hand = Sending(self._in_hand.path) if part.sends_record else None
        self._use = OwnUse() if part.sends_record else None
        self._tickets = Tickets(part.out, part.index)
        self._calls = Sending(self._tickets.path) if part.sends_record else None
        setting = part.setting
        self._target = LiveTarget(
            self._env, part.system, part.destination.address,
            {(area, link): (host, port) for area, link, host, port in part.destination.routes},
            Materials(setting.scenario, setting.seed, setting.population, part.photos, part.rendering),
            self._recorder, self._listen, part.max_rate_per_s, self._keeps,
        )  # fmt: skip
        self._target.lines.sessions.pace = lambda: self._compression(self._env.wall_s())
        # what nobody begins any more is on no record: it stands outside of what counts
        counted = Counted(self._target, self._progress)
        self._begun_by = Fenced(counted, part.fence, self._env.event) if part.fence else counted

    def add(self, share: Share) -> None:
        """Play this share, too; from another greenlet while the run plays."""
        turn = self._env.event()
        turn.callbacks.append(lambda _: self._assemble(share))
        self._env.post(turn, None)

    def stop(self, why: str) -> None:
        """Leave off early: no new operation; what is under way has a moment to end."""
        self._stopped = self._stopped or why
        self._env.stop()

    def run(self, share: Share) -> dict[str, Any]:
        """Play to the end; what the worker says at its end (see DONE). Errors are in its `why`."""
        self._assemble(share)
        beat = gevent.spawn(self._beat)
        # What was built before the start stays for good; collections look only at what comes after.
        gc.collect()
        gc.freeze()
        why = ""
        try:
            self._env.run_until(self._part.order.duration_s)
            # The drain: operators may still finish what they have begun, nobody begins anew.
            patience_s = _STOP_S if self._stopped else self._part.order.drain_s
            deadline = self._env.wall_s() + patience_s
            while self._target.in_flight and self._env.wall_s() < deadline:
                gevent.sleep(0.05)
        except Exception as error:  # an error of ours must not look like a quiet day
            why = f"{type(error).__name__}: {error}"
            traceback.print_exc()
        beat.kill()
        left = self._target.in_flight
        self._target.close()
        self._recorder.close()
        self._encounters.close()
        self._tickets.close()
        self._in_hand.close()
        self._last_beats()
        return {
            "index": self._part.index,
            "operations": self._recorder.written,
            "bytes": (self._part.out / f"worker-{self._part.index}.rec").stat().st_size,
            "left": left,
            "why": why or self._stopped,
            "connections": self._target.lines.counts(),
            **added(self._counters),
        }

    def _assemble(self, share: Share) -> None:
        setting = self._part.setting
        self._counters.append(
            assemble(
                self._env, self._begun_by, setting.scenario, setting.timeline, setting.seed,
                setting.population, setting.timetable, (share.index, share.of), self._ended,
                mishaps(setting.plan), self._encounters.note, share.from_s, self._tickets.note,
            )
        )  # fmt: skip

    def _ended(self, operator: Operator) -> None:
        self._over.append(int(operator.post.tps) * 10 + operator.post.operator)

    def _listen(self, operation: Operation, answer: Answer, started_s: float, ended_s: float) -> None:
        self._progress.note(operation, answer, ended_s, started_s - operation.intended_s)
        self._tally.note(operation, answer, ended_s)

    def _keeps(self, run_s: float) -> float:
        """How long a phone keeps an idle connection, in real seconds at the pace of this moment."""
        return self._part.setting.scenario.app.keep_alive / self._compression(run_s)

    def _compression(self, run_s: float) -> float:
        """Human seconds in a real one at this moment."""
        return self._part.setting.timeline.at(run_s).compression

    def _beat(self) -> None:
        while True:
            gevent.sleep(BEAT_S)
            self._target.note()
            self._recorder.flush()
            self._tickets.flush()
            self._in_hand.note(self._target.under_way())
            self.beat()

    def _last_beats(self) -> None:
        """Whatever of the record has not been sent."""
        self.beat()
        while self.record is not None and self.record.left:
            self.beat()

    def beat(self) -> None:
        """Say how far this worker is, and send what was recorded since."""
        self._tally.tell()
        over, self._over = self._over, []
        here = {"operations": self._recorder.written, "in_flight": self._target.in_flight}
        at_s = self._env.wall_s()
        self._tell(
            {
                "at_s": at_s,
                "progress": {**here, **added(self._counters), **self._progress.counts()},
                "over": over,
                "record": self.record.piece() if self.record else None,
                "met": self._met.piece() if self._met else None,
                "calls": self._calls.piece() if self._calls else None,
                "hand": self._hand.piece() if self._hand else None,
                "use": self._use.due(at_s) if self._use else None,
            }
        )
