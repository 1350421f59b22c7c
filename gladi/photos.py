"""The photos of a rehearsal: all pages that its operators will send, with the truth beside each.

The same files as `gladi forms` makes of the same scenario and seed, so either may use what the other left.
"""

import os
from functools import partial
from pathlib import Path

from gladi.failures import CannotRunError
from gladi.formset.asked import Asked
from gladi.formset.making import Progress, make
from gladi.formset.selection import Selection
from gladi.formset.work import in_processes

_FORM = "ppwp"


def render(asked: Asked, tps: int, folder: Path, progress: Progress, hands: int = 0) -> str:
    """Render the photos of the `tps` TPS of a scenario into a folder; returns the digest over all.

    `hands` is the number of processes that share the work: 1 is this one alone, 0 one for each core.

    Raises CannotRunError when the disk is full, and naming the first photo that could not be made.
    """
    cores = hands or len(os.sched_getaffinity(0))
    everything = Selection(tuple(range(tps)), (_FORM,))
    made = make(asked, everything, folder, progress, partial(in_processes, workers=cores), cores)
    if made.not_made:
        first = made.not_made[0]
        raise CannotRunError(
            f"{len(made.not_made)} photos cannot be made; the first is {first.name}: {first.why}"
        )
    return made.sha256
