"""Completeness: whose results are in, whole or in part, when they came, and who is missing.

A page is in when the readback holds it for its own TPS with a photo that can be fetched; without a readback
(or for the time it came) the acknowledgement is taken. A TPS is complete when every page of its forms is in.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from reports.joins import Codes, first_of_each, look_up
from reports.rundir import RunDirectory, RunDirectoryError
from reports.seconds import Floats
from reports.sheets import Sheet, Sheets, names, sheets_of
from reports.writes import writes_of
from scenarios import RegionError, regencies, regency

OPERATORS = 2
"""Accounts a TPS: Sirekap 1 and its deputy Sirekap 2."""


@dataclass(frozen=True, slots=True)
class Share:
    """Complete, partial and missing TPS of one group; `label` is for people."""

    code: str
    label: str
    expected: int
    complete: int
    partial: int

    @property
    def missing(self) -> int:
        """TPS without a single page."""
        return self.expected - self.complete - self.partial

    @property
    def share(self) -> float:
        """Complete over expected."""
        return self.complete / self.expected if self.expected else 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json."""
        return {
            "code": self.code,
            "name": self.label,
            "expected": self.expected,
            "complete": self.complete,
            "partial": self.partial,
            "missing": self.missing,
            "share": self.share,
        }


@dataclass(frozen=True, slots=True)
class Completeness:
    """`stored` and `acknowledged_s` have one row a TPS (order of the population), one column a sheet."""

    basis: str
    sheets: tuple[Sheet, ...]
    """Form and page of each column."""
    asked: NDArray[np.bool_]
    """Which of them a TPS has to send. Of others `stored` says whether any of that form is."""
    stored: NDArray[np.bool_]
    acknowledged_s: Floats
    """First acknowledgement of a page on the run clock; infinite where there was none, -inf where it is not
    asked."""
    whole: Share
    by_level: tuple[Share, ...]
    """Regencies, provinces and the nation, as far as there is more than one of a kind; the nation last."""
    by_zone: tuple[Share, ...]
    """WIB, WITA, WIT."""
    by_area: tuple[Share, ...]
    by_link: tuple[Share, ...]
    by_signal: tuple[Share, ...]
    """TPS with a steady, an intermittent and no signal; empty where the population does not say."""
    by_form: tuple[Share, ...]
    """TPS whose pages of one form are in; empty where there is one form."""
    activated: int
    accounts: int
    activation_end_s: float | None

    @property
    def complete_s(self) -> Floats:
        """When each TPS had all its pages acknowledged; infinite where it never had."""
        out: Floats = self.acknowledged_s.max(axis=1, initial=-np.inf)
        return out if self.sheets else np.full(len(out), np.inf)

    def reached_s(self, share: float) -> float | None:
        """Run-clock second at which `share` of the expected TPS were complete; None if never."""
        moments = np.sort(self.complete_s)
        at = int(np.ceil(share * len(moments))) - 1
        return float(moments[at]) if 0 <= at < len(moments) and np.isfinite(moments[at]) else None

    def as_json(self, run: RunDirectory) -> dict[str, Any]:
        """Plain values for verdict.json."""
        reached = {f"t{round(100 * share)}": self.reached_s(share) for share in (0.5, 0.9, 0.99)}
        return {
            "basis": self.basis,
            "tps": {key: value for key, value in self.whole.as_json().items() if key not in {"code", "name"}},
            "share": self.whole.share,
            "pages": {
                "expected": int(self.asked.sum()),
                "stored": int((self.stored & self.asked).sum()),
                "acknowledged": int(np.isfinite(self.acknowledged_s).sum()),
                "missing_by_page": {
                    name: int((~self.stored & self.asked)[:, index].sum())
                    for index, name in enumerate(names(self.sheets))
                },
            },
            "reached": {
                name: None
                if at_s is None
                else {"at_s": round(at_s, 3), "local": run.info.local(at_s).isoformat(timespec="seconds")}
                for name, at_s in reached.items()
            },
            "by_level": [share.as_json() for share in self.by_level],
            "by_zone": [share.as_json() for share in self.by_zone],
            "by_area": [share.as_json() for share in self.by_area],
            "by_link": [share.as_json() for share in self.by_link],
            "by_form": [share.as_json() for share in self.by_form],
            "by_signal": [share.as_json() for share in self.by_signal],
            "activation": {
                "accounts": self.accounts,
                "activated": self.activated,
                "share": self.activated / self.accounts if self.accounts else 0.0,
                "by_s": self.activation_end_s,
            },
        }


