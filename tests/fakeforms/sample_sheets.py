"""Orders for tests and benchmarks: one consistent TPS, as many as wanted that differ from it, every form."""

import datetime as dt
import random
from typing import Any

from fakeforms import Contestant, SheetOrder
from fakeforms.templates import template
from fakeforms.templates.template import Shape

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


def sample(
    form: str = "ppwp", seed: int = 7, tps: str = "1708042001003", shape: Shape = (), **changes: Any
) -> SheetOrder:
    """An order for any form whose numbers add up, for a typical field of contestants or for `shape`."""
    laid_out = template.load(form, shape)
    pilkada = laid_out.election == "pilkada-2024"
    draws = random.Random(f"{seed} {tps} {form}")
    contestants = tuple(_contestant(form, number, size) for number, size in laid_out.shape)
    values = _pilkada(draws) if pilkada else _pemilu(draws)
    _share_out(values, form, laid_out.shape, draws)
    names = draws.sample(_PEOPLE, len(_PEOPLE))
    fields: dict[str, Any] = {
        "form": form,
        "values": values,
        "contestants": contestants,
        "saksi": tuple(
            "" if len(contestants) > 3 and place % 4 == 3 else names[place % len(names)]
            for place in range(len(contestants))
        ),
        "tanggal": dt.date(2024, 11, 27) if pilkada else dt.date(2024, 2, 14),
        "dapil": "BENGKULU" if form == "dpr" else "BENGKULU 2",
    }
    return order(seed, tps, **(fields | changes))


_PEOPLE = (
    "Galih Permana", "Hesti Purnama", "Irfan Maulana", "Joko Santoso", "Kartika Dewi", "Lukman Hakim",
    "Mega Puspita", "Nanda Pratama", "Oktavia Sari", "Purwanto Adi", "Ratih Kumala", "Surya Kencana",
    "Taufik Rahman", "Utami Wulandari", "Vina Maharani", "Wahyu Nugroho", "Yusuf Ramadhan", "Zahra Aulia",
)  # fmt: skip


def _contestant(form: str, number: int, size: int) -> Contestant:
    if form in ("dpr", "dprd-prov", "dprd-kab"):
        people = tuple(f"{_PEOPLE[(number + k) % len(_PEOPLE)]}, S.H." for k in range(size))
        return Contestant(number, (f"Partai Contoh {number}",), people)
    pair = (_PEOPLE[number % len(_PEOPLE)], _PEOPLE[(number + 7) % len(_PEOPLE)])
    return Contestant(number, pair[:1] if form == "dpd" else pair)


def _pemilu(draws: random.Random) -> dict[str, int]:
    values: dict[str, int] = {}
    _by_sex(values, "dpt", draws.randint(100, 150), draws.randint(100, 150))
    _by_sex(values, "pengguna_dpt", draws.randint(70, 100), draws.randint(70, 100))
    _by_sex(values, "pengguna_dptb", draws.randint(0, 3), draws.randint(0, 3))
    _by_sex(values, "pengguna_dpk", draws.randint(0, 3), draws.randint(0, 3))
    _total(values, "pengguna_total", ("pengguna_dpt", "pengguna_dptb", "pengguna_dpk"))
    _by_sex(values, "disabilitas", draws.randint(0, 2), draws.randint(0, 2))
    return values | _ballots(values)


def _pilkada(draws: random.Random) -> dict[str, int]:
    values: dict[str, int] = {}
    _by_sex(values, "dpt", draws.randint(220, 290), draws.randint(220, 290))
    _by_sex(values, "dpph", draws.randint(0, 3), draws.randint(0, 3))
    _by_sex(values, "dptb", draws.randint(0, 5), draws.randint(0, 5))
    _total(values, "pemilih_total", ("dpt", "dpph", "dptb"))
    _by_sex(values, "pengguna_dpt", draws.randint(150, 210), draws.randint(150, 210))
    for name in ("dpph", "dptb"):
        _by_sex(values, f"pengguna_{name}", values[f"{name}_l"], values[f"{name}_p"])
    _total(values, "pengguna_total", ("pengguna_dpt", "pengguna_dpph", "pengguna_dptb"))
    _by_sex(values, "pemilih_disabilitas", draws.randint(1, 3), draws.randint(1, 3))
    _by_sex(values, "pengguna_disabilitas", draws.randint(0, 1), draws.randint(0, 1))
    return values | _ballots(values)


def _by_sex(values: dict[str, int], name: str, men: int, women: int) -> None:
    values |= {f"{name}_l": men, f"{name}_p": women, f"{name}_j": men + women}


def _total(values: dict[str, int], name: str, parts: tuple[str, ...]) -> None:
    for sex in "lpj":
        values[f"{name}_{sex}"] = sum(values[f"{part}_{sex}"] for part in parts)


def _ballots(values: dict[str, int]) -> dict[str, int]:
    received, used = values["dpt_j"] + values["dpt_j"] // 50 + 1, values["pengguna_total_j"]
    return {
        "ss_diterima": max(received, used),
        "ss_digunakan": used,
        "ss_dikembalikan": 0,
        "ss_tidak_digunakan": max(received, used) - used,
    }


def _share_out(values: dict[str, int], form: str, shape: Shape, draws: random.Random) -> None:
    """Give every vote to somebody, and add up what the form adds up."""
    cells = [f"suara_{number}" for number, _ in shape]
    if form == "dpd":
        cells = [f"suara_calon_{number}" for number, _ in shape]
    if form in ("dpr", "dprd-prov", "dprd-kab"):
        cells = [f"suara_partai_{number}" for number, _ in shape]
        cells += [f"suara_calon_{number}_{k}" for number, size in shape for k in range(1, size + 1)]
    votes = dict.fromkeys(cells, 0)
    total = values["ss_digunakan"]
    invalid = draws.randint(0, total // 20)
    for cell in draws.choices(cells, [draws.random() ** 4 + 0.001 for _ in cells], k=total - invalid):
        votes[cell] += 1
    values |= votes
    if form in ("dpr", "dprd-prov", "dprd-kab"):
        for number, size in shape:
            values[f"jumlah_partai_calon_{number}"] = votes[f"suara_partai_{number}"] + sum(
                votes[f"suara_calon_{number}_{k}"] for k in range(1, size + 1)
            )
    values |= {"suara_sah": total - invalid, "suara_tidak_sah": invalid, "suara_total": total}
