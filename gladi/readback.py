"""What the system says it holds, after everything has healed: the rows of readback.parquet.

Photos are fetched and their digest computed here; the system's word is not enough.
"""

from hashlib import sha256

import pyarrow as pa

from gladi.targets import System
from reports.schema import READBACK
from simulators.sheets import canonical, numbers_sha256, votes


def read_back(system: System) -> pa.Table:
    """Every stored revision in the `READBACK` schema; raises TargetError when the system does not let us."""
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


def _whole(photo: bytes) -> bool:
    """A JPEG from its first marker (start of image) to its last (end of image)."""
    return photo[:2] == b"\xff\xd8" and photo[-2:] == b"\xff\xd9"
