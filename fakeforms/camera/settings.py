"""What may be asked of the camera; everything else about a photo is drawn from the seed."""

from dataclasses import dataclass

from fakeforms.errors import OrderError

_LEAST_MP, _MOST_MP = 0.5, 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """The phone that takes the photo.

    `megapixels` of a 3:4 portrait frame; None: what the app publishes, about 1000 px wide and 2:3.
    `quality` of the JPEG, 1..100; None: what keeps the file between 0.3 and 1 MB.
    Raises OrderError naming the setting and what would be right.
    """

    megapixels: float | None = None
    quality: int | None = None

    def __post_init__(self) -> None:
        if self.megapixels is not None and not _LEAST_MP <= self.megapixels <= _MOST_MP:
            raise OrderError(f"megapixels: {self.megapixels!r} is outside {_LEAST_MP}..{_MOST_MP}")
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise OrderError(f"quality: {self.quality!r} is outside 1..100")


PUBLISHED = Camera()
"""Photos as the election's portal showed them."""
