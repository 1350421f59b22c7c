"""A phone's battery is empty in the middle of an upload; after some minutes it has been charged again."""

from typing import Annotated

from pydantic import Field

from chaos.fault import register
from chaos.people import PeopleFault, PeopleSettings


class PhoneBatteryEmptySettings(PeopleSettings):
    """`minutes` of human time until the phone is of use again."""

    minutes: Annotated[float, Field(gt=0.0, le=1_440.0)] = 20.0


@register("phone_battery_empty")
class PhoneBatteryEmpty(PeopleFault):
    """The next upload of each phone, while this is in force, breaks off half-way, and the phone is silent.

    Whether the page has arrived nobody knows; the phone sends it again under the same key.
    """

    settings = PhoneBatteryEmptySettings
    tries = frozenset({"lost", "duplicated", "torn"})
