"""A whole table of measures, both sides drawn from the same: how often is anything called different?

At most one table in twenty, whether one run a side was played or three that differ among themselves. With
plain 5 % a measure it would be three tables in four.
"""

import numpy as np
import pytest

from reports.comparison import resampling as draws
from reports.comparison.comparison import judged_of
from reports.comparison.record import Operations, Record
from reports.schema import KINDS

pytestmark = pytest.mark.slow

TABLES = 48
BLOCKS, PER_BLOCK, TPS = 24, 30, 60
SURELY_MORE = 9
"""So many false alarms of 48 would be seen at 5 % once in a thousand times."""


def drawn(
    rng: np.random.Generator, day: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", moody: float
) -> Record:
    """A run of a day with its busy stretches; all its times are longer or shorter by a factor of its own."""
    factor = moody * rng.normal()
    kinds = {}
    shape = (BLOCKS, PER_BLOCK)
    block = np.repeat(np.arange(BLOCKS), PER_BLOCK).reshape(shape)
    for kind, busy in zip(KINDS, day, strict=False):
        mood = busy + 0.3 * rng.normal(size=BLOCKS) + factor
        failing = 0.03 * np.exp(0.7 * rng.normal(size=BLOCKS) + 2.0 * factor)
        took_s = np.exp(mood[:, None] + 0.5 * rng.normal(size=shape))
        ok = rng.random(shape) > failing[:, None]
        kinds[kind] = Operations(
            took_s=took_s[ok],
            block=block[ok],
            demanded=np.full(BLOCKS, float(PER_BLOCK)),
            served=ok.sum(axis=1).astype(float),
            good=(ok & (took_s < 2.2)).sum(axis=1).astype(float),
            seconds=np.full(BLOCKS, 5.0),
        )
    complete_s = 60.0 * np.exp(0.3 * rng.normal(size=TPS) + factor)
    active = 2.0 * (rng.random(TPS) < 0.9)
    return Record("rekaan", kinds, complete_s, complete_s < 90.0, active, True, 200.0, (), 0, 120)


@pytest.mark.parametrize(
    ("runs", "moody", "paired"),
    [(1, 0.0, False), (1, 0.0, True), (3, 0.15, False)],
    ids=["one run a side", "one run a side, same seed", "three moody runs a side"],
)
def test_one_table_in_twenty_is_a_false_alarm(
    runs: int, moody: float, paired: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draws, "DRAWS", 250)
    rng = np.random.default_rng(20241127)
    alarms = tempting = 0
    for _ in range(TABLES):
        day = 0.5 * rng.normal(size=(6, BLOCKS))
        before, after = ([drawn(rng, day, moody) for _ in range(runs)] for _ in range(2))
        found = judged_of(before, after, paired, margin=0.0)
        judged = [one for one in found if one.p is not None]
        assert len(judged) >= 30
        alarms += any(one.answer in ("better", "worse") for one in judged)
        tempting += any(one.p is not None and one.p < 0.05 for one in judged)
    assert alarms < SURELY_MORE, alarms
    if runs == 1:
        assert tempting > TABLES // 3, "without Holm most tables would be called different"
