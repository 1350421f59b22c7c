"""The digit reader is taught by a command from photos with ground truth, the same way each time."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from sirekap.cli import main
from sirekap.failures import CouldNotRunError, WrongInputError
from sirekap.reading.digits import FILE, MODES, load_networks
from sirekap.reading.marks import DIGITS, MARKS
from sirekap.reading.network import forward, softmax
from sirekap.reading.training import extra_hands, gradient, samples, teaching
from tests.sirekap.reading.sheets import take

PUBLISHED_BYTES = 1_000_000  # of the weights, in the repository


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos of eight TPS with their ground truth, as `gladi forms` lays them out."""
    out = tmp_path_factory.mktemp("photos")
    for number in range(8):
        mistakes = {"zero-left-blank": 1.0, "unused-box-blank": 1.0} if number % 2 else {}
        taken = take("ppwp", 1, f"170804{number:04d}{number + 1:03d}", mistakes=mistakes)
        name = f"{taken.truth['tps']}-ppwp-1"
        (out / f"{name}.jpg").write_bytes(taken.jpeg)
        (out / f"{name}.json").write_text(json.dumps(taken.truth))
    return out


@pytest.mark.slow
def test_the_same_photos_and_seed_give_the_same_reader(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(teaching, "ROUNDS", 1)
    for out in ("a", "b"):
        command = ["train-reader", "--photos", str(folder), "--seed", "3", "--out", str(tmp_path / out)]
        assert main(command) == 0
    assert "round 1 of 1" in capsys.readouterr().err
    for name in ("digits.npz", "digits.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    report = json.loads((tmp_path / "a" / "digits.json").read_text())
    assert report["tps"] == report["photos"] == 8
    assert sum(map(sum, report["sound"]["confusion"].values())) == report["boxes"]["tested"]


def test_no_hand_is_both_taught_and_tested(folder: Path) -> None:
    told = samples.collect([folder], 3, lambda _: None)
    assert 0 < told.test.sum() < len(told.test)
    hands = [path.name[:13] for path in sorted(folder.glob("*.jpg"))]
    held_out = [samples.held_out(tps, 3) for tps in hands]
    assert told.test.sum() == sum(held_out) * 66
    assert told.cuts.shape == (8 * 66, 28, 28)


def test_without_scikit_learn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(CouldNotRunError, match="pip install scikit-learn"):
        extra_hands.real_digits(np.zeros((1, 28, 28), np.uint8), np.random.default_rng(1))


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "no photos with ground truth"), ("{}", "not the ground truth"), ('{"schema": 1}', "version 1")],
)
def test_a_folder_without_truth_is_refused(tmp_path: Path, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / "a.jpg").write_bytes(b"")
        (tmp_path / "a.json").write_text(content)
    with pytest.raises(WrongInputError, match=says):
        samples.collect([tmp_path], 1, lambda _: None)


def test_slopes_are_those_of_the_loss() -> None:
    """Every weight's slope against the change of the loss when that weight is moved a little."""
    draws = np.random.default_rng(5)
    cuts, classes = draws.random((6, 28, 28), np.float32), draws.integers(0, 14, 6)
    weights = {name: value.astype(np.float64) for name, value in gradient._first_weights(14, draws).items()}
    wide = cuts.astype(np.float64)
    _, slopes = gradient._slopes(wide, classes, 14, weights)  # type: ignore[arg-type]
    for name, weight in weights.items():
        at = np.unravel_index(int(np.abs(slopes[name]).argmax()), weight.shape)
        losses = []
        for step in (1e-3, -1e-3):
            moved = {**weights, name: weight.copy()}
            moved[name][at] += step
            losses.append(gradient._slopes(wide, classes, 14, moved)[0])  # type: ignore[arg-type]
        assert (losses[0] - losses[1]) / 2e-3 == pytest.approx(slopes[name][at], rel=0.02)


def test_what_is_published_is_what_was_measured() -> None:
    """The weights in the repository are of the size that digits.json tells, and it holds a whole report."""
    report = json.loads(FILE.with_suffix(".json").read_text())
    assert FILE.stat().st_size == report["bytes"] < PUBLISHED_BYTES
    assert report["sound"]["classes"] == list(MARKS)
    assert report["2024"]["classes"] == list(DIGITS)
    for mode, classes in MODES.items():
        assert all(len(row) == len(classes) for row in report[mode]["confusion"].values())
        assert sum(map(sum, report[mode]["confusion"].values())) == report["boxes"]["tested"]
    assert report["sound"]["accuracy"] > 0.97
    crosses = dict(zip(DIGITS, report["2024"]["confusion"]["X"], strict=True))
    assert max(crosses, key=lambda digit: crosses[digit]) == "8"


def test_shares_add_up_to_one() -> None:
    cuts = np.random.default_rng(1).random((3, 28, 28), np.float32)
    for network in load_networks().values():
        shares = network.probabilities(cuts)
        assert shares.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
        assert np.allclose(shares, softmax(forward(cuts, network.weights)[-1]))
        assert network.probabilities(cuts[:0]).shape == (0, len(network.classes))
