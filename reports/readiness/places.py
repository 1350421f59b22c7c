"""Blank spots and power cuts: how many TPS, where, and which have a plan with a role that answers for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import isnan, nan
from typing import Any

import numpy as np

from reports.readiness.ages import days
from reports.readiness.answer import GO, NO_GO, UNKNOWN, Answer, OpenRisk, State
from reports.readiness.rundir import Gathered
from reports.words import Text, number, percent

NO_SIGNAL, UNSTEADY, POWER = "no_signal", "unsteady", "power"


@dataclass(frozen=True, slots=True)
class Place:
    """TPS of one kecamatan under one condition. Journeys (one way, seconds) are NaN where none is known."""

    area: str
    name: str
    condition: str
    tps: float
    planned: float
    travel_median_s: float
    travel_longest_s: float
    plans: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def bare(self) -> float:
        """TPS without a plan."""
        return self.tps - self.planned


def places(gathered: Gathered, condition: str) -> tuple[Place, ...]:
    """By kecamatan; the most TPS without a plan first."""
    names = {row["code"]: row["name"] for row in gathered.regions.to_pylist()}
    by_area: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in gathered.needs.to_pylist():
        if row["condition"] == condition:
            by_area[row["area"]].append(row)
    plans = [] if gathered.plans is None else gathered.plans.to_pylist()
    mine = [row for row in plans if row["condition"] == condition and row["plan"]]
    whole = {row["code"] for row in mine if len(row["code"]) == 6}
    single = {row["code"] for row in mine}
    found = []
    for area, rows in by_area.items():
        travel = np.array([row["travel_s"] for row in rows], float)
        travel = travel[~np.isnan(travel)]
        told = [row for row in mine if row["code"][:6] == area]
        found.append(
            Place(
                area, names.get(area, area), condition, sum(row["count"] for row in rows),
                sum(row["count"] for row in rows if area in whole or row["tps"] in single),
                float(np.median(travel)) if len(travel) else nan,
                float(travel.max()) if len(travel) else nan,
                tuple(sorted({row["plan"] for row in told})), tuple(sorted({row["role"] for row in told})),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.bare, one.area)))


def judge_signal(gathered: Gathered) -> Answer:
    """TPS without signal must have a plan; unsteady signal and long journeys are open risks."""
    found, unsteady = places(gathered, NO_SIGNAL), places(gathered, UNSTEADY)
    tps, planned = _sum(one.tps for one in found), _sum(one.planned for one in found)
    wanted = gathered.wanted.no_signal_planned
    state, why = _planned(gathered, tps, planned, wanted)
    journeys = [one.travel_longest_s for one in found if not isnan(one.travel_longest_s)]
    longest = max(journeys, default=0.0)
    medians = [one.travel_median_s for one in found if not isnan(one.travel_median_s)]
    told = Text("", "")
    if journeys:
        told = Text(
            f" Perjalanan ke sinyal sekali jalan: median {days(float(np.median(medians)), 'id')}, terjauh "
            f"{days(longest, 'id')}.",
            f" Journey to signal, one way: median {days(float(np.median(medians)), 'en')}, longest "
            f"{days(longest, 'en')}.",
        )
    rocky = _sum(one.tps for one in unsteady)
    said = Text(
        f"{number(tps, 'id')} TPS tanpa sinyal, {number(planned, 'id')} di antaranya punya rencana; "
        f"{number(rocky, 'id')} TPS bersinyal putus-putus. {why.id}{told.id}",
        f"{number(tps, 'en')} TPS without signal, {number(planned, 'en')} of them with a plan; "
        f"{number(rocky, 'en')} TPS with unsteady signal. {why.en}{told.en}",
    )
    rule = Text(
        f"siap bila {percent(wanted, 'id', 0)} TPS tanpa sinyal punya rencana dengan penanggung jawab; "
        "tanpa berkas rencana: belum diketahui",
        f"go if {percent(wanted, 'en', 0)} of TPS without signal have a plan and a role that answers for "
        "it; unknown without a file of plans",
    )
    figures = {
        "tps": tps, "planned": planned, "wanted": wanted, "source": gathered.asked["needs"]["no_signal"],
        "unsteady_tps": rocky, "longest_s": longest, "areas": [_plain(one) for one in (*found, *unsteady)],
    }  # fmt: skip
    return Answer(
        "signal", Text("Blank spot", "Blank spots"), state,
        Text(f"{number(planned, 'id')} / {number(tps, 'id')}",
             f"{number(planned, 'en')} / {number(tps, 'en')}"),
        said, rule, figures, tuple(_signal_risks(gathered, found, unsteady)),
    )  # fmt: skip


def judge_power(gathered: Gathered) -> Answer:
    """TPS that may lose power during the count need a plan (genset, power bank, lamps)."""
    found = places(gathered, POWER)
    tps, planned = _sum(one.tps for one in found), _sum(one.planned for one in found)
    bare, allowed = tps - planned, gathered.wanted.dark_tps
    if bare <= allowed and not _example(gathered):
        state, why = GO, Text("Di bawah batas.", "Below the limit.")
    elif gathered.plans is None or _example(gathered):
        state, why = UNKNOWN, _no_file(gathered)
    else:
        worst = ", ".join(one.name for one in found[:3] if one.bare)
        state = NO_GO
        why = Text(f"Terbanyak tanpa rencana: {worst}.", f"Most without a plan: {worst}.")
    figure = number(bare, "id", 1), number(bare, "en", 1)
    said = Text(
        f"Diperkirakan {number(tps, 'id', 1)} TPS padam selama penghitungan, {figure[0]} di antaranya tanpa "
        f"rencana. {why.id}",
        f"{number(tps, 'en', 1)} TPS are expected to lose power during the count, {figure[1]} of them "
        f"without a plan. {why.en}",
    )
    rule = Text(
        f"siap bila paling banyak {number(allowed, 'id', 1)} TPS diperkirakan padam tanpa rencana; tanpa "
        "berkas rencana: belum diketahui",
        f"go if at most {number(allowed, 'en', 1)} TPS are expected to go dark without a plan; unknown "
        "without a file of plans",
    )
    figures = {
        "tps": tps, "planned": planned, "allowed": allowed, "source": gathered.asked["needs"]["power"],
        "areas": [_plain(one) for one in found],
    }  # fmt: skip
    risks = []
    if state != GO:
        risks.append(
            OpenRisk(
                Text(f"{figure[0]} TPS diperkirakan padam tanpa rencana",
                     f"{figure[1]} TPS are expected to go dark without a plan"),
                "medium" if state == UNKNOWN else "high",
                Text("genset atau daya cadangan per kecamatan, dengan penanggung jawab, di berkas --plans",
                     "a genset or power banks for each kecamatan, with a role, in the file of --plans"),
            )
        )  # fmt: skip
    return Answer("power", Text("Listrik", "Power"), state, Text(*figure), said, rule, figures, tuple(risks))


def _planned(gathered: Gathered, tps: float, planned: float, wanted: float) -> tuple[State, Text]:
    if not tps:
        return GO, Text("Tidak ada yang perlu direncanakan.", "There is nothing to plan.")
    if gathered.plans is None or _example(gathered):
        return UNKNOWN, _no_file(gathered)
    if planned + 1e-9 < wanted * tps:
        return NO_GO, Text("Belum semuanya.", "Not all of them.")
    return GO, Text("Semua yang harus punya rencana punya.", "All that must have a plan have one.")


def _no_file(gathered: Gathered) -> Text:
    if gathered.plans is None:
        return Text("Rencananya belum diberikan: --plans BERKAS.", "Plans were not given: --plans FILE.")
    return Text("Berkas rencana itu contoh.", "That file of plans is an example.")


def _example(gathered: Gathered) -> bool:
    return bool(gathered.asked["needs"].get("example"))


def _signal_risks(
    gathered: Gathered, found: tuple[Place, ...], unsteady: tuple[Place, ...]
) -> list[OpenRisk]:
    out = []
    bare = _sum(one.bare for one in found)
    if bare:
        worst = ", ".join(f"{one.name} ({number(one.bare, 'id')})" for one in found[:3] if one.bare)
        out.append(
            OpenRisk(
                Text(f"{number(bare, 'id')} TPS tanpa sinyal belum punya rencana: {worst}",
                     f"{number(bare, 'en')} TPS without signal have no plan: {worst}"),
                "high",
                Text("titik kirim atau VSAT untuk tiap TPS, dengan penanggung jawab, di berkas --plans",
                     "a place to send from or a VSAT for each, with a role, in the file of --plans"),
            )
        )  # fmt: skip
    limit = gathered.wanted.longest_journey
    far = [one for one in found if one.travel_longest_s > limit]
    if far:
        listed = ", ".join(one.name for one in far[:3])
        out.append(
            OpenRisk(
                Text(f"Perjalanan ke sinyal lebih dari {days(limit, 'id')} di {listed}",
                     f"The journey to signal is longer than {days(limit, 'en')} in {listed}"),
                "medium",
                Text("titik kirim yang lebih dekat, VSAT, atau kendaraan yang sudah dipesan",
                     "a nearer place to send from, a VSAT, or transport that is booked"),
            )
        )  # fmt: skip
    rocky = _sum(one.bare for one in unsteady)
    if rocky:
        out.append(
            OpenRisk(
                Text(f"{number(rocky, 'id')} TPS bersinyal putus-putus tanpa rencana",
                     f"{number(rocky, 'en')} TPS with unsteady signal have no plan"),
                "low",
                Text("HP dengan dua operator, atau titik kirim cadangan",
                     "a phone with two operators, or another place to send from"),
            )
        )  # fmt: skip
    return out


def _plain(one: Place) -> dict[str, Any]:
    made = asdict(one)
    for name in ("travel_median_s", "travel_longest_s"):
        made[name] = None if isnan(made[name]) else made[name]
    return made | {"plans": list(one.plans), "roles": list(one.roles)}


def _sum(values: Iterable[float]) -> float:
    return float(sum(values))
