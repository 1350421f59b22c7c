"""An operator goes on with another phone: the account is bound to the first until the help desk frees it."""

from typing import Annotated

from pydantic import Field

from chaos.fault import register
from chaos.people import PeopleFault, PeopleSettings


class PhoneSwappedSettings(PeopleSettings):
    """`help_desk_minutes` of human time until the help desk has freed the account and given a new code."""

    help_desk_minutes: Annotated[float, Field(gt=0.0, le=1_440.0)] = 30.0


@register("phone_swapped")
class PhoneSwapped(PeopleFault):
    """Each operator who sends while this is in force changes the phone once; the login is refused at first.

    A target without a help desk leaves that operator outside for good.
    """

    settings = PhoneSwappedSettings
    tries = frozenset({"duplicated", "unauthorised", "forgotten"})
