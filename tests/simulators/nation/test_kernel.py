"""The kernel as a whole: nothing is lost, the same again, in pieces as in one, a part as within the whole."""

from dataclasses import replace

import numpy as np
import pytest

from simulators.behaviour import Row
from simulators.country.model import Country
from simulators.nation import encode, kernel
from simulators.nation.kernel import Kernel
from simulators.nation.results import LATENCY_EDGES_S, Results
from simulators.nation.table import TABLES
from simulators.server import ServerModel, Window
from tests.simulators.nation.world import DAY, FAULTS, UNSTEADY, at, people, server, story

BUSY = server(hands=1, queue=40, refuse_after_s=50.0, page_s=3.0)


def played(
    country: Country, model: ServerModel, *changed: str, seed: int = 3, faults: bool = False
) -> Results:
    run = Kernel(country, story(*changed), model, seed, windows=FAULTS if faults else ())
    run.advance()
    assert run.done
    return run.results()


@pytest.fixture(scope="module")
def troubled() -> Results:
    """300 TPS, a small server, every kind of fault."""
    return played(people(300), BUSY, *UNSTEADY, faults=True)


def test_whoever_asks_is_answered_or_not_but_never_lost(troubled: Results) -> None:
    assert troubled.pending == 0
    assert troubled.asked.sum() == troubled.outcome.sum() + troubled.unheard
    by_outcome = dict(zip(troubled.outcomes, troubled.outcome.sum(axis=(0, 2)).tolist(), strict=True))
    assert all(by_outcome[name] > 0 for name in ("ok", "refused", "closed", "timeout", "link_lost", "reset"))
    assert (troubled.taken.sum(axis=1) <= troubled.asked.sum(axis=1)).all()
    assert (troubled.how > 0).all()


def test_the_latencies_are_those_of_what_went_well(troubled: Results) -> None:
    ok = troubled.outcome[:, troubled.outcomes.index("ok")].sum(axis=1)
    late = troubled.latency.sum(axis=(1, 2)) - ok
    assert (late >= 0).all()
    assert late.sum() <= troubled.unheard
    submits = troubled.latency[troubled.kinds.index("submit_page")].sum(axis=0)
    longest = LATENCY_EDGES_S[np.flatnonzero(submits)[-1]]
    assert longest <= 60.0  # the app does not wait longer


def test_the_same_seed_gives_the_same_figures_and_another_one_others(troubled: Results) -> None:
    assert played(people(300), BUSY, *UNSTEADY, faults=True).digest() == troubled.digest()
    assert played(people(300), BUSY, *UNSTEADY, faults=True, seed=4).digest() != troubled.digest()


def test_played_in_pieces_it_is_the_same_day(troubled: Results) -> None:
    run = Kernel(people(300), story(*UNSTEADY), BUSY, 3, windows=FAULTS)
    for until_s in [0.0, 1.0, *np.arange(3.0, 27.0, 0.37) * 86_400.0, DAY * 9]:
        run.advance(float(until_s))
        so_far = run.results()
        assert so_far.asked.sum() == so_far.outcome.sum() + so_far.unheard + so_far.pending
    assert run.done
    assert run.results().digest() == troubled.digest()


def test_before_a_server_that_is_idle_a_part_is_as_in_the_whole() -> None:
    idle = server(hands=5_000, page_s=0.05)
    whole, chosen = people(300), np.arange(0, 300, 7)
    one, other = played(whole, idle), played(whole.take(chosen), idle)
    for name in ("page_s", "whole_s", "active_s", "how"):
        np.testing.assert_array_equal(getattr(one, name)[:, chosen], getattr(other, name), err_msg=name)
    for name in ("first_s", "stored", "confirmed", "messenger_s", "requests"):
        np.testing.assert_array_equal(getattr(one, name)[chosen], getattr(other, name), err_msg=name)
    assert np.isfinite(other.first_s).all()


def test_a_crash_takes_what_is_inside_and_closed_doors_let_nobody_in() -> None:
    slow = server(hands=1, page_s=20.0)
    crash = Window("refused", at("19:00"), at("20:00"), crash=True)
    run = Kernel(people(200), story(), slow, 3, windows=[crash])
    run.advance()
    found = run.results()
    reset = found.outcome[:, found.outcomes.index("reset")]
    assert reset.sum() > 0
    assert set(np.flatnonzero(reset.sum(axis=0))) == {int(at("19:00") // 60)}
    closed = found.outcome[:, found.outcomes.index("closed")].sum(axis=0)
    assert closed.sum() > 0
    assert closed[: int(at("19:00") // 60)].sum() == closed[int(at("20:00") // 60) + 1 :].sum() == 0
    assert found.taken[:, int(at("19:00") // 60) : int(at("20:00") // 60)].sum() == 0
    stored = found.whole_s[np.isfinite(found.whole_s)]
    assert not ((stored > at("19:00")) & (stored < at("20:00"))).any()


def test_the_scenario_s_own_windows_and_server_hold() -> None:
    nation = story('server.windows = [{start = 2024-02-14T15:00:00, end = 2024-02-14T18:00:00, '
                   'capacity = 0.0}, {start = 2024-02-15T05:00:00, end = 2024-02-15T19:00:00, '
                   'capacity = 0.15, how = "slow"}]', "server.servers = 3", "server.queue = 100",
                   "server.refuse_after_s = 9.0", "server.pipe_mbit_s = 500.0")  # fmt: skip
    assert kernel.windows_of(nation) == [
        Window("refused", at("15:00"), at("18:00")), Window("slow", at("5:00", 1), at("19:00", 1), 0.15)
    ]  # fmt: skip
    model = kernel.server_of(nation, server(hands=2))
    assert (model.servers, model.pipe_mbit_s) == (3, 500.0)
    assert [(pool.hands, pool.queue, pool.refuse_after_s) for pool in model.pools] == [(2, 34, 9.0)]


def test_a_table_that_goes_round_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = (
        Row("start", "test", "activated", "again", "again"),
        Row("again", "test", "logged_in", "start", "start"),
    )
    monkeypatch.setattr(kernel, "encode", lambda: encode.encode(TABLES | {"second": round_}))
    tps = people(3)
    run = Kernel(tps, story(), BUSY, 3)
    with pytest.raises(
        RuntimeError, match=rf"row 'second: (start|again)' of TPS {tps.tps[0]}: .* goes round"
    ):
        run.advance()


def test_what_does_not_fit_is_said() -> None:
    tps = people(3)
    fat = replace(tps, pages=np.full_like(tps.pages, 60))
    with pytest.raises(
        ValueError, match="3 forms of up to 180 pages: the kernel plays at most 5 forms and 128"
    ):
        Kernel(fat, story(), BUSY, 3)
