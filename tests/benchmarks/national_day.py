"""An honest day of any size as a run directory: 25 operations a TPS, ten million of them for the country.

Every TPS activates, logs in, sends three pages (the first answer is lost), is told that its second operator
came too late, confirms, corrects two pages three times, sends an old attempt again, asks back, logs out, is
probed once, and is looked at by the public. Columns are made in whole arrays and written row group by row
group. `plant` spoils one thing for each checker.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reports.schema import (
    HEALTH,
    HISTORY,
    PAGE_FIELDS,
    POPULATION,
    PORTAL,
    PROBE_CORRUPTED,
    PROBE_ENDED_SESSION,
    PROBE_FOREIGN,
    PROBE_NO_SESSION,
    PROBE_TRUNCATED,
    PROBE_WRONG_PASSWORD,
    READBACK,
    RESOURCES,
)
from tests.reports.invented import run_json

Ints = NDArray[np.int64]

DURATION_S = 3600.0
GAP_S = 20.0
"""Between two operations of one TPS."""
GROUP = 1 << 20
"""Rows of a row group, as Arrow writes them when nobody says otherwise."""


@dataclass(frozen=True)
class Slot:
    """One of the operations that every TPS makes, in this order."""

    kind: str
    operator: int = 1
    page: int = 0
    version: int = 0
    attempt: int = 1
    outcome: str = "ok"
    status: int = 200
    reason: str = ""
    stored_pages: int = 0
    actor: str = "kpps"


SLOTS = (
    Slot("activate"),
    Slot("activate", operator=2),
    Slot("login"),
    Slot("login", operator=2),
    Slot("status"),
    Slot("submit_page", page=1, outcome="unknown", status=0, reason="link_lost"),
    Slot("submit_page", page=1, attempt=2),
    Slot("submit_page", page=2, status=201),
    Slot("submit_page", page=3, status=201),
    Slot("submit_page", operator=2, page=1, outcome="fail", status=409, reason="page_exists"),
    Slot("confirm"),
    *(Slot("correct", page=page, version=version, status=201) for page in (1, 3) for version in (1, 2, 3)),
    Slot("submit_page", page=1, attempt=3),
    Slot("status", stored_pages=0b1110),
    Slot("logout", operator=2),
    Slot("probe", outcome="fail", status=401),
    Slot("national", actor="publik"),
    Slot("region", actor="publik"),
    Slot("tps_page", actor="publik"),
    Slot("photo", actor="publik"),
)
PROBE = next(at for at, slot in enumerate(SLOTS) if slot.kind == "probe")
VOTES = next(at for at, slot in enumerate(SLOTS) if slot.page == 2)
PROBES = (
    (PROBE_TRUNCATED, "submit_page", 1, 422),
    (PROBE_CORRUPTED, "submit_page", 1, 422),
    (PROBE_FOREIGN, "submit_page", 1, 403),
    (PROBE_NO_SESSION, "submit_page", 1, 401),
    (PROBE_ENDED_SESSION, "submit_page", 2, 401),
    (PROBE_WRONG_PASSWORD, "login", 1, 401),
)
STORED = tuple((slot.page, slot.version) for slot in SLOTS if slot.status == 201 or slot.attempt == 2)
"""(page, version) of every revision a TPS has in the end."""


@dataclass
class Day:
    """A day of `n_tps` TPS; `spoilt` names the checkers that shall find one violation each."""

    n_tps: int
    seed: int = 7
    spoilt: tuple[str, ...] = ()
    unlucky: dict[str, int] = field(init=False)
    """The TPS at which each violation is planted."""

    def __post_init__(self) -> None:
        chosen = np.random.default_rng(self.seed).permutation(self.n_tps // 6)[: len(self.spoilt)] * 6
        of_probe = {"crossed": 2, "unauthorised": 3}
        self.unlucky = {
            name: int(tps) + of_probe.get(name, 0) for name, tps in zip(self.spoilt, chosen, strict=True)
        }
        draws = np.random.default_rng([self.seed, 1])
        self.start_s = draws.uniform(20.0, DURATION_S - 60.0 - GAP_S * len(SLOTS), self.n_tps)
        self.votes = draws.integers(0, 100, (self.n_tps, 3))
        index = np.arange(self.n_tps)
        desa, kecamatan = index // 5, index // 55
        kabupaten, province = kecamatan // 15, kecamatan // 195
        area = (11 + province) * 10_000 + (kabupaten % 13 + 1) * 100 + kecamatan % 15 + 1
        self.area = area
        self.code = (area * 10_000 + 2001 + desa % 11) * 1000 + index % 5 + 1

    def write(self, folder: Path) -> Path:
        """The whole run directory."""
        folder.mkdir(parents=True, exist_ok=True)
        about = run_json(self.n_tps, DURATION_S, 1.0) | {"workers": 2}
        (folder / "run.json").write_text(json.dumps(about), encoding="utf-8")
        self._faults(folder / "faults.jsonl")
        _write(folder / "population.parquet", POPULATION, [self._population()])
        _write(folder / "history.parquet", HISTORY, self._history())
        _write(folder / "readback.parquet", READBACK, self._readback())
        _write(folder / "portal.parquet", PORTAL, self._portal())
        _write(folder / "health.parquet", HEALTH, [self._health()])
        _write(folder / "resources.parquet", RESOURCES, [self._resources()])
        return folder

    def _is(self, name: str, tps: Ints) -> NDArray[np.bool_]:
        return tps == self.unlucky.get(name, -1)

    def _population(self) -> dict[str, Any]:
        code = self.code
        return {
            "tps": _digits(code),
            "number": code % 1000,
            "kecamatan": _digits(self.area),
            "kecamatan_name": _digits(self.area),
            "desa": _digits(code // 1000),
            "desa_name": _digits(code // 1000),
            "link": _of(("4g", "3g", "vsat"), np.arange(self.n_tps) % 3),
            "intermittent": np.zeros(self.n_tps, bool),
            **{name: np.zeros(self.n_tps, np.int16) for page in (1, 3) for name in PAGE_FIELDS[page]},
            **{name: self.votes[:, at] for at, name in enumerate(PAGE_FIELDS[2])},
        }

    def _due_s(self, tps: Ints, slot: Ints | int) -> NDArray[np.float64]:
        out: NDArray[np.float64] = self.start_s[tps] + GAP_S * slot
        return out

    def _took_s(self, tps: Ints, slot: Ints | int) -> NDArray[np.float64]:
        return 0.05 + (_mixed(tps, slot, 9) >> np.uint64(54)).astype(np.float64) / 1024

    def _history(self) -> Iterator[dict[str, Any]]:
        everything = np.arange(self.n_tps * len(SLOTS))
        due_s = self._due_s(everything // len(SLOTS), everything % len(SLOTS))
        order = np.argsort(due_s)
        del due_s
        for first in range(0, len(order), GROUP):
            rows = order[first : first + GROUP]
            yield self._operations(rows // len(SLOTS), rows % len(SLOTS), np.arange(first, first + len(rows)))

    def _operations(self, tps: Ints, slot: Ints, number: Ints) -> dict[str, Any]:
        def each(name: str) -> NDArray[Any]:
            return np.array([getattr(one, name) for one in SLOTS])[slot]

        probe, which = slot == PROBE, tps % len(PROBES)

        def probed(column: NDArray[Any], place: int) -> NDArray[Any]:
            return np.where(probe, np.array([one[place] for one in PROBES])[which], column)

        kind, status = probed(each("kind"), 1), probed(each("status"), 3)
        reason, operator = probed(each("reason"), 0), probed(each("operator"), 2)
        outcome, stored_pages = each("outcome"), each("stored_pages")
        page, version, public = each("page"), each("version"), each("actor") == "publik"
        write, submit = np.isin(kind, ("submit_page", "correct")), kind == "submit_page"
        page = np.where(probe & submit, 1, page)
        accepted = probe & (self._is("crossed", tps) | self._is("unauthorised", tps))
        refused = self._is("forgotten", tps) & (kind == "confirm")
        barred = self._is("false_refusal", tps) & (kind == "login") & (operator == 2)
        outcome = np.where(accepted, "ok", np.where(refused | barred, "fail", outcome))
        status = np.select([accepted, refused, barred], [201, 401, 423], status)
        reason = np.select([refused, barred], ["unauthorized", "locked"], reason)
        stored_pages = np.where(self._is("untruthful", tps) & (stored_pages > 0), 0b1100, stored_pages)

        account = np.where(public, 0, self.code[tps])
        foreign = probe & (reason == PROBE_FOREIGN)
        about = np.where(foreign, self.code[(tps + 1) % self.n_tps], account)
        due_s = self._due_s(tps, slot)
        unsigned = (
            public | np.isin(kind, ("activate",)) | np.isin(reason, (PROBE_NO_SESSION, PROBE_WRONG_PASSWORD))
        )
        key_of = np.where(probe, 900, np.where(operator == 2, 800, page * 10 + version))
        receipt = write & (outcome == "ok")
        return {
            "op_id": (number % 2) << 40 | number // 2,
            "kind": pa.array(kind),
            "actor": pa.array(each("actor")),
            "tps": _digits(about),
            "account_tps": _digits(account),
            "operator": operator,
            "form": _of(("", "ppwp"), write | (kind == "confirm")),
            "page": page,
            "attempt": each("attempt"),
            "area": _digits(self.area[tps]),
            "link": _of(("4g", "3g", "vsat"), tps % 3),
            "intended_s": due_s,
            "started_s": due_s + 0.001,
            "ended_s": due_s + self._took_s(tps, slot),
            "outcome": pa.array(outcome),
            "status": status,
            "reason": pa.array(reason),
            "bytes_sent": np.where(submit, 800_000, 400),
            "bytes_received": np.full(len(tps), 300),
            "content_sha256": _hex(submit, 4, tps, page, 1),
            "numbers_sha256": _hex(write, 4, tps, page * 10 + version, 2),
            "key": _hex(write | (kind == "confirm"), 2, tps, key_of, 3),
            "receipt": _hex(receipt, 2, tps, page * 10 + version, np.where(accepted, 8, 4)),
            "session": _hex(~unsigned, 1, tps, operator, 5),
            "stored_pages": stored_pages,
            "expect": _of(("accept", "reject"), probe),
            "worker": number % 2,
        }

    def _readback(self) -> Iterator[dict[str, Any]]:
        rows = np.arange(self.n_tps * len(STORED))
        for first in range(0, len(rows), GROUP):
            mine = rows[first : first + GROUP]
            tps, revision = mine // len(STORED), mine % len(STORED)
            page, version = np.array(STORED)[revision].T
            keep = ~(self._is("lost", tps) & (page == 1) & (version == 2))
            yield self._revisions(tps[keep], page[keep], version[keep])
        for name in ("duplicated", "phantom"):
            if name in self.unlucky:
                yield self._revisions(np.array([self.unlucky[name]]), np.array([1]), np.array([2]), name)

    def _revisions(self, tps: Ints, page: Ints, version: Ints, extra: str = "") -> dict[str, Any]:
        newest = version == np.where(page == 2, 0, 3)
        late = self._is("reordered", tps) & (page == 1)
        newest = np.where(late, version == 0, newest)
        number = page * 10 + version
        everything = np.ones(len(tps), bool)
        altered = self._is("altered", tps) & (number == 13)
        torn = self._is("torn", tps) & (number == 20)
        invented = 77 if extra == "phantom" else 0
        return {
            "tps": _digits(self.code[tps]),
            "form": _of(("ppwp", "dpr"), np.full(len(tps), extra == "phantom")),
            "page": page,
            "revision": version + 1,
            "current": newest & (extra == ""),
            "receipt": _hex(everything, 2, tps, number, 4 if not extra else 40),
            "key": _hex(everything, 2, tps, number, 3 + invented),
            "account_tps": _digits(self.code[tps]),
            "operator": np.ones(len(tps), np.uint8),
            "content_sha256_claimed": _hex(everything, 4, tps, page, 1),
            "content_sha256_fetched": _hex(everything, 4, tps, page, np.where(torn, 99, 1)),
            "content_bytes": np.full(len(tps), 800_000),
            "content_whole": everything,
            "votes": _lists(self.votes[tps], page == 2),
            "numbers_sha256": _hex(everything, 4, tps, number, np.where(altered, 99, 2)),
            "numbers": _of(tuple(f'{{"page":{one}}}' for one in range(4)), page),
            "stored_at": _of(("2024-02-14T12:00:00Z",), np.zeros(len(tps), np.int64)),
        }

    def _portal(self) -> Iterator[dict[str, Any]]:
        counted_s = np.sort(
            self._due_s(np.arange(self.n_tps), VOTES) + self._took_s(np.arange(self.n_tps), VOTES)
        )
        order = np.argsort(
            self._due_s(np.arange(self.n_tps), VOTES) + self._took_s(np.arange(self.n_tps), VOTES)
        )
        sums = np.vstack([np.zeros((1, 3), np.int64), np.cumsum(self.votes[order], axis=0)])
        asked_s = np.arange(0.0, DURATION_S, 0.5)
        counted = np.searchsorted(counted_s, asked_s)
        if "regressed" in self.unlucky:
            counted[len(counted) // 2] -= min(500, self.n_tps // 10)
        as_of_s = asked_s - 0.3
        if "stale" in self.unlucky:
            as_of_s[len(as_of_s) // 3] -= 60.0
        yield _answers(
            "0", asked_s, as_of_s, np.full(len(asked_s), self.n_tps), counted, sums[counted], False
        )
        at_s = DURATION_S + 10.0
        for divisor in (10**11, 10**9, 10**7, 10**3):
            places, which = np.unique(self.code // divisor, return_inverse=True)
            expected = np.bincount(which)
            votes = np.stack([np.bincount(which, self.votes[:, one]) for one in range(3)], axis=1).astype(
                np.int64
            )
            if divisor == 10**7 and "miscounted" in self.unlucky:
                votes[len(votes) // 2, 1] += 1
            when = np.full(len(places), at_s)
            yield _answers(_digits(places), when, when, expected, expected, votes, True)
        yield _answers(
            "0",
            np.array([at_s]),
            np.array([at_s]),
            np.array([self.n_tps]),
            np.array([self.n_tps]),
            sums[-1:],
            True,
        )
        for first in range(0, self.n_tps, GROUP):
            tps = np.arange(first, min(first + GROUP, self.n_tps))
            when, one = np.full(len(tps), at_s + 1.0), np.ones(len(tps), np.int64)
            answers = _answers(_digits(self.code[tps]), when, when, one, one, self.votes[tps], True)
            pages = np.tile([1, 2, 3], len(tps))
            hidden = np.repeat(self._is("hidden", tps), 3)
            shown = np.repeat(tps, 3)[~hidden]
            torn = self._is("torn", shown) & (pages[~hidden] == 2)
            photos = _hex(np.ones(len(shown), bool), 4, shown, pages[~hidden], np.where(torn, 99, 1))
            ends = np.concatenate([[0], np.cumsum(np.where(self._is("hidden", tps), 0, 3))])
            yield answers | {
                "kind": _of(("tps",), np.zeros(len(tps), np.int64)),
                "photos": pa.ListArray.from_arrays(pa.array(ends, pa.int32()), photos),
            }

    def _health(self) -> dict[str, Any]:
        names, values = ("ready", "alive", "reading_queue"), np.array([1.0, 1.0, 40.0])
        asked_s = np.arange(0.0, DURATION_S, 0.5).repeat(len(names))
        which = np.tile(np.arange(len(names)), len(asked_s) // len(names))
        value = values[which]
        if "unbounded" in self.unlucky:
            value[-1] = 1e6
        return {
            "asked_s": asked_s,
            "answered_s": asked_s + 0.01,
            "name": _of(names, which),
            "value": value,
            "bound": np.array([np.nan, np.nan, 1000.0])[which],
            "settled": asked_s > DURATION_S - 1.0,
        }

    def _resources(self) -> dict[str, Any]:
        names = ("machine", "api", "postgres")
        t_s = np.arange(0.0, DURATION_S).repeat(len(names))
        which = np.tile(np.arange(len(names)), len(t_s) // len(names))
        return {
            "t_s": t_s,
            "component": _of(names, which),
            "pid": which,
            "cpu_s": t_s * 0.4,
            "rss_bytes": np.where(which == 0, 0, 200_000_000),
        }

    def _faults(self, path: Path) -> None:
        events = []
        for number, struck_s in enumerate((600.0, 1500.0, 2400.0), start=1):
            unfelt = number == 3 and "ineffective" in self.unlucky
            moments = (("planned", -1.0), ("struck", 0.0), ("unfelt" if unfelt else "felt", 0.2))
            for event, after_s in (*moments, ("healing", 5.0), ("healed", 5.5)):
                events.append(
                    {"id": f"f{number}", "name": "process_kill", "target": "api", "event": event,
                     "at_s": struck_s + after_s, "detail": {}}
                )  # fmt: skip
        path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")


def _answers(
    place: Any, asked_s: Any, as_of_s: Any, expected: Ints, counted: Ints, votes: Ints, settled: bool
) -> dict[str, Any]:
    rows = np.zeros(len(asked_s), np.int64)
    return {
        "asked_s": asked_s,
        "answered_s": asked_s + 0.01,
        "kind": _of(("region",), rows),
        "place": _of((place,), rows) if isinstance(place, str) else place,
        "form": _of(("ppwp",), rows),
        "status": rows + 200,
        "as_of_s": as_of_s,
        "expected_tps": expected,
        "counted_tps": counted,
        "votes": _lists(votes, np.ones(len(rows), bool)),
        "photos": pa.ListArray.from_arrays(
            pa.array(np.zeros(len(rows) + 1), pa.int32()), pa.array([], pa.string())
        ),
        "settled": np.full(len(rows), settled),
    }


def _write(path: Path, schema: pa.Schema, groups: Any) -> None:
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for columns in groups:
            arrays = [
                pa.array(columns[one.name]).cast(one.type) if isinstance(columns[one.name], np.ndarray)
                else columns[one.name].cast(one.type)
                for one in schema
            ]  # fmt: skip
            file.write_table(pa.table(arrays, schema=schema), row_group_size=GROUP)


def _of(words: tuple[str, ...], which: Any) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(np.asarray(which).astype(np.int32)), pa.array(words))


def _digits(numbers: Ints) -> Any:
    """Numbers as text, 0 as ''."""
    import pyarrow.compute as pc

    text = pa.array(numbers, pa.int64()).cast(pa.string())
    return pc.if_else(pa.array(numbers == 0), "", text)


def _lists(rows: Ints, there: NDArray[np.bool_]) -> Any:
    ends = np.concatenate([[0], np.cumsum(np.where(there, rows.shape[1], 0))])
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(rows[there].ravel()))


def _mixed(*parts: Any) -> NDArray[np.uint64]:
    """Numbers that look like chance, of numbers (SplitMix64 after each)."""
    with np.errstate(over="ignore"):
        value = np.uint64(0x9E3779B97F4A7C15)
        for part in parts:
            value = (value + np.asarray(part).astype(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
            value = (value ^ (value >> np.uint64(29))) * np.uint64(0x94D049BB133111EB)
            value ^= value >> np.uint64(32)
    return np.atleast_1d(value)


_HEX = np.frombuffer(b"".join(b"%02x" % byte for byte in range(256)), "<u2")


def _hex(there: NDArray[np.bool_], words: int, *parts: Any) -> Any:
    """Text of 16 hex digits a word where `there`, else ''; equal for equal parts."""
    rows = np.flatnonzero(there)
    mine = [np.broadcast_to(np.asarray(part), len(there))[rows] for part in parts]
    content = np.empty((len(rows), words), np.uint64)
    for word in range(words):
        content[:, word] = _mixed(*mine, word)
    ends = np.concatenate([[0], np.cumsum(np.where(there, 16 * words, 0))]).astype(np.int64)
    data = _HEX[content.view(np.uint8)].tobytes()
    wide = pa.LargeStringArray.from_buffers(len(there), pa.py_buffer(ends.tobytes()), pa.py_buffer(data))
    return wide.cast(pa.string())
