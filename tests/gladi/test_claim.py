"""`gladi claim`: what is refused, what is undecided before any load, what true and false claims come to."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from socket import create_server, socket
from threading import Timer
from typing import Any

import psutil
import pytest
from click.testing import CliRunner, Result

from gladi.address import Address
from gladi.claims import deciding, facts
from gladi.claims.playing import Notes, played, tried
from gladi.claims.story import keep
from gladi.cli import main
from gladi.offering.crowd import Crowd, Photos
from gladi.offering.generator import Generator
from gladi.offering.ground import Ground, people
from gladi.offering.several import offering
from gladi.runfolder import RunFolder
from gladi.setting import scenario_file
from reports.claims.evidence import Evidence
from reports.claims.judging import judged
from scenarios import load
from scenarios.claims import read_claims
from tests.gladi.runs import gladi, left_running
from tests.gladi.sleeping_server import SleepingSystem
from tests.gladi.talking import ok, request, server

EXAMPLE = Path(str(files("scenarios"))) / "data" / "klaim-contoh.toml"
ABOUT = """
[about]
who = "Vendor"
what = "Daya tampung"
system = "uji"
date = 2027-01-10
scenario = "kepahiang-2024"
"""


def one_claim(**keys: object) -> str:
    """A claims file of one claim; values as TOML writes them."""
    lines = {"id": '"x"', "title": '"Klaim"', "operation": '"login"', "rate": '"10/s"', "hold": '"20s"',
             "require": '["p95 < 1s"]'} | keys  # fmt: skip
    return ABOUT + "\n[[claim]]\n" + "\n".join(f"{name} = {value}" for name, value in lines.items()) + "\n"


def asked(tmp_path: Path, text: str, *more: str) -> Result:
    file = tmp_path / "klaim.toml"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["claim", str(file), "--out", str(tmp_path / "out"), *more])


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"rate": '"10"'}, "claim[1].rate = '10': must be a number with its unit"),
        ({"require": '["p95 < 1"]'}, "write the unit, such as 1s"),
        ({"operation": '"masuk"'}, "should be 'login'"),
        ({"lost": "0"}, "goes with writes"),
        ({"during": '[{ fault = "proces_kill", target = "api-1", at = "20%", for = "3s" }]'},
         'claim[1].during[1].fault = "proces_kill": no such fault; did you mean "process_kill"?'),
        ({"during": '[{ fault = "process_kill", target = "api-9", at = "20%", for = "3s" }]'},
         'process_kill has no such target; did you mean "api-'),
        ({"during": '[{ fault = "process_kill", target = "api-1", at = "60%", for = "3s" }]'}, "too short"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_and_leaves_nothing(
    tmp_path: Path, keys: dict[str, object], said: str
) -> None:
    done = asked(tmp_path, one_claim(**keys))
    assert done.exit_code == 2 and said in done.output, done.output
    assert not (tmp_path / "out").exists()


def test_choices_that_do_not_go_together_are_said(tmp_path: Path) -> None:
    runner = CliRunner()
    assert "give one of" in runner.invoke(main, ["claim"]).output
    assert "cannot be read" in runner.invoke(main, ["claim", str(tmp_path / "none.toml")]).output
    done = runner.invoke(main, ["claim", "--check", str(tmp_path), "--seed", "2"])
    assert done.exit_code == 2 and "--check: sends and writes nothing" in done.output
    done = runner.invoke(main, ["claim", "--check", str(tmp_path)])
    assert done.exit_code == 2 and "is not a certificate" in done.output
    done = asked(tmp_path, one_claim().replace("kepahiang-2024", "nirwana"))
    assert done.exit_code == 2 and 'about.scenario = "nirwana"' in done.output


UNDECIDABLE = [
    ({"rate": '"900000/s"'}, "one generator offers at most 5,000"),
    ({"operation": '"submit_page"', "rate": '"3000/s"', "hold": '"60s"'}, "9,000 TPS can be let in"),
    ({"require": '["success > 99.9%"]'}, "operations without a single bad one to be sure"),
    ({"hold": '"3h"'}, "--minutes gives 20"),
]


def test_what_cannot_be_decided_here_is_said_before_any_load(tmp_path: Path) -> None:
    """Exit code 4, what would be needed, and a certificate of that; no stack is started for it."""
    text = ABOUT
    for number, (keys, _) in enumerate(UNDECIDABLE):
        text += one_claim(**keys, id=f'"c{number}"').removeprefix(ABOUT)
    done = asked(tmp_path, text, "--json")
    assert done.exit_code == 4, done.output
    told = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
    assert told["answer"] == "undecided"
    for claim, (_, said) in zip(told["claims"], UNDECIDABLE, strict=True):
        assert said in claim["why"][0]["en"] and not claim["runs"]
    done = CliRunner().invoke(main, ["claim", "--check", str(tmp_path / "out"), "--json"])
    assert done.exit_code == 0 and json.loads(done.output)["differences"] == []
    certified = str(tmp_path / "out" / "certificate.json")
    done = CliRunner().invoke(
        main, ["claim", "--again", certified, "--out", str(tmp_path / "more"), "--json"]
    )
    assert done.exit_code == 4 and '"cannot tell"' in done.output, "undecided twice is no agreement"
    (tmp_path / "out" / "certificate.json").write_text(json.dumps(told | {"seed": 5}), encoding="utf-8")
    done = CliRunner().invoke(main, ["claim", "--again", certified])
    assert done.exit_code == 2 and "changed after it was sealed" in done.output


def test_what_only_a_quiet_machine_decides_is_said_before_any_load() -> None:
    """G's case: 30/s for 55 s, "success > 99%": 314 blocks without a failure, be they 0.05 s or 1 s long."""
    keys = {"rate": '"30/s"', "hold": '"55s"', "require": '["p95 < 1s", "success > 99%"]'}
    (claim,) = read_claims(one_claim(**keys), "klaim.toml").claim
    assert deciding.before_all(claim, 27_000, 4.0, True, 0.0) is None
    said = deciding.forecast(claim, 4.0, [])
    assert said is not None and said.en.startswith('"success > 99%": 4 times 55 s give 6,600 operations;')
    assert "628 on a quiet machine, 9,420 (5.3 minutes at this rate) where answers come in waves" in said.en
    assert "628 pada mesin yang tenang, 9.420 (5,3 menit" in said.id
    assert deciding.forecast(claim, 6.0, []) is None, "enough even then"
    shared = deciding.forecast(claim, 6.0, [claim, claim])
    assert shared is not None and "4 times 55 s" in shared.en, "others are played, too"


