"""One duty of an official: a SimPy process that interprets a table of `tables`, under whichever clock it has.

What is particular to a duty (the TPS in hand, what a pleno has decided) is its `Matter`; trying, waiting and
keeping a session are the same for all.
"""

from collections.abc import Generator, Mapping
from math import log
from typing import Any, Protocol

import simpy

from simulators.behaviour import Row
from simulators.officials.office import Account, Bureau, draw, key
from simulators.operations import Answer, Kind, Operation, Target

Process = Generator[Any, Any, bool]

_ALMOST_S = 1e-9
_PHOTOS = frozenset({"backup_page", "replace_photo"})


class Matter(Protocol):
    """What a duty is about."""

    def asks(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        """What tells this from every other thing of its kind, and the fields of the operation."""
        ...

    def learn(self, kind: str, answer: Answer) -> bool:
        """Take in an answer; whether that settles it."""
        ...

    def test(self, question: str) -> bool:
        """A question of the table."""
        ...

    def until_s(self, pause: str) -> float | None:
        """When a pause of the table ends, on the run clock; None: there is nothing to wait for."""
        ...

    def note(self, what: str) -> None:
        """A note of the table."""
        ...

    def weary(self, rounds: int) -> bool:
        """Whether a person gives up after so many rounds of trying."""
        ...

    @property
    def rest_s(self) -> float:
        """Mean pause before a person tries again, in human seconds."""
        ...

    def take(self) -> Any:
        """An event that comes when there is something to do."""
        ...


class Duty:
    """One official at one duty."""

    __slots__ = (
        "_attempts", "_bureau", "_draws", "_env", "_matter", "_name", "_rounds", "_table", "_target",
        "_tries", "account", "last",
    )  # fmt: skip

    def __init__(
        self,
        env: simpy.Environment,
        target: Target,
        bureau: Bureau,
        account: Account,
        table: tuple[Row, ...],
        matter: Matter,
        name: str,
    ) -> None:
        self._env = env
        self._target = target
        self._bureau = bureau
        self._table = table
        self._matter = matter
        self._name = name
        self.account = account
        self.last = Answer("ok")
        self._attempts: dict[str, int] = {}
        self._draws = self._tries = self._rounds = 0

    def live(self) -> Generator[Any, Any, None]:
        """Follow the table to its end."""
        rows = {row.name: row for row in self._table}
        row = self._table[0]
        while row.op != "end":
            good = yield from self._step(row)
            row = rows[row.then if good or not row.otherwise else row.otherwise]

    def _step(self, row: Row) -> Process:
        match row.op:
            case "test":
                return self._test(row.arg)
            case "call":
                return (yield from self._call(row.arg))
            case "until":
                return (yield from self._wait_till(self.account.office.moments.get(row.arg)))
            case "pause":
                return (yield from self._wait_till(self._matter.until_s(row.arg)))
            case "backoff":
                return (yield from self._backoff())
            case "rest":
                return (yield from self._rest())
            case "take":
                yield self._matter.take()
                self._tries = self._rounds = 0
            case "note":
                self._matter.note(row.arg)
        return True

    def _test(self, question: str) -> bool:
        match question:
            case "activated":
                return self.account.activated
            case "logged_in":
                return self.account.logged_in
        return self._matter.test(question)

    def _uniform(self) -> float:
        self._draws += 1
        return draw(self._bureau.seed, self._name, self.account.office.agent, self._draws)

    def _wait_till(self, moment_s: float | None) -> Process:
        if moment_s is None:
            return False
        if moment_s > self._env.now + _ALMOST_S:
            yield self._env.timeout(moment_s - self._env.now)
        return True

    def _backoff(self) -> Process:
        """The app's own growing pause, as an operator's app has it."""
        app = self._bureau.scenario.app
        if self._tries >= app.retries:
            self._tries = 0
            return False
        pause_s = app.backoff_s(self._tries)
        self._tries += 1
        yield self._env.timeout(max(pause_s * (0.5 + 0.5 * self._uniform()), self.last.retry_after_s))
        return True

    def _rest(self) -> Process:
        self._rounds += 1
        if self._matter.weary(self._rounds):
            self._rounds = 0
            return False
        pause_s = -log(1.0 - self._uniform()) * self._matter.rest_s
        return (yield from self._wait_till(self._bureau.timeline.after(self._env.now, pause_s)))

    def _call(self, kind: Any) -> Process:
        what, fields = ("", {}) if kind in {"activate", "login"} else self._matter.asks(kind)
        answer: Answer = yield self._target.perform(self._operation(kind, what, fields))
        self.last = answer
        if answer.status == 401:
            self.account.logged_in = False
        match kind:
            case "activate":
                good = self.account.activated = answer.outcome == "ok"
            case "login":
                good = self.account.logged_in = answer.outcome == "ok"
            case _:
                good = False
        # Told in any case: a pleno notes when it was last answered.
        good = self._matter.learn(kind, answer) or good
        if good:
            self._tries = self._rounds = 0
        return good

    def _operation(self, kind: Kind, what: str, fields: Mapping[str, Any]) -> Operation:
        office, bureau = self.account.office, self._bureau
        app = bureau.scenario.app
        name = key(bureau.seed, f"{office.role}-{office.region}", kind, what)
        self._attempts[name] = attempt = self._attempts.get(name, 0) + 1
        plain: dict[str, Any] = {
            "tps": "", "area": office.area, "region": office.region,
            "timeout_s": app.upload_timeout_s if kind in _PHOTOS else app.timeout_s,
        }  # fmt: skip
        return Operation(
            kind=kind,
            account_tps=office.region,
            operator=0,
            link=bureau.habits.link,
            intended_s=self._env.now,
            attempt=attempt,
            key=name,
            actor=office.role,
            **{**plain, **fields},
        )
