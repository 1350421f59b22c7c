"""Officials ask the real stack and the twin the same things, in the same order: both mean the same by it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gladi.address import Address
from gladi.http import Wire
from gladi.materials import Materials, Page
from gladi.readback import read_recap
from gladi.setting import Setting, arrange
from gladi.targets import Phone, StaffAccount
from gladi.targets.sirekap import SirekapTarget
from gladi.twin_run import _pages_of, _payload
from simulators.meaning import System
from simulators.officials.deciding import canonical, decide
from simulators.officials.office import key
from simulators.officials.staff import planos
from simulators.operations import Answer, Decided, Operation, SeenForm
from tests.gladi.runs import gladi

pytestmark = pytest.mark.slow

OFFICIALS = Path(__file__).with_name("officials.toml")


@dataclass
class Both:
    """The real stack and the twin's system, asked together."""

    setting: Setting
    stack: SirekapTarget
    twin: System
    materials: Materials
    wire: Wire
    host: str

    def asks(self, actor: str, kind: str, what: str = "", **fields: object) -> Answer:
        """The stack's answer, which must be the twin's as well."""
        tps = str(self.setting.population.tps[0])
        region = {"kpps": tps, "pps": tps[:10], "ppk": tps[:6]}[actor]
        plain = Operation(
            kind, "", region, 1 if actor == "kpps" else 0, tps[:6], "4g", 0.0, 10.0,
            key=key(1, actor, kind, what), actor=actor, region=region,
        )  # type: ignore[arg-type]  # fmt: skip
        operation = replace(plain, **fields)  # type: ignore[arg-type]
        sends = kind in {"submit_page", "correct", "backup_page", "replace_photo"}
        page = self.materials.page(operation) if sends else Page(b"", "", "", "")
        real = self.stack.perform(Phone(self.wire, self.host, 10.0), operation, page)
        status, reason, _, _ = self.twin.take(operation, 0.0)
        assert (real.status, real.reason) == (status, reason), (operation, real)
        if kind == "pleno_tps":
            assert real.seen == self.twin.seen(operation)
        if reason == "not_decided":
            assert set(real.undecided) == set(self.twin.undecided(operation))
        return real


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("stack") / "stack"
    up = gladi("stack", "up", "--dir", folder, "--json")
    assert up.code == 0, up.err
    try:
        setting, address = arrange(OFFICIALS, scale=2), Address(up.json["url"])
        target = SirekapTarget(address, setting.seed, folder / "secrets.json")
        target.prepare(setting.place, setting.population, setting.scenario.scenario.forms)
        target.prepare_staff([StaffAccount(one.role, one.region) for one in setting.offices()])
        twin = System(setting.seed, _payload(setting), _pages_of(setting))
        for tps in setting.population.tps.tolist():
            twin.recap.register(tps)
        materials = Materials(setting.scenario, setting.seed, setting.population, None)
        yield Both(setting, target, twin, materials, Wire(address), address.netloc)
    finally:
        gladi("stack", "down", "--dir", folder)


def test_twin_and_stack_mean_the_same_by_what_officials_ask(both: Both) -> None:
    """One story: the account, photos, a pleno, its D.Hasil."""
    first, second = both.setting.population.tps.tolist()[:2]
    photos(both, first, second)
    decisions(both, first)
    results(both, first, second)


def photos(both: Both, first: str, second: str) -> None:
    """A page of each kind of sender."""
    asks, about = both.asks, {"tps": first, "form": "ppwp"}
    assert asks("ppk", "login").reason == "not_activated"
    for actor in ("kpps", "pps", "ppk"):
        assert asks(actor, "activate").outcome == asks(actor, "login").outcome == "ok"
    assert asks("kpps", "submit_page", "1", **about, page=1).status == 201
    assert asks("pps", "backup_page", "1", **about, page=1).reason == "page_exists"
    assert asks("pps", "backup_page", "2", **about, page=2).status == 201
    assert asks("pps", "backup_page", "2", **about, page=2).status == 200, "a retry is harmless"
    assert asks("pps", "replace_photo", "1", **about, page=1).status == 201
    assert asks("pps", "replace_photo", "3", **about, page=3).reason == "page_missing"
    if second[:10] != first[:10]:
        elsewhere = {"tps": second, "form": "ppwp"}
        assert asks("pps", "backup_page", "x", **elsewhere, page=1).reason == "not_your_region"


