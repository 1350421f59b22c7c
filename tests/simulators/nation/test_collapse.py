"""A long queue, phones that never cease but do not wait: the server stays down; one that refuses, not."""

from dataclasses import replace

import pytest

from simulators.nation.collapse import Collapse, Health, collapsed
from simulators.nation.kernel import Kernel
from simulators.server import Pool, ServerModel, Window
from tests.simulators.nation.world import at, people, server, story

INSISTING = ("app.retries = 30000", "app.skips = false", "app.upload_timeout_s = 30.0")
"""An app that never ceases, and no person who puts the phone away."""

PUSH = Window("refused", at("14:00"), at("19:00"))
"""All of an afternoon's pages wait for its end."""


def naive() -> ServerModel:
    """Two pages a second and a queue for everybody; a page that is there costs as much as a new one."""
    model = server(hands=2, page_s=1.0)
    return replace(model, services=tuple(replace(one, repeat=1.0) for one in model.services))


def run_of(model: ServerModel) -> tuple[Kernel, Collapse | None]:
    """1,000 TPS until somebody sees a collapse, as a caller does it, or until the next noon."""
    run, found = Kernel(people(1000), story(*INSISTING), model, 3, windows=[PUSH]), None
    clock = at("18:00")
    while found is None and clock < at("12:00", 1):
        clock += 600.0
        run.advance(clock)
        found = collapsed(run.health())
    return run, found


def test_a_long_queue_and_no_refusal_do_not_come_back() -> None:
    run, found = run_of(naive())
    assert found is not None
    assert at("21:00") <= found.at_s <= at("2:00", 1)
    assert found.health.fresh < 0.7
    assert found.health.busy > 0.9
    assert "no longer waited" in str(found)
    # And it was right: hours later hardly more is stored than then.
    before = int(run.results().stored.sum())
    run.advance(found.at_s + 4 * 3600.0)
    after = run.results()
    assert after.busy_s[0, int(found.at_s // 60) : int(run.now // 60)].sum() > 0.9 * 2 * 4 * 3600.0
    heard = after.outcome[after.kinds.index("submit_page"), 0]
    assert heard[int(found.at_s // 60) : int(run.now // 60)].sum() < 0.1 * 2 * 4 * 3600.0
    assert after.stored.sum() - before < 0.5 * 2 * 4 * 3600.0


def test_the_same_server_with_admission_control_comes_back() -> None:
    model = naive()
    pools = (Pool("all", 2, 1_000_000, refuse_after_s=15.0),)
    run, found = run_of(replace(model, pools=pools))
    assert found is None
    so_far = run.results()
    assert so_far.outcome[so_far.kinds.index("submit_page"), so_far.outcomes.index("refused")].sum() > 10_000
    assert run.health()[0].busy < 0.9


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"from_s": 3600.0}, "two hours are not behind us"),
        ({"troubled": True}, "the server had trouble of its own"),
        ({"fresh": 0.8}, "it is really asked for that much"),
        ({"busy": 0.7}, "hands are free"),
        ({"wasted": 0.4}, "most of the work reaches somebody"),
    ],
)
def test_only_all_signs_together_are_a_collapse(change: dict[str, float], why: str) -> None:
    sick = Health(pool="all", from_s=0.0, until_s=7200.0, fresh=0.3, busy=0.99, wasted=0.8, troubled=False)
    assert collapsed([sick]) == Collapse(7200.0, sick)
    assert collapsed([replace(sick, **change)]) is None, why  # type: ignore[arg-type]
