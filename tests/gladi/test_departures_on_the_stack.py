"""Every departure from the plain way, asked of the real stack: it refuses what it must, and nothing else."""

import time
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from gladi.address import Address
from gladi.http import Wire
from gladi.materials import Materials, Page
from gladi.setting import Setting, arrange
from gladi.targets import Phone
from gladi.targets.sirekap import SirekapTarget
from simulators.asking import STRANGER
from simulators.operations import Answer, Operation
from tests.gladi.runs import SPRINT, gladi

pytestmark = pytest.mark.slow


class Operator:
    """One account, asked directly."""

    def __init__(self, setting: Setting, url: str, folder: Path) -> None:
        address = Address(url)
        self.target = SirekapTarget(address, setting.seed, folder / "secrets.json")
        self.target.prepare(setting.place, setting.population, setting.scenario.scenario.forms)
        self._materials = Materials(setting.scenario, setting.seed, setting.population, None)
        self._wire, self._host = Wire(address), address.netloc
        self._tps = str(setting.population.tps[0])

    def asks(self, kind: str, variant: str = "", **fields: object) -> Answer:
        """The answer to one operation."""
        key = sha256(f"{kind} {variant} {fields}".encode()).hexdigest()[:32]
        plain = Operation(
            kind, self._tps, self._tps, 1, "170801", "4g", 0.0, 10.0, form="ppwp", variant=variant, key=key
        )  # type: ignore[arg-type]  # fmt: skip
        operation = replace(plain, **fields)  # type: ignore[arg-type]
        sends = operation.kind in {"submit_page", "correct"} and operation.actor == "kpps"
        page = self._materials.page(operation) if sends else Page(b"", "", "", "")
        return self.target.perform(Phone(self._wire, self._host, 10.0), operation, page)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    folder = tmp_path_factory.mktemp("stack") / "stack"
    up = gladi("stack", "up", "--dir", folder, "--json")
    assert up.code == 0, up.err
    try:
        yield Operator(arrange(SPRINT, scale=2), up.json["url"], folder)
    finally:
        gladi("stack", "down", "--dir", folder)


def test_departures_are_answered_as_they_must_be(operator: Operator) -> None:
    asks = operator.asks
    assert asks("activate").outcome == "ok"
    first = asks("login")
    assert len(first.session) == 16

    for number in range(12):
        guess = asks("login", "wrong_password", device=STRANGER, attempt=number)
        assert guess.status in {401, 429} and guess.session == ""
    second = asks("login")
    assert second.outcome == "ok" and second.session not in {"", first.session}, "the owner gets in"

    assert asks("submit_page", "no_session", page=1).status == 401
    for variant in ("truncated_photo", "corrupted_photo"):
        assert asks("submit_page", variant, page=1).status == 422
    sent = asks("submit_page", "misread", page=2, key="the page's key")
    assert sent.status == 201 and sent.session == second.session
    assert asks("correct", "hasty", page=2).status == 201
    assert asks("correct", "second_thought", page=2).status == 201
    late = asks("submit_page", "late_retry", page=2, key="the page's key")
    assert (late.outcome, late.receipt) == ("ok", sent.receipt), "the old receipt, and nothing changed"
    newest = max((row for row in operator.target.readback()), key=lambda row: row["revision"])
    assert newest["revision"] == 3 and newest["numbers"]["suara_1"] < 800
    assert asks("status").stored_pages == 1 << 2

    barred = asks("login", device="hp-2", install=1)
    assert (barred.status, barred.reason) == (403, "device_differs")
    assert asks("activate", device="hp-2", install=1).outcome == "ok", "with the help desk's code"
    third = asks("login", device="hp-2", install=1)
    again = asks("submit_page", page=2, install=1, key="another key")
    assert (again.status, again.session) == (409, third.session), "it initialises anew, and the page is there"

    assert asks("logout").session == third.session
    time.sleep(6.0)  # what the stack documents until every worker refuses (session_cache_s)
    for kind in ("status", "confirm"):
        refused = asks(kind, "ended_session")
        assert (refused.status, refused.session) == (401, third.session)


@pytest.mark.parametrize("kind", ["submit_page", "login", "status", "region"])
def test_junk_gets_nothing(operator: Operator, kind: str) -> None:
    answer = operator.asks(kind, actor="iseng", tps="9999999999999", account_tps="", operator=0, page=0)
    assert answer.outcome == "fail" and 400 <= answer.status < 500
