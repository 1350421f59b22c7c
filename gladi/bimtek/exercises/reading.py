"""Exercise 1, read: numbers off a filled sheet, and what is written on it as it should not be."""

from collections.abc import Sequence

from fakeforms.draws import Draws
from fakeforms.orders import SheetOrder
from fakeforms.truth.reading import reading
from fakeforms.writing import filling
from fakeforms.writing.filled import Filled
from gladi.bimtek.exercises.asking import Asking
from gladi.bimtek.exercises.materials import SLIPS, Materials
from gladi.bimtek.ground import Ground
from gladi.bimtek.labels import label
from gladi.bimtek.lots import lots, shuffled
from gladi.bimtek.model import Exercise, Solution

_NUMBERS, _ZEROS, _VOTES = 8, 2, 3
_OTHER_SLIPS = 3
_NOTHING_WRONG = "Tidak ada: semua ditulis menurut aturan"

Boxes = dict[str, tuple[int, Filled]]
"""Field id -> page, what is in its boxes."""


def boxes(order: SheetOrder, pages: tuple[int, ...]) -> Boxes:
    """Numbers of these pages that a careful person reads as they were meant."""
    out: Boxes = {}
    for page in pages:
        for filled in filling.fill(order, order.template.page(page)).fields:
            if filled.field.kind == "digits" and reading(filled.written) == filled.intended:
                out[filled.field.id] = (page, filled)
    return out


def read(ground: Ground, trainee: str, cards: Materials, sheet: str) -> tuple[Exercise, tuple[Solution, ...]]:
    """Eight numbers, most of them with something to stumble over, then one question about the writing."""
    draws = lots(ground.seed, trainee, "read")
    asking = Asking(1, draws)
    found = boxes(cards.sheet, ground.pages)
    for id in sorted(_picked(found, draws), key=list(found).index):
        page, filled = found[id]
        answer = reading(filled.written)
        assert answer is not None  # `boxes` keeps only those that can be read
        asks = f"Halaman {page}: {label(cards.sheet, id).whole}"
        why = f"Kotak berisi {shown(filled.written)}. {_why(filled)}".strip()
        asking.number_of(asks, answer, why, 1, (sheet,))
    _writing(asking, cards, sheet)
    return asking.done(
        "baca", "Membaca C.Hasil", 15,
        (
            f"Ambil Lembar A (TPS {cards.sheet.nomor_tps:03d}, {cards.sheet.kel_desa}). Lembar itu sudah "
            "diisi orang lain. Tulis setiap angka seperti yang Anda baca.",
            "Tanda X atau garis di kotak berarti kotak itu tidak terpakai; X X X berarti nol. Jangan "
            "menebak: bila ragu, lihat angka yang sama dengan huruf atau turusnya.",
        ),
        (sheet,),
    )  # fmt: skip


def shown(written: Sequence[str]) -> str:
    """What stands in boxes, for a key: 'X 6 2', '- - 3'."""
    return " ".join({"dash": "-", "": "(kosong)"}.get(mark, mark) for mark in written)


def _picked(found: Boxes, draws: Draws) -> list[str]:
    """Some numbers to stumble over, few of them zeros, and some from the pages of the votes."""
    mixed = shuffled(draws, list(found))
    zeros = [id for id in mixed if found[id][1].intended == 0]
    votes = [id for id in mixed if found[id][0] > 1 and id not in zeros]
    tricky = [id for id in mixed if _why(found[id][1]) and id not in zeros]
    wanted = dict.fromkeys((*zeros[:_ZEROS], *votes[:_VOTES], *tricky, *mixed))
    return list(wanted)[:_NUMBERS]


def _why(filled: Filled) -> str:
    """What there is to stumble over in these boxes, for the key."""
    told = []
    if filled.struck:
        told.append(
            "Angka yang salah dicoret dan angka yang benar ditulis di atasnya; yang di atas yang berlaku."
        )
    if filled.tipexed:
        told.append("Di bawah angka ini ada cairan penghapus; yang berlaku angka di atasnya.")
    if set(filled.written) <= {"X", "dash"}:
        told.append("Semua kotak dicoret berarti nol.")
    elif "X" in filled.written or "dash" in filled.written:
        told.append("Kotak yang dicoret tidak terpakai, bukan angka 8.")
    elif "" in filled.written:
        told.append("Kotak kosong tidak terpakai.")
    return " ".join(told)


def _writing(asking: Asking, cards: Materials, sheet: str) -> None:
    asks = "Apa yang ditulis atau diisi tidak menurut aturan pada Lembar A?"
    slip = cards.slip
    name = slip.name if slip is not None else ""
    bubbles = any(field.bubbles for page in cards.sheet.template.pages for field in page.fields)
    others = [text for key, text in SLIPS.items() if key != name and (bubbles or "bubble" not in key)]
    wrong = shuffled(asking.draws, others)[:_OTHER_SLIPS]
    if slip is None:
        why = "Semua kotak, bulatan, huruf, turus, dan tanda tangan pada lembar ini sesuai."
        asking.choice(asks, _NOTHING_WRONG, wrong, why, 2, last=_NOTHING_WRONG, sheets=(sheet,))
        return
    why = f"Terlihat pada {_where(cards, slip.fields)}."
    asking.choice(asks, SLIPS[name], [*wrong, _NOTHING_WRONG], why, 2, last=_NOTHING_WRONG, sheets=(sheet,))


def _where(cards: Materials, fields: tuple[str, ...]) -> str:
    """Where on the sheet these fields are, for people."""
    sheet = cards.sheet.template
    told = []
    for page in sheet.pages:
        for field in page.fields:
            if field.id not in fields:
                continue
            if field.kind == "signature":
                who, _, number = field.id.rpartition("_")
                told.append(f"tanda tangan {'KPPS' if who == 'kpps' else 'saksi'} nomor {number}")
            else:
                told.append(f"halaman {page.number}: {label(cards.sheet, field.of or field.id).whole}")
    return "; ".join(dict.fromkeys(told))
