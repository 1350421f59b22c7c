"""What generators on other machines are ordered, and the messages beside those of a rehearsal's load.

They join as a rehearsal's workers do (`gladi.load.shard`: hello, clocks, order, ready; placed, beats, done);
everything that is asked of them then goes by these:

    master                                      worker
    PLAY   verb, what is given with it      ->
                                            <-  TOLD   what, and its content
                                            <-  PIECE  of the columns of a step that has ended
    MORE   the next piece, please           ->

Verbs are `place`, `start` (of the signs of life, each of which is `heard`), `enter`, `moves` and `settle`
before the first step, then those of `hand`, `halt` and, at the end, `stop`.
"""

from dataclasses import dataclass

from gladi.load.built import Built

PLAY, TOLD, PIECE, MORE = "gladi_play", "gladi_told", "gladi_piece", "gladi_more"

PIECE_BYTES = 1 << 19
"""Small enough that no beat waits for one on a slow line."""


@dataclass(frozen=True, slots=True)
class OfferOrder:
    """Everything from which a generator rebuilds the crowd. `scenario` is the text of its file.

    The first `own` of `tps` are the conductor's, to look at the system with; the others are dealt to the
    `workers`. `population` is the conductor's digest. `purpose` is what the system must consent to;
    `max_rate_per_s` is what it consents to, over all generators, 0 for no limit.
    """

    purpose: str
    scenario: str
    seed: int
    tps: int
    own: int
    workers: int
    population: str
    built: Built
    max_rate_per_s: float = 0.0
    host: str = "127.0.0.1"
    port: int = 0
    timetable: str = ""
    """There is none; a worker of a rehearsal would have one, and both are compared alike."""

    def share(self, part: int) -> range:
        """Indices of the TPS of one generator."""
        return range(self.own + part, self.tps, self.workers)
