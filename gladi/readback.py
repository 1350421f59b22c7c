"""What the system says it holds, after everything has healed: readback.parquet.

    python -m gladi.readback LOAD_ORDER.json OUT.parquet

Photos are fetched and their digest computed here; the system's word is not enough. A process of its own,
because targets speak through gevent.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from hashlib import sha256  # noqa: E402
from pathlib import Path  # noqa: E402

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from gladi.load.order import LoadOrder  # noqa: E402
from gladi.runfolder import whole_file  # noqa: E402
from gladi.targets import TargetError, connect  # noqa: E402
from reports.schema import READBACK  # noqa: E402
from simulators.sheets import canonical, numbers_sha256, votes  # noqa: E402


def main() -> int:
    """Read everything back; exit code 3 and a sentence on standard error when the system does not let us."""
    order = LoadOrder.read(Path(sys.argv[1]))
    system = connect(order.target, order.url, order.seed, order.secrets)
    rows = []
    try:
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
    except TargetError as error:
        print(error, file=sys.stderr)
        return 3
    with whole_file(Path(sys.argv[2])) as unfinished:
        pq.write_table(pa.Table.from_pylist(rows, schema=READBACK), unfinished, compression="zstd")
    return 0


def _whole(photo: bytes) -> bool:
    """A JPEG from its first marker (start of image) to its last (end of image)."""
    return photo[:2] == b"\xff\xd8" and photo[-2:] == b"\xff\xd9"


if __name__ == "__main__":
    sys.exit(main())