def test_the_same_claims_again_agree_contradict_or_cannot_tell() -> None:
    from gladi.commands.claim import _agreement

    def told(*answers: str) -> dict[str, Any]:
        return {"claims": [{"id": str(at), "answer": one} for at, one in enumerate(answers)]}

    assert _agreement(told("upheld", "refuted"), told("upheld", "refuted")) == "agrees"
    assert _agreement(told("upheld", "undecided"), told("refuted", "upheld")) == "contradicts"
    assert _agreement(told("upheld", "undecided"), told("upheld", "upheld")) == "cannot tell"


def test_a_fault_on_somebody_elses_system_is_undecided_with_the_reason(tmp_path: Path) -> None:
    fault = '[{ fault = "process_kill", target = "api-1", at = "20%", for = "3s" }]'
    done = asked(tmp_path, one_claim(during=fault), "--target", "http://127.0.0.1:9")
    assert done.exit_code == 4 and "gladi breaks only what it has started itself" in done.output


def test_a_target_that_is_no_such_system_leaves_no_certificate_of_nothing(tmp_path: Path) -> None:
    """Nobody there, and a web page for every question: told with exit code 3, and no run folder stays."""

    def page(connection: socket) -> None:
        while request(connection):
            connection.sendall(ok(b"<html>Selamat datang</html>", "Content-Type: text/html"))

    with create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with server(page) as (served, connections):
        for number in (port, served):
            done = asked(tmp_path, one_claim(), "--target", f"http://127.0.0.1:{number}")
            assert done.exit_code == 3 and f"127.0.0.1:{number}" in done.output, done.output
            assert not (tmp_path / "out").exists() and "report.html" not in done.output
    assert connections, "it was asked"


