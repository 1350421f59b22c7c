"""Orders for tests and benchmarks: one consistent TPS, and as many as wanted that differ from it."""

import datetime as dt
import random
from typing import Any

from fakeforms import Contestant, SheetOrder

NUMBERS = {
    "dpt_l": 120, "dpt_p": 133, "dpt_j": 253,
    "pengguna_dpt_l": 98, "pengguna_dpt_p": 107, "pengguna_dpt_j": 205,
    "pengguna_dptb_l": 1, "pengguna_dptb_p": 0, "pengguna_dptb_j": 1,
    "pengguna_dpk_l": 2, "pengguna_dpk_p": 3, "pengguna_dpk_j": 5,
    "pengguna_total_l": 101, "pengguna_total_p": 110, "pengguna_total_j": 211,
    "ss_diterima": 259, "ss_digunakan": 211, "ss_dikembalikan": 0, "ss_tidak_digunakan": 48,
    "disabilitas_l": 0, "disabilitas_p": 1, "disabilitas_j": 1,
    "suara_1": 67, "suara_2": 136, "suara_3": 4,
    "suara_sah": 207, "suara_tidak_sah": 4, "suara_total": 211,
}  # fmt: skip


def order(seed: int = 7, tps: str = "1708042001003", **changes: Any) -> SheetOrder:
    """The sample TPS, with any field replaced."""
    fields: dict[str, Any] = {
        "seed": seed,
        "tps": tps,
        "provinsi": "Bengkulu",
        "kab_kota": "Kepahiang",
        "kecamatan": "Ujan Mas",
        "kel_desa": "Suro Ilir",
        "nomor_tps": int(tps[-3:]) or 1 if tps.isdigit() else 1,
        "hari": "RABU",
        "tanggal": dt.date(2024, 2, 14),
        "jam_pungut": ("07:00", "13:00"),
        "jam_hitung": ("13:20", "17:45"),
        "values": NUMBERS,
        "kpps": (
            "Gara Prasetya", "Umi Lestari", "Banawi Saputra", "Citra Anggraini", "Damar Wibowo",
            "Eka Nuraini", "Fitri Handayani",
        ),
        "saksi": ("Galih Permana", "Hesti Purnama", "Irfan Maulana"),
        "contestants": (
            Contestant(1, ("Aksara Bayu", "Rinjani Laut")),
            Contestant(2, ("Cakra Dirga", "Samudra Elang")),
            Contestant(3, ("Tirta Wangi", "Gempita Raya")),
        ),
    }  # fmt: skip
    return SheetOrder(**(fields | changes))


def many(count: int, seed: int = 7) -> list[SheetOrder]:
    """Orders of different TPS with different numbers of every length."""
    draws = random.Random(seed)
    orders = []
    for number in range(1, count + 1):
        values = {
            name: draws.choice((draws.randint(0, 9), draws.randint(10, 99), draws.randint(100, 300)))
            for name in NUMBERS
        }
        orders.append(order(seed=seed, tps=f"17080420{number // 100:02d}{number % 1000:03d}", values=values))
    return orders
