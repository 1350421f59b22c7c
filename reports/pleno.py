"""The pleno of each kecamatan and the way of backup photos, from the record: what was decided, when, and how.

A form of a TPS counts as decided by its last acknowledged decision. What the system then holds of it is the
checker's affair (`checkers.unfaithful`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from reports.officials import staff_facts
from reports.recap import stored_recap
from reports.rundir import RunDirectory
from reports.schema import UNREADABLE

WORDS = ("sesuai", "dikoreksi", "entri")

Sheet = tuple[str, str, int]
"""TPS, form, page."""


@dataclass(frozen=True, slots=True)
class KecamatanPleno:
    """One kecamatan. `expected` and `words` count forms of TPS; `by_hour` decisions by local hour.

    `final` are the forms with a D.Hasil, `final_at` when the last was made; `postponed_at` the local times at
    which the meeting was adjourned for want of an answer.
    """

    code: str
    name: str
    expected: int
    words: Mapping[str, int]
    by_hour: Mapping[datetime, int]
    final: int
    forms: int
    final_at: datetime | None
    postponed_at: tuple[datetime, ...]

    @property
    def decided(self) -> int:
        """Forms of TPS with a decision."""
        return sum(self.words.values())

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        days: Counter[str] = Counter()
        for hour, count in self.by_hour.items():
            days[hour.date().isoformat()] += count
        return {
            "name": self.name,
            "expected": self.expected,
            "decided": self.decided,
            **dict(self.words),
            "by_day": dict(days),
            "by_hour": {hour.isoformat(timespec="minutes"): count for hour, count in self.by_hour.items()},
            "final_forms": self.final,
            "forms": self.forms,
            "final_at": self.final_at.isoformat(timespec="minutes") if self.final_at else None,
            "postponed_at": [at.isoformat(timespec="minutes") for at in self.postponed_at],
        }


@dataclass(frozen=True, slots=True)
class BackupPhotos:
    """`brought` counts pages by who got them in (pps, ppk); photos that nobody can read: how many were sent,
    how many photos were replaced, how many are still shown."""

    brought: Mapping[str, int]
    unreadable: int
    replaced: int
    still_unreadable: int

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "brought": dict(self.brought),
            "unreadable": self.unreadable,
            "replaced": self.replaced,
            "still_unreadable": self.still_unreadable,
        }


@lru_cache(maxsize=2)
def pleno_of(run: RunDirectory) -> tuple[KecamatanPleno, ...] | None:
    """Every kecamatan, by code; None for a run without pleno."""
    facts = staff_facts(run).get("pleno")
    if not facts:
        return None
    people = run.population
    columns = (people.arrow(name).to_pylist() for name in ("kecamatan", "kecamatan_name"))
    tps: Counter[tuple[str, str]] = Counter(zip(*columns, strict=True))
    asked = _asked(run)
    out = []
    for (code, name), stations in sorted(tps.items()):
        mine = asked.get(code, [])
        final = {form: at_s for kind, form, _, ok, at_s, _ in mine if kind == "pleno_finalise" and ok}
        last: dict[tuple[str, str], tuple[str, float]] = {}
        for kind, form, station, ok, at_s, word in mine:
            if kind == "pleno_decide" and ok:
                last[station, form] = word, at_s
        hours = Counter(
            run.info.local(at_s).replace(minute=0, second=0, microsecond=0) for _, at_s in last.values()
        )
        words = Counter(word for word, _ in last.values())
        expected = stations * len(facts["forms"])
        out.append(
            KecamatanPleno(
                code, name, expected, {word: words[word] for word in WORDS}, dict(sorted(hours.items())),
                len(final), len(facts["forms"]),
                run.info.local(max(final.values())) if final else None,
                _postponed(run, facts, mine, complete=len(last) >= expected),
            )
        )  # fmt: skip
    return tuple(out)


_Asked = tuple[str, str, str, bool, float, str]
"""Kind, form, TPS, whether acknowledged, when it ended, its word."""


def _asked(run: RunDirectory) -> dict[str, list[_Asked]]:
    """What each PPK asked in its pleno, in the order of the answers."""
    history = run.history
    rows = np.flatnonzero(history.is_in("actor", "ppk"))
    rows = rows[np.argsort(history.numpy("ended_s")[rows], kind="stable")]
    ok = history.is_in("outcome", "ok")
    out: dict[str, list[_Asked]] = {}
    for row in rows.tolist():
        out.setdefault(history.text("account_tps", row), []).append(
            (
                history.text("kind", row), history.text("form", row), history.text("tps", row),
                bool(ok[row]), float(history.numpy("ended_s")[row]), history.text("reason", row),
            )
        )  # fmt: skip
    return out


def _postponed(
    run: RunDirectory, facts: Mapping[str, Any], mine: list[_Asked], *, complete: bool
) -> tuple[datetime, ...]:
    """Days that ended with a question without a good answer before the meeting was to close."""
    if facts["when_down"] != "postpone":
        return ()
    out = []
    for number, (opens_s, closes_s) in enumerate(facts["days"]):
        of_day = [one for one in mine if opens_s <= one[4] < closes_s]
        open_yet = not complete or any(one[4] >= closes_s for one in mine)
        if of_day and not of_day[-1][3] and open_yet and (number + 1 < len(facts["days"]) or not complete):
            out.append(run.info.local(of_day[-1][4]))
    return tuple(out)


def decided_share(run: RunDirectory) -> tuple[int, int] | None:
    """Forms of TPS that are decided, and all of them; by what the system holds where that was read back."""
    plenos = pleno_of(run)
    if plenos is None:
        return None
    expected = sum(one.expected for one in plenos)
    held = stored_recap(run)
    return (len(held.standing) if held else sum(one.decided for one in plenos)), expected


@lru_cache(maxsize=2)
def backup_of(run: RunDirectory) -> BackupPhotos | None:
    """None for a run in which no photo was brought in, replaced or unreadable."""
    history = run.history
    ok = history.is_in("outcome", "ok")
    brought = _sheets(run, ok & history.is_in("kind", "backup_page"))
    replaced = _sheets(run, ok & history.is_in("kind", "replace_photo"))
    bad_rows = np.flatnonzero(ok & history.is_in("kind", "submit_page") & history.is_in("reason", UNREADABLE))
    bad = _sheets(run, ok & history.is_in("kind", "submit_page") & history.is_in("reason", UNREADABLE))
    if not brought and not replaced and not bad:
        return None
    shown = {history.text("content_sha256", row) for row in bad_rows.tolist()}
    still = len(bad.keys() - replaced.keys())
    if run.readback is not None:
        stored = run.readback
        current = stored.numpy("current")
        still = sum(
            1
            for row in np.flatnonzero(current).tolist()
            if stored.text("content_sha256_claimed", row) in shown
        )
    # One whose receipt got lost was stored all the same, and replaced.
    return BackupPhotos(Counter(brought.values()), len(bad | replaced), len(replaced), still)


def _sheets(run: RunDirectory, mask: "np.ndarray[Any, np.dtype[np.bool_]]") -> dict[Sheet, str]:
    """Distinct sheets of these rows, with who got them in."""
    history, out = run.history, {}
    for row in np.flatnonzero(mask).tolist():
        sheet = history.text("tps", row), history.text("form", row), int(history.numpy("page")[row])
        out[sheet] = history.text("actor", row)
    return out


def as_json(run: RunDirectory) -> dict[str, Any]:
    """For verdict.json: keys `pleno` and `backup`, None where there was none."""
    plenos, backup = pleno_of(run), backup_of(run)
    return {
        "pleno": {one.code: one.as_json() for one in plenos} if plenos is not None else None,
        "backup": backup.as_json() if backup else None,
    }
