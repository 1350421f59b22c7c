"""The course of a run so far, in bounded memory, for whoever looks on: page, Prometheus, collector.

Written by the conductor (beats, stages, verdict) and by whoever follows the record of the faults; read by
threads of the server. Points of the course hold sums since the start, so that a coarser course is every other
point of a finer one, and nothing is lost but detail.
"""

import threading
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from gladi.liveview.recent import RATE_S, Recent
from gladi.setting import Setting

MOST_POINTS = 600
"""Above this many the course is kept at half the detail."""

_FIELDS = ("t_s", "due", "began", "good", "failed", "complete")
"""Of a point: run clock of its beat, then sums: first acts due by the timetable, operations begun, served,
not served, and TPS complete."""

_SILENT_S = 3.0
"""A beat counts for its own moment; when none has come for so long, nothing happens as far as is known."""

_EMPTY: dict[str, Any] = {
    "at_s": 0.0, "operations": 0, "in_flight": 0, "acknowledged_pages": 0, "complete_tps": 0, "demanded": 0,
    "failed": 0, "kinds": {}, "late": [], "late_s": 0.0, "areas": {},
}  # fmt: skip
"""A beat before the first beat."""


class Course:
    """What is known of a run while it plays. Every method may be called from any thread."""

    def __init__(self, setting: Setting, workers: int) -> None:
        self.setting = setting
        self._lock = threading.RLock()
        self._due = sorted(float(run_s) for run_s in setting.timetable.table["run_s"].to_pylist())
        self._beat: Mapping[str, Any] = _EMPTY
        self._now_s = float("-inf")
        self._workers = workers
        self._lost: Mapping[int, str] = {}
        self._recent = Recent()
        self._points: list[tuple[float, ...]] = []
        self._step_s = 1.0
        self._stage = "preparing"
        self._zero_epoch_s: float | None = None
        self._verdict: dict[str, str] | None = None
        self._faults: dict[str, dict[str, Any]] = {
            event.id: {
                "id": event.id, "name": event.fault, "target": list(event.target), "state": "planned",
                "strike_s": event.strike_s, "heal_s": event.heal_s, "when": event.when,
                "struck_s": None, "healed_s": None, "why": "",
            }
            for event in setting.plan
        }  # fmt: skip

    # --- what is told

    def begin(self, zero_epoch_s: float) -> None:
        """Run clock 0 as a moment of the wall clock."""
        with self._lock:
            self._zero_epoch_s = zero_epoch_s
            self._stage = "playing"

    def beat(self, now_s: float, beat: Mapping[str, Any], lost: Mapping[int, str]) -> None:
        """The sum of the workers' beats as known at `now_s` of the run clock, and workers lost, with why.

        Beats are on their way for up to a second or two: `at_s` in them says of which moment they are.
        """
        with self._lock:
            self._now_s = now_s
            self._lost = dict(lost)
            if "kinds" in beat:
                self._beat = beat

    def stage(self, name: str) -> None:
        """preparing, playing, healing, judging or over."""
        with self._lock:
            self._stage = name

    def verdict(self, word: str, report: str, problem: str) -> None:
        """passed, failed or unknown; where the report is; and what kept the run from its end, if anything."""
        with self._lock:
            self._verdict = {"verdict": word, "report": report, "problem": problem}
            self._stage = "over"

    def fault(self, line: Mapping[str, Any]) -> None:
        """One line of faults.jsonl."""
        with self._lock:
            mine = self._faults.get(str(line["id"]))
            if mine is None:
                return
            event, at_s = line["event"], line["at_s"]
            if event in {"struck", "healing", "healed", "failed", "skipped"}:
                mine["state"] = event
            if event == "struck":
                mine["struck_s"] = at_s
            elif event == "healed":
                mine["healed_s"] = line["detail"].get("undone_at_s", at_s)
            elif event in {"failed", "skipped"}:
                mine["why"] = line["detail"].get("why", "")

    def tick(self) -> None:
        """About once a second: the last seconds move on, and the course gets a point when one is due."""
        with self._lock:
            if self._stage == "over" or self._now_s == float("-inf"):
                return
            at_s = self._as_of_s()
            self._recent.note(at_s, self._beat)
            if not self._points or at_s >= self._points[-1][0] + 0.9 * self._step_s:
                self._points.append(self._point())
            if len(self._points) > MOST_POINTS:
                self._points = self._points[::2]
                self._step_s *= 2

    # --- what is read

    def latest(self) -> dict[str, Any]:
        """The last beat whole, and what stands beside it: for metrics."""
        with self._lock:
            return {
                "beat": self._beat,
                "tps": len(self.setting.population),
                "run_s": max(0.0, self._now_s) if self._points else 0.0,
                "duration_s": self.setting.timeline.duration_s,
                "workers": self._workers,
                "workers_lost": len(self._lost),
                "faults": [dict(one) for one in self._faults.values()],
                "stage": self._stage,
                "verdict": self._verdict["verdict"] if self._verdict else "",
                "zero_epoch_s": self._zero_epoch_s,
                "lateness": self._recent.lateness(),
            }

    def state(self) -> dict[str, Any]:
        """Everything the page shows, as JSON."""
        with self._lock:
            beat, kinds = self._beat, self._beat["kinds"]
            run_s = min(max(0.0, self._now_s), self.setting.timeline.duration_s)
            refused = sum(one["fail"] - one["right"] for one in kinds.values())
            return {
                "stage": self._stage,
                "t_s": round(max(self._now_s, -1.0), 2) if self._points else None,
                "phase": self.setting.timeline.at(run_s).id,
                "local": self.setting.timeline.local(run_s).isoformat(timespec="seconds"),
                "tps": len(self.setting.population),
                "complete_tps": beat["complete_tps"],
                "acknowledged_pages": beat["acknowledged_pages"],
                "operations": beat["operations"],
                "in_flight": beat["in_flight"],
                "demanded": beat["demanded"],
                "failed": beat["failed"],
                "refused": refused,
                "unknown": sum(one["unknown"] for one in kinds.values()),
                "rates": self._rates(),
                "late": self._recent.lateness(),
                "kinds": {
                    kind: {
                        **{name: one[name] for name in ("began", "ok", "fail", "unknown", "right")},
                        **self._recent.latency_ms(kind),
                    }
                    for kind, one in kinds.items()
                },
                "areas": beat["areas"],
                "faults": [dict(one) for one in self._faults.values()],
                "workers": self._workers,
                "uses": beat.get("uses", {}),
                "lost": {str(index): why for index, why in sorted(self._lost.items())},
                "verdict": self._verdict,
                "fields": _FIELDS,
                "points": list(self._points),
            }

    def due_ahead(self, bins: int) -> Sequence[float]:
        """First acts a second that the timetable has due, in as many equal parts of the run."""
        width_s = self.setting.timeline.duration_s / bins
        edges = [bisect_right(self._due, width_s * edge) for edge in range(bins + 1)]
        edges[0] = 0
        return [(after - before) / width_s for before, after in pairwise(edges)]

    def _as_of_s(self) -> float:
        """The moment of the beat, on the run clock."""
        return min(self._now_s, max(float(self._beat["at_s"]), self._now_s - _SILENT_S))

    def _point(self) -> tuple[float, ...]:
        beat, at_s = self._beat, self._as_of_s()
        return (
            round(at_s, 2),
            bisect_right(self._due, at_s),
            _began(beat),
            _good(beat),
            beat["failed"],
            beat["complete_tps"],
        )

    def _rates(self) -> dict[str, float]:
        """Operations a second over the last seconds; nothing happens any more once the load is over."""
        if self._stage != "playing":
            return {"due": 0.0, "began": 0.0, "good": 0.0}
        at_s = self._as_of_s()
        due = bisect_right(self._due, at_s) - bisect_right(self._due, max(0.0, at_s - RATE_S))
        return {
            "due": due / RATE_S,
            "began": self._recent.per_second(_began),
            "good": self._recent.per_second(_good),
        }


def _began(beat: Mapping[str, Any]) -> int:
    return int(sum(one["began"] for one in beat["kinds"].values()))


def _good(beat: Mapping[str, Any]) -> int:
    return int(beat["demanded"] - beat["failed"])
