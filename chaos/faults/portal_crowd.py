"""A crowd looks at the results: page views on top of the ordinary ones, of totals, TPS and photos."""

from typing import Annotated

from pydantic import Field

from chaos.fault import Settings, register
from chaos.people import PeopleFault


class PortalCrowdSettings(Settings):
    """`views_per_s` in real time, over all load workers."""

    views_per_s: Annotated[float, Field(gt=0.0, le=5_000.0)] = 100.0


@register("portal_crowd")
class PortalCrowd(PeopleFault):
    """Readers behind the links of the target's kecamatan, as many views a second as it says."""

    settings = PortalCrowdSettings
    tries = frozenset({"stale", "regressed"})