@lru_cache(maxsize=2)
def completeness_of(run: RunDirectory) -> Completeness:
    """Count what is in. Foreign and misplaced rows do not make a TPS complete."""
    population, history = run.population, run.history
    tps, h_tps = population.codes("tps"), history.codes("tps")
    if len(first_of_each(tps)) != len(tps):
        repeated = len(tps) - len(first_of_each(tps))
        raise RunDirectoryError(f"{population.path}: {repeated} TPS stand twice; every TPS has one row")
    sheets = sheets_of(run)

    promised = history.is_in("kind", "submit_page") & history.is_in("outcome", "ok")
    promised &= history.is_in("expect", "accept") & (h_tps == history.codes("account_tps"))
    shape = (len(tps), len(sheets.every))
    acknowledged = np.full(shape, np.inf)
    row = np.flatnonzero(promised)
    at, column = look_up(h_tps[row], tps), sheets.columns(history, row)
    known = (at >= 0) & (column >= 0)
    row, place = row[known], at[known] * shape[1] + column[known]
    np.minimum.at(acknowledged.ravel(), place, history.numpy("ended_s")[row])
    if run.readback is None:
        kept, basis = np.isfinite(acknowledged), "acknowledged"
    else:
        kept, basis = _stored(run, sheets, tps, shape), "readback"

    acknowledged[~sheets.asked] = -np.inf
    sheets.fill(kept)

    activated, end_s = _activated(run, tps, h_tps)
    whole = _share("", run.info.region_name, kept)
    return Completeness(
        basis=basis,
        sheets=sheets.every,
        asked=sheets.asked,
        stored=kept,
        acknowledged_s=acknowledged,
        whole=whole,
        by_level=_levels(run, kept),
        by_zone=_zones(run, kept),
        by_area=_groups(run, "kecamatan", "kecamatan_name", kept),
        by_link=_groups(run, "link", "link", kept),
        by_signal=_signals(run, kept),
        by_form=_forms(sheets, kept),
        activated=activated,
        accounts=OPERATORS * len(tps),
        activation_end_s=end_s,
    )


def _stored(run: RunDirectory, sheets: Sheets, tps: Codes, shape: tuple[int, int]) -> NDArray[np.bool_]:
    stored = run.readback
    assert stored is not None
    kept = np.zeros(shape, bool)
    row = np.flatnonzero(~writes_of(run).s_misplaced & (stored.codes("content_sha256_fetched") >= 0))
    at, column = look_up(stored.codes("tps")[row], tps), sheets.columns(stored, row)
    known = (at >= 0) & (column >= 0)
    kept[at[known], column[known]] = True
    return kept


def _forms(sheets: Sheets, kept: NDArray[np.bool_]) -> tuple[Share, ...]:
    if len(sheets.forms) < 2:
        return ()
    of = np.array([form for form, _ in sheets.every])
    return tuple(_share(form, form, kept[:, of == form]) for form in sheets.forms)


def _share(code: str, label: str, kept: NDArray[np.bool_]) -> Share:
    """Of some TPS; of a scenario in which nobody sends nothing is expected."""
    if not kept.shape[1]:
        return Share(code, label, 0, 0, 0)
    full = kept.all(axis=1)
    return Share(code, label, len(kept), int(full.sum()), int((kept.any(axis=1) & ~full).sum()))


