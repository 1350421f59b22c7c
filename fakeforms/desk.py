"""The planes a photo is made on, used again for the next photo of the thread.

A photo of 12 MP passes through 80 MB of them. Given back to the system after every photo, they cost more to
get again, page by page and zeroed, than several of the steps that fill them.
"""

import threading

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


class Desk:
    """Planes by name. What was got under a name is overwritten by whoever gets it next."""

    def __init__(self) -> None:
        self._planes: dict[str, Plane] = {}

    def plane(self, name: str, shape: tuple[int, ...]) -> Plane:
        """A plane of that shape with anything in it."""
        size = int(np.prod(shape))
        if name not in self._planes or self._planes[name].size < size:
            self._planes[name] = np.empty(size, np.uint8)
        return self._planes[name][:size].reshape(shape)

    def zeros(self, name: str, shape: tuple[int, ...]) -> Plane:
        """A plane of that shape, all zero."""
        plane = self.plane(name, shape)
        plane.fill(0)
        return plane

    def copy(self, name: str, original: Plane) -> Plane:
        """A plane that begins as a copy."""
        plane = self.plane(name, original.shape)
        np.copyto(plane, original)
        return plane


_OWN = threading.local()


def mine() -> Desk:
    """The desk of this thread."""
    if not hasattr(_OWN, "desk"):
        _OWN.desk = Desk()
    desk: Desk = _OWN.desk
    return desk
