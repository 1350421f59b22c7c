"""Data completeness of a nation: which TPS are whole, where, when, and what became of the others.

A TPS is whole in a form when every page of it is stored at the server. Uploaded is not displayed: what the
public portal shows is a curve of its own. Pure functions of tps.parquet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from reports.nation.rundir import Floats, Ints, Mask, NationRun, Table
from reports.nation.schema import FIRST_PAGES

HOUR_S = 3600.0
SHARES = (0.5, 0.9, 0.99)
REGENCY_EVERY_H = 6
"""Shares of the 514 regencies are told every six hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """TPS of one kind: how many vote with the first form, and when each of them was whole."""

    code: str
    name: str
    expected: int
    complete: int
    partial: int | None
    """Some pages of the first form, but not all; None in a group that is not about the first form."""
    whole_s: Floats
    """Ascending; those that never were are left out."""

    @property
    def share(self) -> float:
        """Whole at the end of the run."""
        return self.complete / self.expected if self.expected else 0.0

    @property
    def missing(self) -> int | None:
        """Not one page of the first form is stored; None as `partial`."""
        return None if self.partial is None else self.expected - self.complete - self.partial

    def by(self, run_s: float) -> float:
        """Share that was whole at a moment."""
        return float(np.searchsorted(self.whole_s, run_s, side="right")) / max(1, self.expected)

    def at(self, moments: Floats) -> Floats:
        """Share at each of many moments."""
        found: Floats = np.searchsorted(self.whole_s, moments, side="right") / max(1, self.expected)
        return found

    def reached_s(self, share: float) -> float | None:
        """When this share of all was whole; None: never."""
        needed = int(np.ceil(share * self.expected))
        return float(self.whole_s[needed - 1]) if 0 < needed <= len(self.whole_s) else None


@dataclass(frozen=True, slots=True, eq=False)
class NationCompleteness:
    """Completeness of one run; `whole` is the first form, over all TPS that vote with it."""

    whole: Group
    forms: tuple[Group, ...]
    any_page: Group
    shown: Group
    all_forms: Group
    provinces: tuple[Group, ...]
    regencies: tuple[Group, ...]
    zones: tuple[Group, ...]
    links: tuple[Group, ...]
    signals: tuple[Group, ...]
    places: tuple[Group, ...]
    pages: tuple[Group, ...]
    """Each of the first form's pages."""
    patterns: dict[str, int]
    """TPS by the pages of the first form that are missing: "" whole, "2" all but page 2."""
    fates: dict[str, int]


@lru_cache(maxsize=2)
def completeness_of(run: NationRun) -> NationCompleteness | None:
    """None where tps.parquet cannot be used."""
    tps = run.tps
    if tps is None:
        return None
    first = run.forms[0]
    votes = tps.numbers(f"pages.{first}") > 0
    whole_s = tps.times(f"whole_s.{first}")
    have = have_pages(tps)
    some: Mask = np.asarray(have.any(axis=1))
    page_s = np.stack([tps.times(f"page{one + 1}_s") for one in range(FIRST_PAGES)], axis=1)

    by_time = np.argsort(whole_s, kind="stable")
    by_time = by_time[votes[by_time]]

    def group(code: str, name: str, mask: Mask) -> Group:
        return _group(code, name, mask & votes, whole_s, some)

    def groups(index: Ints, codes: Sequence[str], names: Sequence[str]) -> tuple[Group, ...]:
        return _grouped(index, codes, names, by_time, whole_s, some)

    def by_word(column: str, names: dict[str, str] | None = None) -> tuple[Group, ...]:
        index, codes = tps.words(column)
        return groups(index, codes, [(names or {}).get(code, code) for code in codes])

    zones, zone = np.unique(np.where(tps.numbers("abroad"), np.nan, tps.numbers("utc_offset_h")),
                            return_inverse=True)  # fmt: skip
    special, abroad = tps.numbers("special"), tps.numbers("abroad")
    everyone = np.ones(len(tps), bool)
    seen_s = np.where(np.isnan(page_s), np.inf, page_s).min(axis=1) if len(tps) else np.zeros(0)
    all_s, asked = _all_forms(run, tps)
    return NationCompleteness(
        whole=group("", first, everyone),
        forms=tuple(
            _group(form, form, tps.numbers(f"pages.{form}") > 0, tps.times(f"whole_s.{form}"), None)
            for form in run.forms
        ),
        any_page=_group("", "", votes, np.where(np.isfinite(seen_s), seen_s, np.nan), None),
        shown=_group("", "", votes, tps.times("shown_s"), None),
        all_forms=_group("", "", asked, all_s, None),
        provinces=by_word("province", run.facts["provinces"]),
        regencies=by_word("regency", run.facts["regencies"]),
        zones=groups(zone, [_zone(one) for one in zones], [_zone(one) for one in zones]),
        links=by_word("link"),
        signals=by_word("signal"),
        places=(
            group("ordinary", "", ~special & ~abroad),
            group("special", "", special & ~abroad),
            group("abroad", "", abroad),
        ),
        pages=tuple(
            _group(str(one + 1), str(one + 1), votes & _has_page(tps, first, one), page_s[:, one], None)
            for one in range(FIRST_PAGES)
        ),
        patterns=_patterns(tps, first, have, votes),
        fates=_fates(run, tps, votes, whole_s, some),
    )


def have_pages(tps: Table) -> Mask:
    """Which of the first form's pages each TPS has stored: bool [n, 3]."""
    return np.stack([~np.isnan(tps.times(f"page{one + 1}_s")) for one in range(FIRST_PAGES)], axis=1)


