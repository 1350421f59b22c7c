"""Exercise 6, correct: the app misread two numbers of sheet A; find them, put them right, say why."""

from dataclasses import dataclass

from fakeforms.truth.reading import reading
from gladi.bimtek.exercises.asking import Asking
from gladi.bimtek.exercises.materials import Materials
from gladi.bimtek.exercises.reading import Boxes, boxes, shown
from gladi.bimtek.ground import Ground
from gladi.bimtek.labels import label
from gladi.bimtek.lots import lots, sample, shuffled
from gladi.bimtek.misreading import CAUSES, Misread, misread
from gladi.bimtek.model import Exercise, Solution

_LINES, _TABLES = 5, 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what the app says it has read."""

    name: str  # with its page
    read: int
    field: str


def readings(
    ground: Ground, trainee: str, cards: Materials
) -> tuple[tuple[tuple[Line, ...], str, Misread], ...]:
    """Two tables of what was read, each with one number misread: (lines, field misread, how)."""
    draws = lots(ground.seed, trainee, "misread")
    found = boxes(cards.sheet, ground.pages)
    free = shuffled(draws, list(found))
    tables = []
    for table in range(_TABLES):
        field, how = next(
            (id, how)
            for id in free
            if (how := misread(found[id][1].written, draws, crosses_too=table == 0)) is not None
            and how.read != reading(found[id][1].written)
        )
        free.remove(field)
        others = sample(draws, free, _LINES - 1)
        free = [id for id in free if id not in others]
        ids = sorted((field, *others), key=list(found).index)
        lines = tuple(_line(cards, found, id, how.read if id == field else None) for id in ids)
        tables.append((lines, field, how))
    return tuple(tables)


def correct(
    ground: Ground, trainee: str, cards: Materials, sheet: str
) -> tuple[Exercise, tuple[Solution, ...]]:
    """For each table: which line, the right number, the likely cause."""
    asking = Asking(6, lots(ground.seed, trainee, "correct"))
    found = boxes(cards.sheet, ground.pages)
    for name, (lines, field, how) in zip("EF", readings(ground, trainee, cards), strict=True):
        written = found[field][1].written
        right = reading(written)
        assert right is not None
        why = f"Kotak berisi {shown(written)}, terbaca {how.read}."
        names = [line.name for line in lines]
        this = next(line.name for line in lines if line.field == field)
        asking.choice(
            f"Tabel {name}: baris mana yang salah baca?", this, names, why, 2, fixed=True, sheets=(sheet,)
        )
        asking.number_of(f"Tabel {name}: berapa angka yang benar menurut Lembar A?", right, why, 2, (sheet,))
        others = sample(asking.draws, [text for key, text in CAUSES.items() if key != how.cause], 3)
        asking.choice(
            f"Tabel {name}: alasan yang Anda tulis pada perbaikan?", CAUSES[how.cause], others,
            f"Yang menyesatkan adalah kotak ke-{how.box} dari kiri.", 1,
        )  # fmt: skip
    return asking.done(
        "perbaiki", "Memperbaiki salah baca", 15,
        (
            "Tabel E dan F menunjukkan angka yang dibaca aplikasi dari Lembar A. Pada setiap tabel satu "
            "angka salah baca. Kertasnya benar; yang diperbaiki bacaannya.",
            "Bila kelas memakai situs latihan: perbaiki juga satu angka pada kiriman Anda, dengan alasan.",
        ),
        (sheet,),
    )  # fmt: skip


def _line(cards: Materials, found: Boxes, field: str, misread_as: int | None) -> Line:
    page, filled = found[field]
    right = reading(filled.written)
    assert right is not None
    name = f"Halaman {page}: {label(cards.sheet, field).whole}"
    return Line(name, right if misread_as is None else misread_as, field)