def _groups(run: RunDirectory, column: str, label: str, kept: NDArray[np.bool_]) -> tuple[Share, ...]:
    encoded = run.population.arrow(column).dictionary_encode()
    number = encoded.indices.to_numpy(zero_copy_only=False)
    names = run.population.arrow(label)
    order = np.argsort(number, kind="stable")
    stretches = np.split(order, np.cumsum(np.bincount(number))[:-1]) if len(order) else []
    out = [
        _share(code, str(names[int(rows[0])]), kept[rows])
        for code, rows in zip(encoded.dictionary.to_pylist(), stretches, strict=True)
    ]
    return tuple(sorted(out, key=lambda share: share.code))


def _regencies(run: RunDirectory) -> tuple[NDArray[np.int64], list[str]]:
    """For every TPS the number of its regency, and the codes of the regencies ("17.08")."""
    column = pc.utf8_slice_codeunits(run.population.arrow("kecamatan"), 0, 4).dictionary_encode()
    numbers: NDArray[np.int64] = column.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers, [f"{code[:2]}.{code[2:]}" for code in column.dictionary.to_pylist()]


def _levels(run: RunDirectory, kept: NDArray[np.bool_]) -> tuple[Share, ...]:
    number, regencies = _regencies(run)
    if len(regencies) < 2:
        return ()
    out = [_share(code, _region_name(code), kept[number == index]) for index, code in enumerate(regencies)]
    provinces = np.array([code[:2] for code in regencies])
    for province in np.unique(provinces).tolist():
        rows = np.isin(number, np.flatnonzero(provinces == province))
        out.append(_share(province, _region_name(province), kept[rows]))
    return (*sorted(out, key=lambda share: share.code), _share("0", "Indonesia", kept))


def _zones(run: RunDirectory, kept: NDArray[np.bool_]) -> tuple[Share, ...]:
    number, regencies = _regencies(run)
    zones = np.array([_zone(code) for code in regencies])
    return tuple(
        _share(zone, zone, kept[np.isin(number, np.flatnonzero(zones == zone))])
        for zone in ("WIB", "WITA", "WIT", "")
        if (zones == zone).any()
    )


_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def _zone(regency_code: str) -> str:
    try:
        return _ZONES.get(regency(regency_code).time_zone, "")
    except RegionError:
        return ""


def _region_name(code: str) -> str:
    """Of a regency or a province; the code itself where it is not on file."""
    try:
        if "." in code:
            return regency(code).name
        return regencies(code)[0].province
    except RegionError:
        return code


def _signals(run: RunDirectory, kept: NDArray[np.bool_]) -> tuple[Share, ...]:
    """Each TPS once: one without signal counts as that, however its signal may be elsewhere."""
    if not run.population.has("no_signal", "intermittent"):
        return ()
    none, weak = run.population.numpy("no_signal"), run.population.numpy("intermittent")
    groups = {"steady": ~none & ~weak, "intermittent": weak & ~none, "no_signal": none}
    return tuple(_share(code, code, kept[mine]) for code, mine in groups.items() if mine.any())


def _activated(run: RunDirectory, tps: Codes, h_tps: Codes) -> tuple[int, float | None]:
    """Accounts activated by the end of the activation phase, and that end."""
    history = run.history
    tried = np.flatnonzero(history.is_in("kind", "activate") & (h_tps >= 0))
    if not len(tried):
        return 0, None
    first_s = float(history.numpy("intended_s")[tried].min())
    named = [phase for phase in run.info.phases if phase.id == run.info.activation_phase]
    end_s = (named or [run.info.phase_at(first_s)])[0].run_end_s
    done = tried[history.is_in("outcome", "ok")[tried] & (history.numpy("ended_s")[tried] <= end_s)]
    account = look_up(h_tps[done], tps) * 256 + history.numpy("operator")[done]
    return len(np.unique(account[account >= 0])), end_s
