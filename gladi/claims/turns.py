"""Whose turn it is: every claim once, in the order of the file, then those that are still undecided."""

from collections.abc import Mapping, Sequence

from scenarios.claims import Claim


class Turns:
    """Shares out the time that is left: the next playing goes to whoever has had the least of it so far.

    With holds alike that is in turn. `most` says how often each may be played; no claim goes without its
    first playing, whatever the time.
    """

    def __init__(self, claims: Sequence[Claim], most: Mapping[str, int], warm_s: float) -> None:
        self._most = most
        self._warm_s = warm_s
        self._undecided = list(claims)
        self._had_s = {one.id: 0.0 for one in claims}
        self._played = {one.id: 0 for one in claims}

    def next(self, left_s: float) -> Claim | None:
        """Who is played now, with `left_s` of the time for all left; None where nobody is any more."""
        may = [
            one
            for one in self._undecided
            if not self._played[one.id]
            or (self._played[one.id] < self._most[one.id] and self._warm_s + one.hold <= left_s)
        ]
        return min(may, key=lambda one: (self._played[one.id] > 0, self._had_s[one.id]), default=None)

    def times(self, claim: Claim) -> int:
        """How often it has been played."""
        return self._played[claim.id]

    def took(self, claim: Claim, seconds: float, settled: bool) -> None:
        """It was played for so long; `settled`: playing it again would be in vain."""
        self._had_s[claim.id] += seconds
        self._played[claim.id] += 1
        if settled:
            self._undecided.remove(claim)
