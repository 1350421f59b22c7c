"""The page for readers: one region or one TPS of one form, whole in its first answer, without scripts.

Made for a cheap phone on a slow link: one request, its style inside, photos only when they are scrolled to.
Every place has an address of its own that can be shared: /hasil/<form>/<digits of the region or TPS>.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sirekap.forms.fields import BY_PARTY
from sirekap.portal.kinds import KIND_OF, NAMES
from sirekap.portal.published import WIB
from sirekap.portal.shown import Ballot, RegionLine, Shown, StationLine
from sirekap.portal.totals import totals

TEMPLATES = Path(__file__).with_name("templates")
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")

# nothing may be loaded or run but what is ours: no scripts at all, the one style by its digest, our photos
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'sha256-"
        + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
}

LEVELS = {
    "nasional": "Nasional",
    "provinsi": "Provinsi",
    "kab_kota": "Kabupaten/Kota",
    "kecamatan": "Kecamatan",
    "kel_desa": "Kelurahan/Desa",
}
BELOW = {
    "nasional": "Provinsi",
    "provinsi": "Kabupaten/Kota",
    "kab_kota": "Kecamatan",
    "kecamatan": "Kelurahan/Desa",
    "kel_desa": "TPS",
}
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
    "November", "Desember",
)  # fmt: skip
COMPARED = 4  # so many contestants have a column each in the table of regions; of more only the sum is shown

# shorter than on the sheet (forms/labels.py), for narrow screens
VOTERS = {
    "dpt": "DPT",
    "dpph": "DPPh",
    "dptb": "DPTb",
    "pemilih_total": "Jumlah pemilih",
    "pengguna_dpt": "Pengguna hak pilih: DPT",
    "pengguna_dpph": "Pengguna hak pilih: DPPh",
    "pengguna_dptb": "Pengguna hak pilih: DPTb",
    "pengguna_dpk": "Pengguna hak pilih: DPK",
    "pengguna_total": "Jumlah pengguna hak pilih",
    "disabilitas": "Pemilih disabilitas",
    "pemilih_disabilitas": "Pemilih disabilitas",
    "pengguna_disabilitas": "Disabilitas yang memilih",
}
PAPERS = {
    "ss_diterima": "Surat suara diterima",
    "ss_digunakan": "Surat suara digunakan",
    "ss_dikembalikan": "Surat suara dikembalikan (rusak/keliru coblos)",
    "ss_tidak_digunakan": "Surat suara tidak digunakan",
    "suara_sah": "Suara sah",
    "suara_tidak_sah": "Suara tidak sah",
    "suara_total": "Suara sah dan tidak sah",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads somewhere, or stands for where we are."""

    text: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a column; `title` says it in full."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and beside it on wide screens a count."""

    text: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A region or TPS in the table of what lies below."""

    name: str
    url: str
    progress: str
    of: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate of a party."""

    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class VoteLine:
    """A contestant; `party` are a party's own votes, without its candidates'."""

    number: int
    name: str
    votes: int
    percent: float
    party: int = 0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A page of the form; `url` is None while it is missing."""

    page: int
    url: str | None = None
    web: str = ""
    alt: str = ""
    stored_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """A line of numbers."""

    name: str
    cells: tuple[int | None, ...]


def region_page(shown: Shown, ballot: Ballot, staleness_s: float) -> bytes:
    """The page of a region."""
    region = shown.region
    votes = totals(shown.form, ballot, region.contest, region.sums)
    columns, below = _below(shown, ballot)
    return _rendered(
        "region.html",
        **_frame(shown, ballot, region.digits, staleness_s),
        place={"name": region.name, "level": LEVELS[region.level]},
        path=_path(shown.form, shown.path, None),
        tps_in=region.tps_in,
        tps_total=region.tps_total,
        progress=share(region.tps_in, region.tps_total),
        votes=_vote_lines(shown.form, ballot, votes, region.sums),
        below=below,
        below_name=BELOW[region.level],
        below_says="suara dalam persen" if len(columns) > 1 else "suara sah",
        progress_name="TPS masuk" if region.level != "kel_desa" else "Status",
        columns=columns,
    )


def station_page(shown: Shown, ballot: Ballot, staleness_s: float) -> bytes:
    """The page of a TPS."""
    (station,) = shown.stations
    numbers: dict[str, int] = {}
    for page in station.pages.values():
        numbers.update(page["numbers"])
    votes = {int(number): count for number, count in station.votes.items()}
    name = _station_name(station)
    return _rendered(
        "station.html",
        **_frame(shown, ballot, station.tps, staleness_s),
        place={"name": f"{name}, {shown.region.name}", "level": f"Kode {station.tps}"},
        path=_path(shown.form, shown.path, name),
        status=_status(station, ballot.pages),
        votes=_vote_lines(shown.form, ballot, votes, numbers) if station.is_in else (),
        photos=[_photo(station, page) for page in range(1, ballot.pages + 1)],
        administration=_figures(VOTERS, numbers, ("_l", "_p", "_j")),
        papers=_figures(PAPERS, numbers, ("",)),
    )


@cache
def missing_page() -> bytes:
    """The page for what is not there."""
    return _rendered("missing.html")


def address(form: str, digits: str) -> str:
    """Where a region or TPS is shown."""
    return f"/hasil/{form}" if digits == "0" else f"/hasil/{form}/{digits}"


def number(value: int | None) -> str:
    """1234567 as 1.234.567; a dash for what was not written."""
    return "–" if value is None else f"{value:,}".replace(",", ".")


def percent(value: float) -> str:
    """12.345 as 12,35, without the sign."""
    return f"{value:.2f}".replace(".", ",")


def at(time: datetime) -> str:
    """A time in words, in WIB."""
    local = time.astimezone(WIB)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} pukul {local:%H.%M.%S} WIB"


def share(part: int, whole: int) -> float:
    """Part of whole in percent; 0 of nothing."""
    return 100 * part / whole if whole else 0.0


def _frame(shown: Shown, ballot: Ballot, digits: str, staleness_s: float) -> dict[str, Any]:
    steps = [line.digits for line in shown.path[1:]]
    steps += [digits] if len(digits) == 13 else []
    return {
        "form_name": NAMES[shown.form],
        "title": ballot.title or NAMES[shown.form],
        "forms": [
            Link(NAMES[form], address(form, digits), form == shown.form)
            for form in NAMES
            if form in shown.forms or form == shown.form
        ],
        "here": address(shown.form, digits),
        "json": "/pemilu/hhcw/" + "/".join((KIND_OF[shown.form], *steps)) + ".json",
        "as_of": shown.as_of,
        "staleness_s": f"{staleness_s:g}".replace(".", ","),
        "late": shown.age_s > staleness_s,
    }


def _path(form: str, regions: Sequence[RegionLine], last: str | None) -> list[Link]:
    links = [
        Link(region.name, address(form, region.digits), last is None and region is regions[-1])
        for region in regions
    ]
    return [*links, Link(last, "", True)] if last else links


def _below(shown: Shown, ballot: Ballot) -> tuple[tuple[Column, ...], list[Row]]:
    """Columns and rows of the regions or TPS below."""
    form, contest = shown.form, shown.region.contest
    compared = ballot.contestants if contest and len(ballot.contestants) <= COMPARED else ()
    columns = tuple(Column(f"{one.number:02d}", one.name) for one in compared) or (Column("Suara"),)

    def cells(votes: Mapping[int, int], total: int) -> tuple[Cell, ...]:
        if not compared:
            return (Cell(number(total)),)
        counts = [votes.get(one.number, 0) for one in compared]
        if not sum(counts):
            return tuple(Cell("–") for _ in counts)
        return tuple(
            Cell(f"{share(count, sum(counts)):.1f}".replace(".", ","), number(count)) for count in counts
        )

    rows = [
        Row(
            line.name,
            address(form, line.digits),
            f"{share(line.tps_in, line.tps_total):.1f}\u00a0%".replace(".", ",") if line.tps_total else "–",
            f"{number(line.tps_in)}/{number(line.tps_total)}" if line.tps_total else "",
            cells(
                totals(form, ballot, line.contest, line.sums) if line.contest == contest else {},
                line.sums.get("suara_sah", 0),
            ),
        )
        for line in shown.below
    ]
    for station in shown.stations:
        votes = {int(name): count for name, count in station.votes.items()}
        state = "masuk" if station.is_in else "sebagian" if station.changed_at else "belum"
        rows.append(
            Row(
                _station_name(station),
                address(form, station.tps),
                state,
                "",
                cells(votes, sum(votes.values())),
            )
        )
    return columns, rows


def _vote_lines(
    form: str, ballot: Ballot, votes: Mapping[int, int], numbers: Mapping[str, int]
) -> list[VoteLine]:
    everything = sum(votes.values())
    return [
        VoteLine(
            one.number,
            one.name,
            votes.get(one.number, 0),
            share(votes.get(one.number, 0), everything),
            numbers.get(f"suara_partai_{one.number}", 0),
            tuple(
                Candidate(name, numbers.get(f"suara_calon_{one.number}_{k}", 0))
                for k, name in enumerate(one.candidates, start=1)
            )
            if form in BY_PARTY
            else (),
        )
        for one in ballot.contestants
        if votes
    ]


def _status(station: StationLine, pages: int) -> str:
    if not station.pages:
        return "Belum ada yang masuk dari TPS ini."
    parts = [f"{len(station.pages)} dari {pages} halaman sudah masuk"]
    parts += ["suara sudah dihitung" if station.is_in else "suara belum dihitung"]
    parts += ["KPPS menyatakan sesuai"] if station.confirmed else []
    return "; ".join(parts) + "."


def _photo(station: StationLine, page: int) -> Photo:
    stored = station.pages.get(str(page))
    if stored is None:
        return Photo(page)
    original = f"/public/v1/photos/{stored['sha256']}.jpg"
    return Photo(
        page,
        original,
        f"/public/v1/photos/{stored['sha256']}/web.jpg",
        f"Foto C.Hasil halaman {page} dari {_station_name(station)}, kode {station.tps} (simulasi)",
        datetime.fromisoformat(stored["stored_at"]),
        stored["revision"],
    )


def _figures(names: Mapping[str, str], numbers: Mapping[str, int], ends: Sequence[str]) -> list[Figures]:
    lines = [Figures(text, tuple(numbers.get(name + end) for end in ends)) for name, text in names.items()]
    return [line for line in lines if any(cell is not None for cell in line.cells)]


def _station_name(station: StationLine) -> str:
    return f"TPS {station.number:03d}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    environment.filters.update(number=number, percent=percent, at=at)
    environment.globals["style"] = Markup(STYLE)  # our own file, and the policy names its digest
    return environment


_ENVIRONMENT = _environment()


def _rendered(template: str, **values: Any) -> bytes:
    return _ENVIRONMENT.get_template(template).render(**values).encode()
