"""A fault plan against the twin: what it plays when, and what it says it does not model."""

import json
from pathlib import Path

from chaos import FaultEvent
from gladi.twin_faults import for_twin

COMPONENTS = ("postgres", "api-1", "api-2", "worker-1")


def event(
    number: int, fault: str, *target: str, when: str = "", by_s: float | None = None, strike_s: float = 10.0
) -> FaultEvent:
    place = f"{number:02d}-{fault}"
    return FaultEvent(place, fault, target, strike_s, strike_s + 5.0, {}, 15.0, when, by_s)


def test_what_the_twin_models_is_played_and_the_rest_is_skipped_and_said(tmp_path: Path) -> None:
    plan = (
        event(1, "process_kill", "postgres"),
        event(2, "process_pause", "api-1", "api-2"),
        event(3, "area_dark", "170801", "170802"),
        event(4, "disk_full", "disk"),
        event(5, "process_kill", "api-1"),
    )
    found = for_twin(plan, COMPONENTS, 60.0)
    assert [(one.kind, one.area) for one in found.outages()] == [
        ("down", ""), ("paused", ""), ("dark", "170801"), ("dark", "170802"),
    ]  # fmt: skip
    assert found.skipped == {
        "04-disk_full": "the twin does not model it",
        "05-process_kill": "the twin does not model it: it is one server and cannot lose api-1 alone",
    }
    states = {name: one.state for name, one in found.availability().items()}
    assert states == {
        "process_kill": "unavailable", "process_pause": "available", "area_dark": "available",
        "disk_full": "unavailable",
    }  # fmt: skip
    found.write(tmp_path / "faults.jsonl")
    events = [json.loads(line) for line in (tmp_path / "faults.jsonl").read_text().splitlines()]
    names = {one["id"]: [two["event"] for two in events if two["id"] == one["id"]] for one in events}
    assert names["01-process_kill"] == ["planned", "struck", "felt", "healed"]
    assert names["04-disk_full"] == ["planned", "skipped"]


def test_a_cascade_is_resolved_and_a_gauge_is_not_there() -> None:
    plan = (
        event(1, "process_kill", "postgres"),
        event(2, "process_pause", "postgres", when="healed 01-process_kill + 2s", by_s=30.0, strike_s=0.0),
        event(3, "process_pause", "postgres", when="struck 02-process_pause", by_s=16.0, strike_s=0.0),
        event(4, "process_kill", "postgres", when="complete >= 0.4", by_s=30.0),
        event(5, "process_kill", "postgres", when="healed 04-process_kill", by_s=30.0),
    )
    found = for_twin(plan, COMPONENTS, 60.0)
    assert [(one.id, one.strike_s, one.heal_s) for one in found.played] == [
        ("01-process_kill", 10.0, 15.0),
        ("02-process_pause", 17.0, 22.0),
    ]
    assert found.skipped == {
        "03-process_pause": 'the condition "struck 02-process_pause" never held in time',
        "04-process_kill": "the twin does not model it: it waits for complete >= 0.4, "
        "and the twin keeps no gauge",
        "05-process_kill": "it waits for 04-process_kill, which was skipped",
    }
