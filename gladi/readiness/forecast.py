"""Predicted days: the scenario against the twin, in real time, once for each seed; counted by minute and
hour.

The twin's server is the reference stack's or the one given, never the one of a bad day in the past: what is
asked is what will arrive at the system to be used. Faults of the scenario strike as it says. Larger regions
are sampled; whoever reads multiplies by TPS served over TPS predicted.
"""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gladi.runfolder import RunFolder
from gladi.setting import Setting, in_real_time
from gladi.twin_run import Progress, simulate
from reports.help_desk import FILE as HELP_DESK
from reports.readiness.desk import CLOSED
from reports.readiness.schema import ACTIVATION, ARRIVALS, CALLS
from scenarios import Scenario
from simulators.draws import subseed, uniform
from simulators.server import ServerModel, reference_model

Told = Callable[[float, float, str], None]

_TRIED = {
    "activate": "activation",
    "login": "login",
    "submit_page": "send",
    "confirm": "send",
    "correct": "send",
}
_OF_DESK = {"code": "activation", "phone": "phone", "account": "barred", "wait": "send"}
OPERATORS = (1, 2)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Tables as `reports.readiness.schema` has them, of days with these seeds; `calls_from` says whose
    model of the help desk: "desk" of the scenario, or "failures" (who fails too often calls)."""

    seeds: tuple[int, ...]
    tps: int
    activation: pa.Table
    arrivals: pa.Table
    calls: pa.Table
    calls_from: str
    setting: Setting


def seeds_of(scenario: Scenario, seed: int | None, days: int) -> tuple[int, ...]:
    """The first is the scenario's own or the one given; the others follow from it."""
    first = scenario.scenario.seed if seed is None else seed
    return first, *(subseed(first, f"day {number}") >> 1 for number in range(2, days + 1))


def forecast(
    path: Path, seeds: tuple[int, ...], scale: float, server: ServerModel | None, told: Told
) -> Forecast:
    """Play every day; UsageError for a scenario that cannot be played."""
    activation, arrivals, calls = [], [], []
    settings = []
    for number, seed in enumerate(seeds):
        setting = in_real_time(path, seed, scale)
        settings.append(setting)
        with tempfile.TemporaryDirectory(prefix="gladi-day-") as name:
            folder = RunFolder(Path(name))
            simulate(setting, path, folder, _told(told, number, len(seeds)), server or reference_model())
            rows = pq.read_table(folder.path / "history.parquet").to_pylist()
            tickets = folder.path / HELP_DESK
            desk = pq.read_table(tickets).to_pylist() if tickets.exists() else None
        rows.sort(key=lambda row: row["started_s"])
        arrivals += _arrivals(setting, seed, rows)
        if (plan := setting.scenario.activation) is not None:
            codes = [str(one) for one in setting.population.tps]
            activation += activated(codes, seed, rows, setting.timeline.phase(plan.phase).run_end_s)
        calls += _calls(setting, seed, rows, desk)
    first = settings[0]
    return Forecast(
        seeds, len(first.population), pa.Table.from_pylist(activation, schema=ACTIVATION),
        pa.Table.from_pylist(arrivals, schema=ARRIVALS), pa.Table.from_pylist(calls, schema=CALLS),
        "desk" if first.scenario.help_desk is not None else "failures", first,
    )  # fmt: skip


def _told(told: Told, done: int, of: int) -> Progress:
    return lambda now, end: told(done + now / end, of, f"{done + 1} / {of}")


def activated(tps: list[str], seed: int, rows: list[dict[str, Any]], until_s: float) -> list[dict[str, Any]]:
    """Accounts of each TPS that were active by a moment of the run clock, as rows of ACTIVATION."""
    active: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row["kind"] == "activate" and row["outcome"] == "ok" and row["ended_s"] <= until_s:
            active[row["account_tps"]].add(row["operator"])
    return [
        {"seed": seed, "code": one, "accounts": len(OPERATORS), "active": len(active[one])} for one in tps
    ]


def _arrivals(setting: Setting, seed: int, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Requests by kind and minute; junk, and what never left a phone, is not counted."""
    count: Counter[tuple[str, datetime]] = Counter()
    again: Counter[tuple[str, datetime]] = Counter()
    for row in rows:
        if row["actor"] == "iseng" or row["reason"] == "unsupported":
            continue
        minute = setting.timeline.local(row["started_s"]).replace(second=0, microsecond=0)
        count[row["kind"], minute] += 1
        again[row["kind"], minute] += row["attempt"] > 1
    return [
        {"seed": seed, "kind": kind, "minute": minute, "count": n, "again": again[kind, minute]}
        for (kind, minute), n in sorted(count.items())
    ]


def _calls(
    setting: Setting, seed: int, rows: list[dict[str, Any]], desk: list[dict[str, Any]] | None
) -> list[dict[str, Any]]:
    """By hour and reason: from the scenario's own help desk, or from who fails too often; and questions."""
    made = [*_questions(setting, seed)]
    if desk is None:
        made += _failures(setting, rows)
    else:
        made += [
            (row["called_s"], CLOSED if row["ending"] == CLOSED else _OF_DESK.get(row["why"], row["why"]))
            for row in desk
        ]
    count = Counter(
        (setting.timeline.local(at_s).replace(minute=0, second=0, microsecond=0), why) for at_s, why in made
    )
    return [{"seed": seed, "hour": hour, "why": why, "count": n} for (hour, why), n in sorted(count.items())]


def _failures(setting: Setting, rows: list[dict[str, Any]]) -> Iterator[tuple[float, str]]:
    """Who has seen the app give up so often in a row calls; who is let in nowhere calls at once, and once."""
    patience = setting.scenario.readiness.call_after * (1 + setting.scenario.app.retries)
    failed: Counter[tuple[str, int, str]] = Counter()
    barred: set[tuple[str, int]] = set()
    for row in rows:
        if row["kind"] not in _TRIED or row["actor"] != "kpps" or row["expect"] != "accept":
            continue
        who = row["account_tps"], row["operator"]
        line = *who, row["kind"]
        if row["outcome"] == "ok":
            failed[line] = 0
            barred.discard(who)
        elif row["reason"] == "device_differs":
            if who not in barred:
                barred.add(who)
                yield row["ended_s"], "barred"
        else:
            failed[line] += 1
            if failed[line] % patience == 0:
                yield row["ended_s"], _TRIED[row["kind"]]


def _questions(setting: Setting, seed: int) -> Iterator[tuple[float, str]]:
    """Operators who ask something although nothing failed, while they work: up to an hour around their first
    photograph, or their turn (assumed)."""
    share, draws = setting.scenario.readiness.questions, subseed(seed, "questions")
    last_s = setting.timeline.duration_s
    for (tps, operator), moments in setting.timetable.moments().items():
        agent = int(tps) * 8 + operator
        at_s = moments.get("capture", moments.get("standby"))
        if at_s is not None and uniform(draws, agent, 0) < share:
            around = timedelta(hours=2).total_seconds() * (uniform(draws, agent, 1) - 0.5)
            yield min(max(0.0, at_s + around), last_s), "question"