# a server of which everything is known: three hands of 80 ms carry 37.5 logins a second


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    service = {"login": 0.080, "submit_page": 0.040, "status": 0.020, "confirm": 0.025, "read": 0.015}
    settings = {"hands": 3, "queue": 200, "service_s": service, "sigma": 0.3}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.gladi.sleeping_server", json.dumps(settings)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    address = Address(f"http://127.0.0.1:{int(server.stdout.readline())}")
    scenario, crowded = people(load(scenario_file("kepahiang-2024")), 1, 100)
    system = SleepingSystem(address, 1, None)
    generator = Generator(system, address)
    photos = Photos(scenario, 1, crowded)
    try:
        yield Ground(
            address, generator, Crowd(scenario, 1, crowded, photos), photos.mean_bytes,
            lambda: [server.pid], {}, system=system,
        )  # fmt: skip
    finally:
        generator.close()
        server.kill()
        server.wait()


def answered(ground: Ground, folder: Path, *, generators: int = 1, **keys: object) -> dict[str, Any]:
    """One claim, played once."""
    text = one_claim(**keys)
    claims = read_claims(text, "klaim.toml")
    made = RunFolder.create(folder, "claim")
    (made.path / "claims.toml").write_text(text, encoding="utf-8")
    notes = Notes()
    with offering(ground, generators, ()) as offered:
        tried(claims.claim[0], offered, 1, notes)
        played(
            claims.claim[0], (), ground, offered, 1, made.path, notes, lambda: None, lambda *_: None
        )  # fmt: skip
    keep(made, notes, None, facts.about("kepahiang-2024", 1, {}, {}))
    return dict(judged(Evidence.open(made.path))["claims"][0])


@pytest.mark.slow
@pytest.mark.alone
def test_a_true_claim_is_upheld_and_a_false_one_refuted_with_fewer_operations(
    ground: Ground, tmp_path: Path
) -> None:
    true = answered(ground, tmp_path / "true", rate='"12/s"', hold='"20s"')
    assert true["answer"] == "upheld", (true["why"], true["runs"])
    false = answered(ground, tmp_path / "false", rate='"60/s"', hold='"20s"')
    assert false["answer"] == "refuted" and false["broken"] == ["p95 < 1s"]
    assert false["operations"] < 60 * 20, "it was broken off as soon as it was sure"
    assert false["runs"][0]["seconds"] < 15.0


@pytest.mark.slow
@pytest.mark.alone
def test_a_generator_that_is_killed_makes_its_playing_invalid_and_the_next_decides(
    ground: Ground, tmp_path: Path
) -> None:
    text = one_claim(rate='"12/s"', hold='"15s"')
    (one,) = read_claims(text, "klaim.toml").claim
    made = RunFolder.create(tmp_path / "run", "claim")
    (made.path / "claims.toml").write_text(text, encoding="utf-8")
    notes, before = Notes(), set(psutil.Process().children())
    with offering(ground, 2, ()) as offered:
        assert not tried(one, offered, 1, notes).why
        victim = min(set(psutil.Process().children()) - before, key=lambda child: child.pid)
        Timer(6.0, victim.kill).start()
        for seed in (1, 2):
            played(one, (), ground, offered, seed, made.path, notes, lambda: None, lambda *_: None)
    keep(made, notes, None, facts.about("kepahiang-2024", 1, {}, {}))
    found = judged(Evidence.open(made.path))["claims"][0]
    broken, whole = found["runs"]
    assert f"pid {victim.pid}) died: its process was killed by signal 9" in broken["invalid"]
    assert broken["seconds"] < 10.0, "broken off as soon as it was known"
    assert whole["invalid"] == "" and whole["offered_per_s"] == pytest.approx(12.0, rel=0.25)
    assert found["answer"] == "upheld", (found["why"], found["runs"])


