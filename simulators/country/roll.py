"""The roll: TPS and their voters as KPU keeps them, imported and checked, instead of synthetic ones.

`gladi population import` writes it (`simulators.country.importing`); `country(roll=...)` takes the TPS of
every regency that it covers, and makes up those of all others. A roll covers a regency wholly or not at all:
what the roll does not list there does not exist.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

VERSION = 1
"""Of the file; a reader refuses others."""

OTHER_COUNTS = ("men", "women", "dptb", "dpk")
"""Counts that a roll may hold beside the DPT: its men and women, and voters who are not on it."""

_LEVELS = {"province": 10**11, "regency": 10**9, "kecamatan": 10**7, "desa": 10**3}
"""What a TPS code (13 digits) is divided by to give the code of each region above it."""

_META = b"gladi_roll"


class RollError(ValueError):
    """A file that is no roll, or a roll that was altered; the message names the file and what to do."""


@dataclass(frozen=True, eq=False)
class Roll:
    """TPS in order of code; all arrays have one item a TPS.

    `tps` holds 13-digit codes, ascending and unique; `dpt` the voters on the DPT (0 only at special
    locations, 901 and up). `names` gives the name of a region by code, spelled as in `scenarios.regions`
    ("17", "17.08", "170801", "1708012001"), for those that the tables named. `counts` holds those of
    OTHER_COUNTS that were given. `source` is for people; `origin` tells files, sha256, mapping and
    date. Raises RollError if codes are not ascending or columns differ in length.
    """

    tps: NDArray[np.int64]
    dpt: NDArray[np.int32]
    names: Mapping[str, str]
    source: str
    counts: Mapping[str, NDArray[np.int32]] = field(default_factory=dict)
    origin: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(len(column) != len(self.tps) for column in (self.dpt, *self.counts.values())):
            raise RollError(f"{self.source}: the columns of a roll must have one item for each TPS")
        if np.any(np.diff(self.tps) <= 0):
            raise RollError(f"{self.source}: the TPS of a roll must be in order of code, each once")

    def __len__(self) -> int:
        return len(self.tps)

    @cached_property
    def regencies(self) -> tuple[str, ...]:
        """Codes of the regencies that the roll covers, such as "17.08", in order."""
        codes = np.unique(self.tps // _LEVELS["regency"])
        return tuple(f"{code // 100}.{code % 100:02d}" for code in codes.tolist())

    def of(self, regency: str) -> slice:
        """Where the TPS of a regency ("17.08") stand; empty if it is not covered."""
        code = int(regency.replace(".", ""))
        first, last = np.searchsorted(self.tps // _LEVELS["regency"], (code, code + 1))
        return slice(int(first), int(last))

    def digest(self) -> str:
        """SHA-256 over all columns and names, whatever the version of the Parquet library."""
        total = hashlib.sha256()
        columns: dict[str, NDArray[Any]] = {"tps": self.tps, "dpt": self.dpt, **self.counts}
        for name, column in sorted(columns.items()):
            total.update(f"{name}\0{len(column)}\0".encode() + column.astype("<i8").tobytes())
        total.update(json.dumps(sorted(self.names.items()), ensure_ascii=False).encode())
        return total.hexdigest()

    def to_parquet(self, path: Path) -> None:
        """Write the roll; the file appears whole or not at all."""
        columns: dict[str, Any] = {"tps": self.tps, "dpt": self.dpt, **self.counts}
        for level in _LEVELS:
            columns[level] = _name_column(self.tps, level, self.names)
        about = {"version": VERSION, "digest": self.digest(), "source": self.source, "origin": self.origin}
        table = pa.table(columns).replace_schema_metadata({_META: json.dumps(about, ensure_ascii=False)})
        unfinished = path.with_name(path.name + ".part")
        try:
            pq.write_table(table, unfinished, compression="zstd")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    @classmethod
    def from_parquet(cls, path: Path) -> "Roll":
        """Read a roll back; raises RollError if it is none, of another version, or altered since."""
        again = 'make it with "gladi population import"'
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowException) as error:
            raise RollError(f"{path}: cannot be read as Parquet ({_first_line(error)}); {again}") from None
        about = _about(table.schema.metadata or {})
        if about is None:
            raise RollError(f"{path}: is Parquet, but not a roll of voters; {again}")
        if about.get("version") != VERSION:
            version = about.get("version")
            raise RollError(f"{path}: is a roll of version {version}, this gladi reads {VERSION}; {again}")
        altered = RollError(f"{path}: the roll was altered after its import; {again}")
        try:
            roll = cls._of_table(table, about)
        except (KeyError, ValueError, pa.ArrowException):
            raise altered from None
        if roll.digest() != about.get("digest"):
            raise altered
        return roll

    @classmethod
    def _of_table(cls, table: pa.Table, about: Mapping[str, Any]) -> "Roll":
        tps = table["tps"].to_numpy().astype(np.int64)
        names = dict(pair for level in _LEVELS for pair in _names_of(tps, level, table[level]))
        for level in _LEVELS:
            again = pa.chunked_array([_name_column(tps, level, names).cast(pa.string())])
            if not again.equals(table[level].cast(pa.string())):
                raise ValueError(f"two names of one {level}")
        others = [name for name in OTHER_COUNTS if name in table.column_names]
        return cls(
            tps=tps,
            dpt=table["dpt"].to_numpy().astype(np.int32),
            names=names,
            source=about["source"],
            counts={name: table[name].to_numpy().astype(np.int32) for name in others},
            origin=about["origin"],
        )


def spelled(digits: str) -> str:
    """A region code as `scenarios.regions` spells it: "1708" is "17.08", the others stay digits."""
    return f"{digits[:2]}.{digits[2:]}" if len(digits) == 4 else digits


def _about(metadata: Mapping[bytes, bytes]) -> dict[str, Any] | None:
    try:
        about = json.loads(metadata[_META])
    except (KeyError, ValueError):
        return None
    return about if isinstance(about, dict) else None


def _name_column(tps: NDArray[np.int64], level: str, names: Mapping[str, str]) -> pa.DictionaryArray:
    codes, index = np.unique(tps // _LEVELS[level], return_inverse=True)
    found = [names.get(spelled(str(code)), "") for code in codes.tolist()]
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array(found, pa.string()))


def _names_of(tps: NDArray[np.int64], level: str, column: pa.ChunkedArray) -> Iterator[tuple[str, str]]:
    codes, first = np.unique(tps // _LEVELS[level], return_index=True)
    for code, name in zip(codes.tolist(), column.take(pa.array(first)).to_pylist(), strict=True):
        if name:
            yield spelled(str(code)), name


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
