"""Exercise 4, check sums: which rule of arithmetic is broken, said in plain words; sometimes none is."""

from gladi.bimtek import arithmetic
from gladi.bimtek.breaking import Case
from gladi.bimtek.exercises.asking import Asking
from gladi.bimtek.exercises.materials import Materials
from gladi.bimtek.ground import Ground
from gladi.bimtek.lots import lots, sample
from gladi.bimtek.model import Exercise, Solution

_WRONG = 4
_OF_TALLY = "R10"
"""No table of numbers shows a tally."""


def check(
    ground: Ground, trainee: str, cards: Materials, sheet: str
) -> tuple[Exercise, tuple[Solution, ...]]:
    """One printed sheet and two tables of numbers; each breaks one rule or none."""
    asking = Asking(4, lots(ground.seed, trainee, "check"))
    for letter, case in zip("BCD", cards.cases, strict=False):
        where = "Lembar B" if letter == "B" else f"Tabel {letter}"
        _ask(asking, ground.form, where, case, (sheet,) if letter == "B" else ())
    return asking.done(
        "periksa", "Memeriksa penjumlahan", 20,
        (
            "Ambil Lembar B dan lihat Tabel C dan Tabel D. Pada masing-masing ada satu kesalahan, atau tidak "
            "ada sama sekali. Hitung ulang dan pilih kalimat yang tepat.",
            "DPT menurut Sidalih tertulis di atas setiap tabel. Cara tercepat: baris demi baris L + P, lalu "
            "kolom ke bawah, lalu surat suara, lalu suara.",
        ),
        (sheet,),
    )  # fmt: skip


def _ask(asking: Asking, form: str, where: str, case: Case, sheets: tuple[str, ...]) -> None:
    right, nothing = arithmetic.told(case.rule, form), arithmetic.told(arithmetic.SOUND, form)
    others = [
        rule for rule in arithmetic.rules_of(form) if rule != case.rule and (sheets or rule != _OF_TALLY)
    ]
    count = _WRONG if case.rule != arithmetic.SOUND else _WRONG + 1
    wrong = [arithmetic.told(rule, form) for rule in sample(asking.draws, others, count)]
    if case.rule != arithmetic.SOUND:
        wrong.append(nothing)
    else:
        wrong = [text for text in wrong if text != nothing]
    rule = f"Aturan {case.rule}. " if case.rule != arithmetic.SOUND else ""
    asking.choice(
        f"{where} (TPS {case.order.nomor_tps:03d}, {case.order.kel_desa}): apa yang salah?",
        right, wrong, rule + "; ".join(case.why), 5, last=nothing, sheets=sheets,
    )  # fmt: skip
