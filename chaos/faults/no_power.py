"""Hours without power at the TPS: its phones are silent, uploads break off, and then all is sent at once."""

from chaos.fault import register
from chaos.people import PeopleFault


@register("no_power")
class NoPower(PeopleFault):
    """Nobody photographs or sends while it lasts; afterwards the pages come in one burst."""

    tries = frozenset({"lost", "duplicated"})