@pytest.mark.slow
@pytest.mark.alone
def test_a_claim_at_the_edge_of_the_server_is_not_called_upheld(ground: Ground, tmp_path: Path) -> None:
    """97 % busy: waits wander for minutes, and twenty seconds cannot tell; or they are already too long."""
    edge = answered(ground, tmp_path / "edge", rate='"36/s"', hold='"20s"', require='["p95 < 200ms"]')
    assert edge["answer"] != "upheld"


# the reference stack

LOGIN = one_claim(rate='"3/s"', hold='"25s"', require='["p95 < 5s", "success > 90%"]')
ABSURD = one_claim(id='"mustahil"', rate='"150/s"', hold='"20s"', require='["p95 < 100ms"]')
KILLED = one_claim(
    id='"kirim"', operation='"submit_page"', rate='"8/s"', hold='"32s"', lost="0",
    require='["success > 50%"]',
    during='[{ fault = "process_kill", target = ["api-1"], at = "25%", for = "3s" }]',
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(600)
def test_claims_about_the_reference_stack_and_their_certificate(tmp_path: Path) -> None:
    file, out = tmp_path / "klaim.toml", tmp_path / "out"
    file.write_text(LOGIN + ABSURD.removeprefix(ABOUT) + KILLED.removeprefix(ABOUT), encoding="utf-8")
    done = gladi("claim", file, "--out", out, "--minutes", 3, "--json", timeout_s=400)
    assert done.code == 1, done.err
    login, absurd, killed = done.json["claims"]
    assert login["answer"] == "upheld", login["why"]
    assert absurd["answer"] == "refuted" and absurd["operations"] < login["rate_per_s"] * 1000
    assert killed["answer"] == "upheld", (killed["why"], killed["promises"])
    assert killed["promises"]["acknowledged"] > 100 and killed["runs"][0]["faults"]
    assert gladi("claim", "--check", out).code == 0
    assert not left_running(out)
    table = out / "attempts.parquet"
    content = bytearray(table.read_bytes())
    content[200] ^= 1
    table.write_bytes(bytes(content))
    done = gladi("claim", "--check", out)
    assert done.code == 1 and "attempts.parquet: was changed" in done.err


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(600)
def test_a_stack_that_acknowledges_before_it_commits_is_refuted_by_what_it_lost(tmp_path: Path) -> None:
    scenario = tmp_path / "rusak.toml"
    text = scenario_file("kepahiang-2024").read_text(encoding="utf-8")
    assert "[stack]" in text
    scenario.write_text(text.replace("[stack]", '[stack]\ndefects = ["ack_before_commit"]'), encoding="utf-8")
    file, out = tmp_path / "klaim.toml", tmp_path / "out"
    # With the database down whatever it acknowledges is lost; a killed API loses what was in hand just then.
    claims = KILLED.replace('"kepahiang-2024"', json.dumps(str(scenario))).replace('"api-1"', '"postgres"')
    file.write_text(claims, encoding="utf-8")
    done = gladi("claim", file, "--out", out, "--minutes", 2, "--json", timeout_s=400)
    assert done.code == 1, done.err
    (killed,) = done.json["claims"]
    assert killed["broken"] == ["lost = 0"] and killed["promises"]["lost"] > 0
    assert killed["promises"]["examples"][0]["found"] == "not stored"
    assert gladi("claim", "--check", out).code == 0


@pytest.mark.slow
@pytest.mark.alone
def test_a_hold_that_may_be_shortened_ends_when_everything_is_sure(ground: Ground, tmp_path: Path) -> None:
    true = answered(
        ground, tmp_path / "short", rate='"12/s"', hold='"40s"', require='["p90 < 2s"]', may_shorten="true"
    )
    assert true["answer"] == "upheld", (true["why"], true["runs"])
    assert true["runs"][0]["seconds"] < 35.0
