"""What the system says it holds, after everything has healed: the rows of readback.parquet.

Photos are fetched and their digest computed here; the system's word is not enough.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import pyarrow as pa

from gladi.runfolder import RunFolder
from gladi.targets import Recapping, System, TargetError, broke
from reports.recap import D_HASIL, D_HASIL_FILE, DECISIONS, DECISIONS_FILE
from reports.schema import READBACK
from simulators.sheets import canonical, numbers_sha256, votes


def read_back(system: System) -> pa.Table:
    """Every stored revision in the `READBACK` schema; raises TargetError when the system does not let us."""
    try:
        return _rows(system)
    except TargetError:
        raise
    except Exception as error:  # a class that breaks is no verdict on the system
        raise broke("readback", error) from error


def _rows(system: System) -> pa.Table:
    rows = []
    for row in system.readback():
        photo = row["photo"]
        rows.append(
            {
                **{name: value for name, value in row.items() if name != "photo"},
                "content_sha256_fetched": sha256(photo).hexdigest() if photo is not None else "",
                "content_bytes": len(photo) if photo is not None else 0,
                "content_whole": photo is not None and _whole(photo),
                "votes": votes(row["numbers"]),
                "numbers_sha256": numbers_sha256(row["numbers"]),
                "numbers": canonical(row["numbers"]),
                "stored_at": str(row["stored_at"]),
            }
        )
    return pa.Table.from_pylist(rows, schema=READBACK)


def read_recap(system: Recapping) -> tuple[pa.Table, pa.Table]:
    """Every decision of the plenos and every D.Hasil; raises TargetError when the system does not let us."""
    try:
        return recap_tables(system.decisions(), system.d_hasil())
    except TargetError:
        raise
    except Exception as error:
        raise broke("decisions or d_hasil", error) from error


def recap_tables(
    decisions: Iterable[Mapping[str, Any]], d_hasil: Iterable[Mapping[str, Any]]
) -> tuple[pa.Table, pa.Table]:
    """The rows of `Recapping` in the schemas of `reports.recap`."""
    taken = [
        {**row, "basis": _json(row["basis"]), "entries": _json(row["entries"]), "at": str(row["at"])}
        for row in decisions
    ]
    made = [
        {**row, "columns": _json(row["columns"]), "totals": _json(row["totals"]), "at": str(row["at"])}
        for row in d_hasil
    ]
    return pa.Table.from_pylist(taken, DECISIONS), pa.Table.from_pylist(made, D_HASIL)


def write_recap(folder: RunFolder, decisions: pa.Table, d_hasil: pa.Table) -> None:
    """Into the run directory."""
    folder.write_table(DECISIONS_FILE, decisions)
    folder.write_table(D_HASIL_FILE, d_hasil)


def _json(value: Mapping[Any, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _whole(photo: bytes) -> bool:
    """A JPEG from its first marker (start of image) to its last (end of image)."""
    return photo[:2] == b"\xff\xd8" and photo[-2:] == b"\xff\xd9"
