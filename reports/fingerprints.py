"""Equal strings become equal numbers: fingerprints of 63 bits, so that ten million keys need no dictionary.

The hash is MurmurHash64A (Austin Appleby, public domain) without its lowest bit; '' is -1, which matches
nothing. Ten million different strings hold one equal pair of fingerprints with a chance of 5 in a million
(n^2 / 2^64), the four million keys of one rehearsal at national scale of 1 in a million. What is shown to
people is always the text itself, read again from the file.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reports.compiled import kernel

Codes = NDArray[np.int64]

_M = np.uint64(0xC6A4A7935BD1E995)
_SEED = np.uint64(0x9E3779B97F4A7C15)


def of_strings(column: Any) -> Codes:
    """Fingerprint of each value of an Arrow string column (plain, large or coded); a null reads as ''."""
    if isinstance(column, pa.ChunkedArray):
        parts = [of_strings(chunk) for chunk in column.chunks]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)
    if pa.types.is_dictionary(column.type):
        words = np.append(of_strings(column.dictionary), np.int64(-1))
        picked: Codes = words[column.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)]
        return picked
    if column.null_count:
        column = column.fill_null("")
    out = np.empty(len(column), np.int64)
    _, offsets, data = column.buffers()
    if not len(column) or data is None:
        out[:] = -1
        return out
    width = np.int64 if pa.types.is_large_string(column.type) else np.int32
    ends = np.frombuffer(offsets, width)[column.offset : column.offset + len(column) + 1]
    _fingerprint(ends, np.frombuffer(data, np.uint8), out)
    return out


def of_text(text: str) -> int:
    """Fingerprint of one string."""
    return int(of_strings(pa.array([text], pa.string()))[0])


@kernel
def _fingerprint(offsets: NDArray[Any], data: NDArray[np.uint8], out: Codes) -> None:
    for row in range(len(out)):
        at, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        if at == end:
            out[row] = -1
            continue
        value = _SEED ^ (np.uint64(end - at) * _M)
        while at + 8 <= end:
            word = np.uint64(0)
            for byte in range(8):
                word |= np.uint64(data[at + byte]) << np.uint64(8 * byte)
            word *= _M
            word ^= word >> np.uint64(47)
            value = (value ^ (word * _M)) * _M
            at += 8
        if at < end:
            rest = np.uint64(0)
            for byte in range(end - at):
                rest |= np.uint64(data[at + byte]) << np.uint64(8 * byte)
            value = (value ^ rest) * _M
        value ^= value >> np.uint64(47)
        value *= _M
        value ^= value >> np.uint64(47)
        out[row] = np.int64(value >> np.uint64(1))
