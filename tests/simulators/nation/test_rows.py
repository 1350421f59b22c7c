"""Rows of the table one by one: one TPS, an idle server, and moments worked out by hand from its draws."""

from dataclasses import replace

import numpy as np
import pytest

from simulators.country.model import Country
from simulators.nation import moments as m
from simulators.nation.habits import Habits, habits
from simulators.nation.kernel import Kernel
from simulators.nation.results import Results
from tests.simulators.nation.world import people, server, story

SEED = 3
ONLY_THE_DAY = (
    "activation.already = 1.0", "training = []", "login.share = 0.0", "morning.share = 0.0",
    "counting.batch_share = 0.0", "counting.stuck_share = 0.0", "persons.standby = \"90d\"",
)  # fmt: skip
IDLE = server(hands=50, page_s=0.05)


def one(**columns: object) -> Country:
    """One TPS of Bengkulu with a good link, a good phone and no power cut, or with other columns."""
    tps = people(3, ("17",)).take(slice(0, 1))
    plain = {"signal": 0, "link": 0, "device": 0, "power_cut_s": 0.0, "travel_s": 0.0} | columns
    return replace(tps, **{name: np.full_like(getattr(tps, name), value) for name, value in plain.items()})


def day(tps: Country, *changed: str) -> tuple[Results, Habits]:
    nation = story(*ONLY_THE_DAY, *changed)
    run = Kernel(tps, nation, IDLE, SEED, windows=())
    run.advance()
    return run.results(), habits(nation, tps.forms)


def photographed(h: Habits, tps: Country) -> float:
    """When the first page of the first form is in the phone: counted, and its one page time."""
    key = int(tps.tps[0]) * 8
    counted = m.counted_at(h, SEED, key, 0, 0.81 * float(tps.dpt[0]), 0.0)
    return float(counted + m.page_time(h, m.draw(SEED, key + 1, m.FIRST_DRAW), 0, tps.device[0] == 1))


def test_the_first_page_is_shot_logged_in_for_and_sent_at_once() -> None:
    tps = one()
    found, h = day(tps)
    login_s, page_s = 0.04 * 6, 0.05 * 6  # a service drawn long; the link takes well under two seconds more
    late = float(found.page_s[0, 0]) - photographed(h, tps)
    assert 0.5 < late < login_s + page_s + 2.0
    assert found.outcomes[0] == "ok"
    assert found.stored[0] == 6
    assert found.how[0, 0] == found.hows.index("sent")
    # One login for the evening, a page at a time, one confirmation a form.
    asked = dict(zip(found.kinds, found.asked.sum(axis=1).tolist(), strict=True))
    assert (asked["submit_page"], asked["confirm"]) == (6, 3)
    assert found.confirmed[0] == 0b111
    assert asked["activate"] == asked["practice"] == 0


def test_who_has_no_signal_travels_first_and_back_for_the_next_page() -> None:
    near, far = day(one(), "persons.each_form_share = 1.0")[0], one(signal=1, travel_s=1800.0)
    found, _ = day(far, "persons.each_form_share = 1.0")
    # All pages of a form, then the way; and the 3g of the place with signal.
    assert found.page_s[0, 0] - near.page_s[0, 0] > 1800.0
    gaps = np.diff(found.whole_s[:, 0])
    assert (gaps > 2 * 1800.0 - 1.0).all()
    assert found.stored[0] == 6


def test_pages_wait_until_the_light_is_back() -> None:
    dark = one(power_cut_start_s=0.0, power_cut_s=9 * 3600.0)
    found, h = day(dark)
    assert h.close_s + 9 * 3600.0 < found.first_s[0] < h.close_s + 9 * 3600.0 + 600.0


def test_the_page_of_votes_can_be_stuck_while_the_others_go() -> None:
    found, h = day(one(), "counting.stuck_share = 1.0", 'counting.stuck = "3h"')
    key = int(one().tps[0]) * 8
    counted = m.counted_at(h, SEED, key, 0, 0.81 * float(one().dpt[0]), 0.0)
    until = m.stuck_until(h, SEED, key, counted)
    assert found.page_s[0, 0] < until
    assert found.page_s[2, 0] < until
    assert not found.page_s[1, 0] < until


def test_an_account_that_is_not_active_is_activated_before_anything_else() -> None:
    found, h = day(one(), "activation.already = 0.0")
    key = int(one().tps[0]) * 8
    first_try = m.activation_at(h, SEED, key + 1, 0.0, False)
    assert 0.0 < found.active_s[0, 0] - first_try < 2.0
    asked = dict(zip(found.kinds, found.asked.sum(axis=1).tolist(), strict=True))
    assert asked["activate"] == asked["tps"] == 2


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_who_cannot_send_gives_up_or_sends_plain_photographs(share: float) -> None:
    shut = ("server.windows = [{start = 2024-02-14T10:00:00, end = 2024-02-25T00:00:00, capacity = 0.0}]",)
    nation = story(*ONLY_THE_DAY, *shut, f"persons.backup_share = {share}")
    run = Kernel(one(), nation, IDLE, SEED)
    run.advance()
    found = run.results()
    assert found.stored[0] == 0
    assert found.hows[found.how[0, 0]] == ("backup" if share else "gave_up")
    assert np.isfinite(found.messenger_s[0]) == bool(share)
    assert found.recap_s[0] > nation.run_s(nation.server.windows[0].end)  # the panel waited, and then entered
    assert bool(found.saved[0]) == bool(share)
