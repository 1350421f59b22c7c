"""Survivability: what the server withstood, where it broke, and how long it took to come back.

A vector, never one score: latency by kind, peak goodput, availability, and for every fault the time to
detect, to the first acknowledgement after healing, to recovery, and the Bruneau loss (Bruneau et al. 2003,
the resilience triangle: the area between full service and what was given, here in service-seconds).

A fault of an area is judged by the operations of that area; every other fault by all operations outside
areas that were dark at the time, so that one fault is not charged for another.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from reports.endurance import Endurance, endurance_of
from reports.generator import generator_of
from reports.recovery_point import recovery_points
from reports.rundir import FaultEvent, RunDirectory
from reports.schema import KINDS
from reports.seconds import Mask, length_s, per_second, service_of

SUSTAINED_S = 3
"""Seconds of good service in a row that count as recovered."""

AFTER_HEALING_S = 1.0
"""What ends this soon after healing may still have been spoilt by the fault: an answer takes its way back."""

PEAK_WINDOW_S = 5
"""Width of the window whose best mean is the peak goodput."""

_AMISS = ("skipped", "failed")
_LOOKS = ("felt", "unfelt")
"""Events that tell what somebody saw, not what was done."""

Recovery = Literal["recovered", "not_recovered", "no_demand", "not_healed", "not_struck"]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from intended to acknowledged, of one kind; `within_slo` is a share of its demand."""

    demanded: int
    acknowledged: int
    p50_ms: float | None
    p90_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    within_slo: float | None


@dataclass(frozen=True, slots=True)
class FaultRecord:
    """One fault as it was played and felt. Times in seconds; None where the thing never came to pass."""

    id: str
    name: str
    target: str
    scope: str
    """"area" (judged by the operations of the target area) or "service"."""
    status: str
    """Last event: planned, struck, healed, failed, skipped."""
    why: str
    """The injector's own words for why it was skipped or failed; '' where all went as planned."""
    struck_s: float | None
    healed_s: float | None
    recovery: Recovery
    detect_s: float | None
    """From the strike to the end of the first operation that failed or stayed without an answer.

    It must have ended while the fault was in force, or within `AFTER_HEALING_S` of its healing: what goes
    wrong later is another story. None where nothing did: the fault was not felt.
    """
    first_ack_s: float | None
    """From healing to the first acknowledgement to a KPPS."""
    recovery_s: float | None
    """From healing to service within the SLO, sustained."""
    recovery_from_strike_s: float | None
    loss_service_s: float | None
    """Bruneau loss from the strike to recovery (or to the end): sum over seconds of 1 - availability."""
    lowest_availability: float | None
    lost_acknowledged: int | None
    """Writes acknowledged before it or during it that the system no longer holds; None without a readback."""
    rpo_s: float | None
    """From the acknowledgement of the oldest of them to the strike (0 when none is lost)."""
    saturated: bool
    """The driver was saturated between healing and recovery, so what is missed there is not blamed."""


