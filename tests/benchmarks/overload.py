"""``python -m tests.benchmarks overload``: what is left of the stack at three times its knee.

For each class of work (logins, uploads of 300 KB, the portal) and for a mixed day: the knee, then once, twice
and three times as much by an open model, in which nobody waits for the server before coming. An answer counts
when it is right and came within four seconds, the time a client waits. The same against the stack without its
protection, where work is done for clients that have left; and both with clients who try again a second later
whatever they were told.

The generator has core 0 and the stack core 1. Every case is run in rounds, because the machine is shared;
the table gives medians. Trust the ratios.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.crowd import Crowd, crowd, entered
from tests.benchmarks.offered import Ask, Generator, Outcome, Retry
from tests.benchmarks.stack import CHEAP_HASH
from tests.sirekap.kpps_phone import Stack, sirekap, up

SLO_S = 4.0
LOGIN_ACCOUNTS = 64
CLIENTS = {"login": 16, "upload": 24, "portal": 64, "mixed": 64}
DAY = {"login": 2, "upload": 6, "status": 4, "portal": 20}  # of one TPS's hour, in requests
IMPATIENT = Retry(after_s=1.0, tries=4)


@dataclass(frozen=True)
class Case:
    """One row of the table; rates a second."""

    stack: str
    work: str
    clients: str
    times_knee: float
    offered: float
    good: float
    refused: float
    p50_ms: float
    p99_ms: float
    generator_late_ms: float


def main() -> None:
    """Measure, then print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each case")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--tps", type=int, default=5000, help="TPS whose pages can be uploaded")
    parser.add_argument("--work", action="append", choices=list(CLIENTS), help="only these")
    parser.add_argument("--times", type=float, nargs="+", default=[1.0, 2.0, 3.0])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    works = arguments.work or list(CLIENTS)
    knees, cases = measure(works, arguments.times, arguments.seconds, arguments.rounds, arguments.tps)
    if arguments.json:
        print(json.dumps({"knees": knees, "cases": [asdict(case) for case in cases]}))
    else:
        print(table(knees, cases))


def measure(
    works: list[str], times: list[float], seconds: float, rounds: int, tps: int
) -> tuple[dict[str, float], list[Case]]:
    """Run everything: the knees of the sound stack, then all cases on both stacks."""
    os.sched_setaffinity(0, {0})
    cores = {"SIREKAP_CPUS": "1", "SIREKAP_SESSIONS_PER_ACCOUNT": "100000"}
    cases: list[Case] = []
    with tempfile.TemporaryDirectory(prefix="sirekap-overload-") as name:
        Path(name).chmod(0o711)
        directory = Path(name) / "stack"
        try:
            tokens = _entered_cheaply(directory, cores, tps)
            stack = up(directory, environ=cores)
            people = crowd(stack, tokens, 0)
            people.logins = itertools.cycle(_with_real_hashes(stack))
            knees = {work: knee(stack, people, work, seconds / 2) for work in works}
            for number, naive in enumerate((False, True)):
                if number:
                    _down(directory)
                    stack = up(directory, environ={**cores, "SIREKAP_OVERLOAD": "naive"})
                    people.stack = stack
                for work in works:
                    offers = [Offered(work, knees[work], factor, None) for factor in times]
                    offers.append(Offered(work, knees[work], times[-1], IMPATIENT))
                    cases += [_case(stack, people, offer, seconds, rounds, naive) for offer in offers]
        finally:
            _down(directory)
    return knees, cases


def knee(stack: Stack, people: Crowd, work: str, seconds: float) -> float:
    """The most that is answered well when offered half, three quarters and all of what a closed model gets.

    A few clients that ask again on every answer keep their connections warm and never queue; strangers do
    not, so the knee of an open model may lie lower.
    """
    generator = Generator(_port(stack), patience_s=SLO_S, slo_s=SLO_S)
    closed = generator.saturate(CLIENTS[work], seconds, _maker(people, work)).goodput()
    generator.close()
    found = []
    for share in (0.5, 0.75, 1.0):
        generator = Generator(_port(stack), patience_s=SLO_S, slo_s=SLO_S)
        found.append(generator.run(closed * share, seconds, _maker(people, work)).goodput())
        generator.close()
        _settle(stack, people)
    return max(found)


@dataclass(frozen=True)
class Offered:
    """What is offered in one case."""

    work: str
    knee_per_s: float
    factor: float
    retry: Retry | None


