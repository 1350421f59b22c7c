"""How an app misreads a handwritten number, as was seen in 2024, for the exercise that puts it right.

Pairs from the field notes (7.2): an X in an unused box read as 8, 1 as 4 or 7, a closed 4 as 9, 3 as 8, 2 as
7, 0 as 8, 9 as 4. Which of them happens where is drawn; how often they happen is not modelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fakeforms.draws import Draws

_READ_AS = {"X": "8", "1": "47", "4": "9", "3": "8", "2": "7", "0": "8", "9": "4"}
CAUSES = {
    "X": "Tanda X di kotak yang tidak terpakai terbaca sebagai angka 8",
    "1": "Angka 1 terbaca sebagai angka 4 atau 7",
    "4": "Angka 4 yang tertutup atasnya terbaca sebagai angka 9",
    "3": "Angka 3 terbaca sebagai angka 8",
    "2": "Angka 2 terbaca sebagai angka 7",
    "0": "Angka 0 terbaca sebagai angka 8",
    "9": "Angka 9 terbaca sebagai angka 4",
}


@dataclass(frozen=True, slots=True)
class Misread:
    """A number as it was read, and the box that misled the reader."""

    read: int
    cause: str  # a key of CAUSES
    box: int  # from the left, from 1


def misread(written: Sequence[str], draws: Draws, crosses_too: bool = True) -> Misread | None:
    """A wrong reading of these boxes; None if nothing in them is ever misread.

    A cross is only misread next to digits or other crosses, and then every other cross is taken for nothing.
    """
    likely = [box for box, mark in enumerate(written) if mark in _READ_AS and (crosses_too or mark != "X")]
    crosses = [box for box in likely if written[box] == "X"]
    if not likely:
        return None
    box = draws.pick(crosses) if crosses and draws.chance(0.5) else draws.pick(likely)
    mark = written[box]
    figures = [one if one.isdigit() else "0" for one in written]
    figures[box] = draws.pick(_READ_AS[mark])
    return Misread(int("".join(figures)), mark, box + 1)
