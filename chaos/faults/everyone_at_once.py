"""Everyone begins at the same moment: all TPS that have not begun to photograph do so when it strikes."""

from chaos.fault import register
from chaos.people import PeopleFault


@register("everyone_at_once")
class EveryoneAtOnce(PeopleFault):
    """A moment more than a stretch of time: those who had begun before go on as they were."""

    tries = frozenset({"crossed", "altered", "false_refusal"})
