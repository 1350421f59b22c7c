"""A login storm: every operator logs in again at the same moment, as after an update of the app."""

from typing import Annotated

from pydantic import Field

from chaos.fault import register
from chaos.people import PeopleFault, PeopleSettings


class LoginStormSettings(PeopleSettings):
    """`spread_s` of real time in which all begin."""

    spread_s: Annotated[float, Field(ge=0.0, le=600.0)] = 1.0


@register("login_storm")
class LoginStorm(PeopleFault):
    """Both operators of each TPS, if their accounts are active by then, until they are in or it is over."""

    settings = LoginStormSettings
    tries = frozenset({"forgotten", "false_refusal", "unbounded"})
