"""The words of an order: what is printed for it, and what people write on its lines."""

from functools import lru_cache

from fakeforms.orders import Contestant, SheetOrder
from fakeforms.templates.template import Page, Shape, load
from fakeforms.writing.terbilang import terbilang

_MONTHS = (
    "JANUARI", "FEBRUARI", "MARET", "APRIL", "MEI", "JUNI",
    "JULI", "AGUSTUS", "SEPTEMBER", "OKTOBER", "NOVEMBER", "DESEMBER",
)  # fmt: skip

Texts = tuple[tuple[str, str], ...]


def printed(order: SheetOrder) -> Texts:
    """Words printed on the sheets of an election, the same for every TPS that votes for the same people.

    (name, text) pairs: tahun_angka, serial, jabatan and Jabatan (the office in a Pilkada), peserta_<number>_1
    and _2 (names of a contestant), caleg_<number>_<i> (candidates of a party). What differs from TPS to TPS
    is not printed but written, so the serial is nobody's.
    """
    office = "WALIKOTA" if _is_kota(order) else "BUPATI"
    return (
        ("tahun_angka", str(order.tanggal.year)),
        ("serial", "000000000"),
        ("jabatan", office),
        ("Jabatan", office.title()),
        *_names(order.contestants),
    )


def printed_on(order: SheetOrder, page: Page) -> Texts:
    """Those of the printed words that stand on one page, so that equal pages are seen to be equal."""
    return tuple((name, text) for name, text in printed(order) if name in page.words)


def unnamed(form: str, shape: Shape = ()) -> Texts:
    """The same words on a sheet that belongs to no election."""
    template = load(form, shape)
    contestants = tuple(
        Contestant(number, template.unnamed, tuple("NAMA CALON" for _ in range(candidates)))
        for number, candidates in template.shape
    )
    return (
        ("tahun_angka", "20.."),
        ("serial", "000000000"),
        ("jabatan", "BUPATI"),
        ("Jabatan", "Bupati"),
        *_names(contestants),
    )


@lru_cache(maxsize=64)
def _names(contestants: tuple[Contestant, ...]) -> Texts:
    texts = []
    for one in contestants:
        first, second = (*one.names, "", "")[:2]
        texts += [(f"peserta_{one.number}_1", first.upper()), (f"peserta_{one.number}_2", second.upper())]
        texts += [(f"caleg_{one.number}_{k}", name.upper()) for k, name in enumerate(one.candidates, 1)]
    return tuple(texts)


def _is_kota(order: SheetOrder) -> bool:
    """A kota has a code from 71 on (Kemendagri), or says so."""
    return order.tps[2:4] >= "71" or order.kab_kota.upper().startswith("KOTA ")


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
        "dapil": order.dapil,
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
