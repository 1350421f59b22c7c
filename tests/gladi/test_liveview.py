"""The course of a run, and the page's server: bounded, on the loopback, never in the way."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gladi.commands.watching import own_page_port
from gladi.failures import CannotRunError, UsageError
from gladi.liveview import Course, FaultFile, LiveView
from gladi.liveview.course import MOST_POINTS
from gladi.liveview.server import MOST_LISTENERS
from gladi.load.member import Member, as_of_s
from gladi.onlookers import NOBODY, Onlookers
from gladi.setting import Setting
from gladi.show import Show
from tests.gladi.scripted import LOGIN_S, LOGINS_A_SECOND, Played, setting


@pytest.fixture(scope="module")
def day() -> Setting:
    return setting()


@pytest.fixture
def course(day: Setting) -> Course:
    return Course(day, workers=2)


@pytest.fixture
def view(course: Course) -> Iterator[LiveView]:
    one = LiveView(course, 0)
    one.start()
    yield one
    one.stop()


def get(view: LiveView, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    line = http.client.HTTPConnection(view.url.removeprefix("http://"), timeout=5)
    line.request(method, path, headers=headers)
    answer = line.getresponse()
    found = answer.status, dict(answer.headers), answer.read()
    line.close()
    return found


# --- the course


def test_the_state_says_what_was_told(course: Course) -> None:
    course.begin(time.time())
    run = Played(course)
    for _ in range(6):
        run.second(unknown=1, refused=2)
    state = course.state()
    assert (state["complete_tps"], state["tps"], state["unknown"], state["refused"]) == (6, 20, 6, 12)
    assert state["rates"]["began"] == pytest.approx(LOGINS_A_SECOND + 3 + 3)
    assert state["rates"]["good"] == pytest.approx(LOGINS_A_SECOND + 3)
    assert state["kinds"]["login"]["p50"] == pytest.approx(1000 * LOGIN_S, rel=0.0906)
    assert state["late"]["trusted"]
    assert (state["phase"], state["local"]) == ("hari-h", "2024-02-14T14:00:00")
    assert sum(complete for _, complete in state["areas"].values()) == 6
    assert sum(pages for pages, _ in state["areas"].values()) == 18


def test_percentiles_are_of_the_last_ten_seconds(course: Course) -> None:
    run = Played(course)
    for _ in range(20):
        run.end("login", "1708012001001", 5.0, "ok", 200, 0.0)
    for _ in range(15):
        run.second()
    assert course.state()["kinds"]["login"]["p99"] == pytest.approx(1000 * LOGIN_S, rel=0.0906)
    assert course.state()["kinds"]["login"]["answers"] == 10 * LOGINS_A_SECOND


def test_a_generator_that_is_late_is_not_trusted_until_it_is_on_time_again(course: Course) -> None:
    run = Played(course)
    seen = []
    for late_s in (0.001, 0.001, 0.3, *[0.001] * 12):
        run.second(late_s=late_s)
        seen.append(course.state()["late"]["trusted"])
    assert seen[1] is True
    assert seen[2] is False
    assert seen[-1] is True


def test_a_long_course_keeps_its_sums_in_bounded_memory(course: Course) -> None:
    run = Played(course)
    for second in range(3 * MOST_POINTS):
        run.now_s = float(second)
        run.end("login", "1708012001001", LOGIN_S, "ok", 200, 0.0)
        run.tell({})
    state = course.state()
    assert MOST_POINTS / 2 <= len(state["points"]) <= MOST_POINTS
    good, at = state["fields"].index("good"), state["fields"].index("t_s")
    assert state["points"][0][at] == 0.0
    assert all(point[good] == point[at] + 1 for point in state["points"]), "coarser, and nothing lost"


def test_a_beat_is_drawn_at_its_own_moment_however_late_it_is_heard(course: Course) -> None:
    """Twelve seconds at exactly the rate that is due, each heard 0.2 to 1.5 s later."""
    course.begin(time.time())
    run = Played(course)
    course._due = [0.1 * number for number in range(1000)]
    course.beat(0.0, {}, {})
    course.tick()
    for second in range(1, 13):
        run.now_s = float(second)
        for _ in range(10):
            run.end("login", "1708012001001", LOGIN_S, "ok", 200, 0.0)
        run.tell({}, after_s=(0.2, 1.5, 0.9)[second % 3])
    state = course.state()
    at, due, began = (state["fields"].index(name) for name in ("t_s", "due", "began"))
    assert [point[at] for point in state["points"]] == [float(second) for second in range(13)]
    assert all(abs(point[due] - point[began]) <= 1 for point in state["points"])
    assert state["rates"]["began"] == pytest.approx(10.0)
    assert state["rates"]["due"] == pytest.approx(10.0, abs=0.4)


def test_a_load_of_which_nothing_is_heard_does_not_seem_to_go_on(course: Course) -> None:
    course.begin(time.time())
    run = Played(course)
    for _ in range(6):
        run.second()
    heard = course._beat
    for now_s in range(7, 14):
        course.beat(float(now_s), heard, {})
        course.tick()
    assert course.state()["rates"]["began"] == 0.0
    assert course.state()["points"][-1][0] == pytest.approx(10.0)


def test_the_sum_of_beats_is_of_the_mean_of_their_moments() -> None:
    def worker(at_s: float | None, done: bool = False, died: str = "") -> Member:
        one = Member("node", 0, "here", 1, False, 0.0, died=died)
        if at_s is not None:
            one.beat, one.beat_at_s = {"operations": 1}, at_s
        one.done = {} if done else None
        return one

    playing = [worker(10.0), worker(10.4), worker(None)]
    assert as_of_s(playing) == pytest.approx(10.2)
    assert as_of_s([*playing, worker(7.0, done=True), worker(3.0, died="gone")]) == pytest.approx(10.2)
    assert as_of_s([worker(30.0, done=True), worker(31.0, done=True)]) == 31.0


def test_faults_are_told_as_they_strike_and_heal(course: Course) -> None:
    run = Played(course)
    run.fault(0, "struck", 4.0)
    run.fault(1, "skipped", 5.0, why="no such fault here")
    one, other = course.state()["faults"]
    assert (one["state"], one["struck_s"], one["healed_s"]) == ("struck", 4.0, None)
    assert (other["state"], other["why"], other["struck_s"]) == ("skipped", "no such fault here", None)
    run.fault(0, "healed", 9.0, undone_at_s=8.5, took_s=1.0)
    assert course.state()["faults"][0]["healed_s"] == 8.5
    course.fault({"id": "stranger", "event": "struck", "at_s": 1.0, "detail": {}})
    assert len(course.state()["faults"]) == 2


def test_the_record_of_faults_is_followed_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "faults.jsonl"
    follow = FaultFile(path)
    assert follow.new() == []
    path.write_text('{"id": "a"}\n{"id": "b')
    assert follow.new() == [{"id": "a"}]
    with path.open("a") as file:
        file.write('"}\n')
    assert follow.new() == [{"id": "b"}]
    assert follow.new() == []


# --- those who look on


def test_an_onlooker_that_breaks_does_not_reach_the_run(course: Course) -> None:
    class Broken:
        def start(self) -> None: ...

        def tick(self) -> None:
            raise RuntimeError("no screen")

        def stop(self) -> None:
            raise OSError("gone")

    said: list[str] = []
    looking = Onlookers(course, (Broken(),), said.append)
    looking.start()
    looking.beat(1.0, {}, [{"worker": 1, "why": "it died"}])
    deadline = time.monotonic() + 5
    while not said and time.monotonic() < deadline:
        time.sleep(0.05)
    looking.stop()
    assert said[0] == "RuntimeError: no screen"
    assert said[-1] == "OSError: gone"
    assert course.state()["lost"] == {"1": "it died"}


def test_telling_onlookers_costs_a_run_next_to_nothing(course: Course) -> None:
    beat: dict[str, Any] = {"at_s": 1.0, "operations": 1, "in_flight": 1, **Played(course).progress.counts()}
    began = time.perf_counter()
    for _ in range(1000):
        NOBODY.beat(1.0, beat, [])
        course.beat(1.0, beat, {})
    assert time.perf_counter() - began < 0.5, "a beat is kept, not worked on"


# --- the server


def test_the_page_needs_nothing_from_elsewhere(view: LiveView) -> None:
    status, headers, body = get(view, "/")
    text = body.decode()
    assert status == 200
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert '<html lang="id">' in text
    assert "://" not in text.replace("http://127.0.0.1", "")
    for asset in ("/live.css", "/live.js", "/words.js", "/chart.js", "/tiles.js", "/tables.js"):
        assert asset == "/live.css" or get(view, asset)[1]["Content-Type"].startswith("text/javascript")
        assert b"://" not in get(view, asset)[2].replace(b"http://www.w3.org/2000/svg", b"")
    assert '<html lang="en">' in get(view, "/?lang=en")[2].decode()


def test_the_state_is_there_for_machines(view: LiveView, course: Course) -> None:
    Played(course).second()
    status, _, body = get(view, "/state.json")
    assert status == 200
    assert json.loads(body)["complete_tps"] == 1


@pytest.mark.parametrize("host", ["gladi.example", "10.0.0.7:80", ""])
def test_only_this_machine_by_its_own_name_may_look(view: LiveView, host: str) -> None:
    assert get(view, "/state.json", Host=host)[0] == 421


def test_it_listens_on_the_loopback_only(view: LiveView) -> None:
    port = int(view.url.rpartition(":")[2])
    with socket.socket() as one, pytest.raises(OSError):
        one.settimeout(1.0)
        one.connect((_own_address(), port))


def _own_address() -> str:
    """An address of this machine that is not the loopback; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network but the loopback")
        return str(one.getsockname()[0])


