"""What was reported, held against the run: a row for each `[[reported]]` of the scenario.

It fails no verdict. A run against the server as it was should look like the report; a sound system should
not, where the report tells of a failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reports.measures import MEASURES, Asked
from reports.rundir import RunDirectory
from reports.words import Lang, Text, number, percent
from scenarios import ScenarioError, load
from scenarios.reported import CLOCKS, SHARES, Reported

TITLE = Text("Seperti dilaporkan, dan dalam gladi", "As reported, and in this run")

WHAT = {
    "activated_share": Text("Akun aktif", "Accounts activated"),
    "logged_in_share": Text("Akun yang berhasil masuk", "Accounts that got in"),
    "median_login": Text("Separuh sudah masuk pada pukul", "Half were in by"),
    "tries_a_login": Text("Percobaan masuk per akun", "Login attempts per account"),
    "page_share": Text("Lembar terkirim", "Pages sent"),
    "tps_share": Text("TPS dengan lembar pertama", "TPS with a first page"),
    "complete_share": Text("TPS lengkap", "Complete TPS"),
    "night_share": Text("Lembar terkirim pukul 22.00–06.00", "Pages sent between 22:00 and 06:00"),
    "busiest_hour": Text("Jam tersibuk mulai pukul", "Busiest hour began at"),
    "unserved_share": Text("Permintaan tanpa layanan", "Requests without service"),
    "pleno_tps_a_day": Text("TPS diplenokan per hari per kecamatan", "TPS recapitulated a day, a kecamatan"),
    "pleno_read_share": Text("TPS selesai diplenokan", "TPS recapitulated"),
    "backup_pages": Text("Lembar dari foto cadangan", "Pages from backup photos"),
    "photos_replaced": Text("Foto diganti karena tak terbaca", "Unreadable photos replaced"),
    "desk_calls": Text("Panggilan ke help desk", "Calls of the help desk"),
    "desk_busiest_hour": Text("Panggilan pada jam tersibuk", "Calls in the busiest hour"),
    "desk_wait_minutes": Text("Menit menunggu help desk (median)", "Minutes waited for the desk (median)"),
}
"""Titles of the measures."""


@dataclass(frozen=True, slots=True)
class Held:
    """One figure, measured; `alike` is None where the run has nothing to measure it by."""

    reported: Reported
    value: float | None

    @property
    def alike(self) -> bool | None:
        """Whether the run lies within the limits of the report."""
        if self.value is None:
            return None
        low, high = self.reported.limits
        return (low is None or self.value >= low) and (high is None or self.value <= high)


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the table, in one language: what was measured, what was reported, what the run came to."""

    title: str
    reported: str
    limits: str
    found: str
    alike: bool | None
    source: str

    @property
    def mark(self) -> str:
        """One sign: like the report, unlike, cannot be told."""
        return "?" if self.alike is None else "≈" if self.alike else "≠"


@lru_cache(maxsize=4)
def held(run: RunDirectory) -> tuple[Held, ...]:
    """Every reported figure of the run's own scenario; empty where it reports none, or cannot be read."""
    path = run.path / "scenario.toml"
    try:
        reported = load(path).reported if path.is_file() else []
    except ScenarioError:  # a file of an older gladi: its run is judged all the same
        return ()
    return tuple(Held(one, MEASURES[one.what](Asked.of(run, one))) for one in reported)


def told(run: RunDirectory, lang: Lang) -> Sequence[Told]:
    """The rows of the table on the page."""
    return [
        Told(
            WHAT[one.reported.what](lang) + _when(one.reported, lang),
            one.reported.says,
            _limits(one.reported, lang),
            _figure(one.reported.what, one.value, lang),
            one.alike,
            one.reported.source,
        )
        for one in held(run)
    ]


def as_json(run: RunDirectory) -> list[dict[str, Any]]:
    """Plain values."""
    return [
        {
            "what": one.reported.what,
            "who": one.reported.who,
            "says": one.reported.says,
            "at_least": one.reported.at_least,
            "at_most": one.reported.at_most,
            "value": one.value,
            "alike": one.alike,
            "title_id": told_id.title,
            "title_en": told_en.title,
            "limits_id": told_id.limits,
            "found_id": told_id.found,
            "found_en": told_en.found,
        }
        for one, told_id, told_en in zip(held(run), told(run, "id"), told(run, "en"), strict=True)
    ]


def _when(one: Reported, lang: Lang) -> str:
    if one.by is None:
        return ""
    moment = one.by.strftime("%d-%m %H.%M" if lang == "id" else "%d-%m %H:%M")
    return f" ({'sampai' if lang == 'id' else 'by'} {moment})"


def _limits(one: Reported, lang: Lang) -> str:
    low, high = (None if limit is None else _figure(one.what, limit, lang) for limit in one.limits)
    if low is not None and high is not None:
        return low if low == high else f"{low} – {high}"
    at_least, at_most = Text("sedikitnya", "at least"), Text("paling banyak", "at most")
    return f"{at_least(lang)} {low}" if low is not None else f"{at_most(lang)} {high}"


def _figure(what: str, value: float | None, lang: Lang) -> str:
    if value is None:
        return Text("tidak terukur", "not measured")(lang)
    if what in SHARES:
        return percent(value, lang, 0 if 0.095 <= value <= 0.995 else 1)
    if what in CLOCKS:
        days, rest = divmod(round(value / 60.0), 1440)
        clock = f"{rest // 60:02d}{'.' if lang == 'id' else ':'}{rest % 60:02d}"
        return clock + (f" (+{days})" if days else "")
    return number(value, lang, 0 if value == int(value) else 1)
