"""What a run can be measured by when it is held against what was reported: a small function each.

All are computed from the run directory, alike for a simulation and a live run. Shares of TPS and pages are of
those that the run played; of accounts, of all whom it played. None where there is nothing to measure.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

import numpy as np
from numpy.typing import NDArray

from reports.completeness import OPERATORS, completeness_of
from reports.help_desk import desk_load
from reports.joins import pair
from reports.rundir import PhaseInfo, RunDirectory
from reports.schema import ANSWERS
from scenarios.reported import Reported

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

STAFF = ("pps", "ppk")
"""Staff of whom a load test was reported; one account for each desa, each kecamatan."""

_NIGHT = (22, 6)


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure as it was reported, with its stretch of the run clock."""

    run: RunDirectory
    reported: Reported
    from_s: float
    until_s: float

    @classmethod
    def of(cls, run: RunDirectory, reported: Reported) -> "Asked":
        """Without an end, everything that is on record counts."""
        start, by = reported.start, reported.by
        return cls(
            run,
            reported,
            -inf if start is None else moment_s(run, start),
            inf if by is None else moment_s(run, by),
        )

    @property
    def actors(self) -> tuple[str, ...]:
        """Whose rows count."""
        who = self.reported.who
        return ("kpps", *STAFF, "kpu") if who == "all" else (who,)

    def rows(self, *kinds: str, moment: str = "intended_s") -> Mask:
        """Rows of these kinds that were due (or ended) in the stretch, probes excepted."""
        history = self.run.history
        at_s = history.numpy(moment)
        chosen = history.is_in("actor", *self.actors) & history.is_in("expect", "accept")
        if kinds:
            chosen &= history.is_in("kind", *kinds)
        out: Mask = chosen & (at_s >= self.from_s) & (at_s <= self.until_s)
        return out

    def good(self, *kinds: str) -> Mask:
        """Those that were answered well, by the moment of their answer."""
        return self.rows(*kinds, moment="ended_s") & self.run.history.is_in("outcome", "ok")

    @property
    def accounts(self) -> int:
        """How many accounts these people have."""
        population = self.run.population
        of = {
            "kpps": OPERATORS * len(population),
            "pps": len(set(population.arrow("desa").to_pylist())),
            "ppk": len(set(population.arrow("kecamatan").to_pylist())),
        }
        who = self.reported.who
        if who != "all":
            return of[who]
        present = set(self.run.history.words("actor").known)
        return sum(count for name, count in of.items() if name in present)

    def account_of(self, rows: Mask) -> NDArray[np.int64]:
        """The account of each of these rows, as a number."""
        history = self.run.history
        who = history.words("actor").number[rows].astype(np.int64) * 8 + history.numpy("operator")[rows]
        return np.asarray(pair(history.codes("account_tps")[rows], who), np.int64)


Measured = Callable[[Asked], float | None]


def _share_of_accounts(kind: str) -> Measured:
    def share(asked: Asked) -> float | None:
        got_in = len(np.unique(asked.account_of(asked.good(kind))))
        return got_in / asked.accounts if asked.accounts else None

    return share


