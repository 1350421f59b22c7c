"""The words of an order: what is printed for it, and what people write on its lines."""

from fakeforms.orders import SheetOrder
from fakeforms.writing.terbilang import terbilang

_MONTHS = (
    "JANUARI", "FEBRUARI", "MARET", "APRIL", "MEI", "JUNI",
    "JULI", "AGUSTUS", "SEPTEMBER", "OKTOBER", "NOVEMBER", "DESEMBER",
)  # fmt: skip


def printed(order: SheetOrder) -> tuple[tuple[str, str], ...]:
    """Words printed on the sheets of an election, the same for every TPS, as (name, text) pairs."""
    texts = [("tahun_angka", str(order.tanggal.year)), ("serial", "000000000")]
    for contestant in order.contestants:
        number, (presiden, wakil) = contestant.number, contestant.names
        texts += [(f"paslon_{number}_presiden", presiden.upper()), (f"paslon_{number}_wakil", wakil.upper())]
    return tuple(texts)


def unnamed(pairs: int = 3) -> tuple[tuple[str, str], ...]:
    """The same words on a sheet that belongs to no election."""
    texts = [("tahun_angka", "20.."), ("serial", "000000000")]
    for number in range(1, pairs + 1):
        texts += [
            (f"paslon_{number}_presiden", "NAMA CALON PRESIDEN"),
            (f"paslon_{number}_wakil", "NAMA CALON WAKIL"),
        ]
    return tuple(texts)


def written(order: SheetOrder) -> dict[str, str]:
    """Text for every line and date field that a form may have, and the choice of every alternative."""
    day = order.tanggal
    texts = {
        "hari": order.hari,
        "tanggal": terbilang(day.day),
        "bulan": _MONTHS[day.month - 1],
        "tahun": terbilang(day.year),
        "provinsi": order.provinsi,
        "kab_kota": order.kab_kota,
        "kecamatan": order.kecamatan,
        "kel_desa": order.kel_desa,
        "nomor_tps": f"{order.nomor_tps:03d}",
        "nomor_tps_huruf": terbilang(order.nomor_tps),
        "ditetapkan_di": order.kel_desa,
        "tgl": f"{day.day:02d}",
        "bln": f"{day.month:02d}",
        "thn": f"{day.year:04d}",
    }
    # the seventh digit of a TPS code tells a kelurahan (1) from a desa (2)
    texts["kelurahan_atau_desa"] = "kelurahan" if order.tps[6] == "1" else "desa"
    texts["hari_hitung"] = "setelahnya" if order.counted_past_midnight else "yang sama"
    for name, hours in (("jam_pungut", order.jam_pungut), ("jam_hitung", order.jam_hitung)):
        for end, clock in zip(("mulai", "selesai"), hours, strict=True):
            texts[f"{name}_{end}_jam"], texts[f"{name}_{end}_menit"] = clock.split(":")
    return texts
