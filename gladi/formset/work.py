"""A set in pieces, and the processes that make them.

A piece is one page of a form for a few TPS, so that what is printed on it is drawn once and the photos
differ only by what people wrote. Pieces depend on nothing but the population: any process may make any
of them, in any order.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from fakeforms.truth.answers import answers
from gladi.failures import CannotRunError
from gladi.formset.asked import Asked
from gladi.formset.folder import write_photo, write_sheets
from gladi.formset.studio import Studio, studio

TPS_IN_A_PIECE = 24
SPLICED_IN_A_PIECE = 1500
"""Preparing a page of a base takes as long as two thousand of its photos, so few processes should have to."""
WORTH_A_PROCESS = 12
"""A process takes as long to start as this many photos take to make."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The same pages of a form for some TPS: for photos one page, for PDFs all that were asked for."""

    form: str
    pages: tuple[int, ...]
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A file of the set, and the digest of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class NotMade:
    """What could not be made, and why, in a sentence."""

    name: str
    why: str


Outcome = Made | NotMade


def make_piece(asked: Asked, folder: str, piece: Piece) -> list[Outcome]:
    """Make the files of one piece. A TPS that cannot be drawn costs its own file and no other."""
    room = studio(asked)
    done: list[Outcome] = []
    room.anticipate(piece.indices, piece.form, piece.pages[0])
    for index in piece.indices:
        name = file_name(asked, str(room.people.tps[index]), piece)
        try:
            done.append(Made(name, _make(room, Path(folder), name, index, piece)))
        except (OSError, MemoryError, CannotRunError):
            raise
        except Exception as error:  # one bad TPS must not cost the others their photos
            done.append(NotMade(name, f"{type(error).__name__}: {error}"))
    return done


def _make(room: Studio, folder: Path, name: str, index: int, piece: Piece) -> str:
    if room.asked.wanted == "photo":
        jpeg, digest, truth = room.finished(index, piece.form, piece.pages[0])
        write_photo(folder, name, jpeg, truth)
        return digest
    pdf = room.pdf(index, piece.form, piece.pages)
    write_sheets(folder / name, pdf, answers(room.order(index, piece.form), piece.pages))
    return sha256(pdf).hexdigest()


def file_name(asked: Asked, tps: str, piece: Piece) -> str:
    """Name of the file that a TPS has from a piece."""
    return (
        f"{tps}-{piece.form}-{piece.pages[0]}.jpg" if asked.wanted == "photo" else f"{tps}-{piece.form}.pdf"
    )


def in_this_process(asked: Asked, folder: Path, pieces: Sequence[Piece]) -> Iterator[list[Outcome]]:
    """One piece after the other."""
    for piece in pieces:
        yield make_piece(asked, str(folder), piece)


def in_processes(
    asked: Asked, folder: Path, pieces: Sequence[Piece], workers: int
) -> Iterator[list[Outcome]]:
    """On at most this many processes, as they get done; nothing is started for a few files."""
    files = sum(len(piece.indices) for piece in pieces)
    count = min(workers, len(pieces), files // WORTH_A_PROCESS)
    if count <= 1:
        yield from in_this_process(asked, folder, pieces)
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        try:
            yield from _as_done({pool.submit(make_piece, asked, str(folder), piece) for piece in pieces})
        except BrokenProcessPool as error:
            raise CannotRunError(
                "a rendering process was ended from outside (is there enough memory?); "
                "what is whole is kept: repeat the call, with fewer --workers"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _as_done(futures: set[Future[list[Outcome]]]) -> Iterator[list[Outcome]]:
    while futures:
        done, futures = wait(futures, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
