"""What may be asked of the camera; everything else about a photo is drawn from the seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fakeforms.camera import fault, scenes
from fakeforms.errors import OrderError

_LEAST_MP, _MOST_MP = 0.5, 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """The phone that takes the photo.

    `megapixels` of a 3:4 portrait frame; None: what the app publishes, about 1000 px wide and 2:3.
    `quality` of the JPEG, 1..100; None: what keeps the file between 0.3 and 1 MB.
    `scene`: the light, one of `scenes.NAMES`; None: drawn for each TPS.
    `faults`: what goes wrong, name -> chance 0..1, see `camera.faults`; drawn for each photo.
    Raises OrderError naming the setting and what would be right.
    """

    megapixels: float | None = None
    quality: int | None = None
    scene: str | None = None
    faults: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.megapixels is not None and not _LEAST_MP <= self.megapixels <= _MOST_MP:
            raise OrderError(f"megapixels: {self.megapixels!r} is outside {_LEAST_MP}..{_MOST_MP}")
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise OrderError(f"quality: {self.quality!r} is outside 1..100")
        if self.scene is not None and self.scene not in scenes.NAMES:
            raise OrderError(f"scene: {self.scene!r} is unknown; known: {', '.join(scenes.NAMES)}")
        for name, chance in self.faults.items():
            fault.called(name)
            if not 0.0 <= chance <= 1.0:
                raise OrderError(f"faults[{name!r}]: {chance!r} is not a chance; expected 0..1")
        object.__setattr__(self, "faults", dict(self.faults))


PUBLISHED = Camera()
"""Photos as the election's portal showed them."""
