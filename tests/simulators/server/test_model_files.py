"""Models as files: what is written is read, and what cannot be used is said with its place."""

import json
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from simulators.server import ModelError, Queues, read_model, reference_model, write_model
from tests.gladi.runs import TWO_POOLS


def test_what_is_written_is_read(tmp_path: Path) -> None:
    model = replace(read_model(TWO_POOLS), servers=3, pipe_mbit_s=950.0, measured={"knee_s": 41.5})
    model = replace(model, pools=(replace(model.pools[0], queue=77, refuse_after_s=inf), *model.pools[1:]))
    write_model(model, tmp_path / "model.json")
    assert read_model(tmp_path / "model.json") == model


def test_the_reference_says_what_it_is_worth() -> None:
    model = reference_model()
    assert "gladi calibrate" in model.source
    for kind in ("login", "submit_page", "status", "confirm", "read"):
        most = max(one["per_s"] for one in model.measured["closed"][kind])
        assert model.capacity(kind) == pytest.approx(most, rel=0.15), "what was measured at saturation"
    assert model.restart_s > 0


def test_no_limit_is_null(tmp_path: Path) -> None:
    told = tmp_path / "model.json"
    write_model(read_model(TWO_POOLS), told)
    table = json.loads(told.read_text())
    assert table["pipe_mbit_s"] is None
    table["pools"][0]["queue"] = None
    told.write_text(json.dumps(table))
    queues = Queues.of(read_model(told))
    for number in range(5_000):
        queues.arrive("read", 0.0002 * number)
    assert queues.waiting("core", 1.0) > 3_000


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("pools", 0, "hands"), 2.5, "pool core: hands = 2.5; a whole number, at least 1"),
        (("pools", 0, "hands"), "2", "pool core: hands = '2'; a whole number, at least 1"),
        (("pools", 0, "hands"), None, "pool core: hands = inf; a whole number, at least 1"),
        (
            ("pools", 1, "hands_of"),
            "corr",
            "pool hash: hands_of = 'corr'; a pool with hands of its own: core",
        ),
        (("services", 0, "mean_s"), float("nan"), "service activate: mean_s = nan; more than 0"),
        (("services", 0, "repeat"), 1.5, "service activate: repeat = 1.5; a share above 0"),
        (
            ("services", 0, "pool"),
            "disk",
            "service activate: pool 'disk' does not exist; there are: core, hash",
        ),
        (("services", 0, "kind"), "login", "a pool or a kind of service is there twice"),
        (("retry_after_s",), True, "retry_after_s = True; at least 0"),
        (("speed",), 3, "is not a server model: .*speed"),
        (("pools",), 3, "is not a server model"),
    ],
)
def test_what_cannot_be_used_is_said(
    tmp_path: Path, at: tuple[str | int, ...], value: object, said: str
) -> None:
    path = tmp_path / "model.json"
    write_model(read_model(TWO_POOLS), path)
    table = place = json.loads(path.read_text())
    for key in at[:-1]:
        place = place[key]
    place[at[-1]] = value
    path.write_text(json.dumps(table))
    with pytest.raises(ModelError, match=f"model.json: {said}"):
        read_model(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.json: cannot be read: No such file"):
        read_model(tmp_path / "none.json")