def _has_page(tps: Table, form: str, page: int) -> Mask:
    found: Mask = tps.numbers(f"pages.{form}") > page
    return found


def _group(code: str, name: str, mask: Mask, whole_s: Floats, some: Mask | None) -> Group:
    mine = whole_s[mask]
    done = np.sort(mine[~np.isnan(mine)])
    partial = None if some is None else int((some & mask & np.isnan(whole_s)).sum())
    return Group(code, name, int(mask.sum()), len(done), partial, done)


def _grouped(
    index: Ints, codes: Sequence[str], names: Sequence[str], by_time: Ints, whole_s: Floats, some: Mask
) -> tuple[Group, ...]:
    """All groups of a column; `by_time` are the TPS that vote in the order in which they were whole."""
    # A stable sort of small numbers goes digit by digit, and keeps the order in time.
    order = by_time[np.argsort(index[by_time].astype(np.uint16), kind="stable")]
    bounds = np.searchsorted(index[order], np.arange(len(codes) + 1))
    found = []
    for number, (code, name) in enumerate(zip(codes, names, strict=True)):
        rows = order[bounds[number] : bounds[number + 1]]
        mine = whole_s[rows]
        done = mine[~np.isnan(mine)]
        partial = int((some[rows] & np.isnan(mine)).sum())
        found.append(Group(code, name, len(rows), len(done), partial, done))
    return tuple(found)


def _all_forms(run: NationRun, tps: Table) -> tuple[Floats, Mask]:
    """When the last form of each TPS was whole (NaN: never), and who votes with any."""
    last = np.full(len(tps), -np.inf)
    asked = np.zeros(len(tps), bool)
    for form in run.forms:
        votes = tps.numbers(f"pages.{form}") > 0
        last = np.where(votes, np.maximum(last, tps.times(f"whole_s.{form}")), last)
        asked |= votes
    return np.where(np.isinf(last), np.nan, last), asked


def _patterns(tps: Table, form: str, have: Mask, votes: Mask) -> dict[str, int]:
    code = np.zeros(len(tps), np.int64)
    for page in range(FIRST_PAGES):
        code |= np.where(_has_page(tps, form, page) & ~have[:, page], 1 << page, 0)
    counts = np.bincount(code[votes], minlength=1 << FIRST_PAGES)
    return {
        ",".join(str(page + 1) for page in range(FIRST_PAGES) if pattern >> page & 1): int(count)
        for pattern, count in enumerate(counts)
        if count
    }


def _fates(run: NationRun, tps: Table, votes: Mask, whole_s: Floats, some: Mask) -> dict[str, int]:
    """What became of every TPS that votes with the first form; the first six add up to all."""
    by_s = run.nation.run_s(run.nation.expect.by)
    whole = ~np.isnan(whole_s)
    backup, recap_s = tps.numbers("backup"), tps.times("recap_s")
    entered = ~whole & backup & ~np.isnan(recap_s)
    given = ~whole & backup & ~entered
    ends = []
    for column in ("ended_1", "ended_2"):
        index, words = tps.words(column)
        ends.append(np.array([word == "gave_up" for word in words], bool)[index] if words else index > 0)
    left = ~whole & ~backup
    masks = {
        "in_time": whole & (whole_s <= by_s),
        "late": whole & (whole_s > by_s),
        "saved_by_backup": entered,
        "backup_waiting": given,
        "partial": left & some,
        "missing": left & ~some,
        "gave_up": ~whole & ends[0],
        "in_pleno": ~np.isnan(recap_s),
        "in_pleno_not_whole": ~whole & ~np.isnan(recap_s),
    }
    return {name: int((mask & votes).sum()) for name, mask in masks.items()}


def _zone(offset_h: float) -> str:
    return {7.0: "WIB", 8.0: "WITA", 9.0: "WIT"}.get(float(offset_h), "abroad")


def hours(run: NationRun) -> Floats:
    """Ends of the hours from the close of voting in the east to the end of the run (run clock)."""
    start_s = np.floor(run.nation.day_s / HOUR_S + 9.0) * HOUR_S
    return np.arange(start_s, run.nation.until_s + 1.0, HOUR_S)


def as_json(run: NationRun) -> dict[str, Any] | None:
    """For verdict.json: plain values, shares by hour rounded to 0.01 %."""
    found = completeness_of(run)
    if found is None:
        return None
    at = hours(run)

    def told(one: Group, every_h: int = 1) -> dict[str, Any]:
        out: dict[str, Any] = {
            "code": one.code, "name": one.name, "expected": one.expected, "complete": one.complete,
            "partial": one.partial, "missing": one.missing, "share": one.share,
            **{f"t{100 * share:.0f}_s": one.reached_s(share) for share in SHARES},
        }  # fmt: skip
        return out | {"by_hour": [round(float(share), 4) for share in one.at(at[::every_h])]}

    return {
        "first_form": run.forms[0],
        "hours_s": [float(one) for one in at],
        "regency_hours_s": [float(one) for one in at[::REGENCY_EVERY_H]],
        "whole": told(found.whole),
        "any_page": told(found.any_page),
        "shown": told(found.shown),
        "all_forms": told(found.all_forms),
        "forms": [told(one) for one in found.forms],
        "pages": [told(one) for one in found.pages],
        "provinces": [told(one) for one in found.provinces],
        "regencies": [told(one, REGENCY_EVERY_H) for one in found.regencies],
        "zones": [told(one) for one in found.zones],
        "links": [told(one) for one in found.links],
        "signals": [told(one) for one in found.signals],
        "places": [told(one) for one in found.places],
        "missing_pages": found.patterns,
        "fates": found.fates,
    }
