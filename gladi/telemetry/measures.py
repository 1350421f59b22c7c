"""What a run tells as metrics: one list, from which the Prometheus text and the OTLP push are both made.

Every figure is a sum over TPS: neither codes of TPS nor anything of the requests leaves the machine this way.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gladi.liveview.course import Course
from gladi.load.progress import BUCKETS, upper_s

_DOUBLING = 8
BOUNDS_S = tuple(upper_s(number) for number in range(0, BUCKETS, _DOUBLING))
"""Upper bounds of histograms: every eighth bucket of a beat, that is 1 ms, 2 ms, 4 ms up to half an hour."""


@dataclass(frozen=True, slots=True)
class Row:
    """One series: its labels and value; of a histogram the sum, and counts by bound and beyond the last."""

    labels: Mapping[str, str]
    value: float
    counts: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric. `name` is without the endings that Prometheus adds to counters."""

    name: str
    form: Literal["counter", "gauge", "histogram"]
    unit: str
    help: str
    rows: tuple[Row, ...]


def measures(course: Course) -> list[Measure]:
    """Every metric of a run as it is now."""
    now = course.latest()
    beat, kinds = now["beat"], now["beat"]["kinds"]
    everywhere = Counter(str(code)[:2] for code in course.setting.population.kecamatan)
    whole = Counter(dict.fromkeys(everywhere, 0))
    for area, (_, complete) in beat["areas"].items():
        whole[area[:2]] += complete

    def counter(name: str, help: str, rows: Sequence[Row]) -> Measure:
        return Measure(name, "counter", "", help, tuple(rows))

    def gauge(name: str, help: str, rows: Sequence[Row], unit: str = "") -> Measure:
        return Measure(name, "gauge", unit, help, tuple(rows))

    def one(value: float) -> list[Row]:
        return [Row({}, value)]

    trusted = now["lateness"]["trusted"]
    return [
        counter(
            "gladi_operations",
            "Operations that ended, as the record has them: ok, fail (refused or not sent), unknown.",
            [
                Row({"kind": kind, "outcome": outcome}, mine[outcome])
                for kind, mine in kinds.items()
                for outcome in ("ok", "fail", "unknown")
            ],
        ),
        counter(
            "gladi_operations_begun",
            "Operations begun.",
            [Row({"kind": kind}, mine["began"]) for kind, mine in kinds.items()],
        ),
        counter(
            "gladi_rightly_refused",
            "Operations that ended as fail for which no server is to blame: probes, junk, not there yet.",
            [Row({"kind": kind}, mine["right"]) for kind, mine in kinds.items()],
        ),
        counter("gladi_demanded", "Ended operations that a sound system serves.", one(beat["demanded"])),
        counter("gladi_failed", "Of those, the ones that failed or were not answered.", one(beat["failed"])),
        Measure(
            "gladi_operation_duration_seconds",
            "histogram",
            "s",
            "Seconds from the moment an operation was due to its answer, of demanded operations.",
            tuple(
                Row({"kind": kind}, mine["waited_s"], _doubled(mine["took"])) for kind, mine in kinds.items()
            ),
        ),
        Measure(
            "gladi_lateness_seconds",
            "histogram",
            "s",
            "Seconds by which the generator itself began operations later than they were due.",
            (Row({}, beat["late_s"], _doubled(beat["late"])),) if beat["late"] else (),
        ),
        gauge("gladi_operations_in_flight", "Operations begun and not ended.", one(beat["in_flight"])),
        counter("gladi_acknowledged_pages", "Pages acknowledged.", one(beat["acknowledged_pages"])),
        gauge(
            "gladi_complete_tps",
            "TPS of which every page was acknowledged, by province (two digits).",
            [Row({"province": province}, count) for province, count in sorted(whole.items())],
        ),
        gauge(
            "gladi_tps",
            "TPS of the rehearsal, by province (two digits).",
            [Row({"province": province}, count) for province, count in sorted(everywhere.items())],
        ),
        gauge(
            "gladi_fault_active",
            "1 while a planned fault is struck and not proved healed, else 0; by its id and kind.",
            [
                Row({"fault": fault["id"], "name": fault["name"]}, float(in_force(fault)))
                for fault in now["faults"]
            ],
        ),
        gauge("gladi_workers", "Load workers that play.", one(now["workers"] - now["workers_lost"])),
        gauge("gladi_workers_lost", "Load workers that did not play to the end.", one(now["workers_lost"])),
        gauge(
            "gladi_generator_trusted",
            "1 while the generator began on time over the last 10 s, 0 while it was late.",
            [] if trusted is None else one(float(bool(trusted))),
        ),
        gauge("gladi_run_clock_seconds", "Seconds since run clock 0.", one(now["run_s"]), "s"),
        gauge("gladi_run_length_seconds", "Seconds the run is planned to take.", one(now["duration_s"]), "s"),
        gauge(
            "gladi_run_stage",
            "1 for the stage the run is in: preparing, playing, healing, judging, over.",
            [Row({"stage": now["stage"]}, 1.0)],
        ),
    ]  # fmt: skip


def in_force(fault: Mapping[str, Any]) -> bool:
    """Whether a fault of `Course.latest` was struck and is not proved healed."""
    return fault["struck_s"] is not None and fault["healed_s"] is None


def _doubled(counts: Sequence[int]) -> tuple[int, ...]:
    """Counts by bucket of a beat as counts by `BOUNDS_S`, and beyond."""
    starts = [0, *range(1, BUCKETS, _DOUBLING)]
    return tuple(sum(counts[start:end]) for start, end in zip(starts, [*starts[1:], BUCKETS], strict=True))
