"""Real figures of activation (CSV): accounts and how many of them are active, by area of any level."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gladi.readiness.tables import Row, read_table
from scenarios import Regency

NAMES = {
    "code": ("kode", "kode_wilayah", "wilayah"),
    "accounts": ("akun", "jumlah_akun"),
    "active": ("aktif", "akun_aktif"),
    "as_of": ("per", "tanggal", "waktu"),
}
_LENGTHS = (2, 4, 6, 10, 13)


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows (code, accounts, active). `at`: the oldest date that a row gives, None where none does."""

    rows: tuple[tuple[str, int, int], ...]
    at: datetime | None
    example: bool


def read_figures(path: Path, places: Iterable[Regency]) -> Figures:
    """Read and check; UsageError names file, line and column."""
    table = read_table(path, NAMES, ("code", "accounts", "active"))
    within = _within(places)
    seen: dict[str, Row] = {}
    rows, dates = [], []
    for row in table.rows:
        code = row.code("code", _LENGTHS)
        accounts, active = row.whole("accounts"), row.whole("active")
        if active > accounts:
            raise row.wrong("active", f"more accounts are active than there are ({accounts})")
        if code in seen:
            raise row.wrong("code", f"stands already in line {seen[code].line}")
        if not any(code.startswith(one) or one.startswith(code) for one in within):
            raise row.wrong("code", f"is not of this scenario, whose kecamatan are {_some(within)}")
        seen[code] = row
        rows.append((code, accounts, active))
        if row.get("as_of"):
            dates.append(_date(row))
    _no_nesting(seen)
    return Figures(tuple(rows), min(dates, default=None), table.example)


def _within(places: Iterable[Regency]) -> list[str]:
    return [one.code for place in places for one in place.kecamatan]


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:8]) + ("" if len(codes) <= 8 else f" and {len(codes) - 8} more")


def _no_nesting(seen: dict[str, Row]) -> None:
    """An area beside a part of it would be counted twice."""
    for code, row in seen.items():
        for length in _LENGTHS:
            above = code[:length]
            if length < len(code) and above in seen:
                raise row.wrong(
                    "code",
                    f"lies in {above}, which stands in line {seen[above].line}: its accounts would be "
                    "counted twice; keep one level",
                )


def _date(row: Row) -> datetime:
    try:
        moment = datetime.fromisoformat(row.get("as_of"))
    except ValueError:
        raise row.wrong("as_of", 'must be a date such as "2027-01-10" or "2027-01-10T18:00+07:00"') from None
    if len(row.get("as_of")) <= 10:
        moment = moment.replace(hour=23, minute=59)
    return moment if moment.tzinfo else moment.astimezone()
