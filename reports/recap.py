"""What the system holds of plenos, read from it after everything has healed: decisions and D.Hasil."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from reports.columns import Columns
from reports.rundir import RunDirectory

DECISIONS_FILE, D_HASIL_FILE = "decisions.parquet", "d_hasil.parquet"

DECISIONS = pa.schema(
    [
        ("kecamatan", pa.string()),
        ("tps", pa.string()),
        ("form", pa.string()),
        ("word", pa.string()),  # sesuai | dikoreksi | entri
        ("key", pa.string()),
        ("basis", pa.string()),  # JSON: page -> revision on which it stands
        ("entries", pa.string()),  # JSON: page -> {field: number} of pages that were never stored
        ("at", pa.string()),
    ]
)
"""One row a stored decision, in the order in which they were taken; the last one of a TPS and form counts."""

D_HASIL = pa.schema(
    [
        ("kecamatan", pa.string()),
        ("form", pa.string()),
        ("version", pa.int64()),
        ("state", pa.string()),  # final | open (reopened) | stale
        ("sha256", pa.string()),
        ("columns", pa.string()),  # JSON: TPS -> {field: number}
        ("totals", pa.string()),  # JSON: field -> number
        ("at", pa.string()),
    ]
)
"""One row a kecamatan and form: the newest D.Hasil."""

Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """One stored decision; `basis` is page -> revision, `entries` the numbers of pages never stored."""

    kecamatan: str
    tps: str
    form: str
    word: str
    key: str
    basis: Mapping[int, int]
    entries: Numbers


@dataclass(frozen=True, slots=True)
class DHasil:
    """The newest D.Hasil of a kecamatan and form: a column of numbers a TPS, and their sums."""

    kecamatan: str
    form: str
    version: int
    state: str
    columns: Mapping[str, Numbers]
    totals: Numbers


@dataclass(frozen=True, slots=True)
class StoredRecap:
    """Everything the system holds of plenos."""

    decisions: tuple[Decision, ...]
    d_hasil: tuple[DHasil, ...]

    @property
    def standing(self) -> dict[tuple[str, str], Decision]:
        """The last decision on each TPS and form."""
        return {(one.tps, one.form): one for one in self.decisions}


@lru_cache(maxsize=2)
def stored_recap(run: RunDirectory) -> StoredRecap | None:
    """What was read back, None where nothing was; raises RunDirectoryError for a broken file."""
    if not (run.path / DECISIONS_FILE).exists() or not (run.path / D_HASIL_FILE).exists():
        return None
    taken = Columns(run.path / DECISIONS_FILE, DECISIONS)
    made = Columns(run.path / D_HASIL_FILE, D_HASIL)
    rows = zip(*(taken.arrow(name).to_pylist() for name in DECISIONS.names), strict=True)
    decisions = tuple(
        Decision(
            kecamatan, tps, form, word, key,
            {int(page): int(revision) for page, revision in json.loads(basis).items()},
            {field: number for page in json.loads(entries).values() for field, number in page.items()},
        )
        for kecamatan, tps, form, word, key, basis, entries, _ in rows
    )  # fmt: skip
    results = zip(*(made.arrow(name).to_pylist() for name in D_HASIL.names), strict=True)
    d_hasil = tuple(
        DHasil(kecamatan, form, version, state, json.loads(columns), json.loads(totals))
        for kecamatan, form, version, state, _, columns, totals, _ in results
    )
    return StoredRecap(decisions, d_hasil)
