"""Plays a plan beside the load: strikes and heals on the run clock, and proves every healing.

One thread keeps the schedule; each fault that is due gets a thread of its own for its life (strike, wait,
heal, prove), so that a slow restart never delays the next strike. Whatever goes wrong with a fault is put on
record in faults.jsonl and in `failures`; nothing is ever raised into the run.

Overlaps: faults of one kind that hold the same thing (see `chaos.fault`) let go of it when the *last* of them
ends. A healing is not called failed while another fault is still in force, for it may stand in the way: a
stack is not ready while its database is paused by someone else.

A fault with a condition strikes once that holds; if it never does while it may, the fault is skipped.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from chaos.conditions import Conditions
from chaos.event import FaultEvent
from chaos.exclusion import must_stay_apart
from chaos.fault import BeyondHealingError, Fault, FaultError, Item, Proof, availability, registered
from chaos.gauge import Gauge, no_gauge
from chaos.ledger import Ledger, LedgerError
from chaos.site import Site
from scenarios import condition

EventName = Literal["planned", "struck", "felt", "unfelt", "healing", "healed", "failed", "skipped"]

_PROBE_EVERY_S = 0.1
_WAKE_EVERY_S = 0.2
"""The run clock may be any clock, so waits are cut short and the clock is asked again."""
_LOOK_EVERY_S = 0.05
"""While a fault waits for a condition, or for another to be healed."""
_ROOM_S = 30.0
"""Longest that a fault waits for one that excludes it."""
_LATE_S = 0.2
"""A strike that had to wait longer is in force as long as planned all the same."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A fault that was not struck, or whose healing was not proved (`event` "skipped" or "failed")."""

    id: str
    event: EventName
    why: str


@dataclass(slots=True)
class _InForce:
    event: FaultEvent
    items: list[Item]
    heal_s: float
    healing: bool = False


