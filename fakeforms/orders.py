"""What a sheet is ordered with: one TPS, its numbers and its people. Checked on the way in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import index

from fakeforms.errors import OrderError
from fakeforms.templates import template
from fakeforms.templates.template import Shape, Template


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
        if not (self.tps.isascii() and self.tps.isdigit() and len(self.tps) == 13):
            raise OrderError(f"tps: {self.tps!r} is not a TPS code; expected 13 digits, e.g. '1708042001003'")
        if not 1 <= self.nomor_tps <= 999:
            raise OrderError(f"nomor_tps of TPS {self.tps}: {self.nomor_tps} is outside 1..999")
        for name, hours in (("jam_pungut", self.jam_pungut), ("jam_hitung", self.jam_hitung)):
            for hour in hours:
                _check_clock(name, hour, self.tps)
        for name in ("provinsi", "kab_kota", "kecamatan", "kel_desa", "hari"):
            if not str(getattr(self, name)).strip():
                raise OrderError(
                    f"{name} of TPS {self.tps}: is empty; expected the text written on the sheet"
                )
        _check_people(self)
        object.__setattr__(self, "values", _checked_values(self))


def _check_clock(name: str, hour: str, tps: str) -> None:
    parts = hour.split(":")
    sound = len(parts) == 2 and all(len(p) == 2 and p.isascii() and p.isdigit() for p in parts)
    if not sound or int(parts[0]) > 23 or int(parts[1]) > 59:
        raise OrderError(
            f"{name} of TPS {tps}: {hour!r} is not a time of day; expected 'hh:mm', e.g. '07:00'"
        )


def _check_people(order: SheetOrder) -> None:
    form = order.template
    signers = {(f.who, f.index) for page in form.pages for f in page.fields if f.kind == "signature"}
    for who, names in (("kpps", order.kpps), ("saksi", order.saksi)):
        expected = max((index for kind, index in signers if kind == who), default=0)
        if len(names) != expected:
            raise OrderError(f"{who} of TPS {order.tps}: {len(names)} names, expected {expected}")
        for position, name in enumerate(names, 1):
            if who == "kpps" and not name.strip():
                raise OrderError(f"{who}[{position}] of TPS {order.tps}: is empty; expected an invented name")


def _checked_values(order: SheetOrder) -> dict[str, int]:
    numbers = [f for page in order.template.pages for f in page.fields if f.kind == "digits"]
    missing = [f.id for f in numbers if f.id not in order.values]
    if missing:
        raise OrderError(f"values of TPS {order.tps}: missing {', '.join(missing)}")
    unknown = sorted(set(order.values) - {f.id for f in numbers})
    if unknown:
        raise OrderError(f"values of TPS {order.tps}: form {order.form!r} has no field {', '.join(unknown)}")
    return {f.id: _number(order, f.id, 10 ** len(f.boxes) - 1) for f in numbers}


def _number(order: SheetOrder, field: str, largest: int) -> int:
    given: object = order.values[field]
    try:
        value = -1 if isinstance(given, bool) else index(given)  # type: ignore[arg-type]
    except TypeError:
        value = -1
    if not 0 <= value <= largest:
        raise OrderError(
            f"values[{field!r}] of TPS {order.tps}: {given!r} does not fit its boxes; "
            f"expected a whole number 0..{largest}"
        )
    return value
