"""The SimPy processes against worlds small enough to be worked out by hand."""

from math import inf

import numpy as np
import pytest

from simulators.nation import moments
from simulators.nation.habits import habits
from simulators.nation.process import Processes
from simulators.server import KINDS, Pool, ServerModel, Service, Window
from tests.simulators.nation.world import DAY, people, story

SEED = 3
SIMPLE = (
    "activation.already = 1.0", "training = []", "login.share = 0.0", "morning.share = 0.0",
    "counting.batch_share = 0.0", "counting.stuck_share = 0.0", "portal.cached = 1.0",
)  # fmt: skip
"""Accounts are active, nobody rehearses or looks, and each page is sent as soon as it is photographed."""


def exact(hands: int = 50) -> ServerModel:
    """A photograph takes 0.5 s, everything else 0.25 s, always."""
    services = tuple(Service(kind, "all", 0.5 if kind == "submit_page" else 0.25) for kind in KINDS)
    return ServerModel("exact", "tests", (Pool("all", hands),), services)


def steady(tps: int) -> np.ndarray:
    """Numbers of the TPS of the country with signal, light and a fine phone."""
    country = people(tps)
    plain = (country.signal == 0) & (country.device == 0) & (country.power_cut_s == 0) & ~country.abroad
    return np.flatnonzero(plain)


def test_the_first_page_of_a_tps() -> None:
    """Counted, photographed, logged in, sent: every second of it, from the scenario's own figures."""
    country = people(200).take(steady(200)[:1])
    nation = story(*SIMPLE)
    played = Processes(country, nation, exact(), SEED)
    played.run()

    h, key, link = habits(nation, country.forms), int(country.tps[0]) * 8, int(country.link[0])
    shift = (7.0 - float(country.utc_offset_h[0])) * 3600.0
    now = moments.counted_at(h, SEED, key, 0, 0.81 * float(country.dpt[0]), shift)
    now += moments.page_time(h, moments.draw(SEED, key + 1, 512), 0, False)
    rtt, up, down = h.rtt_s[link], h.up_s[link], h.down_s[link]
    now += rtt + 600 * up + 0.25 + 600 * down  # the login, whose service is draw 513
    size = moments.photo_bytes(h, SEED, key + 1, 0)
    assert played.results()["page_s"][0, 0] == pytest.approx(now + rtt / 2 + size * up + 0.5, abs=1e-6)
    assert played.results()["how"][0].tolist() == ["sent", "sent"]
    assert played.results()["stored"][0] == 6
    assert played.results()["confirmed"][0] == 0b111


def test_a_door_that_never_opens() -> None:
    """Both give up; nothing is stored, no request reaches the server, and every one is accounted for."""
    country = people(200).take(steady(200)[:20])
    played = Processes(country, story(*SIMPLE), exact(), SEED, [Window("refused", 0.0, inf)])
    played.run()
    results, counts = played.results(), played.counts
    assert not results["stored"].any()
    assert set(results["how"][:, 0]) == {"backup", "gave_up"}
    assert set(results["how"][:, 1]) == {"idle"}
    assert np.isfinite(results["backup_s"]).sum() == (results["how"][:, 0] == "backup").sum() > 0
    assert counts.outcome[:, :, 2].sum() == counts.asked.sum()
    assert counts.sent_bytes.sum() == 0.0


def test_who_comes_at_the_same_moment_is_served_in_order() -> None:
    """All plenos of a zone open at nine sharp: one hand takes one panel after the other, by kecamatan."""
    plain = steady(200)
    country = people(200)
    west = plain[country.utc_offset_h[plain] == 7.0]
    _, first = np.unique(country.tps[west] // 10**7, return_index=True)
    together = country.take(np.sort(west[first])[:6])
    nation = story(*SIMPLE, "pleno.opens_latest = 2024-02-15T00:00:00", "pleno.suspended = []")
    played = Processes(together, nation, exact(hands=1), SEED, [Window("refused", 0.0, DAY + 30 * 3600.0)])
    played.run()
    recap_s = played.results()["recap_s"] - (DAY + 33 * 3600.0)  # 09:00 of the day after
    assert recap_s.tolist() == pytest.approx([0.25 * (place + 1) for place in range(6)], abs=1e-6)
