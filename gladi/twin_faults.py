"""A fault plan as the twin feels it, and what of it the twin does not model.

The twin is one server behind links: it can be down, stand still, or be out of an area's reach; and what
happens to people happens to those who act on it. Everything else is on record as skipped, so that a
simulation never claims to have tried what it did not play.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chaos import Availability, FaultEvent
from gladi.mishaps import happens_to_people
from scenarios import condition
from simulators.mishaps import Met
from simulators.twin import Outage

_NOT_MODELLED = "the twin does not model it"


@dataclass(frozen=True, slots=True)
class TwinPlan:
    """Events the twin plays, at the moments at which it plays them, and why it skips the others, by id."""

    plan: tuple[FaultEvent, ...]
    played: tuple[FaultEvent, ...]
    skipped: dict[str, str]

    def outages(self, restart_s: float = 0.0) -> list[Outage]:
        """What the server and the links feel; a server that was killed serves `restart_s` after its start."""
        out: list[Outage] = []
        for event in self.played:
            if event.fault == "area_dark":
                out += [Outage("dark", event.strike_s, event.heal_s, area) for area in event.target]
            elif not happens_to_people(event):
                kind = "down" if event.fault == "process_kill" else "paused"
                late_s = restart_s if kind == "down" else 0.0
                out.append(Outage(kind, event.strike_s, event.heal_s + late_s))  # type: ignore[arg-type]
        return out

    def availability(self) -> dict[str, Availability]:
        """Of each planned fault, for run.json."""
        found = {event.fault: Availability("available") for event in self.plan}
        for event in self.plan:
            if event.id in self.skipped:
                found[event.fault] = Availability("unavailable", self.skipped[event.id])
        return found

    def write(self, path: Path, met: Iterable[Met] = ()) -> None:
        """faults.jsonl: in simulated time every fault strikes and heals exactly when it is due.

        What happens to people is felt when it has `met` somebody; the rest is felt at once.
        """
        first: dict[str, float] = {}
        for one in met:
            first.setdefault(one.id, one.at_s)
        lines = []
        for event in sorted(self.plan, key=lambda one: (one.strike_s, one.id)):
            lines.append(_line(event, "planned", event.strike_s))
            if event.id in self.skipped:
                lines.append(_line(event, "skipped", event.strike_s, {"why": self.skipped[event.id]}))
        for event in self.played:
            lines.append(_line(event, "struck", event.strike_s))
            felt_s = first.get(event.id) if happens_to_people(event) else event.strike_s
            if felt_s is None:
                lines.append(_line(event, "unfelt", event.heal_s, {"why": "it met nobody"}))
            else:
                lines.append(_line(event, "felt", felt_s))
            lines.append(_line(event, "healed", event.heal_s))
        lines.sort(key=lambda line: float(str(line["at_s"])))
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def for_twin(plan: Sequence[FaultEvent], components: Sequence[str], duration_s: float) -> TwinPlan:
    """The plan of a run of `duration_s`; `components` are those of the scenario's stack."""
    by_id = {event.id: event for event in plan}

    def settle(event: FaultEvent, waiting: frozenset[str] = frozenset()) -> FaultEvent | str:
        """The event at its moment, or why it is skipped; `waiting` are those that wait for it."""
        why = _cannot(event, components)
        if why or not event.when:
            return why or event
        when = condition(event.when)
        if not when.fault:
            return f"{_NOT_MODELLED}: it waits for {event.when}, and the twin keeps no gauge"
        if when.fault in waiting or when.fault == event.id:
            return f"it waits for {when.fault}, which waits for it"
        other = settle(by_id[when.fault], waiting | {event.id})
        if isinstance(other, str):
            return f"it waits for {when.fault}, which was skipped"
        begin_s = other.strike_s if when.kind == "struck" else other.heal_s
        strike_s = max(event.strike_s, begin_s + when.delay_s)
        if strike_s >= min(duration_s, event.by_s or duration_s):
            return f'the condition "{event.when}" never held in time'
        return replace(event, strike_s=strike_s, heal_s=min(strike_s + event.length_s, duration_s))

    settled = {event.id: settle(event) for event in plan}
    return TwinPlan(
        tuple(plan),
        tuple(one for one in settled.values() if not isinstance(one, str)),
        {name: one for name, one in settled.items() if isinstance(one, str)},
    )


def _cannot(event: FaultEvent, components: Sequence[str]) -> str:
    """Why the twin cannot play this fault; empty if it can."""
    if event.fault == "area_dark" or happens_to_people(event):
        return ""
    if event.fault not in ("process_kill", "process_pause"):
        return _NOT_MODELLED
    serving = {name for name in components if name.startswith("api-")}
    if set(event.target) & {"postgres", "nginx"} or serving <= set(event.target):
        return ""
    return f"{_NOT_MODELLED}: it is one server and cannot lose {', '.join(event.target)} alone"


def _line(
    event: FaultEvent, what: str, at_s: float, detail: dict[str, object] | None = None
) -> dict[str, object]:
    return {
        "id": event.id, "name": event.fault, "target": list(event.target), "event": what, "at_s": at_s,
        "detail": detail or {"strike_s": event.strike_s, "heal_s": event.heal_s},
    }  # fmt: skip
