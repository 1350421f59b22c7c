"""One TPS through everything: what does not hold is told, each by its own line."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from gladi.address import Address
from gladi.http import InDoubtError
from gladi.load.progress import Progress
from gladi.materials import Page
from gladi.targeting.people import one_tps
from gladi.targeting.trial import SILENT, Trial
from gladi.targets.over_http import NOT_OFFERED, OverHttp
from gladi.targets.protocol import Phone, Said, Shown
from scenarios import Regency, Scenario, find_scenario, load
from simulators.operations import Answer, Operation
from simulators.population import Population

NOWHERE = Address("http://127.0.0.1:9")


Day = tuple[Scenario, Population, Path]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """A scenario, its one TPS, and a folder with photos of it: JPEGs as far as anybody here looks."""
    scenario = load(find_scenario("kepahiang-2024"))
    people = one_tps(scenario, 3)
    folder = tmp_path_factory.mktemp("photos")
    for page in (1, 2, 3):
        (folder / f"{people.tps[0]}-ppwp-{page}.jpg").write_bytes(
            b"\xff\xd8" + bytes([page]) * 500 + b"\xff\xd9"
        )
    return scenario, people, folder


class InMemory(OverHttp):
    """A sound system within this process, as small as can be; the ones below each break one promise."""

    def __init__(self, address: Address, seed: int, secrets: Path | None) -> None:
        super().__init__(address, seed, secrets)
        self.rows: dict[str, dict[str, Any]] = {}

    def prepare(self, place: Regency, population: Population, forms: Sequence[str]) -> None:
        pass

    def activate(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        return Answer("ok", 200)

    def login(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        if operation.variant == "wrong_password":
            return Answer("fail", 401)
        self.opens(phone, operation, "session")
        return Answer("ok", 200)

    def submit_page(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        if not self.session(phone, operation):
            return Answer("fail", 401)
        if operation.variant == "truncated_photo":
            return Answer("fail", 422)
        row = self.rows.setdefault(operation.key, self.stored(operation, page))
        return Answer("ok", 201, receipt=row["receipt"])

    def stored(self, operation: Operation, page: Page) -> dict[str, Any]:
        return {
            "tps": operation.tps, "form": "ppwp", "page": operation.page, "revision": 1, "current": True,
            "receipt": f"R{len(self.rows)}", "key": operation.key, "account_tps": operation.account_tps,
            "operator": 1, "content_sha256_claimed": page.photo_sha256, "photo": page.photo,
            "numbers": json.loads(page.numbers), "stored_at": "",
        }  # fmt: skip

    def readback(self) -> Iterator[Mapping[str, Any]]:
        yield from self.rows.values()


class Forgetful(InMemory):
    """Acknowledges page 2 and does not keep it."""

    def readback(self) -> Iterator[Mapping[str, Any]]:
        yield from (row for row in self.rows.values() if row["page"] != 2)


class Careless(InMemory):
    """Takes every sending for a new one, and photos as they come."""

    def submit_page(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        row = self.stored(operation, page)
        self.rows[f"{operation.key}-{len(self.rows)}"] = row
        return Answer("ok", 201, receipt=row["receipt"])


class Silent(InMemory):
    """Counts what it is asked, and answers nothing."""

    asked = 0

    def perform(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        self.asked += 1
        raise InDoubtError("timeout")


def tried(kind: type[InMemory], day: Day) -> tuple[InMemory, bool, dict[str, str]]:
    system = kind(NOWHERE, day[1].seed, None)
    trial = Trial(system, NOWHERE, *day)
    good = trial.run()
    return system, good, {step.what: f"{step.state}: {step.words}" for step in trial.steps}


def test_a_sound_system_is_called_so_and_what_it_lacks_is_listed(day: Day) -> None:
    system, good, steps = tried(InMemory, day)
    assert good
    assert system.lacks() == [
        "logout", "tps", "confirm", "correct", "status", "national", "region", "tps_page", "photo",
        "pleno_open", "pleno_tps", "pleno_decide", "pleno_finalise", "backup_page", "replace_photo",
    ]  # fmt: skip
    assert steps["photo"].startswith("not offered")
    assert steps["readback"] == "ok: 3 revisions; photos and numbers as sent"


def test_an_acknowledged_page_that_is_not_there_is_told(day: Day) -> None:
    _, good, steps = tried(Forgetful, day)
    assert not good
    assert steps["readback"].startswith("not: page 2 was acknowledged (R1) and is not there")


def test_what_should_have_been_refused_is_told(day: Day) -> None:
    _, good, steps = tried(Careless, day)
    assert not good
    assert steps["submit_page: without a session"] == "not: was let in"
    assert steps["submit_page: photo cut off"] == "not: was let in"
    assert steps["submit_page again"] == "not: the same key got another receipt"


def test_a_system_that_is_silent_is_not_asked_for_long(day: Day) -> None:
    system, good, _ = tried(Silent, day)
    assert isinstance(system, Silent)
    assert (good, system.asked <= SILENT) == (False, True)


class Watched(InMemory):
    """Shows its regency under `knows`; `tells` how many TPS are expected there. Two probes, one gauge."""

    knows, tells = "17.08", 1

    def shown(self, phone: Phone, place: str, form: str) -> Shown:
        if len(place) == 13:
            return Shown(200, expected_tps=1, counted_tps=1, photos=("a", "b", "c"))
        known = place == self.knows and bool(self.rows)
        return Shown(200, expected_tps=self.tells if known else 0, counted_tps=int(known))

    def says(self, phone: Phone, *, gauges: bool) -> Iterator[Said]:
        yield Said("ready", 1.0)
        yield Said("alive", 1.0)
        yield Said("sessions", 3.0)


class Undotted(Watched):
    """Knows its regency by another code than the class asks with."""

    knows = "1708"


class Reticent(Watched):
    """Says how many TPS are in, not of how many."""

    tells = 0


class Unsung(Watched):
    """Has no page of a regency."""

    def shown(self, phone: Phone, place: str, form: str) -> Shown:
        return Watched.shown(self, phone, place, form) if len(place) == 13 else Shown(404)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Watched, "ok: ready; 3 photos of the TPS shown so far; 1 of 1 TPS counted in 17.08; 1 gauge"),
        (Reticent, "ok: ready; 3 photos of the TPS shown so far; 1 TPS counted in 17.08; 1 gauge"),
        (Undotted, "not: asked for the regency 17.08, it shows no TPS there, 0.1 s after 3 pages"),
        (Unsung, "not: asked for the regency 17.08, it answered 404, 0.1 s after 3 pages"),
    ],
)
def test_a_regency_that_counts_no_tps_is_no_good_watch(
    day: Day, monkeypatch: pytest.MonkeyPatch, kind: type[Watched], words: str
) -> None:
    monkeypatch.setattr("gladi.targeting.watched.SHOWN_S", 0.1)
    _, good, steps = tried(kind, day)
    assert good is words.startswith("ok")
    assert steps["watch"].startswith(words)


def test_beats_tell_what_operators_got_until_the_first_success() -> None:
    progress = Progress()
    asked = Operation("activate", "1", "1", 1, "", "", 0.0, 1.0)
    for _ in range(2):
        progress.note(asked, Answer("fail", 403, "closed"), 0.1)
    progress.note(asked, NOT_OFFERED, 0.1)
    progress.note(asked, Answer("ok", 200), 0.1)
    progress.note(asked, Answer("fail", 500, "later"), 0.1)
    counts = progress.counts()
    assert counts["first_refusals"] == {"activate 403 closed": 2}
    assert counts["demanded"] == 4, "what the target does not offer was never demanded of the system"
