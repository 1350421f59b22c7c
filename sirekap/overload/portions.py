"""A portion for each of many who share places: a TPS whose phones stall holds its own and no others'."""

import contextlib
from collections import Counter
from collections.abc import Iterator

from sirekap.overload.admission import OverloadedError

SOON_S = 5  # to come back in


class Portions:
    """At most `most` places at once for each name."""

    def __init__(self, work: str, most: float) -> None:
        self._work = work
        self._most = most
        self._held: Counter[str] = Counter()

    @contextlib.contextmanager
    def place(self, name: str) -> Iterator[None]:
        """Hold a place of `name` inside the block.

        Raises:
            OverloadedError: `name` holds all it may.
        """
        if self._held.get(name, 0) >= self._most:
            raise OverloadedError(self._work, SOON_S)
        self._held[name] += 1
        try:
            yield
        finally:
            self._held[name] -= 1
            if not self._held[name]:
                del self._held[name]
