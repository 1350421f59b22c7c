"""The two readings of time: the calendar of the story, and the run clock in real seconds.

Phases follow one another on the run clock without a gap; what lies between them is skipped. Within a phase
one real second stands for `compression * pace` human seconds. This is the only place where that
arithmetic is done.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scenarios.model import Phase


@dataclass(frozen=True, slots=True)
class PlayedPhase:
    """A phase on both clocks; `run_start_s` and `run_end_s` are seconds of the run clock."""

    id: str
    title: str
    start: datetime
    end: datetime
    compression: float
    run_start_s: float
    run_end_s: float

    def midnight_and(self, clock_s: float) -> datetime:
        """Local time so many seconds after midnight of the phase's first day."""
        return self.start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=clock_s)


class Timeline:
    """Maps local times of the story to seconds of the run clock and back.

    >>> day = Phase(id="h", title="H", start=datetime(2024, 2, 14, 7), end=datetime(2024, 2, 14, 9))
    >>> Timeline([day], compression=60.0).run_s("h", 8 * 3600.0)
    60.0
    """

    def __init__(self, phases: Sequence[Phase], compression: float) -> None:
        played: list[PlayedPhase] = []
        clock_s = 0.0
        for phase in phases:
            factor = max(1.0, compression * phase.pace)
            length_s = (phase.end - phase.start).total_seconds() / factor
            played.append(
                PlayedPhase(
                    phase.id, phase.title, phase.start, phase.end, factor, clock_s, clock_s + length_s
                )
            )
            clock_s += length_s
        self.phases = tuple(played)
        self.duration_s = clock_s
        self._starts = [phase.run_start_s for phase in played]
        self._by_id = {phase.id: phase for phase in played}

    def at(self, run_s: float) -> PlayedPhase:
        """The phase that plays at `run_s`; the last one after the end."""
        return self.phases[max(0, bisect_right(self._starts, run_s) - 1)]

    def phase(self, phase_id: str) -> PlayedPhase:
        """The phase with this id; raises KeyError."""
        return self._by_id[phase_id]

    def covers(self, phase_id: str, clock_s: float) -> bool:
        """Whether a local clock time (seconds after midnight of the phase's first day) lies in the phase."""
        phase = self.phase(phase_id)
        return phase.start <= phase.midnight_and(clock_s) <= phase.end

    def run_s(self, phase_id: str, clock_s: float) -> float:
        """Run-clock seconds of a local clock time in a phase, held within the phase."""
        phase = self.phase(phase_id)
        into_s = (phase.midnight_and(clock_s) - phase.start).total_seconds()
        return min(max(phase.run_start_s + into_s / phase.compression, phase.run_start_s), phase.run_end_s)

    def after(self, run_s: float, human_s: float) -> float:
        """Run-clock moment `human_s` human seconds after `run_s`, through phases of different pace.

        Time between two phases does not pass: who waits at the end of one goes on at the start of the next.
        """
        left_s = human_s
        moment = run_s
        for phase in self.phases:
            if moment >= phase.run_end_s:
                continue
            room_s = (phase.run_end_s - moment) * phase.compression
            if left_s <= room_s:
                return moment + left_s / phase.compression
            left_s -= room_s
            moment = phase.run_end_s
        return moment + left_s / self.phases[-1].compression

    def local(self, run_s: float) -> datetime:
        """Local time of the story at `run_s`."""
        phase = self.at(run_s)
        return phase.start + timedelta(seconds=(run_s - phase.run_start_s) * phase.compression)

    def at_local(self, moment: datetime) -> float:
        """Run-clock seconds of a local time; of one that is skipped, the start of the phase that follows."""
        for phase in self.phases:
            if moment <= phase.start:
                return phase.run_start_s
            if moment < phase.end:
                return phase.run_start_s + (moment - phase.start).total_seconds() / phase.compression
        return self.duration_s
