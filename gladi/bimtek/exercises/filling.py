"""Exercise 2, fill: a blank C.Hasil from the story of a count; totals are the trainee's own work."""

from gladi.bimtek.exercises.asking import Asking
from gladi.bimtek.exercises.materials import Materials
from gladi.bimtek.ground import Ground
from gladi.bimtek.labels import fields_of, label
from gladi.bimtek.lots import lots, sample
from gladi.bimtek.model import Exercise, Solution
from gladi.bimtek.story import READ_OUT
from simulators.contests import ELECTION

_FROM_VOTES = 3


def fill(ground: Ground, trainee: str, cards: Materials, blank: str) -> tuple[Exercise, tuple[Solution, ...]]:
    """Eight numbers that follow from the story, and the filled pages themselves."""
    draws, order = lots(ground.seed, trainee, "fill"), cards.own
    asking = Asking(2, draws)
    for id, why in _asked(ground, trainee, cards):
        asking.number_of(f"Isian Anda untuk {label(order, id).whole}", order.values[id], why, 2)
    for page, points in zip(ground.pages, _points(len(ground.pages)), strict=True):
        asking.sheet(
            f"Halaman {page} yang Anda isi",
            f"Semua angka halaman {page} sama dengan kunci; kotak tidak terpakai diberi X; "
            "terbilang dan turus sama dengan angka; nama dan tanda tangan lengkap.",
            points,
        )
    when = "tip-ex" if ELECTION[ground.form] == "pemilu-2024" else "dua garis"
    return asking.done(
        "isi", "Mengisi C.Hasil dari cerita penghitungan", 45,
        (
            f"Ambil formulir kosong. Isi semua {len(ground.pages)} halaman untuk TPS latihan Anda "
            f"({order.tps}) dari cerita penghitungan di bawah. Angka yang tidak disebut harus Anda hitung.",
            f"Tukarkan cerita dengan teman sebangku: ia membacakan {READ_OUT} surat suara terakhir satu per "
            "satu, Anda melanjutkan turus dari keadaan sementara. Lalu bergantian.",
            f"Bila salah tulis, betulkan dengan cara yang dijelaskan pelatih ({when}), jangan ditimpa.",
        ),
        (blank,),
    )  # fmt: skip


def _asked(ground: Ground, trainee: str, cards: Materials) -> list[tuple[str, str]]:
    """(field, why) of what is asked on the answer sheet: totals, and some votes."""
    order, told = cards.own, cards.story.after
    v = order.values
    votes = sum(told.values())
    asked = [
        ("dpt_j", f"{v['dpt_l']} + {v['dpt_p']}"),
        ("pengguna_total_l", "jumlah kolom L baris pengguna hak pilih"),
        ("pengguna_total_j", f"{v['pengguna_total_l']} + {v['pengguna_total_p']}"),
        (
            "ss_tidak_digunakan",
            f"{v['ss_diterima']} diterima - {v['ss_digunakan']} digunakan - "
            f"{v['ss_dikembalikan']} dikembalikan",
        ),
        ("suara_total", f"{votes} surat suara dihitung seluruhnya; sama dengan pengguna hak pilih"),
    ]
    shown = set(fields_of(order, ground.pages))
    single = [id for id in shown if id.startswith("suara_") and id.rpartition("_")[2].isdigit()]
    chosen = sample(lots(ground.seed, trainee, "asked"), sorted(single), _FROM_VOTES)
    asked += [(id, _counted(cards, id)) for id in sorted(chosen, key=list(v).index)]
    if len(chosen) < _FROM_VOTES:
        asked.append(("suara_sah", f"{v['suara_total']} - {v['suara_tidak_sah']} tidak sah"))
    return [(id, why) for id, why in asked if id in shown]


def _counted(cards: Materials, id: str) -> str:
    """How many came before and how many were read out, for the votes of one contestant."""
    parts = id.split("_")
    mark = "P" if parts[1] == "partai" else parts[-1]
    read_out = cards.story.read_out.count(mark)
    return f"{cards.story.before[mark]} sebelum dan {read_out} dari yang dibacakan"


def _points(pages: int) -> list[int]:
    """Nine points over the pages, the first ones a little more."""
    each, over = divmod(9, pages)
    return [each + (number < over) for number in range(pages)]
