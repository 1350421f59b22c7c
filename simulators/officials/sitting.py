"""The pleno of one kecamatan: what is left to read, what was decided, when it sits, and what in trouble."""

from collections import deque
from collections.abc import Mapping
from hashlib import sha256
from math import exp, inf
from typing import Any

import simpy

from scenarios import Timeline
from scenarios.officials import DAY_S, Pleno
from simulators.draws import normal_at
from simulators.officials.account import Plain
from simulators.officials.deciding import decide, differing
from simulators.officials.office import Bureau, Office, draw
from simulators.operations import Answer, SeenForm

_ALMOST_S = 1e-9
_STALE = frozenset({"changed_meanwhile", "decision_misfit", "wrong_numbers", "reason_needed", "pleno_final"})
"""Refusals of a decision after which the TPS is looked at again."""


class Sitting:
    """What the panels of one kecamatan share. `left` are TPS in the order in which they are called."""

    def __init__(self, bureau: Bureau, office: Office, plan: Pleno) -> None:
        self.plan = plan
        self.opened = False
        self.left = deque(office.tps)
        self.in_hand = 0
        self.final: set[str] = set()
        self.days = days(bureau.timeline, plan)
        self.postponed_s = -inf


class Panel(Plain):
    """One group that works through the TPS of the kecamatan; `hand` are those it has taken, in order."""

    def __init__(self, env: simpy.Environment, bureau: Bureau, sitting: Sitting) -> None:
        super().__init__(env, bureau)
        self._sitting = sitting
        self._hand: deque[str] = deque()
        self._read: set[str] = set()
        self._on_paper: set[str] = set()
        self._to_decide: list[str] = []
        self._seen: Mapping[str, SeenForm] = {}
        self._explains = self._once_more = False
        self._answered_s = sitting.days[0][0] if sitting.days else -inf
        self._undecided: tuple[str, ...] = ()
        self._last = Answer("ok")

    # what is asked

    def asks(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        """The next thing about the TPS in hand, or about the kecamatan."""
        match kind:
            case "pleno_tps":
                return self._hand[0], {"tps": self._hand[0]}
            case "pleno_decide":
                return self._decision()
            case "pleno_finalise":
                form = self._to_finalise()
                return form, {"form": form}
        return "", {}

    def _decision(self) -> tuple[str, Mapping[str, Any]]:
        tps, form = self._hand[0], self._to_decide[0]
        decided = decide(self._bureau.plano(tps, form), self._seen.get(form), explains=self._explains)
        page = decided.numbers[0][0] if decided.word == "dikoreksi" else 0
        told = sha256(repr(decided).encode()).hexdigest()[:16]
        return f"{tps}/{form}/{told}", {"tps": tps, "form": form, "page": page, "decided": decided}

    def learn(self, kind: str, answer: Answer) -> bool:
        """Take in what the system said; a refusal is an answer, too."""
        if 200 <= answer.status < 500 and answer.outcome != "unknown":
            self._answered_s = self._env.now
        self._last = answer
        good = answer.outcome == "ok"
        match kind:
            case "pleno_open" if good:
                self._sitting.opened = True
            case "pleno_tps" if good:
                self._seen = answer.seen or {}
                self._to_decide = [
                    form for form in self._forms() if not self._word(form) or self._wrong(form)
                ]
            case "pleno_decide" if good:
                self._once_more |= len(self._wrong(self._to_decide.pop(0))) > 1
                self._explains = False
            case "pleno_decide":
                self._explains = answer.reason == "reason_needed"
            case "pleno_finalise" if good:
                self._sitting.final.add(self._to_finalise())
            case "pleno_finalise":
                self._undecided = answer.undecided
        return good

    def _forms(self) -> list[str]:
        return [form for form in self._bureau.forms if self._bureau.plano(self._hand[0], form)]

    def _wrong(self, form: str) -> list[int]:
        """Pages of the TPS in hand that are stored with other numbers than the plano's."""
        seen = self._seen.get(form)
        return differing(self._bureau.plano(self._hand[0], form), seen.pages) if seen else []

    def _word(self, form: str) -> str:
        seen = self._seen.get(form)
        return seen.word if seen else ""

    def _to_finalise(self) -> str:
        return next((form for form in self._bureau.forms if form not in self._sitting.final), "")

    # questions

    def test(self, question: str) -> bool:
        """See `tables.TESTS`."""
        sitting, now_s = self._sitting, float(self._env.now)
        match question:
            case "sits":
                day = self._day(now_s)
                return day is not None and day[0] > sitting.postponed_s
            case "opened":
                return sitting.opened
            case "tps_left":
                return bool(self._hand) or self._takes()
            case "form_left":
                return bool(self._to_decide)
            case "all_decided":
                return not sitting.left and not sitting.in_hand
            case "form_to_finalise":
                return bool(self._to_finalise())
            case "named_undecided":
                return self._called_again()
            case "must_look":
                return self._last.reason in _STALE
            case "patient":
                patience_s = self._bureau.timeline.after(self._answered_s, sitting.plan.patience)
                return now_s < patience_s
            case "on_paper":
                return sitting.plan.when_down == "manual"
            case "unread_left":
                return self._unread() is not None or self._takes()
            case "postpones":
                return sitting.plan.when_down == "postpone" and now_s >= self._postpones_s(now_s)
        return super().test(question)

    def _day(self, now_s: float) -> tuple[float, float] | None:
        return next(
            (day for day in self._sitting.days if day[0] <= now_s + _ALMOST_S and now_s < day[1]), None
        )

    def _postpones_s(self, now_s: float) -> float:
        """Run clock from which today's meeting may be postponed."""
        plan, day = self._sitting.plan, self._day(now_s)
        if plan.postpone_at is None or day is None:
            return -inf
        return self._bureau.timeline.after(day[0], plan.postpone_at - plan.opens)

    def _takes(self) -> bool:
        """Call the next TPS to this panel."""
        if not self._sitting.left:
            return False
        self._hand.append(self._sitting.left.popleft())
        self._sitting.in_hand += 1
        return True

    def _called_again(self) -> bool:
        """TPS that changed since they were decided come to the end of the list again."""
        named, self._undecided = self._undecided, ()
        self._sitting.left.extend(tps for tps in named if tps not in self._sitting.left)
        return bool(named)

    def _unread(self) -> str | None:
        return next((tps for tps in self._hand if tps not in self._read), None)

    # time

    def until_s(self, pause: str) -> float | None:
        """The end of a reading, or the next day of the pleno."""
        now_s = float(self._env.now)
        if pause == "next_day":
            ahead = (day[0] for day in self._sitting.days if day[0] > max(now_s, self._sitting.postponed_s))
            opens_s = next(ahead, None)
            if opens_s is not None:
                self._answered_s = opens_s  # the patience of another day
            return opens_s
        tps = self._unread() if self._trouble() else self._hand[0]
        assert tps is not None
        if tps in self._on_paper:
            self._on_paper.discard(tps)
            return self._bureau.timeline.after(now_s, self._sitting.plan.entry)
        if tps in self._read:
            return now_s
        self._read.add(tps)
        return self._bureau.timeline.after(now_s, self._reading_s(tps))

    def _trouble(self) -> bool:
        """Whether what was asked last stayed without a good answer: then reading is reading on paper."""
        return self._last.outcome != "ok"

    def _reading_s(self, tps: str) -> float:
        plan = self._sitting.plan
        z = normal_at(draw(self._bureau.seed, "reading", int(tps)))
        return plan.reading * exp(plan.reading_sigma * z)

    def note(self, what: str) -> None:
        """A TPS is done with, was read on paper, or the day is over."""
        match what:
            case "decided" if self._once_more:
                self._once_more = False
            case "decided":
                self._hand.popleft()
                self._sitting.in_hand -= 1
            case "read_on_paper":
                self._on_paper |= {tps for tps in self._hand if tps in self._read} - {self._decided_now()}
            case "postponed":
                self._sitting.postponed_s = float(self._env.now)

    def _decided_now(self) -> str:
        """The TPS whose forms are just being entered: it needs no second entry."""
        return self._hand[0] if self._to_decide and self._seen else ""

    def weary(self, rounds: int) -> bool:
        """Never: a pleno ends when everything is decided, or with its last day."""
        return False

    @property
    def rest_s(self) -> float:
        """As the pleno does."""
        return self._sitting.plan.human_retry


def days(timeline: Timeline, plan: Pleno) -> tuple[tuple[float, float], ...]:
    """Opening and closing of every day of the phase, on the run clock."""
    phase = timeline.phase(plan.phase)
    found = []
    for day in range((phase.end - phase.start).days + 2):
        if timeline.covers(plan.phase, plan.opens + day * DAY_S):
            opens_s = timeline.run_s(plan.phase, plan.opens + day * DAY_S)
            found.append((opens_s, timeline.run_s(plan.phase, plan.closes + day * DAY_S)))
    return tuple(found)