def test_what_is_not_there_and_what_may_not_be_done(view: LiveView) -> None:
    assert get(view, "/etc/passwd")[0] == 404
    assert get(view, "/..%2fserver.py")[0] == 404
    assert get(view, "/", method="POST")[0] == 501
    assert get(view, "/", method="HEAD")[2] == b""


def events(view: LiveView) -> http.client.HTTPResponse:
    line = http.client.HTTPConnection(view.url.removeprefix("http://"), timeout=5)
    line.request("GET", "/events")
    return line.getresponse()


def next_state(stream: http.client.HTTPResponse) -> dict[str, Any]:
    while not (line := stream.readline()).startswith(b"data: "):
        assert line, "the stream has ended"
    state: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
    return state


def test_events_bring_the_state_at_once_then_what_is_new_then_the_end(course: Course) -> None:
    view = LiveView(course, 0)
    view.start()
    stream = events(view)
    assert next_state(stream)["complete_tps"] == 0
    Played(course).second()
    view.tick()
    assert next_state(stream)["complete_tps"] == 1
    course.verdict("failed", "/r/report.html", "")
    view.stop()
    assert next_state(stream)["verdict"]["verdict"] == "failed"
    assert b"event: over" in stream.read()


def test_too_many_listeners_are_told_to_come_back(view: LiveView) -> None:
    listening = [events(view) for _ in range(MOST_LISTENERS)]
    for stream in listening:
        next_state(stream)
    status, headers, _ = get(view, "/state.json")
    assert (status, headers["Retry-After"]) == (503, "5")
    for stream in listening:
        stream.close()


def test_two_pages_cannot_share_a_port() -> None:
    with pytest.raises(UsageError, match="--live has that port"):
        own_page_port(8765, 8765, Show(quiet=True))
    assert own_page_port(None, 8765, Show(quiet=True)) == 0


def test_a_taken_port_is_said_before_anything_starts(course: Course) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotRunError, match=f"--live {port}: .*; --live 0 takes a free port"):
            LiveView(course, port)
