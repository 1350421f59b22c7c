"""Both operators of a TPS send the same pages, at the same time and each from a photo of their own."""

from chaos.fault import register
from chaos.people import PeopleFault


@register("both_send")
class BothSend(PeopleFault):
    """The second operator does not look first what has arrived; one of the two gets 409 for each page.

    Felt by TPS whose photographing begins before its end.
    """

    tries = frozenset({"duplicated", "crossed", "altered"})
