"""Whether a condition of a plan holds by now, judged by the gauge and by what became of other faults."""

from chaos.gauge import Gauge, GoodputPeak
from scenarios import Condition


class Conditions:
    """What has been seen of a run so far; moments are seconds of the run clock."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._peak = GoodputPeak()
        self._complete = 0.0
        self._moments: dict[tuple[str, str], float] = {}
        self._lost: dict[str, str] = {}

    def look(self, now_s: float) -> None:
        """Take a reading."""
        reading = self._gauge()
        if reading is not None:
            self._complete = reading.complete
            self._peak.note(now_s, reading.acknowledged)

    def note(self, fault_id: str, event: str, at_s: float) -> None:
        """What became of a fault: struck, healed, or skipped or failed, after which nothing follows it."""
        if event in ("struck", "healed"):
            self._moments.setdefault((event, fault_id), at_s)
        elif event in ("skipped", "failed"):
            self._lost.setdefault(fault_id, event)

    def holds(self, when: Condition, now_s: float) -> bool:
        """Whether it holds, or has held, by now."""
        match when.kind:
            case "complete":
                return self._complete >= when.share
            case "goodput-peak":
                return self._peak.passed
        moment = self._moments.get((when.kind, when.fault))
        return moment is not None and now_s >= moment + when.delay_s

    def hopeless(self, when: Condition) -> str:
        """Why it can no longer come to hold; empty while it can."""
        if when.fault not in self._lost or (when.kind, when.fault) in self._moments:
            return ""
        return f"it waits for {when.fault}, which was {self._lost[when.fault]}"

    def seen(self, when: Condition) -> str:
        """How far the condition is, for a person."""
        match when.kind:
            case "complete":
                return f"{self._complete:.0%} complete"
            case "goodput-peak":
                return "goodput had not fallen from a peak"
        return f"{when.fault} was not {when.kind} in time"
