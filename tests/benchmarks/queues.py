"""The twin's queues before anything is fitted: closed formulas, and what a request costs.

    python -m tests.benchmarks.queues [--seeds 20] [--arrivals 1000000]

Each line is one system: what the formula says, what the queues give (mean over the seeds, 95 % interval of
Student), and how far they are apart in standard errors. Then nanoseconds a request inside a compiled kernel;
and what becomes of a crowd that peaks at twice what the server can do, behind five kinds of queue.
"""

import argparse
import time
from dataclasses import replace

import numpy as np

from simulators.server import Queues
from tests.simulators.server.clients import CAPACITY_S, HANDS, PAUSE_S, PHONES, TIMEOUT_S, day, server
from tests.simulators.server.formulas import CASES, MEAN_S, estimate, one_pool, played

STUDENT_95 = {5: 2.776, 10: 2.262, 20: 2.093, 40: 2.023}
"""Two-sided 95 % of Student's t, for so many seeds."""

REQUESTS = 2_000_000
MEAN_OF_ONE_S = HANDS / CAPACITY_S


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, choices=sorted(STUDENT_95))
    parser.add_argument("--arrivals", type=int, default=1_000_000, help="of a seed, after warming up")
    chosen = parser.parse_args()
    print(f"{chosen.seeds} seeds of {chosen.arrivals:,} arrivals; mean service {MEAN_S} s")
    print(f"{'system':<47}{'of':<15}{'formula':>9}{'queues':>10}{'error':>9}{'95 %':>9}{'errors':>8}")
    for name, (_, _, _, expected, what) in CASES.items():
        mean, error = estimate(name, chosen.seeds, chosen.arrivals)
        interval = STUDENT_95[chosen.seeds] * error / expected
        print(
            f"{name:<47}{what:<15}{expected:>9.5f}{mean:>10.5f}{mean / expected - 1:>+9.2%}"
            f"{'±' + format(interval, '.2%'):>9}{(mean - expected) / error:>+8.2f}"
        )
    _costs()
    _crowds()


def _costs() -> None:
    print(f"\n{'hands':>6}{'load':>6}{'contention':>12}{'ns a request':>14}{'refused':>9}")
    for hands in (1, 2, 16, 64, 500, 5_000):
        for load, contention in ((0.5, 0.0), (0.95, 0.0), (1.5, 0.0), (0.95, 0.001)):
            spent_ns, refused = cost(hands, load, contention)
            print(f"{hands:>6}{load:>6}{contention:>12}{spent_ns:>14.0f}{refused:>9.1%}")


def _crowds() -> None:
    waits = TIMEOUT_S * CAPACITY_S
    print(f"\n{PHONES:,} phones, {CAPACITY_S} requests a second, timeout {TIMEOUT_S:.0f} s")
    print(f"{'queue':<50}{'complete after 25 min':>22}{'4 h':>8}{'served a phone':>16}")
    for name, model, pause_s in (
        ("waits 0.7 timeouts", server(queue=int(0.7 * waits)), PAUSE_S),
        ("waits 3 timeouts", server(queue=int(3 * waits)), PAUSE_S),
        ("waits 3 timeouts, phones pause 15 times as long", server(queue=int(3 * waits)), 15 * PAUSE_S),
        ("refuses an end later than half a timeout", server(refuse_after_s=TIMEOUT_S / 2), PAUSE_S),
        ("refuses a start later than a timeout", server(refuse_after_s=TIMEOUT_S + MEAN_OF_ONE_S), PAUSE_S),
    ):
        outcome = day(model, 4 * 3600.0, pause_s)
        print(
            f"{name:<50}{outcome.complete(1500.0):>22.1%}{outcome.complete(4 * 3600.0):>8.1%}"
            f"{outcome.worked / PHONES:>16.1f}"
        )


def cost(hands: int, load: float, contention: float) -> tuple[float, float]:
    """CPU nanoseconds a request (the loop and its results included), and share refused."""
    model = replace(one_pool(hands, 0.35, queue=hands * 50, contention=contention), pipe_mbit_s=1e6)
    rng = np.random.default_rng(1)
    at = np.cumsum(rng.standard_exponential(REQUESTS)) * MEAN_S / (hands * load)
    z = rng.standard_normal(REQUESTS)
    played(Queues.of(model), at[:1000], z[:1000])
    queues = Queues.of(model)
    began = time.process_time()
    out = played(queues, at, z)
    return (time.process_time() - began) / REQUESTS * 1e9, float(np.mean(out[:, 2] == 1))


if __name__ == "__main__":
    main()
