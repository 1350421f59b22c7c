"""What run.json says of officials: who had accounts, when they were told to come, and the pleno's days."""

from collections import Counter
from typing import Any

from gladi.setting import Setting
from simulators.officials.sitting import days


def staff_facts(setting: Setting) -> dict[str, Any]:
    """Keys `officials` and `pleno`, each only where the scenario has such; moments of the run clock."""
    scenario, timeline, found = setting.scenario, setting.timeline, setting.offices()
    facts: dict[str, Any] = {}
    if found:
        facts["officials"] = {"accounts": dict(Counter(one.role for one in found))}
    told = scenario.officials.login if scenario.officials else None
    if told is not None:
        opens_s = timeline.run_s(told.phase, told.at)
        facts["officials"]["login"] = {
            "came": sum(1 for one in found if "login" in one.moments),
            "opens_s": opens_s,
            "closes_s": timeline.after(opens_s, told.window),
        }
    if scenario.pleno is not None:
        facts["pleno"] = {
            "forms": list(scenario.scenario.forms),
            "days": [list(day) for day in days(timeline, scenario.pleno)],
            "when_down": scenario.pleno.when_down,
        }
    return facts