def _case(stack: Stack, people: Crowd, offered: Offered, seconds: float, rounds: int, naive: bool) -> Case:
    outcomes = []
    for _ in range(rounds):
        generator = Generator(_port(stack), patience_s=SLO_S, slo_s=SLO_S, retry=offered.retry)
        make = _maker(people, offered.work)
        outcomes.append(generator.run(offered.knee_per_s * offered.factor, seconds, make))
        generator.close()
        _settle(stack, people)
    return _row(outcomes, offered, "naive" if naive else "sound")


def _row(outcomes: list[Outcome], offered: Offered, stack: str) -> Case:
    tallies = [tally for outcome in outcomes for tally in outcome.kinds.values()]
    latencies_s = sorted(latency for tally in tallies for latency in tally.latencies_s) or [0.0]
    seconds = sum(outcome.seconds for outcome in outcomes)
    return Case(
        stack,
        offered.work,
        "impatient" if offered.retry else "patient",
        offered.factor,
        sum(tally.offered for tally in tallies) / seconds,
        statistics.median(outcome.goodput() for outcome in outcomes),
        sum(tally.refused for tally in tallies) / seconds,
        latencies_s[len(latencies_s) // 2] * 1000,
        latencies_s[int(len(latencies_s) * 0.99)] * 1000,
        max(outcome.sent_late_s for outcome in outcomes) * 1000,
    )


def _maker(people: Crowd, work: str) -> Callable[[], Ask | None]:
    makers: dict[str, Callable[[], Ask | None]] = {
        "login": people.login,
        "upload": people.upload,
        "status": people.status,
        "portal": people.portal,
    }
    if work != "mixed":
        return makers[work]
    order = random.Random(1).sample(
        [kind for kind, count in DAY.items() for _ in range(count)], sum(DAY.values())
    )
    turns = itertools.cycle([makers[kind] for kind in order])

    def one() -> Ask | None:
        return next(turns)()

    return one


def _entered_cheaply(directory: Path, cores: dict[str, str], tps: int) -> dict[str, str]:
    """Thousands of operators logged in with a hash that costs nothing; their sessions outlive the restart."""
    stack = up(directory, environ={**cores, **CHEAP_HASH})
    tokens = entered(stack, tps)
    _down(directory)
    return tokens


def _with_real_hashes(stack: Stack) -> list[str]:
    """Operators whose passwords are hashed as in earnest, for logins."""
    return [f"{code}-1" for code in entered(stack, LOGIN_ACCOUNTS, village=90)]


def _settle(stack: Stack, people: Crowd) -> None:
    """Until the stack answers at once again, so that a case does not pay for the one before; at most 30 s."""
    deadline_s = time.monotonic() + 30.0
    quick = 0
    while quick < 2 and time.monotonic() < deadline_s:
        generator = Generator(_port(stack), patience_s=2.0, slo_s=0.25)
        outcome = generator.run(10.0, 0.5, _maker(people, "status"))
        generator.close()
        quick = quick + 1 if outcome.goodput() >= 9.0 else 0


def _down(directory: Path) -> None:
    if directory.exists():
        sirekap("down", "--dir", str(directory))


def _port(stack: Stack) -> int:
    return int(stack.url.rpartition(":")[2])


def table(knees: dict[str, float], cases: list[Case]) -> str:
    """The figures for a person."""
    peaks: dict[tuple[str, str], float] = {}
    for case in cases:
        key = (case.stack, case.work)
        peaks[key] = max(peaks.get(key, 0.0), case.good)
    lines = ["knee, a second: " + ", ".join(f"{work} {rate:.0f}" for work, rate in knees.items())]
    lines.append(
        f"{'stack':<7}{'work':<8}{'clients':<10}{'x knee':>7}{'offered':>9}{'good':>9}{'of peak':>9}"
        f"{'refused':>9}{'p50 ms':>8}{'p99 ms':>8}{'late ms':>9}"
    )
    for c in cases:
        peak = peaks["sound", c.work]
        lines.append(
            f"{c.stack:<7}{c.work:<8}{c.clients:<10}{c.times_knee:>7.1f}{c.offered:>9.0f}{c.good:>9.0f}"
            f"{c.good / peak if peak else 0.0:>9.0%}{c.refused:>9.0f}{c.p50_ms:>8.0f}{c.p99_ms:>8.0f}"
            f"{c.generator_late_ms:>9.0f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
