"""Two engines, one behaviour: SimPy processes and the compiled kernel come to the same moments, not nearly.

10,000 TPS each, of four time zones and abroad, with forms of 3, 2 and 1 page; slow: with the real forms.
"""

from datetime import datetime

import numpy as np
import pytest

from tests.simulators.nation.engines import Both, both
from tests.simulators.nation.world import FAULTS, UNSTEADY, ending, people, server, story

TPS = 10_000
NO_TRAINING = "training = []"


def agree(played: Both) -> None:
    """Every moment, ending and count is the same."""
    assert played.differences() == []
    assert played.kernel.requests_total == played.processes.counts.asked.sum()


@pytest.mark.slow
def test_light_load() -> None:
    """Activation, Bimtek, H-1, the day, the nights after it and the plenos, with hands to spare."""
    played = both(people(TPS), story(), server(40))
    agree(played)
    assert played.total("refused") == 0
    assert played.kernel.longest_s.max() < 0.1
    assert played.processes.results()["stored"].mean() > 5.7


def test_overload() -> None:
    """The server sends phones away by the thousand; apps back off and skip, people rest."""
    played = both(people(TPS), story(NO_TRAINING), server(4, queue=60, refuse_after_s=8.0, page_s=1.0))
    agree(played)
    assert played.total("refused") > 10_000


@pytest.mark.slow
def test_deep_overload() -> None:
    """A queue without end behind a narrow pipe: who asks waits longer than a phone does."""
    short_of_patience = ("persons.tries = 1", "app.retries = 1", "server.pipe_mbit_s = 20.0")
    played = both(people(TPS), story(NO_TRAINING, *short_of_patience), server(2, page_s=0.8))
    agree(played)
    assert played.total("timeout") > 50_000
    assert played.kernel.longest_s.max() > 3_600.0
    assert (played.processes.results()["stored"] < 6).mean() > 0.1


def test_faults() -> None:
    """Closed doors, refusing and silent; crashes; slow and frozen hours; links that go; and an early end."""
    played = both(
        people(TPS),
        ending(story(NO_TRAINING, *UNSTEADY), datetime(2024, 2, 17, 20)),
        server(6, queue=400, refuse_after_s=30.0, page_s=0.4, contention=0.02),
        FAULTS,
    )
    agree(played)
    for outcome in ("refused", "closed", "timeout", "link_lost"):
        assert played.total(outcome) > 5_000, outcome
    assert played.total("reset") > 50
    assert np.count_nonzero(np.isnan(played.kernel.recap_s)) > 0


def test_another_seed_is_another_story() -> None:
    """The comparison can fail: engines with different seeds differ in nearly everything."""
    one = both(people(200), story(NO_TRAINING), server(4))
    other = both(people(200), story(NO_TRAINING), server(4), seed=8)
    assert one.differences() == []
    crossed = Both(one.kernel, other.processes).differences()
    assert {found.split(":")[0] for found in crossed} >= {"page_s", "whole_s", "how", "asked", "wait_s"}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("overload", [False, True])
def test_every_page_of_the_real_forms(overload: bool) -> None:
    """Some 66 a TPS, with and without refusals."""
    model = server(12, queue=200, refuse_after_s=10.0, page_s=0.3) if overload else server(60, page_s=0.3)
    country = people(TPS, short=False)
    assert country.pages.sum(axis=1).max() > 60
    played = both(country, story(*UNSTEADY), model, FAULTS)
    agree(played)
    assert (played.total("refused") > 100_000) == overload
