"""What happens: scenario files (TOML), the model that validates them, and the facts they lean on.

A scenario says where (a region), when (phases of the clock), who and how (links, behaviour), what goes
wrong (faults) and what is expected. Everything else of gladi reads the frozen `Scenario`; nothing here
imports anything else of ours. The scenario of a whole nation is a `Nation`.
"""

from scenarios.changes import change, value_of, values_of, with_changes
from scenarios.conditions import Condition, condition
from scenarios.disruption import Candidate, ChaosSpec, FaultSpec, Stop
from scenarios.forms import FORMS_OF_ELECTION, NOT_VOTED
from scenarios.links import LINKS, PROFILES, LinkProfile
from scenarios.loading import builtin_nations, builtin_scenarios, find_scenario, is_nation, load, read_table
from scenarios.loading_nation import load_nation, sweep_problems, validate_nation
from scenarios.mistakes import ScenarioError
from scenarios.model import Phase, Scenario, Stack
from scenarios.nation import Nation
from scenarios.people import Activation, Login, Voting
from scenarios.regions import Desa, Kecamatan, Regency, RegionError, dpr_seats, regencies, regency, regions_of
from scenarios.thresholds import Check, Threshold, kinds_of, threshold
from scenarios.timeline import Timeline

__all__ = [
    "FORMS_OF_ELECTION",
    "LINKS",
    "NOT_VOTED",
    "PROFILES",
    "Activation",
    "Candidate",
    "ChaosSpec",
    "Check",
    "Condition",
    "Desa",
    "FaultSpec",
    "Kecamatan",
    "LinkProfile",
    "Login",
    "Nation",
    "Phase",
    "Regency",
    "RegionError",
    "Scenario",
    "ScenarioError",
    "Stack",
    "Stop",
    "Threshold",
    "Timeline",
    "Voting",
    "builtin_nations",
    "builtin_scenarios",
    "change",
    "condition",
    "dpr_seats",
    "find_scenario",
    "is_nation",
    "kinds_of",
    "load",
    "load_nation",
    "read_table",
    "regencies",
    "regency",
    "regions_of",
    "sweep_problems",
    "threshold",
    "validate_nation",
    "value_of",
    "values_of",
    "with_changes",
]
