"""What is on disk of a test of claims: opened and checked before anything is judged.

claims.toml        the claims as they were read
claim.json         on what, when, with which seed; and what could not be tried at all
trials, attempts   .parquet: what was offered and what came of it (`reports.offered.schema`)
generators.parquet who offered it, from which machine, on which clock (runs before there were several: none)
sent.parquet       what was sent as pages, so that what is stored can be held against it
readback.parquet   what the system held in the end; absent where it could not be read
faults.jsonl       what was broken and healed, by trial
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyarrow import compute

from reports.columns import RunDirectoryError
from reports.offered.generators import rows_of
from reports.offered.schema import (
    ATTEMPTS,
    ATTEMPTS_FILE,
    GENERATORS_FILE,
    TRIALS,
    TRIALS_FILE,
)
from reports.schema import READBACK
from scenarios.claims import Claim, Claims, read_claims
from scenarios.mistakes import ScenarioError

CLAIMS_FILE, ABOUT_FILE, SENT_FILE = "claims.toml", "claim.json", "sent.parquet"
READBACK_FILE, FAULTS_FILE = "readback.parquet", "faults.jsonl"
FILES = (
    CLAIMS_FILE, ABOUT_FILE, TRIALS_FILE, ATTEMPTS_FILE, GENERATORS_FILE, SENT_FILE, READBACK_FILE,
    FAULTS_FILE,
)  # fmt: skip

SENT = pa.schema(
    [
        ("key", pa.string()),
        ("tps", pa.string()),
        ("form", pa.string()),
        ("page", pa.uint8()),
        ("photo_sha256", pa.string()),
        ("numbers_sha256", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Run:
    """One playing of a claim: a row of trials, and its attempts in the order of their due moments."""

    trial: int
    seconds: float
    warm_s: float
    began_epoch_s: float
    valid: bool
    why: str
    due_s: NDArray[np.float64]
    began_s: NDArray[np.float64]
    ended_s: NDArray[np.float64]
    good: NDArray[np.bool_]
    became: list[str]
    kind: list[str]
    key: list[str]
    receipt: list[str]
    generator: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A folder, opened. `readback` is None where the system could not be read; `generators` are rows."""

    path: Path
    text: str
    claims: Claims
    about: dict[str, Any]
    trials: pa.Table
    attempts: pa.Table
    sent: pa.Table
    readback: pa.Table | None
    faults: list[dict[str, Any]]
    generators: Sequence[dict[str, Any]] = ()

    @classmethod
    def open(cls, path: Path) -> "Evidence":
        """Raises RunDirectoryError that names the file."""
        text = _text(path / CLAIMS_FILE)
        try:
            claims = read_claims(text, str(path / CLAIMS_FILE))
        except ScenarioError as error:
            raise RunDirectoryError(str(error)) from error
        back = path / READBACK_FILE
        try:
            about = json.loads(_text(path / ABOUT_FILE))
            faults_text = _text(path / FAULTS_FILE) if (path / FAULTS_FILE).exists() else ""
            faults = [json.loads(line) for line in faults_text.splitlines()]
        except ValueError as error:
            raise RunDirectoryError(f"{path}: {ABOUT_FILE} or {FAULTS_FILE} is not JSON: {error}") from error
        return cls(
            path, text, claims, about,
            _table(path / TRIALS_FILE, TRIALS), _table(path / ATTEMPTS_FILE, ATTEMPTS),
            _table(path / SENT_FILE, SENT), _table(back, READBACK) if back.exists() else None, faults,
            rows_of(path),
        )  # fmt: skip

    def runs(self, claim: Claim) -> list[Run]:
        """How often it was played, in order; a trial of the generator alone is none."""
        return [_run(self, row) for row in self.trials.to_pylist() if row["purpose"] == playing(claim)]


def playing(claim: Claim) -> str:
    """`purpose` of a trial in which this claim is played."""
    return f"claim {claim.id}"


def digests(path: Path) -> dict[str, str]:
    """sha256 of every file of evidence that there is."""
    return {
        name: hashlib.sha256((path / name).read_bytes()).hexdigest()
        for name in FILES
        if (path / name).is_file()
    }


def _run(evidence: Evidence, row: dict[str, Any]) -> Run:
    table = evidence.attempts
    mine = table.filter(compute.equal(table["trial"], row["trial"])).sort_by("due_s")
    became = mine["became"].to_pylist()
    return Run(
        trial=row["trial"],
        seconds=row["seconds"],
        warm_s=row["warm_s"],
        began_epoch_s=row["began_epoch_s"],
        valid=row["valid"],
        why=row["why"],
        due_s=mine["due_s"].to_numpy(),
        began_s=mine["began_s"].to_numpy(),
        ended_s=mine["ended_s"].to_numpy(),
        good=np.array([one == "good" for one in became], dtype=bool),
        became=became,
        kind=mine["kind"].to_pylist(),
        key=mine["key"].to_pylist(),
        receipt=mine["receipt"].to_pylist(),
        generator=_whose(mine["number"].to_numpy(), evidence.generators, row["trial"]),
    )


def _whose(numbers: Any, generators: Sequence[dict[str, Any]], trial: int) -> NDArray[np.int64]:
    """Which generator each request was offered by; all by one where no more were."""
    found = np.zeros(len(numbers), dtype=np.int64)
    for one in generators:
        if one["trial"] == trial:
            found[numbers % one["of"] == one["part"]] = one["generator"]
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunDirectoryError(f"{path}: cannot be read ({error}); it is part of the evidence") from error


def _table(path: Path, schema: pa.Schema) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise RunDirectoryError(f"{path}: cannot be read ({error}); it is part of the evidence") from error
    if not table.schema.equals(schema):
        raise RunDirectoryError(f"{path}: has other columns than it should: {table.schema.names}")
    return table
