"""What run.json says of the faults: which this machine allows, and what remains unproved without one."""

from collections.abc import Iterable, Mapping
from typing import Any

from chaos import Availability, FaultEvent, registered
from gladi.show import Show


def fault_facts(plan: Iterable[FaultEvent], found: Mapping[str, Availability]) -> dict[str, Any]:
    """Keys of run.json: `faults_available` of all there are, `faults` and `faults_tried` of the planned.

    `faults_tried` names the checkers whose property a planned fault puts to the test: where it could not be
    done, they cannot know.
    """
    planned = sorted({event.fault for event in plan})
    known = registered()
    tries = {name: sorted(known[name].tries) for name in planned}
    return {
        "faults_available": {name: one.state for name, one in sorted(found.items())},
        "faults": {
            name: {"state": found[name].state, "why": found[name].why, "tries": tries[name]}
            for name in planned
        },
        "faults_tried": tries,
    }


def say_faults(plan: Iterable[FaultEvent], found: Mapping[str, Availability], show: Show) -> None:
    """Which of the planned faults this machine allows, aloud before the start."""
    planned = sorted({event.fault for event in plan})
    fine = [name for name in planned if found[name].state == "available"]
    if fine:
        show.say(f"  gangguan yang dapat dilakukan di mesin ini: {', '.join(fine)}")
    for name in planned:
        one = found[name]
        if one.state != "available":
            show.warn(f"fault {name}: {one.state} ({one.why})")
