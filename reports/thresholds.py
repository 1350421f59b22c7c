"""The limits that a scenario sets, held to the record: value, 95 % interval, and a three-valued answer.

Time counts from the intended moment. What a sound system must refuse (probes), junk, and what the phone's
own link cut are left out, as everywhere. A percentile counts every operation that was asked for: one that
failed or stayed without an answer took longer than any limit, so that errors never make a server look fast.
Mean and max are of those that were served, since there is no mean with one that never was.

The value judges, and the interval beside it says how sure it is. Unknown is a limit that was missed while the
load generator was saturated (and not missed without those seconds), a percentile of too few operations, and a
limit kept in a run that was cut short.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from reports import intervals
from reports.finding import Valid
from reports.generator import generator_of
from reports.intervals import Interval
from reports.naming_thresholds import said_value
from reports.rundir import AskedThreshold, RunDirectory
from reports.seconds import LATE_MS, Floats, Mask, service_of
from reports.wholeness import broken_record
from reports.words import Text, number
from scenarios import kinds_of

BLOCK_S = 5.0
"""Stretches over which the spread of a mean is judged: operations of one bad second belong together."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a limit is held to; `value` None of nothing, infinite where the percentile was never served."""

    value: float | None
    interval: Interval | None
    n: int
    unserved: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One threshold and its answer."""

    asked: AskedThreshold
    found: Measured
    valid: Valid
    why: Text

    @property
    def name(self) -> str:
        """As it stands in JUnit: kind, limit, phase."""
        within = f" in {self.asked.phase}" if self.asked.phase else ""
        return f"{self.asked.kind}: {self.asked.threshold.text}{within}"

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json; a time without end is null, and `why` says so."""
        return {
            "kind": self.asked.kind,
            "check": self.asked.threshold.text,
            "phase": self.asked.phase,
            "abort": self.asked.abort,
            "metric": self.asked.threshold.metric,
            "limit": self.asked.threshold.value,
            "value": _finite(self.found.value),
            "interval_95": None
            if self.found.interval is None
            else [_finite(one) for one in self.found.interval],
            "n": self.found.n,
            "unserved": self.found.unserved,
            "valid": self.valid,
            "why": self.why.en,
            "why_id": self.why.id,
        }


def thresholds_of(run: RunDirectory) -> tuple[Judged, ...]:
    """Every threshold of the run, in the scenario's order."""
    return tuple(_judged(run, asked) for asked in run.info.thresholds)


def _judged(run: RunDirectory, asked: AskedThreshold) -> Judged:
    limit = asked.threshold
    mine = _asked_for(run, asked)
    found = _measure(run, asked, mine)
    if found.value is None:
        return Judged(
            asked, found, "unknown", Text("tidak ada operasi seperti itu", "there were no such operations")
        )
    told = _told(asked, found)
    if limit.metric == "percentile" and found.n < (least := intervals.enough_for(limit.share)):
        assert found.interval is not None
        if not (limit.upper and not limit.holds(found.interval[0])):  # else it is missed however few they are
            few = Text(
                f"{told.id}; terlalu sedikit untuk p{limit.percentile:g}: perlu {least}",
                f"{told.en}; too few for p{limit.percentile:g}: it takes {least}",
            )
            return Judged(asked, found, "unknown", few)
    if limit.holds(found.value):
        cut = _cut_short(run)
        return Judged(asked, found, "unknown", _and(told, cut)) if cut else Judged(asked, found, True, told)
    if not limit.upper and limit.metric in ("rate", "count") and (cut := _cut_short(run)):
        return Judged(asked, found, "unknown", _and(told, cut))
    if limit.metric == "late":  # the generator's own: no system fails by it, and none passes
        own = Text("itu keterlambatan pembangkit beban sendiri", "that is the load generator's own lateness")
        return Judged(asked, found, "unknown", _and(told, own))
    if _excused(run, asked, mine):
        late = Text("saat pembangkit beban sendiri jenuh", "while the load generator itself was saturated")
        return Judged(asked, found, "unknown", _and(told, late))
    return Judged(asked, found, False, told)


def _asked_for(run: RunDirectory, asked: AskedThreshold) -> Mask:
    """The operations that a limit is about."""
    history, service = run.history, service_of(run)
    mine = service.demand & history.is_in("kind", *kinds_of(asked.kind)) & ~history.is_in("actor", "iseng")
    for phase in run.info.phases:
        if phase.id == asked.phase:
            due_s = service.intended_s
            mine = mine & (due_s >= phase.run_start_s) & (due_s < phase.run_end_s)
    out: Mask = mine
    return out


