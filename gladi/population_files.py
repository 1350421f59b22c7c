"""A nation's population as Parquet: who the TPS are, what is on every form, who stands.

A folder holds `tps.parquet` (one row a TPS), a file a form (`ppwp.parquet`, `dpr.parquet`, ...: one row a TPS
that votes with it) and `candidates.parquet`. Votes are a list, in the order of the ballot: item k of `votes`
is position k + 1 of the same form and district in `candidates`. Everything appears whole or not at all.
"""

import json
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gladi.failures import UsageError
from simulators.contests import Contest
from simulators.country import LINK_NAMES, Country
from simulators.country.model import DEVICE_NAMES, KIND_NAMES, SIGNAL_NAMES, TRAVEL_NAMES
from simulators.country.officials import kpps, names
from simulators.country.results import Results, ppwp, results
from simulators.country.standing import candidates
from simulators.country.tree import starts

CHUNK = 25_000
"""So many TPS or a few more are worked on at once."""

Told = Callable[[float, float, str], None]
_ZSTD: dict[str, Any] = {"compression": "zstd", "compression_level": 1}


@dataclass(frozen=True, slots=True)
class Written:
    """Files of a population, and how many bytes they have together."""

    files: tuple[Path, ...]
    size_bytes: int


def write(country: Country, out: Path, votes: bool, told: Told) -> Written:
    """Write a country to a folder, or without votes to one file if `out` ends in .parquet.

    UsageError if `out` exists already, or cannot be made.
    """
    if out.exists():
        raise UsageError(f"{out}: exists already; choose a new --out")
    unfinished = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _clear(unfinished)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise UsageError(f"{out}: cannot be made there ({error.strerror}); choose another --out") from error
    try:
        if not votes and out.suffix == ".parquet":
            _write_tps(country, unfinished)
        else:
            unfinished.mkdir()
            if votes:
                _write_forms(country, unfinished, told)
            _write_tps(country, unfinished / "tps.parquet")
        unfinished.replace(out)
    finally:
        _clear(unfinished)
    files = (out,) if out.is_file() else tuple(sorted(out.iterdir()))
    return Written(files, sum(path.stat().st_size for path in files))


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _write_tps(country: Country, path: Path) -> None:
    """Who the TPS are: regions, voters, reach, phone, pages, officials."""
    people = pa.array(names())
    crew = kpps(country.election, country.seed, country.tps)
    columns: dict[str, pa.Array] = {"tps": pa.array(country.tps)}
    for level in ("province", "regency", "kecamatan", "desa"):
        index = pa.array(getattr(country, level))
        columns[level] = _of(index, getattr(country, f"{level}_codes"))
        columns[f"{level}_name"] = _of(index, getattr(country, f"{level}_names"))
    for name in ("utc_offset_h", "dpt", "special", "abroad"):
        columns[name] = pa.array(getattr(country, name))
    for name, meanings in (
        ("kind", KIND_NAMES),
        ("link", LINK_NAMES),
        ("signal", SIGNAL_NAMES),
        ("travel_by", TRAVEL_NAMES),
        ("device", DEVICE_NAMES),
    ):
        columns[name] = _of(pa.array(getattr(country, name).astype(np.int8)), meanings)
    for name in ("travel_s", "electricity", "power_cut_start_s", "power_cut_s"):
        columns[name] = pa.array(getattr(country, name))
    for k, form in enumerate(country.forms):
        columns[f"pages_{form}"] = pa.array(np.ascontiguousarray(country.pages[:, k]))
    for k in range(crew.shape[1]):
        entry = pa.array(np.ascontiguousarray(crew[:, k]))
        columns[f"kpps_{k + 1}"] = pa.DictionaryArray.from_arrays(entry, people)
    pq.write_table(pa.table(columns).replace_schema_metadata(about(country)), path, **_ZSTD)


def _of(index: pa.Array, words: Iterable[str]) -> pa.DictionaryArray:
    """A column of words; equal words are written once."""
    listed = list(words)
    unique = list(dict.fromkeys(listed))
    if len(unique) < len(listed):
        number = {word: k for k, word in enumerate(unique)}
        index = pa.array(np.array([number[word] for word in listed], dtype=np.int32)[index.to_numpy()])
    return pa.DictionaryArray.from_arrays(index, pa.array(unique, pa.string()))


def about(country: Country) -> dict[str, str]:
    """What a file says of itself."""
    told = {"election": country.election, "seed": str(country.seed), "tps": str(len(country))}
    return {"gladi_population": json.dumps(told | {"digest": country.digest()})}


def _write_forms(country: Country, folder: Path, told: Told) -> None:
    writers: dict[str, pq.ParquetWriter] = {}
    contests: dict[tuple[str, int], Contest] = {}
    done = 0
    try:
        for part, tables, stand in _worked(country):
            for form, table in tables.items():
                if form not in writers:
                    writers[form] = pq.ParquetWriter(
                        folder / f"{form}.parquet",
                        table.schema,
                        write_statistics=["tps"],
                        **_ZSTD,
                    )
                writers[form].write_table(table)
            contests |= {(one.form, one.district): one for one in stand}
            done += part
            told(done, len(country), f"{done:,} TPS")
    finally:
        for writer in writers.values():
            writer.close()
    listed = candidates(contests[key] for key in sorted(contests))
    pq.write_table(pa.table(listed), folder / "candidates.parquet", **_ZSTD)


_Part = tuple[int, dict[str, pa.Table], list[Contest]]


def _worked(country: Country) -> Iterator[_Part]:
    """Part after part in order of code, some worked on ahead on all cores."""
    cores = len(os.sched_getaffinity(0))
    ahead: deque[Future[_Part]] = deque()
    with ThreadPoolExecutor(cores) as pool:
        for chunk in _chunks(country):
            ahead.append(pool.submit(_tables, country, chunk))
            if len(ahead) > cores + 1:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _chunks(country: Country) -> Iterator[slice]:
    """Whole kecamatan, so that no contest is begun more often than it must."""
    begin = 0
    for first in starts(country.kecamatan.astype(np.int64)).tolist():
        if first - begin >= CHUNK:
            yield slice(begin, first)
            begin = first
    if begin < len(country):
        yield slice(begin, len(country))


def _tables(country: Country, chunk: slice) -> _Part:
    part = country.take(chunk)
    presidential = ppwp(part) if "ppwp" in country.forms else {}
    tables: dict[str, pa.Table] = {}
    stand: list[Contest] = []
    for form in country.forms:
        found = results(part, form, presidential)
        if len(found.tps):
            tables[form] = _table(found)
            stand += found.contests
    return len(part), tables, stand


def _table(found: Results) -> pa.Table:
    columns = {
        "tps": pa.array(found.tps),
        "district": pa.array(found.district),
        **{field: pa.array(values) for field, values in found.page.items()},
        "votes": _list(found.votes, found.offsets),
    }
    if found.party_votes is not None:
        offsets = np.arange(len(found.tps) + 1) * found.parties
        columns["party_votes"] = _list(found.party_votes, offsets)
    return pa.table(columns)


def _list(values: NDArray[np.uint16], offsets: NDArray[Any]) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), pa.array(values))
