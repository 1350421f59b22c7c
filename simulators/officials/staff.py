"""Who the officials of a run are, and their duties as processes.

All offices of a kecamatan belong to one shard, so that what its PPS and PPK share stays in one process; a KPU
goes with the first kecamatan of its regency.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import exp, inf

import simpy

from scenarios import Scenario, Timeline
from scenarios.officials import Review, Role, roles_of
from simulators import ballots
from simulators.behaviour import Row
from simulators.draws import normal_at
from simulators.officials import tables
from simulators.officials.account import Login
from simulators.officials.duty import Duty, Matter
from simulators.officials.ladder import Handed, Inbox
from simulators.officials.office import Account, Bureau, Office, Plano, draw
from simulators.officials.plano import differing
from simulators.officials.rounds import Rounds
from simulators.officials.sight import hands_over
from simulators.officials.sitting import Panel, Sitting
from simulators.operations import Target
from simulators.population import Population
from simulators.sheetlist import page_fields

_DIGITS: dict[Role, int] = {"pps": 10, "ppk": 6, "kpu": 4}
"""Of a TPS code, those that name the region of the role."""
_EARLY = 1 / 6
"""Of the window of a login that everybody is told to make, the part in which the storm falls."""
_TRAVEL_SIGMA = 0.5


def offices(scenario: Scenario, timeline: Timeline, seed: int, tps: Sequence[str]) -> list[Office]:
    """Every account of the staff that has one of these TPS in its region, from below and by code."""
    found = []
    for role in roles_of(scenario):
        regions: dict[str, list[str]] = {}
        for code in sorted(tps):
            regions.setdefault(code[: _DIGITS[role]], []).append(code)
        for digits, own in regions.items():
            region = f"{digits[:2]}.{digits[2:]}" if role == "kpu" else digits
            area = digits[:6] if role != "kpu" else ""
            moments = _moments(scenario, timeline, seed, role, int(digits))
            found.append(Office(role, region, area, tuple(own), moments))
    return found


def _moments(scenario: Scenario, timeline: Timeline, seed: int, role: Role, agent: int) -> dict[str, float]:
    """When the duties of an office begin, on the run clock; what it does not have is not in it."""
    moments = {}
    staff = scenario.officials
    if staff is not None and role in staff.roles:
        if plan := staff.activation:
            lot = draw(seed, "activation", agent)
            moments["activation"] = timeline.after(timeline.run_s(plan.phase, plan.at), plan.spread * lot)
        told = staff.login
        if told and draw(seed, "comes", agent) < told.share:
            part = _EARLY if draw(seed, "storm", agent) < told.storm_share else 1.0
            late_s = part * told.window * draw(seed, "login", agent)
            moments["login"] = timeline.after(timeline.run_s(told.phase, told.at), late_s)
    if scenario.pleno is not None and role == "ppk":
        moments["pleno"] = timeline.run_s(scenario.pleno.phase, scenario.pleno.opens)
    review = scenario.backup.review if scenario.backup else None
    if review is not None and role == review.by:
        moments["review"] = _review_s(review, timeline, draw(seed, "review", agent))
    return moments


def _review_s(review: Review, timeline: Timeline, lot: float) -> float:
    return timeline.after(timeline.run_s(review.phase, review.at), review.spread * lot)


class Staff:
    """The officials of one shard at work, and the way of plain photos from KPPS to them."""

    def __init__(
        self,
        env: simpy.Environment,
        target: Target,
        scenario: Scenario,
        timeline: Timeline,
        seed: int,
        plano: Plano,
    ) -> None:
        self._env = env
        self._target = target
        remembered: Plano = lru_cache(maxsize=4096)(plano)
        if scenario.pleno is not None:
            remembered = differing(scenario, seed, remembered)
        self._bureau = Bureau(scenario, timeline, seed, tuple(scenario.scenario.forms), remembered)
        self._inboxes: dict[str, Inbox] = {}
        self.counts = {"officials": 0}

    def attend(self, own: Sequence[Office], from_s: float = -inf) -> None:
        """Begin the duties of these offices.

        Who takes over from a worker that died, at `from_s`, goes on with what the system says was done; only
        a login that everybody was told to make is not made twice.
        """
        for office in own:
            self._begin(office, from_s)

    def _begin(self, office: Office, from_s: float) -> None:
        self.counts["officials"] += 1
        account = Account(office)
        env, bureau = self._env, self._bureau
        scenario = bureau.scenario
        told = [office.moments[name] for name in ("activation", "login") if name in office.moments]
        if told and min(told) >= from_s:
            self._play(account, tables.account(), Login(env, bureau), "account")
        if "pleno" in office.moments and scenario.pleno is not None:
            sitting = Sitting(bureau, office, scenario.pleno)
            for number in range(scenario.pleno.panels):
                self._play(account, tables.pleno(), Panel(env, bureau, sitting), f"pleno {number}")
        if scenario.backup is not None and office.role in {"pps", "ppk"}:
            inbox = self._inboxes[office.region] = Inbox(env, bureau, self._pass_on)
            self._play(account, tables.backup(), inbox, "backup")
        if "review" in office.moments:
            self._play(account, tables.review(), Rounds(env, bureau, office), "review")

    def _play(self, account: Account, table: tuple[Row, ...], matter: Matter, name: str) -> None:
        duty = Duty(self._env, self._target, self._bureau, account, table, matter, name)
        self._env.process(duty.live())

    # the ladder

    def hand_over(self, tps: str, unsent: Sequence[tuple[str, int]]) -> None:
        """KPPS could not send these sheets; they bring plain photos of them to the PPS, if they do."""
        bureau = self._bureau
        if unsent and hands_over(bureau.scenario, bureau.seed, tps):
            self._env.process(self._carry(tps, unsent))

    def _carry(self, tps: str, unsent: Sequence[tuple[str, int]]) -> simpy.events.ProcessGenerator:
        bureau, backup = self._bureau, self._bureau.scenario.backup
        assert backup is not None
        lot = normal_at(draw(bureau.seed, "carries", int(tps)))
        there_s = bureau.timeline.after(self._env.now, backup.travel_median * exp(_TRAVEL_SIGMA * lot))
        yield self._env.timeout(max(0.0, there_s - self._env.now))
        for form, page in unsent:
            self._inboxes[tps[: _DIGITS["pps"]]].put(Handed(tps, form, page))

    def _pass_on(self, page: Handed) -> None:
        """From the PPS to the PPK; who has it there and cannot send it either keeps it."""
        ppk = self._inboxes[page.tps[: _DIGITS["ppk"]]]
        ppk.put(page)


def dealt(own: Sequence[Office], shard: tuple[int, int]) -> list[Office]:
    """The offices of a shard (index, of how many), kecamatan by kecamatan."""
    index, of = shard
    order = areas([code for office in own for code in office.tps])
    return [office for office in own if order[office.tps[0][: _DIGITS["ppk"]]] % of == index]


def areas(tps: Sequence[str]) -> Mapping[str, int]:
    """Every kecamatan of these TPS by code, with its number in their order."""
    return {code: number for number, code in enumerate(sorted({one[: _DIGITS["ppk"]] for one in tps}))}


def planos(population: Population) -> Plano:
    """What was counted, as the planos of the TPS say it."""
    index = {str(code): number for number, code in enumerate(population.tps)}

    def plano(tps: str, form: str) -> Mapping[int, Mapping[str, int]]:
        values = ballots.values(population, index[tps], form)
        pages = page_fields(population, index[tps], form)
        return {page: {field: int(values[field]) for field in fields} for page, fields in enumerate(pages, 1)}

    return plano