def _median_login(asked: Asked) -> float | None:
    """Of who got in in the stretch, the clock time by which half were in."""
    rows = asked.good("login")
    if not rows.any():
        return None
    account, at_s = asked.account_of(rows), asked.run.history.numpy("ended_s")[rows]
    order = np.argsort(at_s, kind="stable")
    _, first = np.unique(account[order], return_index=True)
    moments = np.sort(at_s[order][first])
    return _clock(asked, asked.run.info.local(float(moments[(len(moments) - 1) // 2])))


def _tries_a_login(asked: Asked) -> float | None:
    rows = asked.rows("login")
    accounts = len(np.unique(asked.account_of(rows)))
    return float(rows.sum()) / accounts if accounts else None


def _in_time(asked: Asked) -> tuple[Mask, Mask]:
    """A row a TPS, a column a sheet: whether it was acknowledged in time, and whether it is sent at all."""
    counted = completeness_of(asked.run)
    at_s = counted.acknowledged_s
    wanted: Mask = counted.asked
    return wanted & np.isfinite(at_s) & (at_s <= asked.until_s), wanted


def _page_share(asked: Asked) -> float | None:
    there, wanted = _in_time(asked)
    return float(there.sum() / wanted.sum()) if wanted.any() else None


def _tps_share(asked: Asked) -> float | None:
    there, wanted = _in_time(asked)
    return float(there.any(axis=1).mean()) if wanted.any() else None


def _complete_share(asked: Asked) -> float | None:
    there, wanted = _in_time(asked)
    return float((there | ~wanted).all(axis=1).mean()) if wanted.any() else None


def _hours(asked: Asked) -> Counter[int]:
    """Pages acknowledged in each hour of the clock."""
    pages = completeness_of(asked.run).acknowledged_s.ravel()
    local = asked.run.info.local
    inside = pages[np.isfinite(pages) & (pages >= asked.from_s) & (pages <= asked.until_s)]
    return Counter(local(float(at_s)).hour for at_s in inside)


def _night_share(asked: Asked) -> float | None:
    hours = _hours(asked)
    begin, end = _NIGHT
    night = sum(count for hour, count in hours.items() if hour >= begin or hour < end)
    return night / hours.total() if hours else None


def _busiest_hour(asked: Asked) -> float | None:
    hours = _hours(asked)
    return max(hours, key=lambda hour: hours[hour]) * 3_600.0 if hours else None


def _unserved_share(asked: Asked) -> float | None:
    rows = asked.rows()
    history = asked.run.history
    served = history.is_in("outcome", "ok") | np.isin(history.numpy("status"), ANSWERS)
    return float((rows & ~served).sum() / rows.sum()) if rows.any() else None


def _pleno_tps_a_day(asked: Asked) -> float | None:
    """TPS on which a kecamatan decided, for each day on which its pleno asked for anything."""
    days = _days(asked, asked.rows("pleno_open", "pleno_tps", "pleno_decide", "pleno_finalise"), "intended_s")
    done = _days(asked, asked.good("pleno_decide"), "ended_s", tps=True)
    sittings = {(area, day) for area, day, _ in days}
    return len(done) / len(sittings) if sittings else None


def _days(asked: Asked, rows: Mask, moment: str, tps: bool = False) -> set[tuple[int, datetime, int]]:
    """Kecamatan, day, and (asked for) TPS of these rows, each once."""
    history = asked.run.history
    codes = history.codes("tps")[rows].tolist() if tps else [0] * int(rows.sum())
    moments = history.numpy(moment)[rows].tolist()
    areas = history.codes("area")[rows].tolist()
    return {
        (area, asked.run.info.local(at_s).replace(hour=0, minute=0, second=0, microsecond=0), code)
        for area, at_s, code in zip(areas, moments, codes, strict=True)
    }


def _pleno_read_share(asked: Asked) -> float | None:
    decided = len(np.unique(asked.run.history.codes("tps")[asked.good("pleno_decide")]))
    return decided / len(asked.run.population) if len(asked.run.population) else None


def _pages_of(kind: str) -> Measured:
    def pages(asked: Asked) -> float | None:
        history, rows = asked.run.history, asked.good(kind)
        sheet = pair(history.codes("form")[rows], history.numpy("page")[rows].astype(np.int64))
        return float(len(np.unique(pair(history.codes("tps")[rows], sheet))))

    return pages


def _desk_calls(asked: Asked) -> float | None:
    desk = desk_load(asked.run)
    return None if desk is None else float(desk.calls)


def _desk_busiest_hour(asked: Asked) -> float | None:
    desk = desk_load(asked.run)
    return None if desk is None or desk.busiest is None else float(desk.busiest[1])


def _desk_wait(asked: Asked) -> float | None:
    desk = desk_load(asked.run)
    return None if desk is None else desk.wait_minutes


MEASURES: Mapping[str, Measured] = {
    "activated_share": _share_of_accounts("activate"),
    "logged_in_share": _share_of_accounts("login"),
    "median_login": _median_login,
    "tries_a_login": _tries_a_login,
    "page_share": _page_share,
    "tps_share": _tps_share,
    "complete_share": _complete_share,
    "night_share": _night_share,
    "busiest_hour": _busiest_hour,
    "unserved_share": _unserved_share,
    "pleno_tps_a_day": _pleno_tps_a_day,
    "pleno_read_share": _pleno_read_share,
    "backup_pages": _pages_of("backup_page"),
    "photos_replaced": _pages_of("replace_photo"),
    "desk_calls": _desk_calls,
    "desk_busiest_hour": _desk_busiest_hour,
    "desk_wait_minutes": _desk_wait,
}
"""By the name that a scenario calls them; see `scenarios.reported`."""


def moment_s(run: RunDirectory, local: datetime) -> float:
    """Run-clock second of a local time; of one that is skipped, the start of the phase that follows."""
    phases: tuple[PhaseInfo, ...] = run.info.phases
    for phase in phases:
        if local <= phase.start_local:
            return phase.run_start_s
        if local < phase.end_local:
            return phase.run_start_s + (local - phase.start_local).total_seconds() / phase.compression
    return run.info.duration_s


def _clock(asked: Asked, local: datetime) -> float:
    """Seconds after midnight of the day that was asked for, else of the day itself."""
    day = asked.reported.start or local
    return (local - day.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(seconds=1)
