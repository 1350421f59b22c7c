"""Exercise 5, send offline: the steps, what the icons say, and what to do when the day goes wrong."""

from gladi.bimtek.exercises.asking import Asking
from gladi.bimtek.ground import Ground
from gladi.bimtek.lots import lots, sample
from gladi.bimtek.model import Exercise, Solution
from gladi.bimtek.situations import SITUATIONS, STATES, STEPS

_ICONS = ("kamera", "awan", "centang")
_SITUATIONS = 3


def send_offline(ground: Ground, trainee: str) -> tuple[Exercise, tuple[Solution, ...]]:
    """The order of the steps, two states of a page, three situations."""
    draws = lots(ground.seed, trainee, "offline")
    asking = Asking(5, draws)
    asking.order(
        "Urutkan langkah mengirim dari TPS tanpa sinyal (tulis hurufnya berurutan)",
        STEPS,
        "Aplikasi harus pernah masuk selagi ada sinyal; foto dan angka diperiksa di TPS selagi plano masih "
        "ada; yang dibawa ke tempat bersinyal hanya HP-nya.",
        5,
    )
    pages = sample(draws, range(1, 4), 2)
    for page, state in zip(sorted(pages), sample(draws, STATES, 2), strict=True):
        shown = ", ".join(
            f"{icon} {'hijau' if lit else 'abu-abu'}" for icon, lit in zip(_ICONS, state.icons, strict=True)
        )
        asking.choice(
            f"Ikon halaman {page}: {shown}. Apa yang harus dilakukan?",
            state.do,
            [other.do for other in STATES if other is not state],
            f"Halaman itu {state.means}.",
            2,
        )
    for situation in sample(draws, SITUATIONS, _SITUATIONS):
        asking.choice(
            f"{situation.says} Apa yang Anda lakukan?", situation.right, situation.wrong, situation.why, 2
        )
    return asking.done(
        "luring", "Mengirim tanpa sinyal", 15,
        (
            "Tiga ikon menunjukkan keadaan setiap halaman: kamera (sudah difoto), awan (sudah sampai di "
            "server), centang (angka sudah dipastikan).",
            "Bila kelas memakai situs latihan: matikan data seluler, potret, simpan, lalu nyalakan kembali "
            "dan lihat ikonnya berubah.",
        ),
    )  # fmt: skip
