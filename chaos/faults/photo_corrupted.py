"""Photos are damaged on the way: as long as they were, with other bytes than their digest announces."""

from typing import Annotated

from pydantic import Field

from chaos.fault import register
from chaos.people import PeopleFault, PeopleSettings


class PhotoCorruptedSettings(PeopleSettings):
    """`uploads` is the share of attempts that arrive damaged, drawn for each anew."""

    uploads: Annotated[float, Field(gt=0.0, le=1.0)] = 0.5


@register("photo_corrupted")
class PhotoCorrupted(PeopleFault):
    """A damaged upload must be refused (it is recorded as such a probe); the phone then tries again."""

    settings = PhotoCorruptedSettings
    tries = frozenset({"torn", "altered"})
