"""The practice site over the reference stack: bad input, limits, restarts, its end, the self-test."""

import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from fakeforms import Camera, photograph
from gladi.bimtek.model import Trainee
from gladi.bimtek.serving.lesson import Lesson, open_lesson
from gladi.bimtek.serving.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PASSWORD = "rahasia-1"
READY_S, END_S = 60.0, 40.0


@dataclass
class Class:
    """`gladi bimtek serve` as a program."""

    program: "subprocess.Popen[str]"
    url: str
    code: str
    lesson: Lesson

    def phone(self, number: int, device: str = "hp-1") -> tuple[Visitor, Trainee]:
        """A trainee's phone, in."""
        one, phone = self.lesson.pack.trainees[number], Visitor(self.url, device)
        if not phone.login(one.account, PASSWORD).good:
            assert phone.activate(one.account, one.activation_code, PASSWORD).good
        return phone, one

    def photo(self, one: Trainee, page: int) -> bytes:
        return photograph(self.lesson.order(one), page, Camera(scene="siang")).jpeg

    def end(self) -> str:
        """Ctrl-C; what it said."""
        self.program.send_signal(signal.SIGINT)
        _, said = self.program.communicate(timeout=END_S)
        assert self.program.returncode == 0, said
        return said


@contextmanager
def serving(out: Path, *words: str) -> Iterator[Class]:
    command = [
        sys.executable,
        "-m",
        "gladi.cli",
        "bimtek",
        "serve",
        "--out",
        str(out),
        "--port",
        "0",
        "--json",
    ]
    program = subprocess.Popen(
        [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert program.stdout is not None and program.stderr is not None
        assert select.select([program.stdout], [], [], READY_S)[0], "it did not begin"
        lines = [program.stdout.readline()]
        while lines[-1] not in {"}\n", ""}:
            lines.append(program.stdout.readline())
        assert lines[-1], program.stderr.read()
        told = json.loads("".join(lines))
        yield Class(program, told["url"], told["trainer_code"], open_lesson(out / "paket"))
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGINT)
            program.communicate(timeout=END_S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("kelas")
    for one in (found, *found.parents[:2]):
        one.chmod(0o755)  # PostgreSQL runs as nobody where we are root
    return found


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[Class]:
    with serving(folder / "satu", "--trainees", "6") as opened:
        yield opened


def test_bad_input_is_refused_with_a_sentence_and_changes_nothing(room: Class) -> None:
    phone, one = room.phone(0)
    work = str(phone.post("/api/latihan/3/mulai").content["id"])
    numbers, jpeg = room.lesson.own_numbers(one.id, 1), room.photo(one, 1)
    path = f"/api/kerja/{work}/halaman/1"
    refused = [
        (phone.ask("POST", "/api/aktivasi", b"{", {}), 422),
        (phone.ask("POST", "/api/aktivasi", b"[]", {}), 422),
        (phone.ask("POST", "/api/aktivasi", b"[" * 20_000, {}), 422),
        (phone.post("/api/aktivasi", {"akun": "a" * 300}), 422),
        (phone.post("/api/aktivasi", {"akun": "\ud800", "kode": "x"}), 422),
        (phone.ask("POST", "/api/masuk", b"{}" + b" " * 40_000, {}), 413),
        (phone.post("/api/latihan/99/mulai"), 404),
        (phone.post("/api/latihan/1/mulai"), 409),
        (phone.post("/api/latihan/1/jawaban", {"jawaban": {"1.1": {"x": 1}}}), 422),
        (phone.send(work, 9, jpeg, numbers), 404),
        (phone.send(work, 1, b"bukan foto", numbers), 422),
        (phone.send(work, 1, jpeg[: len(jpeg) // 2], numbers), 422),
        (phone.send(work, 1, jpeg, {**numbers, "dpt_l": -1}), 422),
        (phone.send(work, 1, jpeg, {"tidak_ada": 1}), 422),
        (phone.send(work, 1, b"\xff\xd8" + bytes(4_000_000), numbers), 413),
        (phone.send(work, 1, jpeg, numbers, "x"), 422),
        (phone.ask("POST", path, b"x", {"Content-Type": "text/plain", "Idempotency-Key": "k" * 20}), 422),
        (phone.post(f"/api/kerja/{work}/konfirmasi", {"sesuai": "ya"}, {"Idempotency-Key": "k" * 20}), 422),
        (phone.confirm(work, True), 409),
        (phone.correct(work, 1, {"dpt_l": 1}, "salah ketik"), 409),
        (phone.get("/api/kerja/tidak-ada"), 404),
        (phone.get("/api/tidak-ada"), 404),
    ]
    for heard, status in refused:
        assert heard.status == status, heard.body[:200]
        assert heard.content.get("says") or heard.content.get("code"), heard.body[:200]
    assert phone.get(f"/api/kerja/{work}").content["pages"] == {}
    assert phone.send(work, 1, jpeg, numbers).good, "and the right one is taken"


def test_nobody_reads_what_is_not_theirs(room: Class) -> None:
    phone, _ = room.phone(1)
    other, _ = room.phone(2)
    work = str(phone.post("/api/latihan/3/mulai").content["id"])
    assert other.get(f"/api/kerja/{work}").status == 404
    assert other.post(f"/api/kerja/{work}/selesai").status == 404
    stranger = Visitor(room.url)
    for path in ("/api/saya", f"/api/kerja/{work}", "/api/pelatih/papan", "/api/pelatih/hasil.csv",
                 "/api/pelatih/kartu"):  # fmt: skip
        assert stranger.get(path).status == 401, path
    assert phone.get("/api/pelatih/kartu").status == 401, "a trainee is no trainer"
    for name in (
        "../paket.json",
        "..%2F..%2Frahasia.json",
        "/etc/passwd",
        "kunci/01-01.json",
        "%00",
        "rahasia.json",
    ):
        for begin in ("/api/lembar/", "/"):
            heard = phone.get(f"{begin}{name}")
            assert heard.status in {404, 400}, (begin, name, heard.status)


def test_a_card_says_nothing_of_the_key_and_no_answer_tells_it(room: Class) -> None:
    phone, one = room.phone(1)
    told = json.dumps(phone.get("/api/saya").content)
    key = room.lesson.keys[one.id]
    assert all(solution.why not in told for solution in key.solutions if len(solution.why) > 20)
    assert '"answer"' not in told


def test_guessing_is_slowed_down_for_the_guesser(room: Class) -> None:
    one = room.lesson.pack.trainees[3]
    guesser = Visitor(room.url)
    heard = [guesser.login(one.account, f"salah-{number}").status for number in range(10)]
    assert heard[0] in {401, 403} and heard[-1] == 429
    trainer = Visitor(room.url)
    tries = [trainer.trainer(f"AAAA-{number:04d}") for number in range(8)]
    assert tries[0].status == 401 and tries[-1].status == 429
    assert tries[-1].content["says"].startswith("Terlalu banyak")


def test_every_answer_carries_the_policy_and_another_name_is_refused(room: Class) -> None:
    where = urlsplit(room.url)
    for path, status in (
        ("/", 200),
        ("/pelatih", 200),
        ("/latihan.js", 200),
        ("/api/saya", 401),
        ("/x", 404),
    ):
        connection = http.client.HTTPConnection(where.hostname or "", where.port)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        connection.close()
    connection = http.client.HTTPConnection(where.hostname or "", where.port)
    connection.request("GET", "/", headers={"Host": "jahat.example"})
    assert connection.getresponse().status == 421
    connection.close()


def test_the_same_key_again_gives_the_same_receipt(room: Class) -> None:
    phone, one = room.phone(4)
    work = str(phone.post("/api/latihan/3/mulai").content["id"])
    jpeg, numbers = room.photo(one, 2), room.lesson.own_numbers(one.id, 2)
    first = phone.send(work, 2, jpeg, numbers, "kunci-yang-sama")
    again = phone.send(work, 2, jpeg, numbers, "kunci-yang-sama")
    assert first.content["receipt"] == again.content["receipt"] and again.content["replay"]
    assert phone.send(work, 2, jpeg, numbers).content["code"] == "page_exists"


def test_the_exercise_in_correcting_wants_photos_first(room: Class) -> None:
    phone, _ = room.phone(5)
    assert phone.post("/api/latihan/6/mulai").content["code"] == "photos_first"


def marked(phone: Visitor, work: str) -> dict[str, object]:
    deadline_s = time.monotonic() + 60
    while not (mark := phone.get(f"/api/kerja/{work}").content.get("mark")):
        assert time.monotonic() < deadline_s
        time.sleep(0.2)
    found: dict[str, object] = mark
    return found


def test_a_class_goes_on_where_it_was_and_ends_with_its_results(folder: Path) -> None:
    out = folder / "dua"
    with serving(out, "--trainees", "2") as first:
        phone, one = first.phone(0)
        work = str(phone.post("/api/latihan/3/mulai").content["id"])
        assert phone.send(work, 1, first.photo(one, 1), first.lesson.own_numbers(one.id, 1)).good
        token, code = phone.token, first.code
        first.end()
        assert not [
            p for p in psutil.process_iter(["cmdline"]) if str(out) in " ".join(p.info["cmdline"] or [])
        ]
    assert one.id in (out / "hasil.csv").read_text(encoding="utf-8-sig")

    with serving(out) as second:
        assert second.code == code
        phone = Visitor(second.url)
        phone.token = token
        assert "1" in phone.get(f"/api/kerja/{work}").content["pages"], "its session and its page are there"
        for page in (2, 3):
            assert phone.send(
                work, page, second.photo(one, page), second.lesson.own_numbers(one.id, page)
            ).good
        assert phone.confirm(work, True).good
        phone.post(f"/api/kerja/{work}/selesai")
        assert marked(phone, work)["points"] == 20
        second.end()
    lines = [json.loads(line) for line in (out / "hasil.jsonl").read_text().splitlines()]
    assert [line["nilai"]["points"] for line in lines] == [20]


def test_whoever_kills_the_command_leaves_nothing_running(folder: Path) -> None:
    out = folder / "tiga"
    with serving(out, "--trainees", "1") as opened:
        os.kill(opened.program.pid, signal.SIGKILL)
        opened.program.wait()
        deadline_s = time.monotonic() + END_S
        while [p for p in psutil.process_iter(["cmdline"]) if str(out) in " ".join(p.info["cmdline"] or [])]:
            assert time.monotonic() < deadline_s, "site or stack still run"
            time.sleep(0.5)


def gladi(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "gladi.cli", "bimtek", "serve", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_self_test_passes_and_leaves_the_class_alone(folder: Path) -> None:
    done = gladi("--self-test", "--json", "--port", "0", "--out", str(folder / "empat"), "--trainees", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["passed"] and len(told["steps"]) >= 14
    assert not (folder / "empat").exists()


def test_what_cannot_be_is_told_before_anything_starts(folder: Path) -> None:
    for words, says in (
        (("--host", "192.0.2.1"), "--host 192.0.2.1: is no IPv4 address of this machine"),
        ((str(folder),), "expected a folder made by"),
        (("--cert", "x.pem"), "--cert and --key: go together"),
        (("--cert", "x.pem", "--key", "y.pem"), "--cert x.pem: no such file"),
        (("--scenario", "tidak-ada"), "tidak-ada"),
        (("--form", "xyz"), "--form xyz"),
    ):
        done = gladi("--out", str(folder / "lima"), "--port", "0", *words)
        assert done.returncode == 2 and says in done.stderr, (words, done.stderr)
    assert not (folder / "lima" / "paket").exists(), "nothing half-written"
