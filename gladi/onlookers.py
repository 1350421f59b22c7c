"""Who looks on while a rehearsal plays: the live page, a collector of telemetry, nobody.

The conductor tells; a thread of its own passes it on once a second and follows the record of the faults.
Whatever goes wrong with somebody who looks on never reaches the run.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from gladi.liveview import Course, FaultFile, LiveView
from gladi.setting import Setting
from gladi.show import Show
from gladi.telemetry.collector import collector_url, pusher

_EVERY_S = 1.0


class Onlooker(Protocol):
    """Somebody who is told about a course."""

    def start(self) -> None:
        """The run will begin."""

    def tick(self) -> None:
        """About once a second."""

    def stop(self) -> None:
        """It is over, and the course says how it ended."""


class Onlookers:
    """Keeps the course and passes it on; without onlookers it does nothing at all."""

    def __init__(
        self, course: Course | None, looking: tuple[Onlooker, ...], warn: Callable[[str], None]
    ) -> None:
        self._course = course
        self._looking = looking
        self._warn = warn
        self._faults: FaultFile | None = None
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._pass_on, name="onlookers", daemon=True)

    def begin(self, zero_epoch_s: float, faults_jsonl: Path) -> None:
        """Run clock 0 will be at this moment, and the faults will be on record there."""
        if self._course is not None:
            self._course.begin(zero_epoch_s)
            self._faults = FaultFile(faults_jsonl)

    def beat(self, now_s: float, beat: Mapping[str, Any], deaths: Sequence[Mapping[str, Any]]) -> None:
        """How far the load is at `now_s` of the run clock, and which workers died, with why."""
        if self._course is not None:
            lost = {int(one["worker"]): str(one["why"]) for one in deaths}
            self._course.beat(now_s, beat, lost)

    def stage(self, name: str) -> None:
        """Which part of the run begins: see `Course.stage`."""
        if self._course is not None:
            self._course.stage(name)

    def verdict(self, word: str, report: str, problem: str) -> None:
        """How the run ended, and where its report is."""
        if self._course is not None:
            self._course.verdict(word, report, problem)

    def start(self) -> None:
        """From now on everybody is told, once a second."""
        for one in self._looking:
            one.start()
        if self._looking:
            self._thread.start()

    def stop(self) -> None:
        """Tell the end and let everybody go."""
        self._enough.set()
        if self._thread.ident is not None:
            self._thread.join(5.0)
        self._look()
        for one in self._looking:
            self._harmless(one.stop)

    def _pass_on(self) -> None:
        while not self._enough.wait(_EVERY_S):
            self._look()
            for one in self._looking:
                self._harmless(one.tick)

    def _look(self) -> None:
        if self._course is None:
            return
        for line in self._faults.new() if self._faults else ():
            self._course.fault(line)
        self._course.tick()

    def _harmless(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # nobody who looks on may stop the run
            self._warn(f"{type(error).__name__}: {error}")


NOBODY = Onlookers(None, (), lambda _: None)
"""A run that nobody looks at."""


def say_where(text: str, show: Show) -> None:
    """Where something can be looked at: said with --json too, or nobody would find a free port."""
    if show.quiet:
        print(text, file=sys.stderr, flush=True)
    else:
        show.say(text)


@contextmanager
def looking_on(
    setting: Setting, workers: int, live: int | None, otlp: str, show: Show
) -> Iterator[Onlookers]:
    """Onlookers for as long as a run takes: the page on port `live`, a collector at `otlp`, if asked for.

    Raises UsageError for an address or a library that will not do, CannotRunError for a port that is taken.
    """
    if live is None and not otlp:
        yield NOBODY
        return
    course = Course(setting, workers)
    looking: list[Onlooker] = []
    if otlp:
        looking.append(pusher(course, collector_url(otlp), show.warn))
    if live is not None:
        view = LiveView(course, live)
        looking.append(view)
        say_where(f"  Langsung: {view.url}  (?lang=en; /metrics; hanya mesin ini)", show)
    onlookers = Onlookers(course, tuple(looking), show.warn)
    onlookers.start()
    try:
        yield onlookers
    except BaseException as error:
        onlookers.verdict("unknown", "", str(error) or type(error).__name__)
        raise
    finally:
        onlookers.stop()
