"""What a set of forms is made of: everything that decides its bytes, but for which TPS it has."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from fakeforms import Camera, FakeFormsError
from gladi.failures import UsageError

Chances = tuple[tuple[str, float], ...]
"""What goes wrong, and how often: (name, 0..1) in order of name."""


@dataclass(frozen=True)
class Asked:
    """A choice of everything; hashable, and the same for every process that works on the set.

    `wanted`: photos, or vector PDFs of filled sheets; a PDF knows no camera.
    Raises UsageError for a light, fault or mistake that does not exist.
    """

    scenario: str  # the file
    seed: int
    scale: float = 1.0
    wanted: Literal["photo", "pdf"] = "photo"
    paper: str = "plano"
    engine: Literal["full", "splice"] = "full"
    mistakes: Chances = ()
    faults: Chances = ()
    scene: str | None = None
    megapixels: float | None = None
    quality: int | None = None

    def __post_init__(self) -> None:
        try:
            _ = self.camera
        except FakeFormsError as error:
            raise UsageError(str(error)) from error
        for option, chances in (("--mistakes", self.mistakes), ("--faults", self.faults)):
            if self.engine == "splice" and chances:
                raise UsageError(f"{option}: only the full engine makes them; leave out --engine splice")

    @cached_property
    def camera(self) -> Camera:
        """The phone of this set."""
        return Camera(
            megapixels=self.megapixels, quality=self.quality, scene=self.scene, faults=dict(self.faults)
        )

    def settings(self) -> dict[str, Any]:
        """What the manifest tells about how its files were made; no path, so that it reads alike anywhere."""
        told: dict[str, Any] = {"mistakes": dict(self.mistakes)}
        if self.wanted == "pdf":
            return told | {"paper": self.paper}
        return told | {
            "engine": self.engine,
            "faults": dict(self.faults),
            "scene": self.scene,
            "megapixels": self.megapixels,
            "quality": self.quality,
        }
