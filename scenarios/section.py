"""What every table of a scenario file is made of: strictness, and the kinds of figures it may hold."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
Count = Annotated[int, Field(ge=0)]
Json = str | int | float | bool | list[str]


class Section(BaseModel):
    """A table of the file: frozen, and closed to keys that are not listed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
