"""Closed formulas of queueing theory, and a server of one pool to hold against them.

Kleinrock, Queueing Systems I (1975): Erlang B and C, Pollaczek-Khinchine; Burke (1956): the tandem.
"""

from math import exp, inf, sqrt

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from simulators.server import KINDS, Pool, Queues, ServerModel, Service
from simulators.server.arrivals import arrive

Floats = NDArray[np.float64]
MEAN_S = 0.1
SUBMIT = KINDS.index("submit_page")


def erlang_b(hands: int, load: float) -> float:
    """Share lost at `hands` without a queue, offered `load` erlang."""
    lost = 1.0
    for n in range(1, hands + 1):
        lost = load * lost / (n + load * lost)
    return lost


def erlang_c(hands: int, load: float) -> float:
    """Share that must wait at `hands`, offered `load` erlang."""
    lost = erlang_b(hands, load)
    return hands * lost / (hands - load * (1.0 - lost))


def mmc_wait_s(hands: int, rho: float) -> float:
    """Mean wait of M/M/c with services of MEAN_S."""
    return erlang_c(hands, hands * rho) * MEAN_S / (hands * (1.0 - rho))


def mg1_wait_s(rho: float, sigma: float) -> float:
    """Mean wait of M/G/1 with log-normal services of MEAN_S (sigma 0: M/D/1)."""
    return rho * MEAN_S * exp(sigma**2) / (2.0 * (1.0 - rho))


def mmck_loss(hands: int, queue: int, load: float) -> float:
    """Share refused of M/M/c/K, K = hands + queue."""
    weight, total = 1.0, 1.0
    for n in range(1, hands + queue + 1):
        weight *= load / min(n, hands)
        total += weight
    return weight / total


def one_pool(
    hands: int, sigma: float = 1.0, queue: int = 1 << 40, pipe_mbit_s: float = inf, **pool: float
) -> ServerModel:
    """All kinds served by one pool in MEAN_S."""
    return ServerModel(
        "test", "test", (Pool("all", hands, queue, **pool),),  # type: ignore[arg-type]
        tuple(Service(kind, "all", MEAN_S, sigma) for kind in KINDS), pipe_mbit_s,
    )  # fmt: skip


def exponential(rng: np.random.Generator, n: int) -> Floats:
    """Normals that make the log-normal service of sigma 1 an exponential one of the same mean."""
    return np.asarray(np.log(rng.standard_exponential(n)) + 0.5)


@kernel
def serve(
    whole: NDArray[np.int64], figures: Floats, kinds: NDArray[np.int64], at: Floats, sent_bytes: Floats,
    z: Floats, held: NDArray[np.bool_], out: Floats,
) -> None:  # fmt: skip
    """Every request in order; `out` is (n, 3): start, end, what became of it."""
    for i in range(at.size):
        begin, end, what = arrive(whole, figures, kinds[i], at[i], sent_bytes[i], z[i], held[i])
        out[i, 0], out[i, 1], out[i, 2] = begin, end, what


def played(queues: Queues, at: Floats, z: Floats, sent_bytes: Floats | None = None) -> Floats:
    """`serve` of pages only."""
    out = np.empty((at.size, 3))
    sent = np.zeros(at.size) if sent_bytes is None else sent_bytes
    kinds, held = np.full(at.size, SUBMIT), np.zeros(at.size, np.bool_)
    serve(queues.whole, queues.figures, kinds, at, sent, z, held, out)
    return out


CASES: dict[str, tuple[ServerModel, float, str, float, str]] = {
    **{
        f"M/M/{c}, rho {rho}": (one_pool(c), c * rho, "exponential", mmc_wait_s(c, rho), "wait_s")
        for c, rho in ((1, 0.5), (1, 0.8), (1, 0.95), (2, 0.9), (4, 0.95), (16, 0.8), (16, 0.95), (100, 0.9))
    },
    **{
        f"M/G/1 log-normal {sigma}, rho {rho}": (
            one_pool(1, sigma), rho, "normal", mg1_wait_s(rho, sigma), "wait_s",
        )
        for sigma, rho in ((0.35, 0.8), (0.35, 0.95), (1.0, 0.7))
    },
    **{
        f"M/D/1, rho {rho}": (one_pool(1, 0.0), rho, "normal", mg1_wait_s(rho, 0.0), "wait_s")
        for rho in (0.5, 0.95)
    },
    **{
        f"M/M/{c}/{c + k}, load {load}": (
            one_pool(c, queue=k), load, "exponential", mmck_loss(c, k, load), "refused",
        )
        for c, k, load in ((1, 5, 0.9), (4, 0, 4.0), (4, 10, 3.8), (16, 40, 24.0))
    },
    "tandem: pipe M/M/1 rho 0.7, pool M/M/2 rho 0.7": (
        one_pool(2, pipe_mbit_s=8.0), 1.4, "exponential",
        mmc_wait_s(2, 0.7) + MEAN_S / 2.0 / (1.0 - 0.7), "pipe and wait_s",
    ),
}  # fmt: skip
"""Of each system: the server, load in erlang, how services are drawn, what the formula says, and of what."""

PIPE_BYTES = 8.0 * 125_000.0 * MEAN_S / 2.0
"""Mean bytes of the tandem (exponential): half of MEAN_S in its pipe."""


def measured(name: str, seed: int, n: int) -> float:
    """One run of n arrivals after as many of warming up as a tenth: mean wait, or share refused."""
    model, load, services, _, what = CASES[name]
    rng = np.random.default_rng([list(CASES).index(name), seed])
    total = n + n // 10
    at = np.cumsum(rng.standard_exponential(total)) * MEAN_S / load
    z = exponential(rng, total) if services == "exponential" else rng.standard_normal(total)
    sent = rng.standard_exponential(total) * PIPE_BYTES if what.startswith("pipe") else None
    out = played(Queues.of(model), at, z, sent)[n // 10 :]
    if what == "refused":
        return float(np.mean(out[:, 2] == 1))
    return float(np.mean(out[:, 0] - at[n // 10 :]))


def estimate(name: str, seeds: int, n: int) -> tuple[float, float]:
    """Mean over the seeds, and its standard error."""
    found = np.array([measured(name, seed, n) for seed in range(seeds)])
    return float(found.mean()), float(found.std(ddof=1) / sqrt(seeds))
