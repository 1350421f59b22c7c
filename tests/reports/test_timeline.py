"""The timeline: what it draws is what the record says, in both sizes, with faults from strike to recovery."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from reports import RunDirectory
from reports.seconds import service_of
from reports.timeline import NARROW, WIDE, course_of, draw
from reports.timeline.axis import Scale, lanes, times, titles
from reports.timeline.course import Course, FaultMark
from reports.timeline.words import told
from tests.reports.invented import Rehearsal
from tests.reports.test_verdict import honest

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    return RunDirectory.open(honest().save(tmp_path_factory.mktemp("run")))


@pytest.fixture(scope="module")
def course(run: RunDirectory) -> Course:
    found = course_of(run)
    assert found is not None
    return found


def test_columns_add_up_to_the_record(run: RunDirectory, course: Course) -> None:
    service, length_s = service_of(run), np.diff(course.edges_s)
    assert float((course.offered * length_s).sum()) == pytest.approx(service.demand.sum())
    assert float((course.good * length_s).sum()) == pytest.approx(service.served.sum())
    assert (course.good <= course.offered + 1e-9).all()
    assert (np.diff(course.complete) >= 0).all()
    assert course.complete[-1] == 1.0
    known = np.isfinite(course.p50_s)
    assert (course.p50_s[known] <= course.p95_s[known]).all()


def test_percentiles_of_a_stretch_are_those_of_its_operations(run: RunDirectory, course: Course) -> None:
    service = service_of(run)
    mine = service.demand & service.ok
    at, took = service.intended_s[mine], (service.ended_s - service.intended_s)[mine]
    stretch = int(np.argmax(course.offered))
    inside = np.sort(took[(at >= course.edges_s[stretch]) & (at < course.edges_s[stretch + 1])])
    assert course.p50_s[stretch] == pytest.approx(inside[int(np.ceil(0.5 * len(inside))) - 1])
    assert course.p95_s[stretch] == pytest.approx(inside[int(np.ceil(0.95 * len(inside))) - 1])


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_picture_stays_within_its_frame_and_says_what_it_shows(course: Course, width: int) -> None:
    svg = ElementTree.fromstring(
        draw(course, width, "id", "x", "Jalannya <hari>", "Apa & siapa").replace(
            "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1
        )
    )
    _, _, wide, high = (float(one) for one in svg.attrib["viewBox"].split())
    assert wide == width
    assert svg.attrib["aria-labelledby"] == "x-t x-d"
    assert [svg.findtext(f"{SVG}{name}") for name in ("title", "desc")] == ["Jalannya <hari>", "Apa & siapa"]
    for one in svg.iter(f"{SVG}text"):
        assert -1 <= float(one.attrib["x"]) <= wide, one.text
        assert 0 < float(one.attrib["y"]) < high, one.text
    for one in svg.iter(f"{SVG}rect"):
        assert float(one.attrib["x"]) + float(one.attrib["width"]) <= wide + 1
    recovered = [one for one in course.faults if one.recovered_s is not None]
    assert recovered
    assert len([one for one in svg.iter(f"{SVG}path") if one.attrib["class"] == "tl-d"]) == len(recovered)


def test_words_of_the_axis_never_touch(course: Course) -> None:
    for width in (WIDE, NARROW):
        scale = Scale(56.0, width - 8.0, course.span)
        for placed in (times(course, scale, "id"), titles(course, scale)):
            rows: dict[int, list[float]] = {}
            for one in placed:
                rows.setdefault(one.row, []).append(one.x)
            for xs in rows.values():
                assert all(b - a > 20 for a, b in zip(sorted(xs), sorted(xs)[1:], strict=False))


def test_faults_that_overlap_have_lanes_of_their_own() -> None:
    def mark(letter: str, start: float, end: float | None) -> FaultMark:
        return FaultMark(letter, "process_kill", "api", "service", start, end, end)

    scale = Scale(0.0, 1000.0, (0.0, 100.0))
    together = [mark("A", 10, 40), mark("B", 20, 30), mark("C", 60, 70)]
    assert lanes(together, scale) == [0, 1, 0]
    crowd = [mark("X", 10, 90) for _ in range(20)]
    assert lanes(crowd, scale) == [0, 1, 2, 3, 4, 5, *[None] * 14]
    assert lanes([mark("A", 10, None), mark("B", 95, 96)], scale) == [0, 1]


def test_the_table_behind_it_says_the_same(run: RunDirectory, course: Course) -> None:
    found = told(run, course, "en")
    assert len(found["rows"]) == 20
    assert found["rows"][-1]["complete"] == "100.0\u00a0%"
    in_force = [row for row in found["rows"] if row["faults"] != "–"]
    assert in_force
    assert all(re.fullmatch(r"\d\d:\d\d", row["from"]) for row in found["rows"])
    for one in course.faults:
        assert f"{one.letter}: " in found["sentence"]


def test_nothing_asked_is_nothing_drawn(tmp_path: Path) -> None:
    empty = Rehearsal(run={"expect": {}, "ended": "aborted"}).save(tmp_path, False)
    assert course_of(RunDirectory.open(empty)) is None
