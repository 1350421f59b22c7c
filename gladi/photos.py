"""The photos of a rehearsal: all pages that its operators will send, with the truth beside each.

The same files as `gladi forms` makes of the same scenario and seed, so either may use what the other left.
"""

import os
from collections.abc import Iterable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from gladi.failures import CannotRunError
from gladi.formset.asked import Asked
from gladi.formset.making import Progress, make
from gladi.formset.selection import Selection
from gladi.formset.work import Made, in_processes


def render(
    asked: Asked, forms: Sequence[str], tps: int, folder: Path, progress: Progress, hands: int = 0
) -> str:
    """Render the photos of these forms of the `tps` TPS of a scenario; returns the digest over all.

    `hands` is the number of processes that share the work: 1 is this one alone, 0 one for each core.

    Raises CannotRunError when the disk is full, and naming the first photo that could not be made.
    """
    return digest_of(
        (one.name, one.sha256) for one in made(asked, forms, tuple(range(tps)), folder, progress, hands)
    )


def made(
    asked: Asked,
    forms: Sequence[str],
    indices: tuple[int, ...],
    folder: Path,
    progress: Progress,
    hands: int = 0,
) -> list[Made]:
    """Render the photos of the TPS with these indices, as `render` does; the files."""
    cores = hands or len(os.sched_getaffinity(0))
    found = make(
        asked, Selection(indices, tuple(forms)), folder, progress, partial(in_processes, workers=cores), cores
    )
    if found.not_made:
        first = found.not_made[0]
        raise CannotRunError(
            f"{len(found.not_made)} photos cannot be made; the first is {first.name}: {first.why}"
        )
    return found.files


def digest_of(photos: Iterable[tuple[str, str]]) -> str:
    """The digest over (name, sha256) of a set's files, whoever made them."""
    return sha256("".join(f"{name} {digest}\n" for name, digest in sorted(photos)).encode()).hexdigest()