@dataclass(frozen=True, slots=True)
class Survivability:
    """The vector of a run."""

    offered: int
    good: int
    availability: float | None
    """Share of all demand that was served within the SLO."""
    seconds_below_slo: int
    peak_goodput_per_s: float
    peak_goodput_at_s: float
    peak_pages_per_s: float
    peak_offered_per_s: float
    latency: Mapping[str, Latency]
    faults: tuple[FaultRecord, ...]
    endurance: Endurance

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json."""
        plain = asdict(self)
        plain["latency_ms"] = plain.pop("latency")
        del plain["endurance"]
        return plain | self.endurance.as_json()


@lru_cache(maxsize=2)
def survivability_of(run: RunDirectory) -> Survivability:
    """Measure a run."""
    service, seconds = service_of(run), length_s(run)
    good_ended = per_second(service.ended_s, seconds, service.good)
    pages = service.good & run.history.is_in("kind", "submit_page")
    window = np.ones(min(PEAK_WINDOW_S, seconds)) / min(PEAK_WINDOW_S, seconds)
    goodput = np.convolve(good_ended, window, mode="valid")
    page_goodput = np.convolve(per_second(service.ended_s, seconds, pages), window, mode="valid")
    offered = np.convolve(per_second(service.intended_s, seconds, service.demand), window, mode="valid")
    demanded = int(service.demand.sum())
    return Survivability(
        offered=demanded,
        good=int(service.good.sum()),
        availability=float(service.served.sum()) / demanded if demanded else None,
        seconds_below_slo=int(generator_of(run).slow.sum()),
        peak_goodput_per_s=round(float(goodput.max()), 3),
        peak_goodput_at_s=float(goodput.argmax()),
        peak_pages_per_s=round(float(page_goodput.max()), 3),
        peak_offered_per_s=round(float(offered.max()), 3),
        latency={
            kind: latency
            for kind in KINDS
            if (latency := _latency(run, service.demand & run.history.is_in("kind", kind))) is not None
        },
        faults=_fault_records(run),
        endurance=endurance_of(run),
    )


def _latency(run: RunDirectory, mask: Mask) -> Latency | None:
    service = service_of(run)
    demanded = int(mask.sum())
    if not demanded:
        return None
    answered = mask & service.ok
    took_ms = (service.ended_s[answered] - service.intended_s[answered]) * 1000
    p50, p90, p99, worst = (
        (round(float(value), 3) for value in np.percentile(took_ms, [50, 90, 99, 100]))
        if len(took_ms)
        else (None,) * 4
    )
    return Latency(demanded, len(took_ms), p50, p90, p99, worst, float(service.served[mask].sum()) / demanded)


@dataclass(frozen=True, slots=True)
class _Played:
    """Events of one fault put together."""

    first: FaultEvent
    status: str
    why: str
    struck_s: float | None
    healed_s: float | None


def _played(run: RunDirectory) -> list[_Played]:
    together: dict[str, list[FaultEvent]] = {}
    for event in run.faults:
        together.setdefault(event.id, []).append(event)
    out = []
    for events in together.values():
        struck = [event.at_s for event in events if event.event == "struck"]
        healed = [event.at_s for event in events if event.event == "healed"]
        out.append(
            _Played(
                first=events[0],
                status=[event.event for event in events if event.event not in _LOOKS][-1],
                why=next((str(event.detail.get("why", "")) for event in events if event.event in _AMISS), ""),
                struck_s=min(struck) if struck else None,
                healed_s=max(healed) if struck and healed else None,
            )
        )
    return sorted(
        out, key=lambda one: (one.first.at_s if one.struck_s is None else one.struck_s, one.first.id)
    )


def _fault_records(run: RunDirectory) -> tuple[FaultRecord, ...]:
    played = _played(run)
    areas = {area for area in run.history.words("area").known if area}
    intended = service_of(run).intended_s
    dark = np.zeros(len(intended), bool)
    for one in played:
        if one.first.target in areas and one.struck_s is not None:
            end_s = np.inf if one.healed_s is None else one.healed_s
            during = (intended >= one.struck_s) & (intended < end_s)
            dark |= during & run.history.is_in("area", one.first.target)
    return tuple(_record(run, one, areas, dark) for one in played)


def _record(run: RunDirectory, played: _Played, areas: set[str], dark: Mask) -> FaultRecord:
    target = played.first.target
    by_area = target in areas
    service = service_of(run)
    scope = service.demand & (run.history.is_in("area", target) if by_area else ~dark)
    struck_s, healed_s = played.struck_s, played.healed_s
    end_s = float(length_s(run))
    recovery: Recovery
    recovery_s = detect_s = first_ack_s = loss = lowest = None
    saturated = False
    if struck_s is None:
        recovery = "not_struck"
    else:
        felt = scope & service.wrong & (service.ended_s >= struck_s)
        felt &= service.ended_s <= (np.inf if healed_s is None else healed_s + AFTER_HEALING_S)
        if felt.any():
            detect_s = float(service.ended_s[felt].min()) - struck_s
        recovery = "not_healed"
        if healed_s is not None:
            recovery, recovery_s = _recover(run, scope, healed_s, service.served)
            acknowledged = scope & service.ok & (service.ended_s >= healed_s)
            acknowledged &= run.history.is_in("actor", "kpps")
            if acknowledged.any():
                first_ack_s = float(service.ended_s[acknowledged].min()) - healed_s
            until = end_s if recovery_s is None else healed_s + recovery_s + SUSTAINED_S
            saturated = generator_of(run).saturated_between(healed_s, min(until, healed_s + 60.0))
            # ... or it would have recovered sooner, had every operation been sent at its moment
            saturated |= _recover(run, scope, healed_s, service.served_once_sent) != (recovery, recovery_s)
        settled = None if healed_s is None or recovery_s is None else healed_s + recovery_s
        loss, lowest = _loss(run, scope, struck_s, end_s if settled is None else settled)
    points = recovery_points(run) if struck_s is not None else None
    point = points[played.first.id] if points is not None else None
    back = None
    if struck_s is not None and healed_s is not None and recovery_s is not None:
        back = healed_s - struck_s + recovery_s
    return FaultRecord(
        id=played.first.id,
        name=played.first.name,
        target=target,
        scope="area" if by_area else "service",
        status=played.status,
        why=played.why,
        struck_s=_rounded(struck_s),
        healed_s=_rounded(healed_s),
        recovery=recovery,
        detect_s=_rounded(detect_s),
        first_ack_s=_rounded(first_ack_s),
        recovery_s=_rounded(recovery_s),
        recovery_from_strike_s=_rounded(back),
        loss_service_s=_rounded(loss),
        lowest_availability=_rounded(lowest),
        lost_acknowledged=point.lost if point else None,
        rpo_s=point.reach_s if point else None,
        saturated=saturated,
    )


def _recover(run: RunDirectory, scope: Mask, healed_s: float, good: Mask) -> tuple[Recovery, float | None]:
    """The first second after healing from which service is good for `SUSTAINED_S` seconds of it.

    Seconds count from the moment of healing. One without demand shows nothing: it neither breaks a good
    stretch nor makes one, but a stretch needs demand in at least one of its seconds. When the run ends
    within a good stretch, that counts.
    """
    service = service_of(run)
    after = scope & (service.intended_s >= healed_s)
    if not after.any():
        return "no_demand", None
    since_s = service.intended_s - healed_s
    seconds = int(since_s[after].max()) + 1
    offered = per_second(since_s, seconds, after)
    served = per_second(since_s, seconds, after & good)
    bad = served < run.info.slo.get("availability", 0.0) * offered
    for second in np.flatnonzero(~bad).tolist():
        stretch = slice(second, second + SUSTAINED_S)
        if not bad[stretch].any() and offered[stretch].any():
            return "recovered", float(second)
    return "not_recovered", None


def _loss(run: RunDirectory, scope: Mask, start_s: float, end_s: float) -> tuple[float, float | None]:
    """Service-seconds lost between two moments, and the lowest availability of a second in between."""
    service = service_of(run)
    within = scope & (service.intended_s >= start_s) & (service.intended_s < end_s)
    if not within.any():
        return 0.0, None
    since_s = service.intended_s - start_s
    seconds = int(since_s[within].max()) + 1
    offered = per_second(since_s, seconds, within)
    served = per_second(since_s, seconds, within & service.served)
    asked = offered > 0
    availability = served[asked] / offered[asked]
    return float((1.0 - availability).sum()), float(availability.min())


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