def decisions(both: Both, first: str) -> None:
    """Too early, wrong, right, and again; then something changes, and the plano says otherwise."""
    asks, plano, about = both.asks, planos(both.setting.population), {"tps": first, "form": "ppwp"}
    nothing = Decided("sesuai", (), (), "")
    assert asks("ppk", "pleno_decide", "0", **about, decided=nothing).reason == "pleno_not_open"
    assert asks("ppk", "pleno_finalise", "0", form="ppwp").reason == "pleno_not_open"
    assert asks("ppk", "pleno_open").status == asks("ppk", "pleno_open").status == 200
    assert asks("ppk", "pleno_finalise", "1", form="ppwp").reason == "not_decided"
    assert asks("ppk", "pleno_decide", "1", **about, decided=nothing).reason == "changed_meanwhile"
    seen = (asks("ppk", "pleno_tps", "1", tps=first).seen or {})["ppwp"]
    assert sorted(seen.pages) == [1, 2] and not seen.word
    agreed = Decided("sesuai", basis(seen), (), "")
    assert asks("ppk", "pleno_decide", "2", **about, decided=agreed).reason == "decision_misfit"
    entered = decide(plano(first, "ppwp"), seen)
    assert entered.word == "entri"
    silent = replace(entered, reason="")
    assert asks("ppk", "pleno_decide", "3", **about, decided=silent).reason == "reason_needed"
    assert asks("ppk", "pleno_decide", "4", **about, decided=entered).status == 201
    assert asks("ppk", "pleno_decide", "4", **about, decided=entered).status == 200

    assert asks("kpps", "submit_page", "3", **about, page=3).status == 201
    seen = (asks("ppk", "pleno_tps", "2", tps=first).seen or {})["ppwp"]
    assert sorted(seen.pages) == [1, 2, 3] and not seen.word
    other = {page: dict(numbers) for page, numbers in plano(first, "ppwp").items()}
    other[2]["suara_1"] += 1
    other[2]["suara_2"] -= 1
    corrected = decide(other, seen)
    assert corrected.word == "dikoreksi"
    assert asks("ppk", "pleno_decide", "5", **about, page=2, decided=corrected).status == 201
    seen = (asks("ppk", "pleno_tps", "3", tps=first).seen or {})["ppwp"]
    assert (seen.word, seen.pages[2]) == ("dikoreksi", (2, canonical(other[2])))


def results(both: Both, first: str, second: str) -> None:
    """The other TPS of the kecamatan, and the D.Hasil, after which nothing changes any more."""
    asks, plano, about = both.asks, planos(both.setting.population), {"tps": first, "form": "ppwp"}
    beside = {"tps": second, "form": "ppwp"}
    shown = (asks("ppk", "pleno_tps", "4", tps=second).seen or {}).get("ppwp")
    last = decide(plano(second, "ppwp"), shown)
    assert asks("ppk", "pleno_decide", "6", **beside, decided=last).status == 201
    assert asks("ppk", "pleno_finalise", "2", form="ppwp").status == 201
    assert asks("ppk", "pleno_finalise", "2", form="ppwp").status == 200
    assert asks("ppk", "pleno_decide", "7", **beside, decided=last).reason == "pleno_final"
    assert asks("pps", "replace_photo", "9", **about, page=1).reason == "pleno_final"
    assert asks("kpps", "correct", "9", **about, page=1).reason == "pleno_final"

    taken, made = (table.to_pylist() for table in read_recap(both.stack))
    assert [one["key"] for one in taken] == [one.key for one in both.twin.recap.decisions]
    assert [one["basis"] for one in taken] == [
        canonical({str(page): revision for page, revision in one.basis.items()})
        for one in both.twin.recap.decisions
    ]
    assert [(one["kecamatan"], one["state"]) for one in made] == [(first[:6], "final")]


def basis(seen: SeenForm) -> tuple[tuple[int, int], ...]:
    return tuple((page, revision) for page, (revision, _) in sorted(seen.pages.items()))
