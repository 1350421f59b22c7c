"""One TPS through everything: registered, let in, its pages sent, shown and read back, each step told.

What a rehearsal would find out after minutes of load is found out here with some twenty requests. A step that
cannot be tried, because one before it failed, is told as such; one that the target does not offer, too.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from gladi.address import Address
from gladi.failures import CannotRunError
from gladi.http import InDoubtError, NotSentError, Wire
from gladi.materials import Materials, Page
from gladi.readback import read_back
from gladi.targeting.listening import REDIRECTS, Heard, Listening
from gladi.targeting.probe import likely
from gladi.targeting.watched import watched
from gladi.targets import System, TargetError
from gladi.targets.bodies import excerpt
from gladi.targets.over_http import NOT_OFFERED, OverHttp
from gladi.targets.protocol import Watchable
from scenarios import LINKS, Scenario
from simulators.operations import Answer, Kind, Operation, Variant
from simulators.population import Population
from simulators.sheetlist import page_fields
from simulators.submission import idempotency_key

State = Literal["ok", "not", "not offered", "not tried"]
PATIENCE_S = 20.0
SILENT = 3
"""So many requests in a row without an answer, and no more are sent."""
_NOTHING = Page(b"", "", "", "")
_LINK = next(iter(LINKS))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table. `took_ms` is 0 where nothing was sent."""

    what: str
    state: State
    words: str
    took_ms: float = 0.0


