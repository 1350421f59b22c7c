"""The story of a count, to fill a C.Hasil from: what lay on the tables, and who got each ballot.

Counting all ballots of a TPS takes an hour, so the story gives how the count stood before the last thirty,
and then those thirty one by one; a neighbour reads them out, as the second KPPS member does. Totals are left
to the trainee. That the story leads to the numbers of the TPS is tested.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fakeforms.orders import SheetOrder
from gladi.bimtek.labels import label, rows_of
from gladi.bimtek.lots import lots, shuffled
from simulators.contests import BY_PARTY

READ_OUT = 30
"""Ballots that are read out: about two minutes, with the tally marks."""
INVALID = "TS"
OTHERS = "Lain"


@dataclass(frozen=True, slots=True)
class Story:
    """What a trainee is told. `before`: mark -> votes before the ballots that are read out."""

    place: tuple[tuple[str, str], ...]  # what stands in the head of the sheet
    rows: tuple[tuple[str, str, int, int], ...]  # part, name, men, women; sums are not told
    facts: tuple[tuple[str, str, int], ...]  # part, name, number
    marks: tuple[tuple[str, str], ...]  # mark, whose it is
    before: Mapping[str, int]
    read_out: tuple[str, ...]  # marks in the order of the ballots

    @property
    def after(self) -> dict[str, int]:
        """How many ballots have each mark when all are counted."""
        count = Counter(self.before)
        count.update(self.read_out)
        return dict(count)


def story(order: SheetOrder, pages: Sequence[int], seed: int) -> Story:
    """The count of a TPS, told so that its sheets can be filled."""
    value = order.values
    cells = _cells(order, pages)
    votes = {mark: value[id] for mark, (id, _) in cells.items()}
    if order.form in BY_PARTY:
        votes[OTHERS] = value["suara_sah"] - sum(votes.values())
    votes[INVALID] = value["suara_tidak_sah"]
    ballots = [mark for mark, count in votes.items() for _ in range(count)]
    last = tuple(shuffled(lots(seed, order.tps, "ballots"), ballots)[:READ_OUT])
    before = Counter(ballots)
    before.subtract(last)
    marks = [(mark, says) for mark, (_, says) in cells.items()]
    if OTHERS in votes:
        marks.append((OTHERS, "suara sah untuk partai lain (halamannya diisi rekan Anda)"))
    marks.append((INVALID, "suara tidak sah"))
    return Story(
        place=_place(order),
        rows=tuple(
            (part, says, value[f"{row}_l"], value[f"{row}_p"])
            for row, (part, says) in rows_of(order.form).items()
            if not row.endswith("_total")
        ),
        facts=tuple(
            (label(order, id).part, label(order, id).says, value[id])
            for id in ("ss_diterima", "ss_dikembalikan")
        ),
        marks=tuple(marks),
        before={mark: before[mark] for mark in votes},
        read_out=last,
    )


def _cells(order: SheetOrder, pages: Sequence[int]) -> dict[str, tuple[str, str]]:
    """What a ballot can be counted for on these pages: mark -> (field, whose it is)."""
    on_pages = {field.id for page in pages for field in order.template.page(page).fields}
    cells: dict[str, tuple[str, str]] = {}
    for one in order.contestants:
        if order.form in BY_PARTY:
            if f"suara_partai_{one.number}" not in on_pages:
                continue
            cells["P"] = (f"suara_partai_{one.number}", f"hanya partai nomor {one.number}, {one.names[0]}")
            for place, name in enumerate(one.candidates, 1):
                cells[str(place)] = (f"suara_calon_{one.number}_{place}", f"calon nomor {place}, {name}")
        else:
            id = f"suara_calon_{one.number}" if order.form == "dpd" else f"suara_{one.number}"
            cells[str(one.number)] = (id, f"nomor {one.number}, {' - '.join(one.names)}")
    return cells


def _place(order: SheetOrder) -> tuple[tuple[str, str], ...]:
    told = [
        ("Hari, tanggal", f"{order.hari}, {order.tanggal:%d-%m-%Y}"),
        ("Provinsi", order.provinsi),
        ("Kabupaten/Kota", order.kab_kota),
        ("Kecamatan", order.kecamatan),
        ("Kelurahan/Desa", order.kel_desa),
        ("Nomor TPS", f"{order.nomor_tps:03d}"),
        ("Pemungutan suara", f"{order.jam_pungut[0]} s.d. {order.jam_pungut[1]}"),
        ("Penghitungan suara", f"{order.jam_hitung[0]} s.d. {order.jam_hitung[1]}"),
    ]
    if order.dapil and "dapil" in order.template.lines:
        told.insert(2, ("Daerah pemilihan", order.dapil))
    return tuple(told)
