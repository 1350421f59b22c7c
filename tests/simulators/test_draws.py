"""Draws are pure, the same in every engine, and distributed as they say."""

import math
from itertools import pairwise
from statistics import NormalDist

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators import draws

WORD = st.integers(0, 2**64 - 1)
COMPILED = numba.njit(draws.uniform)
COMPILED_NORMAL = numba.njit(draws.normal_at)


@settings(deadline=None)
@given(seed=WORD, agent=WORD, k=WORD)
def test_python_numpy_and_numba_draw_the_same_bits(seed: int, agent: int, k: int) -> None:
    plain = draws.uniform(seed, agent, k)
    agents = np.array([agent, 0, 7], dtype=np.uint64)
    assert 0.0 <= plain < 1.0
    assert draws.uniform(seed, agents, k)[0] == plain
    assert COMPILED(np.uint64(seed), np.uint64(agent), np.uint64(k)) == plain


def test_an_array_of_codes_draws_what_each_code_draws_alone() -> None:
    codes = np.array([1708042001003, 1708042001004, 9600000000999], dtype=np.int64)
    seed = draws.subseed(5, "turnout")
    together = draws.uniforms(5, "turnout", codes, 3)
    assert together.tolist() == [draws.uniform(seed, int(code), 3) for code in codes]


def test_splitmix_known_answers() -> None:
    """SplitMix64 from state 0 begins 0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4 (reference implementation)."""
    state = _finalised(_finalised(draws.GOLDEN))
    expected = [_finalised((state + (k + 1) * draws.GOLDEN) % 2**64) for k in range(3)]
    assert _finalised(draws.GOLDEN) == 0xE220A8397B1DCDAF
    assert _finalised(2 * draws.GOLDEN % 2**64) == 0x6E789E6AA1B965F4
    assert [draws.uniform(0, 0, k) for k in range(3)] == [(word >> 11) / 2**53 for word in expected]


def _finalised(z: int) -> int:
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return z ^ (z >> 31)


@pytest.mark.parametrize("axis", ["seeds", "agents", "counters"])
def test_neighbours_are_uniform_and_unrelated_along_every_axis(axis: str) -> None:
    n = 20_000
    base = {"seeds": 1, "agents": 1708042001003, "counters": 0}
    draw = [draws.uniform(*{**base, axis: base[axis] + i}.values()) for i in range(n)]
    u = np.array(draw)
    counts, _ = np.histogram(u, bins=100, range=(0.0, 1.0))
    chi_square = ((counts - n / 100) ** 2 / (n / 100)).sum()
    assert 50 < chi_square < 160  # 99 degrees of freedom: 0.01 % on either side
    for lag in (1, 2, 7):
        assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 4 / math.sqrt(n)


def test_one_flipped_bit_of_the_agent_flips_half_of_the_bits() -> None:
    flips = []
    for agent in range(1_700_000_000_000, 1_700_000_000_050):
        before = int(draws.uniform(3, agent, 0) * 2**53)
        for bit in range(40):
            after = int(draws.uniform(3, agent ^ (1 << bit), 0) * 2**53)
            flips.append((before ^ after).bit_count() / 53)
    assert np.mean(flips) == pytest.approx(0.5, abs=0.01)


@settings(deadline=None)
@given(st.floats(1e-300, 1.0 - 2**-53))
def test_normal_quantile_agrees_with_the_standard_library(u: float) -> None:
    expected = NormalDist().inv_cdf(max(u, 2**-54))
    assert draws.normal_at(u) == pytest.approx(expected, rel=1e-13, abs=1e-14)
    assert COMPILED_NORMAL(u) == draws.normal_at(u)
    assert draws.normals(np.array([u, 0.5]))[0] == pytest.approx(draws.normal_at(u), rel=1e-14, abs=1e-15)


def test_normal_quantile_is_finite_odd_and_grows() -> None:
    u = np.linspace(0.0, 1.0 - 2**-53, 10_001)
    z = draws.normals(u)
    assert np.isfinite(z).all() and all(a < b for a, b in pairwise(z))
    assert draws.normal_at(0.0) == pytest.approx(-8.29, abs=0.01)
    assert draws.normal_at(0.3) == -draws.normal_at(0.7)


def test_exponential_and_lognormal_have_the_moments_they_are_asked_for() -> None:
    u = draws.uniforms(9, "moments", np.arange(100_000))
    assert draws.exponentials(u, 40.0).mean() == pytest.approx(40.0, rel=0.015)
    assert draws.exponential_at(0.5, 40.0) == pytest.approx(40.0 * math.log(2.0))
    journeys = draws.lognormals(u, 3_000.0, 0.5)
    assert np.median(journeys) == pytest.approx(3_000.0, rel=0.015)
    assert np.log(journeys).std() == pytest.approx(0.5, rel=0.015)


def test_streams_and_seeds_of_two_purposes_differ_and_repeat() -> None:
    first = draws.stream(1, "1708042001003", "camera").random(4).tolist()
    assert first == draws.stream(1, "1708042001003", "camera").random(4).tolist()
    for other in (
        (2, "1708042001003", "camera"),
        (1, "1708042001004", "camera"),
        (1, "1708042001003", "pen"),
    ):
        assert draws.stream(*other).random(4).tolist() != first
    assert draws.subseed(1, "a") != draws.subseed(1, "b")
    assert 0 <= draws.subseed(1, "a") < 2**64
