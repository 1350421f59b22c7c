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

_CHUNK = 12
_FORM = "ppwp"


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


def _render(folder: str, wanted: Sequence[tuple[int, int]]) -> list[tuple[str, str]]:
    """Draw photos, given as (index of the TPS, page); name and digest of each."""
    assert _setting is not None
    made: list[tuple[str, str]] = []
    for index, page in wanted:
        sheets = order(_setting.population, index, _setting.scenario)
        picture, truth = _files(Path(folder), sheets.tps, page)
        photo = photograph(sheets, page)
        with whole_file(picture) as unfinished:
            unfinished.write_bytes(photo.jpeg)
        with whole_file(truth) as unfinished:
            unfinished.write_text(json.dumps(photo.truth, ensure_ascii=False))
        made.append((picture.stem, sha256(photo.jpeg).hexdigest()))
    return made


def _files(folder: Path, tps: str, page: int) -> tuple[Path, Path]:
    name = f"{tps}-{_FORM}-{page}"
    return folder / f"{name}.jpg", folder / f"{name}.json"


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
    people = setting.population
    total = 0
    made: list[tuple[str, str]] = []
    missing: list[tuple[int, int]] = []
    for index in range(len(people)) if only is None else only:
        for page in pages(_FORM):
            total += 1
            picture, truth = _files(folder, str(people.tps[index]), page)
            kept = _whole(picture, truth, setting.seed, page_numbers(people, index, page))
            if kept is None:
                missing.append((index, page))
            else:
                made.append((picture.stem, kept))
    for part in _drawn(recipe, folder, missing):
        made += part
        progress(len(made), total)
    return sha256("".join(f"{name} {digest}\n" for name, digest in sorted(made)).encode()).hexdigest()


def _drawn(
    recipe: Recipe, folder: Path, missing: Sequence[tuple[int, int]]
) -> Iterator[list[tuple[str, str]]]:
    """Draw what is missing on every core; nothing is started where nothing is missing."""
    if not missing:
        return
    chunks = [missing[start : start + _CHUNK] for start in range(0, len(missing), _CHUNK)]
    with ProcessPoolExecutor(
        os.cpu_count(), mp_context=get_context("spawn"), initializer=_begin, initargs=(recipe,)
    ) as pool:
        try:
            yield from _as_done({pool.submit(_render, str(folder), chunk) for chunk in chunks})
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise CannotRunError(f"{folder}: the disk is full") from error
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _as_done(futures: set[Future[list[tuple[str, str]]]]) -> Iterator[list[tuple[str, str]]]:
    while futures:
        done, futures = wait(futures, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
