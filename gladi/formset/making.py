"""The story of a set: see what is there, make what is missing, tell what could not be made."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby, zip_longest
from pathlib import Path

from fakeforms.errors import ShapeError, TemplateError
from fakeforms.splice.press import BASES, base_of
from gladi.failures import UsageError
from gladi.formset import folder as files
from gladi.formset.asked import Asked
from gladi.formset.selection import Selection
from gladi.formset.studio import Studio, studio
from gladi.formset.work import (
    SPLICED_IN_A_PIECE,
    TPS_IN_A_PIECE,
    Made,
    NotMade,
    Outcome,
    Piece,
    file_name,
)

Progress = Callable[[int, int], None]
"""Called with files done, and of how many."""

Spread = Callable[[Asked, Path, Sequence[Piece]], Iterator[list[Outcome]]]
"""Who makes the pieces: this process, several, or a cluster."""


@dataclass(slots=True)
class Set:
    """What came of it, in order of name."""

    files: list[Made] = field(default_factory=list)
    not_made: list[NotMade] = field(default_factory=list)
    drawn: int = 0  # files that were not there before

    @property
    def sha256(self) -> str:
        """Over names and bytes of all files."""
        return sha256("".join(f"{one.name} {one.sha256}\n" for one in self.files).encode()).hexdigest()


def make(
    asked: Asked, selection: Selection, folder: Path, progress: Progress, spread: Spread, hands: int
) -> Set:
    """Make the files of a set into `folder`; `hands` is how many processes will share the work.

    What is there already, whole and of the same order, is kept. Raises UsageError for pages that no form
    has, CannotRunError where the folder cannot be written to or the disk is full.
    """
    out = Set()
    wanted = _wanted(studio(asked), selection, out)
    files.ready(folder)
    missing: list[Piece] = []
    for piece in wanted:
        left = [index for index in piece.indices if not _is_there(studio(asked), index, piece, folder, out)]
        missing.append(Piece(piece.form, piece.pages, tuple(left)))
    total = len(out.files) + sum(len(piece.indices) for piece in missing)
    cut = _cut_by_base(studio(asked), missing) if asked.engine == "splice" else _cut(missing, hands)
    for outcomes in spread(asked, folder, cut):
        out.files += [one for one in outcomes if isinstance(one, Made)]
        out.not_made += [one for one in outcomes if isinstance(one, NotMade)]
        out.drawn += sum(isinstance(one, Made) for one in outcomes)
        progress(len(out.files) + len(out.not_made), total)
    out.files.sort(key=lambda one: one.name)
    out.not_made.sort(key=lambda one: one.name)
    return out


def _wanted(room: Studio, selection: Selection, out: Set) -> list[Piece]:
    """Form by form and page by page, every TPS of the selection."""
    pieces = []
    there: dict[str, set[int]] = {}
    for form in selection.forms:
        by_page: dict[int, list[int]] = {}
        for pages, indices in _laid_out(room, form, selection.indices, out):
            there.setdefault(form, set()).update(pages)
            chosen = tuple(page for page in pages if not selection.pages or page in selection.pages)
            if room.asked.wanted == "pdf" and chosen:
                pieces.append(Piece(form, chosen, indices))
                continue
            for page in chosen:
                by_page.setdefault(page, []).extend(indices)
        pieces += [Piece(form, (page,), tuple(sorted(by_page[page]))) for page in sorted(by_page)]
    if there and not set(selection.pages) <= set().union(*there.values()):
        known = "; ".join(f"{form} has pages 1 to {max(pages)}" for form, pages in there.items())
        raise UsageError(f"--pages {','.join(map(str, selection.pages))}: {known}")
    return pieces


def _laid_out(
    room: Studio, form: str, indices: Sequence[int], out: Set
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """(page numbers, TPS): who stands, and so how many pages a form has, is the same within a kecamatan."""
    for _, group in groupby(indices, key=lambda index: str(room.people.kecamatan[index])):
        members = tuple(group)
        for index in members:
            try:
                pages = room.pages(index, form)
            except ValueError as error:  # FakeFormsError and ContestError among them
                if isinstance(error, TemplateError) and not isinstance(error, ShapeError):
                    raise UsageError(f"form {form!r}: {error}") from error
                trouble = f"{type(error).__name__}: {error}"
                continue
            yield pages, members
            break
        else:
            out.not_made += [NotMade(f"{room.people.tps[index]}-{form}", trouble) for index in members]


def _is_there(room: Studio, index: int, piece: Piece, folder: Path, out: Set) -> bool:
    """Whether the file is kept; PDFs are made anew, which takes no longer than looking."""
    name = file_name(room.asked, str(room.people.tps[index]), piece)
    if room.asked.wanted == "pdf" or not (folder / name).exists():
        return False
    found = files.kept(folder / name)
    if found is None or found[1] != room.digest(index, piece.form, piece.pages[0]):
        return False
    out.files.append(Made(name, found[0]))
    return True


def _cut(pieces: Sequence[Piece], hands: int) -> list[Piece]:
    """Pieces small enough that all hands end at about the same time."""
    count = sum(len(piece.indices) for piece in pieces)
    return list(_parts(pieces, max(1, min(TPS_IN_A_PIECE, count // (4 * hands)))))


def _cut_by_base(room: Studio, pieces: Sequence[Piece]) -> list[Piece]:
    """Large pieces that are each spliced from one base, which a process prepares before it begins.

    Those of one base alternate with those of the next, so that processes seldom change theirs.
    """
    cut = []
    for piece in pieces:
        base = [base_of(room.people.seed, str(room.people.tps[index])) for index in piece.indices]
        by_base = []
        for one in range(BASES):
            own = tuple(index for index, of in zip(piece.indices, base, strict=True) if of == one)
            by_base.append(_parts([Piece(piece.form, piece.pages, own)], SPLICED_IN_A_PIECE))
        cut += [part for together in zip_longest(*by_base) for part in together if part]
    return cut


def _parts(pieces: Sequence[Piece], size: int) -> Iterator[Piece]:
    for piece in pieces:
        for start in range(0, len(piece.indices), size):
            yield Piece(piece.form, piece.pages, piece.indices[start : start + size])
