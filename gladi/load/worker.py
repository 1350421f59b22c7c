"""One load worker: a Locust worker runner, and one dispatcher that plays its shard of the operators.

    python -m gladi.load.worker LOAD_ORDER.json

It rebuilds population and timetable from the scenario, says it is ready, and begins when the master's message
gives the start as a wall-clock moment. Every operation goes to its own record file and, with latency from
the intended moment, to Locust's request event.
"""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from locust.env import Environment  # noqa: E402

from gladi.live import LiveTarget  # noqa: E402
from gladi.load.order import LoadOrder  # noqa: E402
from gladi.load.progress import Counted, Progress  # noqa: E402
from gladi.load.shard import BEAT, DONE, READY, START, STOP, Shard  # noqa: E402
from gladi.materials import Materials  # noqa: E402
from gladi.mishaps import Encounters, mishaps  # noqa: E402
from gladi.recorder import Recorder  # noqa: E402
from gladi.setting import Setting, arrange  # noqa: E402
from gladi.targets import connect  # noqa: E402
from simulators.cast import assemble  # noqa: E402
from simulators.operations import Answer, Operation  # noqa: E402
from simulators.wall_clock import WallEnvironment  # noqa: E402

_BEAT_S = 0.5
_STOP_S = 1.0
"""What requests under way get to end when a run is stopped early, in seconds."""


class Dispatcher:
    """Plays one shard from the start message to the end of the drain."""

    def __init__(self, path: Path, setting: Setting, runner: Any, events: Any) -> None:
        self._setting = setting
        self._runner = runner
        self._events = events
        self._path = path
        self._env: WallEnvironment | None = None
        self._stopped = False

    def on_start(self, environment: Any, msg: Any, **_: Any) -> None:
        """The master has named the start; play in a greenlet of its own."""
        gevent.spawn(self._play, float(msg.data["zero_epoch_s"]), int(msg.data["index"]), int(msg.data["of"]))

    def on_stop(self, environment: Any, msg: Any, **_: Any) -> None:
        """Leave off early: no new operation; what is under way has a moment to end."""
        self._stopped = True
        if self._env is not None:
            self._env.stop()

    def _play(self, zero_epoch_s: float, index: int, of: int) -> None:
        order, setting = LoadOrder.read(self._path), self._setting
        recorder = Recorder(Path(order.out) / f"worker-{index}.rec", index)
        encounters = Encounters(Path(order.out), index)
        env = self._env = WallEnvironment(zero_epoch_s)
        progress = Progress()
        if self._stopped:
            env.stop()
        system = connect(order.target, order.address, setting.seed, order.secrets)
        folder = Path(order.photos) if order.photos else None
        materials = Materials(setting.scenario, setting.seed, setting.population, folder)
        routes = {(area, link): (host, port) for area, link, host, port in order.routes}

        def listener(operation: Operation, answer: Answer, started_s: float, ended_s: float) -> None:
            progress.note(operation, answer, ended_s, started_s - operation.intended_s)
            self._tell_locust(operation, answer, started_s, ended_s)

        target = LiveTarget(
            env, system, order.address, routes, materials, recorder, listener, order.max_rate_per_s / of
        )  # fmt: skip
        counters = assemble(
            env, Counted(target, progress), setting.scenario, setting.timeline, setting.seed,
            setting.population, setting.timetable, (index, of), mishaps=mishaps(setting.plan),
            tell=encounters.note,
        )  # fmt: skip
        beat = gevent.spawn(self._beat, recorder, counters, target, progress)
        # What was built before the start stays for good; collections look only at what comes after.
        gc.collect()
        gc.freeze()
        why = ""
        try:
            env.run_until(order.duration_s)
            # The drain: operators may still finish what they have begun, nobody begins anew.
            deadline = env.wall_s() + (_STOP_S if self._stopped else order.drain_s)
            while target.in_flight and env.wall_s() < deadline:
                gevent.sleep(0.05)
        except Exception as error:  # an error of ours must not look like a quiet day
            why = f"{type(error).__name__}: {error}"
            raise
        finally:
            beat.kill()
            left = target.in_flight
            target.close()
            recorder.close()
            encounters.close()
            self._tell(recorder, counters, target, progress)
            ended = {"index": index, "operations": recorder.written, "left": left, "why": why}
            self._runner.send_message(DONE, {**ended, **counters})

    def _beat(self, recorder: Recorder, counters: Any, target: LiveTarget, progress: Progress) -> None:
        while True:
            gevent.sleep(_BEAT_S)
            recorder.flush()
            self._tell(recorder, counters, target, progress)

    def _tell(self, recorder: Recorder, counters: Any, target: LiveTarget, progress: Progress) -> None:
        """How far this worker is."""
        here = {"operations": recorder.written, "in_flight": target.in_flight}
        self._runner.send_message(BEAT, {**here, **counters, **progress.counts()})

    def _tell_locust(self, operation: Operation, answer: Answer, started_s: float, ended_s: float) -> None:
        good = answer.outcome == "ok" or operation.expect == "reject"
        self._events.request.fire(
            request_type=operation.actor,
            name=operation.kind,
            response_time=(ended_s - operation.intended_s) * 1000,
            response_length=answer.bytes_received,
            exception=None if good else RuntimeError(f"{answer.outcome} {answer.reason}"),
            context={},
        )


def main() -> None:
    """Connect to the master named in the order and serve until told to quit."""
    path = Path(sys.argv[1])
    order = LoadOrder.read(path)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the conductor decides when to stop
    plan = Path(order.plan) if order.plan else None
    setting = arrange(Path(order.scenario), order.seed, order.scale, order.compression, plan)
    environment = Environment(user_classes=[Shard])
    runner = environment.create_worker_runner("127.0.0.1", order.master_port)
    dispatcher = Dispatcher(path, setting, runner, environment.events)
    runner.register_message(START, dispatcher.on_start)
    runner.register_message(STOP, dispatcher.on_stop)
    runner.send_message(READY, {"at": time.time()})
    runner.greenlet.join()


if __name__ == "__main__":
    main()
