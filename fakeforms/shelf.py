"""Keep what is costly to make, the least recently used going first, within a number of bytes.

`functools.lru_cache` counts entries; a sheet at 12 MP takes ten times the memory of one at 1 MP, and forms
have from three to twenty pages.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from numpy.typing import NDArray

Array = TypeVar("Array", bound=NDArray[Any])


class Shelf(Generic[Array]):
    """Arrays by key; `most_bytes` is exceeded only by a single array that is larger by itself."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, Array] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Array]) -> Array:
        """What is kept under `key`, made if it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        made.setflags(write=False)
        with self._lock:
            if key not in self._kept:  # another thread may have been quicker
                self._kept[key] = made
                self._bytes += made.nbytes
            while self._bytes > self.most_bytes and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= gone.nbytes
        return made
