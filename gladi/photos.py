"""Renders the photos of a population into a folder, on every core, with the truth beside each.

`<tps>-ppwp-<page>.jpg` and `.json`. A photo that is already there, whole and with its truth, is kept: the
bytes would be the same.
"""

import errno
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from fakeforms import pages, photograph
from gladi.failures import CannotRunError
from gladi.runfolder import whole_file
from gladi.setting import Setting, arrange
from simulators.sheets import order, page_numbers

Progress = Callable[[int, int], None]
"""Called with photos done, and of how many."""

_CHUNK_TPS = 4


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a rendering process needs to rebuild the population."""

    scenario: str
    seed: int
    scale: float
    compression: float


_setting: Setting | None = None


def _begin(recipe: Recipe) -> None:
    global _setting  # noqa: PLW0603  (one population a process)
    _setting = arrange(Path(recipe.scenario), recipe.seed, recipe.scale, recipe.compression)


def _render(folder: str, indices: Sequence[int]) -> list[tuple[str, str]]:
    """Name and digest of every photo of these TPS."""
    assert _setting is not None
    made: list[tuple[str, str]] = []
    for index in indices:
        sheets = order(_setting.population, index, _setting.scenario)
        for page in pages(sheets.form):
            name = f"{sheets.tps}-{sheets.form}-{page}"
            picture, truth = Path(folder) / f"{name}.jpg", Path(folder) / f"{name}.json"
            kept = _whole(picture, truth, sheets.seed, page_numbers(_setting.population, index, page))
            if kept is not None:
                made.append((name, kept))
                continue
            photo = photograph(sheets, page)
            with whole_file(picture) as unfinished:
                unfinished.write_bytes(photo.jpeg)
            with whole_file(truth) as unfinished:
                unfinished.write_text(json.dumps(photo.truth, ensure_ascii=False))
            made.append((name, sha256(photo.jpeg).hexdigest()))
    return made


def _whole(picture: Path, truth: Path, seed: int, numbers: dict[str, int]) -> str | None:
    """Digest of a photo that is there, agrees with its truth, and is of this seed and these numbers."""
    try:
        told = json.loads(truth.read_bytes())
        digest = sha256(picture.read_bytes()).hexdigest()
        same = (told["photo"]["sha256"], told["seed"], told["numbers"]) == (digest, seed, numbers)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return digest if same else None


def render(
    recipe: Recipe, setting: Setting, folder: Path, progress: Progress, only: Sequence[int] | None = None
) -> str:
    """Render the photos of all TPS, or of those at the indices `only`; returns the digest over all.

    Raises CannotRunError when the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(range(len(setting.population))) if only is None else list(only)
    chunks = [wanted[start : start + _CHUNK_TPS] for start in range(0, len(wanted), _CHUNK_TPS)]
    total = len(wanted) * len(pages("ppwp"))
    made: list[tuple[str, str]] = []
    with ProcessPoolExecutor(
        os.cpu_count(), mp_context=get_context("spawn"), initializer=_begin, initargs=(recipe,)
    ) as pool:
        try:
            for part in _as_done({pool.submit(_render, str(folder), chunk) for chunk in chunks}):
                made += part
                progress(len(made), total)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise CannotRunError(f"{folder}: the disk is full") from error
            raise
        finally:
            pool.shutdown(cancel_futures=True)
    return sha256("".join(f"{name} {digest}\n" for name, digest in sorted(made)).encode()).hexdigest()


def _as_done(futures: set[Future[list[tuple[str, str]]]]) -> Iterator[list[tuple[str, str]]]:
    while futures:
        done, futures = wait(futures, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
