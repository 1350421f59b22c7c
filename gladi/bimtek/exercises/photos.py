"""Exercise 3, photograph: which photos would you send, then one of your own."""

from gladi.bimtek.album import VERDICTS, WHY
from gladi.bimtek.exercises.asking import Asking
from gladi.bimtek.exercises.materials import Materials
from gladi.bimtek.ground import Ground
from gladi.bimtek.lots import lots
from gladi.bimtek.model import Exercise, Solution


def photograph(ground: Ground, trainee: str, cards: Materials) -> tuple[Exercise, tuple[Solution, ...]]:
    """Six photos to judge by one fixed list, and the trainee's own sheet to photograph."""
    asking = Asking(3, lots(ground.seed, trainee, "photo"))
    model = cards.own.template.model
    verdicts = list(VERDICTS.values())
    for letter, picture in zip("ABCDEF", cards.pictures, strict=True):
        asking.choice(
            f"Foto {letter} (diminta halaman {picture.page}): layak dikirim, atau apa cacatnya?",
            VERDICTS[picture.fault], verdicts, WHY[picture.fault], 3, fixed=True,
            sheets=(f"foto/{picture.name}",),
        )  # fmt: skip
    asking.sheet(
        "Foto semua halaman yang Anda isi pada latihan 2, sehingga layak dikirim",
        "Tegak, tajam, terang, tidak silau; empat penanda sudut dan penanda kanan atas terlihat utuh.",
        7,
    )
    return asking.done(
        "foto", "Memotret C.Hasil", 25,
        (
            f"Diminta {model}, halaman yang tertulis di bawah foto. Pilih satu jawaban dari daftar untuk "
            "setiap foto; pada cetakan, potongan di bawahnya menunjukkan kotak angka dari dekat.",
            "Setelah itu tempelkan lembar isian Anda di dinding atau papan dan potret sendiri, sebaiknya "
            "berdua: satu memotret, satu mengatur cahaya.",
        ),
        tuple(f"foto/{picture.name}" for picture in cards.pictures),
    )  # fmt: skip
