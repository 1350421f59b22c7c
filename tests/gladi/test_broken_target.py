"""A vendor's class that breaks: said by name and line, and never a verdict on the system."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from gladi.address import Address
from gladi.failures import CannotRunError
from gladi.http import Reply
from gladi.offering.crowd import NOTHING, Ask
from gladi.offering.generator import Generator
from gladi.readback import read_back
from gladi.targets import Phone, TargetError
from gladi.targets.over_http import OverHttp, fields
from scenarios import Regency
from simulators.calibration.loads import Load, arrivals
from simulators.operations import Answer, Kind, Operation
from simulators.population import Population

NOWHERE = Address("http://127.0.0.1:9")


class Breaking(OverHttp):
    """Trusts that an answer holds what it should."""

    def prepare(self, place: Regency, population: Population, forms: Sequence[str]) -> None:
        """Nothing to do."""

    def login(self, phone: Phone, operation: Operation, page: Any) -> Answer:
        """Takes a key that is not there."""
        return self.answer(phone, fields(Reply(200, b"", {}))["data"])

    def readback(self) -> Iterator[Mapping[str, Any]]:
        """Walks through nothing."""
        yield from None  # type: ignore[misc]


class Lacking(Breaking):
    """Yields rows that lack what gladi needs."""

    def readback(self) -> Iterator[Mapping[str, Any]]:
        """Without a photo."""
        yield {"tps": "1708011007002"}


def asking(kind: Kind) -> Ask:
    """A request of one operator."""
    operation = Operation(kind, "1708011007002", "1708011007002", 1, "170801", "4g", 0.0, 5.0, key="k")
    return Ask(kind, operation, NOTHING)


@pytest.mark.parametrize(("kind", "why"), [(Breaking, "TypeError"), (Lacking, "KeyError")])
def test_a_readback_that_breaks_leaves_unknown_what_is_stored(kind: type[Breaking], why: str) -> None:
    with pytest.raises(TargetError, match=rf"broke in readback: {why}.*line \d+"):
        read_back(kind(NOWHERE, 1, None))


def test_a_login_that_breaks_ends_the_measuring_and_refutes_nothing() -> None:
    load = Load("x", {"login": 1.0}, 50.0, 0.1)
    ask = asking("login")
    generator = Generator(Breaking(NOWHERE, 1, None), NOWHERE)
    with pytest.raises(
        CannotRunError, match=r"broke in login: KeyError: 'data' \(test_broken_target.py, line"
    ):
        generator.open(load, arrivals(load, 1), lambda _: ask)


def test_moment_0_is_told_by_the_clock_of_the_wall() -> None:
    """So that the record can be laid beside the system's own log."""
    load = Load("x", {"status": 1.0}, 50.0, 0.1)
    ask = asking("status")
    before = time.time()
    step = Generator(Breaking(NOWHERE, 1, None), NOWHERE).open(
        load, arrivals(load, 1), lambda _: ask, time.perf_counter() + 0.5
    )
    assert 0.499 <= step.began_epoch_s - before < 0.6
