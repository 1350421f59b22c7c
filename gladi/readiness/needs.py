"""TPS that need a plan: of the drawn population, or of the file that counts them itself."""

from collections import Counter
from typing import Any

import pyarrow as pa

from gladi.readiness.plans import Told
from reports.readiness.places import NO_SIGNAL, POWER, UNSTEADY
from reports.readiness.schema import CONDITIONS, NEEDS, PLANS
from scenarios import Scenario
from simulators.population import Population

POPULATION, FILE = "population", "file"


def needs(scenario: Scenario, people: Population, told: Told | None) -> tuple[pa.Table, dict[str, str]]:
    """The table, and for each condition where its TPS come from.

    Of the population it is known how many TPS lack signal; which of them is drawn. Nobody knows which TPS
    will lose power, so of each kecamatan the expected number counts.
    """
    counted = told.counted if told is not None else frozenset()
    rows = [row for row in _drawn(scenario, people) if row["condition"] not in counted]
    if told is not None:
        rows += [
            {"area": area, "tps": tps, "condition": condition, "count": count, "travel_s": journey_s}
            for area, tps, condition, count, journey_s in told.needs
        ]
    source = {one: FILE if one in counted else POPULATION for one in CONDITIONS}
    return pa.Table.from_pylist(rows, schema=NEEDS), source


def plans(told: Told) -> pa.Table:
    """What is planned, as a table."""
    return pa.Table.from_pylist(
        [
            {"code": code, "condition": condition, "plan": plan, "role": role}
            for code, condition, plan, role in told.plans
        ],
        schema=PLANS,
    )


def _drawn(scenario: Scenario, people: Population) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "area": str(people.kecamatan[index]), "tps": str(people.tps[index]),
            "condition": NO_SIGNAL if people.no_signal[index] else UNSTEADY, "count": 1.0,
            "travel_s": float(people.travel_s[index]) if people.no_signal[index] else float("nan"),
        }
        for index in range(len(people)) if people.no_signal[index] or people.intermittent[index]
    ]  # fmt: skip
    chance = scenario.power.cut_chance
    if chance:
        rows += [
            {"area": area, "tps": "", "condition": POWER, "count": chance * tps, "travel_s": float("nan")}
            for area, tps in sorted(Counter(str(one) for one in people.kecamatan).items())
        ]
    return rows
