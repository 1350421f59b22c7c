"""Results as JSON in the layout of KPU's object host of 2024, so that programs written for it read ours.

What is known, from files that were fetched then and from programs that read them: the addresses; `chart`,
`images`, `administrasi` with its names, `psu`, `ts`, `status_suara` and `status_adm` of a TPS; `chart`,
`table` and `progres` of the levels above; `id`, `kode`, `nama`, `tingkat` of the lists of regions; numbers
100025 to 100027 of the pairs of 2024; `jml_suara_total` and `jml_suara_partai` of a party.

What is inferred: `mode`, `persen` and `status_progress`, the form of `table` for parties, that parties and
candidates without a known number are called by the one on the ballot (a party's third candidate "7.3"), and
everything of kinds other than `ppwp` and `pdpr` beyond that.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from sirekap.forms.fields import BY_PARTY
from sirekap.portal.kinds import KIND_OF
from sirekap.portal.shown import Ballot, RegionLine, Shown, StationLine
from sirekap.portal.totals import totals

WIB = timezone(timedelta(hours=7))
FIRST_PAIR = 100_024  # pair 1 of 2024 was 100025
STAGES = {"provinsi": 1, "kab_kota": 2, "kecamatan": 3, "kel_desa": 4}
TPS_STAGE = 5

ADMINISTRATION = {
    **{f"pemilih_dpt_{sex}": f"dpt_{sex}" for sex in "jlp"},
    **{f"pengguna_dpt_{sex}": f"pengguna_dpt_{sex}" for sex in "jlp"},
    **{f"pengguna_dptb_{sex}": f"pengguna_dptb_{sex}" for sex in "jlp"},
    **{f"pengguna_non_dpt_{sex}": f"pengguna_dpk_{sex}" for sex in "jlp"},
    **{f"pengguna_total_{sex}": f"pengguna_total_{sex}" for sex in "jlp"},
    **{total: total for total in ("suara_sah", "suara_tidak_sah", "suara_total")},
}
"""KPU's name -> the name on our sheets."""


def region_file(shown: Shown, ballot: Ballot) -> dict[str, Any]:
    """/pemilu/hhcw/<kind>/.../<region>.json."""
    region = shown.region
    votes = totals(shown.form, ballot, region.contest, region.sums)
    return {
        "mode": "hhcw",
        "psu": "Reguler",
        "ts": wib(region.changed_at),
        "chart": {
            **_chart(shown.form, votes, region.sums),
            "persen": _percent(region.tps_in, region.tps_total),
        },
        "table": {
            **{one.digits: _row(shown.form, ballot, one) for one in shown.below},
            **{one.tps: _station_row(shown.form, one) for one in shown.stations},
        },
        "progres": {"total": region.tps_total, "progres": region.tps_in},
    }


def station_file(shown: Shown, ballot: Ballot) -> dict[str, Any]:
    """/pemilu/hhcw/<kind>/.../<tps>.json."""
    (station,) = shown.stations
    numbers: dict[str, int] = {}
    for page in station.pages.values():
        numbers.update(page["numbers"])
    administration = {name: numbers.get(ours) for name, ours in ADMINISTRATION.items()}
    there = [value is not None for value in administration.values()]
    votes = {int(number): count for number, count in station.votes.items()}
    return {
        "mode": "hhcw",
        "chart": _chart(shown.form, votes, numbers, candidates=True) if station.is_in else None,
        "images": images(shown.form, station, ballot.pages),
        "administrasi": administration if any(there) else None,
        "psu": None,
        "ts": wib(station.changed_at),
        "status_suara": station.is_in,
        "status_adm": all(there),
    }


def region_list(shown: Shown) -> list[dict[str, Any]]:
    """/wilayah/pemilu/<kind>/.../<region>.json: what lies below a region."""
    return [
        {"id": int(one.digits), "kode": one.digits, "nama": one.name, "tingkat": STAGES[one.level]}
        for one in shown.below
    ] + [
        {"id": int(one.tps), "kode": one.tps, "nama": f"TPS {one.number:03d}", "tingkat": TPS_STAGE}
        for one in shown.stations
    ]


def images(form: str, station: StationLine, slots: int) -> list[str | None]:
    """One address a page of the form, None where there is none yet."""
    return [
        photo_address(form, station.tps, station.pages[str(page)]) if str(page) in station.pages else None
        for page in range(1, slots + 1)
    ]


def photo_address(form: str, tps: str, page: Mapping[str, Any]) -> str:
    """In KPU's pattern, below /foto: <4 hex>/pemilu/<kind>/PP/KK/CC/DD/DD/<tps>-<date>-<time>--<uuid>.jpg.

    The time, WIB, is when the page was stored; the uuid and the four digits are of the photo's sha256.
    """
    sha256 = page["sha256"]
    stored_at = datetime.fromisoformat(page["stored_at"]).astimezone(WIB)
    pairs = "/".join(tps[k : k + 2] for k in range(0, 10, 2))
    uuid = "-".join((sha256[:8], sha256[8:12], sha256[12:16], sha256[16:20], sha256[20:32]))
    return f"/foto/{sha256[32:36]}/pemilu/{KIND_OF[form]}/{pairs}/{tps}-{stored_at:%Y%m%d-%H%M%S}--{uuid}.jpg"


def wib(time: datetime | None) -> str | None:
    """A time as KPU writes it, in WIB."""
    return time.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S") if time else None


def _name(form: str, number: int) -> str:
    return str(FIRST_PAIR + number if form == "ppwp" else number)


def _chart(
    form: str, votes: Mapping[int, int], numbers: Mapping[str, int], candidates: bool = False
) -> dict[str, Any]:
    if form not in BY_PARTY:
        return {_name(form, number): count for number, count in votes.items()}
    chart: dict[str, dict[str, int]] = {}
    for number, count in votes.items():
        chart[str(number)] = {
            "jml_suara_total": count,
            "jml_suara_partai": numbers.get(f"suara_partai_{number}", 0),
        }
    if candidates:
        for field, count in numbers.items():
            if field.startswith("suara_calon_"):
                party, candidate = field.removeprefix("suara_calon_").split("_")
                chart[party][f"{party}.{candidate}"] = count
    return chart


def _row(form: str, ballot: Ballot, line: RegionLine) -> dict[str, Any]:
    votes = totals(form, ballot, line.contest, line.sums)
    return {
        **{_name(form, number): count for number, count in votes.items()},
        "psu": "Reguler",
        "persen": _percent(line.tps_in, line.tps_total),
        "status_progress": line.tps_in > 0,
    }


def _station_row(form: str, line: StationLine) -> dict[str, Any]:
    return {
        **{_name(form, int(number)): count for number, count in line.votes.items()},
        "psu": "Reguler",
        "persen": 100.0 if line.is_in else 0.0,
        "status_progress": line.is_in,
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