def _measure(run: RunDirectory, asked: AskedThreshold, mine: Mask, since_s: Floats | None = None) -> Measured:
    """Time counts from the intended moments, or from `since_s`."""
    history, service = run.history, service_of(run)
    limit, n = asked.threshold, int(mine.sum())
    served = mine & ~service.wrong
    many = int(served.sum())
    if not n:
        return Measured(None, None, 0, 0)
    took_s = service.ended_s - (service.intended_s if since_s is None else since_s)
    value: float
    interval: Interval | None = None
    match limit.metric:
        case "percentile":
            every = np.sort(np.where(service.wrong[mine], np.inf, took_s[mine]))
            value = intervals.percentile(every, limit.share)
            interval = intervals.of_percentile(every, limit.share)
        case "mean":
            value = float(took_s[served].mean()) if many else np.inf
            interval = intervals.of_mean(took_s[served], _blocks(service.intended_s[served]))
        case "max":
            value = float(took_s[served].max()) if many else np.inf
        case "rate":
            length_s = _length_s(run, asked, mine)
            value = many / length_s
            low, high = intervals.of_count(many)
            interval = low / length_s, high / length_s
        case "count":
            value = float(many)
        case _:
            late_s = history.numpy("started_s") - service.intended_s
            count = {
                "success": many,
                "fail": int((mine & service.wrong & ~history.is_in("outcome", "unknown")).sum()),
                "unknown": int((mine & service.wrong & history.is_in("outcome", "unknown")).sum()),
                "late": int((mine & (late_s > LATE_MS / 1000.0)).sum()),
            }[limit.metric]
            value, interval = count / n, intervals.of_share(count, n)
    return Measured(value, interval, n, n - many)


def _blocks(due_s: Floats) -> Any:
    return (due_s // BLOCK_S).astype(np.int64)


def _length_s(run: RunDirectory, asked: AskedThreshold, mine: Mask) -> float:
    """Real seconds over which a rate is taken: the phase, else from the first due to the last ended."""
    for phase in run.info.phases:
        if phase.id == asked.phase:
            return phase.run_end_s - phase.run_start_s
    service = service_of(run)
    return max(1.0, float(service.ended_s[mine].max() - service.intended_s[mine].min()))


def _excused(run: RunDirectory, asked: AskedThreshold, mine: Mask) -> bool:
    """Whether the generator was saturated where the limit was missed, so that nobody else is to blame.

    Times and shares are measured again without the saturated seconds, and times from the moment each was
    really sent, which leaves out what the generator added; a rate or count cannot be, and is excused when
    the generator was saturated in more than a twentieth of its seconds.
    """
    generator = generator_of(run)
    if generator.untrusted:
        return True
    due = np.clip(service_of(run).intended_s.astype(np.int64), 0, len(generator.saturated) - 1)
    spoilt: Mask = mine & generator.saturated[due]
    if asked.threshold.metric in ("rate", "count"):
        return len(np.unique(due[spoilt])) > 0.05 * len(np.unique(due[mine]))
    clean = _measure(run, asked, mine & ~spoilt, service_of(run).blamed_from_s)
    return clean.value is None or asked.threshold.holds(clean.value)


def _cut_short(run: RunDirectory) -> Text | None:
    if run.info.ended != "complete":
        return Text("gladi tidak dimainkan sampai selesai", "the run was not played to its end")
    return broken_record(run)


def _told(asked: AskedThreshold, found: Measured) -> Text:
    """The figures in a sentence."""
    limit = asked.threshold
    value = Text(said_value(limit, found.value, "id"), said_value(limit, found.value, "en"))
    text = Text(
        f"{value.id} dari {number(found.n, 'id')} yang diminta",
        f"{value.en} of {number(found.n, 'en')} asked for",
    )
    if limit.metric in ("percentile", "mean", "max") and found.unserved:
        text = _and(text, Text(f"{found.unserved} tidak terlayani", f"{found.unserved} never served"))
    if found.interval is not None and found.value is not None:
        low, high = found.interval
        if limit.holds(low) != limit.holds(high):
            near = Text("batas itu di dalam rentang 95 %", "the limit lies within the 95 % interval")
            text = _and(text, near)
    return text


def _and(one: Text, other: Text) -> Text:
    return Text(f"{one.id}; {other.id}", f"{one.en}; {other.en}")


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else value