class FaultRunner:
    """Plays `plan` on `site`; `now` reads the run clock in seconds (negative before the start).

    `gauge` tells how far the load is, for the conditions of a plan.
    """

    def __init__(
        self,
        plan: Iterable[FaultEvent],
        site: Site,
        ledger: Ledger,
        now: Callable[[], float],
        faults_jsonl: Path,
        gauge: Gauge = no_gauge,
    ) -> None:
        self._plan = sorted(plan, key=lambda event: (event.strike_s, event.id))
        self._site = site
        self._ledger = ledger
        self._now = now
        self._record_path = faults_jsonl
        self._record_lock = threading.Lock()
        self._conditions = Conditions(gauge)
        self._state = threading.Condition()  # guards the four below
        self._in_force: dict[str, _InForce] = {}
        self._busy_keys: set[str] = set()
        self._failures: list[Failure] = []
        self._stopped = False
        self._lives: list[threading.Thread] = []
        self._keeper = threading.Thread(target=self._keep_schedule, name="faults", daemon=True)
        self.available = availability(site)

    # --- what the conductor calls

    def start(self) -> None:
        """Puts the plan on record and begins to play it; returns at once."""
        for event in self._plan:
            planned = {"strike_s": event.strike_s, "heal_s": event.heal_s, "settings": event.settings}
            waits = {"when": event.when, "by_s": event.by_s} if event.when else {}
            self._record(event, "planned", planned | waits)
        self._keeper.start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Waits until every fault has been played and healed or given up; False when time ran out."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self._keeper.join(_left(deadline))
        for life in list(self._lives):
            life.join(_left(deadline))
        return not self._keeper.is_alive() and not any(life.is_alive() for life in self._lives)

    def heal_all(self, timeout_s: float = 60.0) -> tuple[str, ...]:
        """Strikes nothing more, heals what is in force now, tries once more what could not be healed.

        For Ctrl-C, for an abort and for the end of a run; returns the ids still in force (they stay open in
        the ledger, for the reaper).
        """
        deadline = time.monotonic() + timeout_s
        with self._state:
            self._stopped = True
            self._state.notify_all()
        if self._keeper.ident is not None:
            self.wait(timeout_s)
        for life in [one for one in self._in_force.values() if time.monotonic() < deadline]:
            if not any(thread.name == life.event.id and thread.is_alive() for thread in self._lives):
                self._heal(life, min(life.event.deadline_s, deadline - time.monotonic()))
        return self.in_force

    @property
    def in_force(self) -> tuple[str, ...]:
        """Ids of the faults that are struck and not proved healed."""
        with self._state:
            return tuple(self._in_force)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Every fault that was not struck or not healed, with why; empty is what one hopes for."""
        with self._state:
            return tuple(self._failures)

    # --- the schedule

    def _keep_schedule(self) -> None:
        waiting = list(self._plan)
        while waiting:
            now_s = self._now()
            self._conditions.look(now_s)
            begun = [event for event in waiting if self._settled(event, now_s)]
            waiting = [event for event in waiting if event not in begun]
            if waiting and not self._sleep_until(min(self._look_again_s(event, now_s) for event in waiting)):
                for event in waiting:
                    self._fail(event, "skipped", "the run was stopped before")
                return

    def _settled(self, event: FaultEvent, now_s: float) -> bool:
        """Whether nothing more is to be decided: it has begun, or it never will."""
        if now_s < event.strike_s:
            return False
        heal_s = event.heal_s
        if event.when:
            when = condition(event.when)
            lost = self._conditions.hopeless(when)
            if lost or (event.by_s is not None and now_s > event.by_s):
                seen = lost or self._conditions.seen(when)
                self._fail(event, "skipped", f'the condition "{event.when}" never held: {seen}')
                return True
            if not self._conditions.holds(when, now_s):
                return False
            heal_s = now_s + event.length_s
        life = threading.Thread(target=self._live, args=(event, heal_s), name=event.id, daemon=True)
        self._lives.append(life)
        life.start()
        return True

    @staticmethod
    def _look_again_s(event: FaultEvent, now_s: float) -> float:
        """When it must be looked at again; one that waits for a condition now, very soon."""
        return event.strike_s if now_s < event.strike_s else now_s + _LOOK_EVERY_S

    def _sleep_until(self, run_s: float) -> bool:
        """Sleeps until the run clock shows `run_s`; False, at once, when the run is stopped."""
        with self._state:
            while not self._stopped:
                left_s = run_s - self._now()
                if left_s <= 0:
                    return True
                self._state.wait(min(left_s, _WAKE_EVERY_S))
            return False

    def _live(self, event: FaultEvent, heal_s: float) -> None:
        try:
            life = self._strike(event, heal_s)
            if life is not None:
                self._feel(life)
                self._sleep_until(life.heal_s)
                self._heal(life, event.deadline_s)
        except Exception as error:  # the run goes on, whatever a fault does
            self._fail(event, "failed", f"unexpected: {error!r}")

    # --- strike

    def _strike(self, event: FaultEvent, heal_s: float) -> _InForce | None:
        here = self.available.get(event.fault)
        if here is None or here.state == "unavailable":
            why = here.why if here else "no such fault"
            self._fail(event, "skipped", f"{event.fault} is unavailable: {why}")
            return None
        fault = registered()[event.fault]
        try:
            life = self._take_hold(event, fault, heal_s)
        except (FaultError, LedgerError) as error:
            self._fail(event, "skipped", str(error))
            return None
        try:
            detail = fault.strike(self._site, life.items)
            self._ledger.struck(event.id)
        except (FaultError, LedgerError) as error:
            self._fail(event, "failed", f"not struck as planned: {error}")
            self._heal(life, event.deadline_s)
            return None
        self._record(event, "struck", detail)
        return life

    def _take_hold(self, event: FaultEvent, fault: Fault, heal_s: float) -> _InForce:
        """Aims, and puts the intent on disk; waits a little while the same thing is being healed.

        It waits longer for a fault that excludes it: a plan keeps them apart, but a healing takes its time.
        """
        began_s, patience = self._now(), time.monotonic() + 5.0
        settings = fault.settings.model_validate(event.settings)
        while True:
            self._wait_for_room(event)
            items = fault.aim(self._site, event.target, settings)
            keys = {item["key"] for item in items}
            with self._state:
                busy = keys & self._busy_keys and time.monotonic() < patience
                if not busy and self._in_its_way(event) is None:
                    late_s = self._now() - began_s
                    life = _InForce(event, items, heal_s + late_s if late_s > _LATE_S else heal_s)
                    self._ledger.intent(event.id, event.fault, event.target, items)
                    self._in_force[event.id] = life
                    return life
                self._state.wait(0.02)

    def _wait_for_room(self, event: FaultEvent) -> None:
        """Until nothing that excludes this fault is in force; raises FaultError when that takes too long."""
        deadline = time.monotonic() + _ROOM_S
        with self._state:
            while (other := self._in_its_way(event)) is not None:
                if self._stopped:
                    raise FaultError("the run was stopped before")
                if time.monotonic() > deadline:
                    raise FaultError(f"{other}, which excludes it, was not healed in time")
                self._state.wait(_LOOK_EVERY_S)

    def _in_its_way(self, event: FaultEvent) -> str | None:
        """The id of a fault in force that excludes this one."""
        lives = self._in_force.values()
        return next((life.event.id for life in lives if must_stay_apart(event, life.event)), None)

    def _feel(self, life: _InForce) -> None:
        """Looks until the fault shows, or its time to show is over: what is not felt proves nothing."""
        event, fault = life.event, registered()[life.event.fault]
        deadline = time.monotonic() + fault.felt_within_s
        while True:  # once at least: a strike may last longer than its fault was to last
            try:
                proof = fault.felt(self._site, life.items)
            except Exception as error:  # a broken probe shows nothing, and the fault is healed all the same
                proof = Proof(False, repr(error))
            if proof.holds:
                self._record(event, "felt", {"why": proof.why} if proof.why else {})
                return
            why = proof.why
            if self._stopped or time.monotonic() > deadline or self._now() >= life.heal_s:
                break
            time.sleep(_PROBE_EVERY_S)
        self._record(event, "unfelt", {"why": why})

    # --- heal

    def _heal(self, life: _InForce, deadline_s: float) -> None:
        event, began = life.event, time.monotonic()
        fault = registered()[event.fault]
        with self._state:
            life.healing = True
            left_to = self._others_holding(life)
            mine = [item for item in life.items if item["key"] not in left_to]
            keys = {item["key"] for item in mine}
            self._busy_keys |= keys
        self._record(event, "healing", {"left_to": sorted(set(left_to.values()))} if left_to else {})
        moments: dict[str, float] = {}
        try:
            why = self._heal_until_proved(fault, life, mine, deadline_s, moments)
        finally:
            with self._state:
                self._busy_keys -= keys
                self._state.notify_all()
        took = {"took_s": round(time.monotonic() - began, 4), **moments}
        if why is not None:
            self._fail(event, "failed", f"healing is not proved: {why}", took)
            return
        with self._state:
            self._in_force.pop(event.id, None)
        try:
            self._ledger.healed(event.id, by="runner")
        except LedgerError as error:  # healed it is; a reaper that heals again does no harm
            self._note_failure(Failure(event.id, "failed", str(error)))
        self._record(event, "healed", took)

    def _others_holding(self, life: _InForce) -> dict[str, str]:
        """Keys of this fault that another of its kind still holds, with that one's id."""
        held: dict[str, str] = {}
        for other in self._in_force.values():
            if other is not life and not other.healing and other.event.fault == life.event.fault:
                held |= {item["key"]: other.event.id for item in other.items}
        return {item["key"]: held[item["key"]] for item in life.items if item["key"] in held}

    def _heal_until_proved(
        self, fault: Fault, life: _InForce, items: list[Item], deadline_s: float, moments: dict[str, float]
    ) -> str | None:
        """None once proved, else why not; the deadline starts anew while another fault is in force.

        Notes as "undone_at_s" when the undoing was done: proof may take a second more over a slow link.
        """
        deadline = time.monotonic() + deadline_s
        while items:
            try:
                fault.heal(self._site, items, max(0.1, deadline - time.monotonic()))
                moments.setdefault("undone_at_s", round(self._now(), 4))
                proof = fault.healed(self._site, items)
                if proof.holds:
                    return None
                why = proof.why
            except FaultError as error:
                why = str(error)
                if isinstance(error, BeyondHealingError):
                    return why
            except Exception as error:  # a broken fault is a failed healing, not the end of the run
                why = repr(error)
            with self._state:
                if any(one is not life and not one.healing for one in self._in_force.values()):
                    deadline = time.monotonic() + deadline_s
            if time.monotonic() > deadline:
                return why
            time.sleep(_PROBE_EVERY_S)
        return None

    # --- record

    def _fail(
        self, event: FaultEvent, name: EventName, why: str, detail: dict[str, Any] | None = None
    ) -> None:
        self._note_failure(Failure(event.id, name, why))
        self._record(event, name, {"why": why, **(detail or {})})

    def _note_failure(self, failure: Failure) -> None:
        with self._state:
            self._failures.append(failure)

    def _record(self, event: FaultEvent, name: EventName, detail: dict[str, Any]) -> None:
        at_s = round(self._now(), 4)
        self._conditions.note(event.id, name, at_s)
        line = {
            "id": event.id,
            "name": event.fault,
            "target": list(event.target),
            "event": name,
            "at_s": at_s,
            "detail": detail,
        }
        try:
            with self._record_lock, self._record_path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            self._note_failure(Failure(event.id, name, f"{self._record_path} cannot be written: {error}"))


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())
