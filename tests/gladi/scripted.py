"""A run that never happened, told to a course beat by beat: live page and telemetry are held against it."""

from pathlib import Path
from typing import Any

from gladi.liveview import Course
from gladi.load.progress import Progress
from gladi.setting import Setting, arrange
from simulators.operations import Answer, Operation

SPRINT = Path(__file__).with_name("sprint.toml")
LOGIN_S, LOGINS_A_SECOND = 0.12, 10


def setting(scale: float = 20.0) -> Setting:
    """The short day with a few TPS."""
    return arrange(SPRINT, scale=scale)


class Played:
    """Operators of a scripted run: every second some logins, and one TPS more sends its three pages."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.progress = Progress()
        self.now_s = 0.0
        self._left = [str(code) for code in course.setting.population.tps]

    def second(self, late_s: float = 0.001, unknown: int = 0, refused: int = 0, lost: Any = None) -> None:
        """One second passes."""
        for _ in range(LOGINS_A_SECOND):
            self.end("login", self._left[0] if self._left else "1708012001001", LOGIN_S, "ok", 200, late_s)
        for _ in range(unknown):
            self.end("login", "1708012001001", 2.0, "unknown", 0, late_s)
        for _ in range(refused):
            self.end("login", "1708012001001", 0.05, "fail", 503, late_s)
        if self._left:
            tps = self._left.pop(0)
            for page in (1, 2, 3):
                self.end("submit_page", tps, 0.5, "ok", 201, late_s, page)
        self.now_s += 1.0
        self.tell(lost or {})

    def tell(self, lost: Any, after_s: float = 0.0) -> None:
        """The beat as it is now, heard `after_s` later."""
        counts = self.progress.counts()
        operations = sum(one["ok"] + one["fail"] + one["unknown"] for one in counts["kinds"].values())
        beat = {"event": "beat", "at_s": self.now_s, "operations": operations, "in_flight": 7, **counts}
        self.course.beat(self.now_s + after_s, beat, lost)
        self.course.tick()

    def end(
        self, kind: Any, tps: str, took_s: float, outcome: Any, status: int, late_s: float, page: int = 0
    ) -> None:
        """An operation that was due `took_s` ago ends now."""
        due_s = self.now_s + 0.5
        form = "ppwp" if page else ""
        operation = Operation(kind, tps, tps, 1, tps[:6], "4g", due_s, 60.0, form=form, page=page)
        self.progress.begin(operation)
        self.progress.note(operation, Answer(outcome, status=status), due_s + took_s, late_s)

    def fault(self, number: int, event: str, at_s: float, **detail: Any) -> None:
        """The fault runner put something on record."""
        planned = self.course.setting.plan[number]
        self.course.fault(
            {"id": planned.id, "name": planned.fault, "event": event, "at_s": at_s, "detail": detail}
        )
