"""The profiles: what a stack is made of, in the order of its start. The end goes the other way."""

from collections.abc import Callable
from dataclasses import dataclass

from sirekap.settings import Settings
from sirekap.stack.full.profile import full, programs, settle
from sirekap.stack.part import Part, Site
from sirekap.stack.postgres.part import PostgresPart
from sirekap.stack.serving import serving

Stages = tuple[tuple[Part, ...], ...]
"""Parts that start together, stage after stage."""


@dataclass(frozen=True)
class Profile:
    """`programs` must be on this machine; `settle` fills in ports; `stages` makes the parts."""

    programs: Callable[[Settings], tuple[str, ...]]
    settle: Callable[[Settings], Settings]
    stages: Callable[[Site], Stages]
    debian_postgres: bool


def embedded(site: Site) -> Stages:
    """Nothing but Python and its wheels: PostgreSQL, then the workers, which share the public port."""
    return (PostgresPart(site),), serving(site)


PROFILES = {
    "embedded": Profile(lambda _: (), lambda settings: settings, embedded, debian_postgres=False),
    "full": Profile(programs, settle, full, debian_postgres=True),
}


def parts(site: Site) -> dict[str, Part]:
    """Every part of this stack by its name."""
    return {part.name: part for stage in PROFILES[site.settings.profile].stages(site) for part in stage}
