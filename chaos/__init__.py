"""What goes wrong: faults, their schedule on the run clock, and their healing.

The life of a fault, from the scenario to the proof that it is gone:

    plan      expand(scenario, timeline, seed): a pure function, written as plan.jsonl and replayable;
              `drawing` adds schedules drawn from the seed, `exclusion` refuses what cannot be together
    ledger    on disk before anything is done: what is about to be hurt, and how to undo it
    runner    strikes and heals on time or on a condition (`conditions`, by the `gauge` of the load),
              overlaps included, and proves each healing by a probe
    reaper    a small process that heals, takes down and ends all if the conductor dies
    healing   the same, later and by hand, from the ledger alone

`faults/` holds one file a fault (see `chaos.fault` for the five verbs); `network` and `toxiproxy` are the
links they disturb, `stack` and `process` the programs, `disk` the filesystem that a stack has to itself.
"""

from chaos.event import FaultEvent, PlanError
from chaos.fault import Availability, Fault, FaultError, Ground, availability, register, registered
from chaos.gauge import Gauge, Reading
from chaos.healing import HealReport, heal
from chaos.ledger import Ledger, LedgerError, read_ledger
from chaos.network import Network
from chaos.plan import components_of, expand, ground_of
from chaos.plan_file import read_plan, refuse_strangers, write_plan
from chaos.process import ProcessId
from chaos.reaper_process import ReaperError, ReaperProcess
from chaos.runner import Failure, FaultRunner
from chaos.site import Site
from chaos.toxiproxy import Toxic, Toxiproxy, ToxiproxyError
from chaos.toxiproxy_server import ToxiproxyServer, find_server

__all__ = [
    "Availability",
    "Failure",
    "Fault",
    "FaultError",
    "FaultEvent",
    "FaultRunner",
    "Gauge",
    "Ground",
    "HealReport",
    "Ledger",
    "LedgerError",
    "Network",
    "PlanError",
    "ProcessId",
    "Reading",
    "ReaperError",
    "ReaperProcess",
    "Site",
    "Toxic",
    "Toxiproxy",
    "ToxiproxyError",
    "ToxiproxyServer",
    "availability",
    "components_of",
    "expand",
    "find_server",
    "ground_of",
    "heal",
    "read_ledger",
    "read_plan",
    "refuse_strangers",
    "register",
    "registered",
    "write_plan",
]
