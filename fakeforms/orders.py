"""What a sheet is ordered with: one TPS, its numbers and its people. Checked on the way in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from fakeforms import order_checks
from fakeforms.templates import template
from fakeforms.templates.template import Shape, Template
from fakeforms.writing import mistakes


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who stands: a pair (two names), a party with its candidates, or one candidate. Names are invented."""

    number: int  # as on the ballot
    names: tuple[str, ...]
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOrder:
    """One TPS and everything that is written on its sheets.

    `values` holds the number of every digits field of the form (0..999 where it has three boxes),
    keyed by field id. Names are expected to be invented: a sheet is always marked SIMULASI.
    Raises OrderError naming the field and what would be right.
    """

    seed: int
    tps: str  # 13 digits PPKKCCDDDDNNN
    form: str = "ppwp"
    contestants: tuple[Contestant, ...]  # who stands, in the order of the ballot
    provinsi: str
    kab_kota: str
    kecamatan: str
    kel_desa: str
    nomor_tps: int
    hari: str  # e.g. "RABU"
    tanggal: dt.date
    jam_pungut: tuple[str, str]  # ("07:00", "13:00")
    jam_hitung: tuple[str, str]
    values: Mapping[str, int]
    kpps: tuple[str, ...]  # seven names
    saksi: tuple[str, ...]  # one name per witness cell of the form; "" where nobody came
    dapil: str = ""  # electoral district, on the forms that ask for it
    mistakes: Mapping[str, float] = field(default_factory=dict)  # name -> chance, see `writing.mistakes`

    @property
    def shape(self) -> Shape:
        """How many stand: what a form with repeated blocks needs to know to be laid out."""
        return tuple((c.number, len(c.candidates)) for c in self.contestants)

    @property
    def template(self) -> Template:
        """The form of this order, laid out for those who stand."""
        return template.load(self.form, self.shape)

    @property
    def counted_past_midnight(self) -> bool:
        """Whether the count ended on the day after the vote."""
        return self.jam_hitung[1] < self.jam_hitung[0]

    def __post_init__(self) -> None:
        order_checks.check(self)
        object.__setattr__(self, "values", order_checks.checked_values(self))
        object.__setattr__(self, "mistakes", mistakes.checked(self.mistakes, f"TPS {self.tps}"))
