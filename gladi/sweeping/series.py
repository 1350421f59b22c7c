"""Points in any order: what is finished is not played again, and one that fails loses no other."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gladi.sweeping.asked import Asked
from gladi.sweeping.playing import Row, finished
from gladi.sweeping.points import Point

Spread = Callable[[Asked, Sequence[Point], Path], Iterator[tuple[Point, Row]]]
"""Who plays the points, in any order."""

Told = Callable[[Row], None]
"""Called with the row of every point that is done."""


class Series:
    """The points of one sweep and their rows, in the order in which they were asked for."""

    def __init__(self, asked: Asked, folder: Path, spread: Spread, told: Told) -> None:
        self._asked, self._folder, self._spread, self._told = asked, folder, spread, told
        self._order: list[Point] = []
        self._rows: dict[str, Row] = {}
        self.resumed = 0
        """Points that were there already."""

    @property
    def rows(self) -> list[Row]:
        """Those that are done."""
        return [self._rows[point.name] for point in self._order if point.name in self._rows]

    def play(self, points: Sequence[Point]) -> list[Row]:
        """Their rows, in the order of the points; raises KeyboardInterrupt with `rows` as far as it came."""
        missing = []
        for point in points:
            if point.name in self._rows:
                continue
            self._order.append(point)
            row = finished(self._folder, point.digest(self._asked))
            if row is None:
                missing.append(point)
            else:
                self.resumed += 1
                self._done(point, row | self._who(point))
        if missing:
            for point, row in self._spread(self._asked, missing, self._folder):
                self._done(point, row)
        return [self._rows[point.name] for point in points]

    def _done(self, point: Point, row: Row) -> None:
        self._rows[point.name] = row
        self._told(row)

    def _who(self, point: Point) -> dict[str, Any]:
        return {
            "point": point.digest(self._asked),
            "values": dict(point.values),
            "replication": point.replication,
            "seed": point.seed,
            "changed": [*self._asked.changed, *point.changed],
            "took_s": 0.0,
        }
