"""Every TPS is played by one worker, whoever dies, in whatever order."""

from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from gladi.load.shares import Share, Shares

TPS = 240


def players(shares: Shares, workers: int, at_s: float, until: dict[int, float]) -> list[list[int]]:
    """Of every TPS whose first moment is `at_s`, which workers play it; a worker plays until it dies."""
    return [
        [
            worker
            for worker in range(workers)
            for share in shares.of(worker)
            if tps % share.of == share.index and share.from_s <= at_s < until.get(worker, inf)
        ]
        for tps in range(TPS)
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.data())
def test_what_is_still_to_come_is_played_once_by_a_survivor(workers: int, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(workers)))
    dying = order[: data.draw(st.integers(0, workers - 1))]
    shares, until = Shares(workers), dict[int, float]()
    for number, worker in enumerate(dying):
        from_s = 10.0 * (number + 1)
        survivors = [one for one in range(workers) if one not in dying[: number + 1]]
        given_away = shares.die(worker, survivors, from_s)
        until[worker] = from_s
        assert set(given_away) == set(survivors)
        for at_s in (0.0, from_s - 5.0, from_s, from_s + 5.0):
            played = players(shares, workers, at_s, until)
            assert all(len(who) == 1 for who in played)


def test_the_last_worker_leaves_its_shares_to_nobody() -> None:
    shares = Shares(1)
    assert shares.die(0, [], 5.0) == {}
    assert list(shares.of(0)) == [Share(0, 1)]
