"""What happens: scenario files (TOML), the model that validates them, and the facts they lean on.

A scenario says where (a region), when (phases of the clock), who and how (links, behaviour), what goes
wrong (faults) and what is expected. Everything else of gladi reads the frozen `Scenario`; nothing here
imports anything else of ours.
"""

from scenarios.conditions import Condition, condition
from scenarios.disruption import Candidate, ChaosSpec, FaultSpec, Stop
from scenarios.links import LINKS, PROFILES, LinkProfile
from scenarios.loading import ScenarioError, builtin_scenarios, find_scenario, load
from scenarios.model import Phase, Scenario, Stack
from scenarios.regions import Desa, Kecamatan, Regency, RegionError, dpr_seats, regencies, regency
from scenarios.timeline import Timeline

__all__ = [
    "LINKS",
    "PROFILES",
    "Candidate",
    "ChaosSpec",
    "Condition",
    "Desa",
    "FaultSpec",
    "Kecamatan",
    "LinkProfile",
    "Phase",
    "Regency",
    "RegionError",
    "Scenario",
    "ScenarioError",
    "Stack",
    "Stop",
    "Timeline",
    "builtin_scenarios",
    "condition",
    "dpr_seats",
    "find_scenario",
    "load",
    "regencies",
    "regency",
]