class Trial:
    """Tries `system` with the first TPS of `population`; `steps` is what came of it.

    `photos` is a folder of photos rendered before; what it lacks is rendered on the spot.
    """

    def __init__(
        self,
        system: System,
        address: Address,
        scenario: Scenario,
        population: Population,
        photos: Path | None = None,
    ) -> None:
        self._system = system
        self._address = address
        self._scenario = scenario
        self._form = scenario.scenario.forms[0]
        self._population = population
        self._materials = Materials(scenario, population.seed, population, photos)
        self._phone = Listening(Wire(address), address.netloc, PATIENCE_S)
        self._tps = str(population.tps[0])
        self._sent: dict[int, tuple[Page, Answer]] = {}
        self._silent = 0
        self.steps: list[Step] = []

    def run(self) -> bool:
        """Everything in order; whether all that is offered does what it should."""
        if self._prepare():
            self._act()
            self._look()
            self._read_back()
        return all(step.state in {"ok", "not offered"} for step in self.steps)

    def _prepare(self) -> bool:
        def registered() -> str:
            self._system.prepare(self._population.place, self._population, [self._form])
            return f"TPS {self._tps}, two accounts"

        return self._do("prepare", registered)

    def _act(self) -> None:
        """As the first operator; probes ("must be refused") stand beside what they are about."""
        self._ask("activate")
        self._must_refuse("login", "wrong_password", "wrong password")
        if not self._ask("login"):
            for what in ("tps", "submit_page", "status", "confirm", "correct", "logout"):
                self.steps.append(Step(what, "not tried", "nobody is logged in"))
            return
        self._ask("tps")
        self._must_refuse("submit_page", "no_session", "without a session")
        self._must_refuse("submit_page", "truncated_photo", "photo cut off")
        for page in range(1, len(page_fields(self._population, 0, self._form)) + 1):
            self._ask("submit_page", f"submit_page {page}", page)
        self._again()
        self._status()
        self._ask("confirm")
        self._ask("correct", page=2)
        for kind in ("national", "region", "tps_page", "photo"):
            self._ask(kind)
        if self._ask("logout"):
            self._must_refuse("status", "ended_session", "after logout")

    def _again(self) -> None:
        """The first page under its key once more: the same receipt, or one page counts twice."""
        if 1 not in self._sent or not self._sent[1][1].receipt:
            return
        first = self._sent[1][1].receipt
        answer, took_ms = self._perform(self._operation("submit_page", 1))
        if answer.outcome != "ok":
            step = Step("submit_page again", "not", f"the same key was refused: {self._why(answer)}", took_ms)
        elif answer.receipt != first:
            step = Step("submit_page again", "not", "the same key got another receipt", took_ms)
        else:
            step = Step("submit_page again", "ok", "same key, same receipt", took_ms)
        self.steps.append(step)

    def _status(self) -> None:
        answer, took_ms = self._perform(self._operation("status"))
        wanted = sum(1 << page for page in self._sent)
        if answer == NOT_OFFERED or answer.outcome != "ok":
            self._note("status", answer, took_ms)
        elif answer.stored_pages & wanted != wanted:
            words = f"says pages {_pages(answer.stored_pages)} are stored; acknowledged: {_pages(wanted)}"
            self.steps.append(Step("status", "not", words, took_ms))
        else:
            self.steps.append(Step("status", "ok", f"pages {_pages(answer.stored_pages)} stored", took_ms))

    def _look(self) -> None:
        """Whether it can be watched, and what it says."""
        system = self._system
        if not isinstance(system, Watchable):
            words = "no `shown` and `says`: what the public sees stays unknown in a verdict"
            self.steps.append(Step("watch", "not offered", words))
            return
        self._do("watch", lambda: watched(system, self._phone, self._tps, self._form, len(self._sent)))

    def _read_back(self) -> None:
        """What is stored against what was acknowledged, digest by digest."""

        def compared() -> str:
            rows = [row for row in read_back(self._system).to_pylist() if row["tps"] == self._tps]
            for number, (page, answer) in self._sent.items():
                mine = [row for row in rows if row["page"] == number and row["receipt"] == answer.receipt]
                if not mine:
                    raise TargetError(f"page {number} was acknowledged ({answer.receipt}) and is not there")
                if mine[0]["content_sha256_fetched"] != page.photo_sha256:
                    raise TargetError(f"the photo of page {number} comes back with other bytes")
                if mine[0]["numbers_sha256"] != page.numbers_sha256:
                    raise TargetError(f"page {number} comes back with other numbers: {mine[0]['numbers']}")
            return f"{len(rows)} revisions; photos and numbers as sent"

        self._do("readback", compared)

    # pieces

    def _ask(self, kind: Kind, what: str = "", page: int = 0) -> bool:
        operation = self._operation(kind, page)
        answer, took_ms = self._perform(operation)
        if kind == "submit_page" and answer.outcome == "ok":
            self._sent[page] = (self._materials.page(operation), answer)
            if not answer.receipt:
                words = "acknowledged without a receipt: nothing can be held against what is stored"
                self.steps.append(Step(what, "not", words, took_ms))
                return False
        self._note(what or kind, answer, took_ms)
        return answer.outcome == "ok"

    def _must_refuse(self, kind: Kind, variant: Variant, words: str) -> None:
        page = 1 if kind == "submit_page" else 0
        operation = replace(
            self._operation(kind, page), variant=variant, expect="reject", key=f"probe-{variant}-{self._tps}"
        )
        answer, took_ms = self._perform(operation)
        if answer == NOT_OFFERED:
            return
        what = f"{kind}: {words}"
        refused = answer.outcome == "fail" and 200 <= answer.status < 500
        said = f"refused, as it should be ({answer.status} {answer.reason})"
        let_in = "was let in" if answer.outcome == "ok" else f"was not refused but broke: {self._why(answer)}"
        self.steps.append(Step(what, "ok" if refused else "not", said if refused else let_in, took_ms))

    def _note(self, what: str, answer: Answer, took_ms: float) -> None:
        if answer == NOT_OFFERED:
            why = self._system.why_not(what) if isinstance(self._system, OverHttp) else ""
            words = f"to be written: {why}" if why else "the target class has no such method"
            self.steps.append(Step(what, "not offered", words))
        elif answer.outcome == "ok":
            receipt = f", receipt {answer.receipt}" if answer.receipt else ""
            self.steps.append(Step(what, "ok", f"{answer.status}{receipt}", took_ms))
        else:
            self.steps.append(Step(what, "not", self._why(answer), took_ms))

    def _why(self, answer: Answer) -> str:
        """In the system's own words where there was an answer."""
        heard = self._phone.heard
        if not answer.status or not heard:
            return answer.reason or answer.outcome
        last: Heard = heard[-1]
        told = f"{last.method} {last.path} answered {last.reply.status}"
        if last.reply.status in REDIRECTS:
            return f"{told}, Location: {last.reply.headers.get('location')}; gladi follows no redirect"
        if last.html:
            return f'{told} text/html, titled "{last.title}"'
        body = excerpt(last.reply.body, 160)
        return f"{told} {body}".strip() if body else f"{told}. {likely(last.reply.status)}"

    def _perform(self, operation: Operation) -> tuple[Answer, float]:
        if self._silent >= SILENT:
            return Answer("unknown", reason=f"not sent: {SILENT} requests before it were not answered"), 0.0
        page = self._materials.page(operation) if operation.kind in {"submit_page", "correct"} else _NOTHING
        began_s = time.perf_counter()
        try:
            answer = self._system.perform(self._phone, operation, page)
            self._silent = 0
        except (NotSentError, InDoubtError) as error:
            answer = Answer("unknown", reason=f"no answer ({error})")
            self._silent += 1
        except (TargetError, CannotRunError) as error:
            answer = Answer("fail", reason=str(error))
        except Exception as error:  # the target class is what is being tried: its slips are to be told
            answer = Answer("fail", reason=f"the target class failed: {type(error).__name__}: {error}")
        return answer, (time.perf_counter() - began_s) * 1000.0

    def _do(self, what: str, act: Callable[[], str]) -> bool:
        began_s = time.perf_counter()
        try:
            words, good = act(), True
        except (NotSentError, InDoubtError) as error:
            words, good = f"no answer ({error})", False
        except (TargetError, CannotRunError) as error:
            words, good = str(error), False
        except Exception as error:  # as in `_perform`
            words, good = f"the target class failed: {type(error).__name__}: {error}", False
        took_ms = (time.perf_counter() - began_s) * 1000.0
        self.steps.append(Step(what, "ok" if good else "not", words, took_ms))
        return good

    def _operation(self, kind: Kind, page: int = 0) -> Operation:
        key = idempotency_key(self._population.seed, f"trial-{kind}", self._tps, page, 1)
        return Operation(
            kind, self._tps, self._tps, 1, self._tps[:6], _LINK, 0.0, PATIENCE_S,
            form=self._form, page=page, key=key, region=self._tps[:6],
        )  # fmt: skip


def _pages(mask: int) -> str:
    return ", ".join(str(page) for page in range(32) if mask >> page & 1) or "none"


def as_json(steps: list[Step]) -> list[dict[str, Any]]:
    """For machines."""
    return [
        {"what": one.what, "state": one.state, "words": one.words, "took_ms": round(one.took_ms, 1)}
        for one in steps
    ]
