"""A place with its TPS counted, and the places within it. What pages show of them: `reports.atlas.page`."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.words import Text


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A TPS that is not whole: what it lacks ("halaman 2"), why, and how it reaches the network."""

    code: str
    number: int
    lacks: Text
    why: Text
    link: str
    empty: bool
    """Not one page is in."""


@dataclass(frozen=True, slots=True)
class Area:
    """Complete, partial and missing TPS of a place; `inner` are the places in it, `unfinished` its own TPS.

    `code` has the digits of Kemendagri without points: two for a province, four, six, ten for a desa;
    "" is all.
    """

    code: str
    name: str
    expected: int
    complete: int
    partial: int
    inner: tuple["Area", ...] = ()
    unfinished: tuple[Unfinished, ...] = ()

    @property
    def missing(self) -> int:
        """TPS without a single page."""
        return self.expected - self.complete - self.partial

    @property
    def open(self) -> int:
        """TPS that are not whole."""
        return self.expected - self.complete

    @property
    def share(self) -> float:
        """Complete over expected."""
        return self.complete / self.expected if self.expected else 0.0

    def walk(self) -> Iterator["Area"]:
        """This place and every place in it, outermost first."""
        yield self
        for one in self.inner:
            yield from one.walk()

    def at(self, digits: int) -> tuple["Area", ...]:
        """Every place whose code has so many digits."""
        return tuple(one for one in self.walk() if len(one.code) == digits)


CLASSES: tuple[tuple[float, str], ...] = (
    (1.0, "c6"),
    (0.99, "c5"),
    (0.95, "c4"),
    (0.90, "c3"),
    (0.80, "c2"),
    (0.0, "c1"),
)
"""Shade of a place by its share: whole, at least so much, and less. Names are classes of atlas.css."""


def class_of(share: float) -> str:
    """The shade of a share."""
    return next(name for least, name in CLASSES if share >= least)


def gathered(areas: list[Area], code: str, name: str) -> Area:
    """A place that consists of these."""
    return Area(
        code,
        name,
        sum(one.expected for one in areas),
        sum(one.complete for one in areas),
        sum(one.partial for one in areas),
        tuple(sorted(areas, key=lambda one: one.code)),
    )
