"""An app is killed in the middle of an upload and installed anew: session, queue and keys are gone."""

from typing import Annotated

from pydantic import Field

from chaos.fault import register
from chaos.people import PeopleFault, PeopleSettings


class PhoneAppKilledSettings(PeopleSettings):
    """`minutes` of human time until the app is installed again."""

    minutes: Annotated[float, Field(gt=0.0, le=1_440.0)] = 10.0


@register("phone_app_killed")
class PhoneAppKilled(PeopleFault):
    """Each app is lost once while this is in force; its operator logs in and photographs everything again.

    The same page then comes as another photo under another key; one that was stored is refused with 409.
    """

    settings = PhoneAppKilledSettings
    tries = frozenset({"duplicated", "altered", "torn"})
