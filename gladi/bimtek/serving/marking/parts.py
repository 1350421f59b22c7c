"""The parts of a mark: what was looked at, what it is worth, what is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is marked. `share` of `weight` is given, 0 to 1.

    `says` is what was found, `better` what to do next time, `names` the mistakes by name, for the class
    board.
    """

    id: str
    title: str
    weight: int
    share: float
    says: tuple[str, ...]
    better: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def marked(parts: Iterable[Part], points: int) -> dict[str, Any]:
    """The mark as it is kept and shown, out of so many points: whole ones, and all only if nothing lacks."""
    kept = list(parts)
    weight = sum(one.weight for one in kept)
    share = sum(one.weight * one.share for one in kept) / weight if weight else 0.0
    whole = all(one.share >= 1.0 for one in kept)
    gained = points if whole else min(points - 1, round(points * share))
    return {
        "points": max(0, gained),
        "most": points,
        "parts": [asdict(one) for one in kept],
        "better": _once(sentence for one in kept for sentence in one.better),
        "names": _once(name for one in kept for name in one.names),
        "word": word(gained, points),
    }


def word(gained: int, points: int) -> str:
    """A kind word for so many points of so many."""
    share = gained / points if points else 0.0
    if share >= 1.0:
        return "Sempurna. Pertahankan!"
    if share >= 0.85:
        return "Bagus sekali. Tinggal sedikit lagi."
    if share >= 0.6:
        return "Sudah benar jalannya. Perbaiki yang ditandai, lalu coba lagi."
    return "Belum apa-apa, ini memang latihan. Baca sarannya, lalu coba lagi."


def best(marks: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The best of several marks, None of none."""
    return max(marks, key=lambda mark: int(mark["points"]), default=None)


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
