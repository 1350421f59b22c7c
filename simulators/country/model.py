"""The nation as columns: every TPS of an election, where it is, how it reaches the network, what it sends."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from simulators.quantiles import Counts

LINK_NAMES = ("4g", "3g", "edge", "vsat")
STEADY, NO_SIGNAL, INTERMITTENT = 0, 1, 2
STAYS, WALKS, DRIVES, HOURS = 0, 1, 2, 3
FINE, SLOW, BORROWED = 0, 1, 2
HOME, TPSLN, KSK, POS = 0, 1, 2, 3

SIGNAL_NAMES = ("steady", "none", "intermittent")
TRAVEL_NAMES = ("", "walk", "drive", "hours")
DEVICE_NAMES = ("fine", "slow", "borrowed")
KIND_NAMES = ("TPS", "TPSLN", "KSK", "POS")


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """Columns of n TPS in order of code; times are human seconds.

    `province`, `regency`, `kecamatan`, `desa` are indices into the codes and names held beside; abroad they
    are "99", a part of the world, a mission, and what is counted there (`kind`). `link` is that of the place
    they send from, an index into LINK_NAMES. `signal`: 0 steady, 1 none (must travel), 2 intermittent.
    `travel_s` is one way to signal, `travel_by`: 0 stays, 1 walks, 2 drives, 3 hours by boat or road.
    A power cut starts `power_cut_start_s` after the close of voting and lasts `power_cut_s` (0: none);
    `electricity` is False where the mains are absent or unsteady. `device`: 0 fine, 1 slow, 2 not usable, so
    that another phone must be found. `pages` (uint8, n x forms) are the pages of each form in the order of
    counting, 0 where it is not voted with.
    """

    election: str
    seed: int
    whole: int
    forms: tuple[str, ...]
    province_codes: tuple[str, ...]
    province_names: tuple[str, ...]
    regency_codes: tuple[str, ...]
    regency_names: tuple[str, ...]
    kecamatan_codes: tuple[str, ...]
    kecamatan_names: tuple[str, ...]
    desa_codes: tuple[str, ...]
    desa_names: tuple[str, ...]
    tps: NDArray[np.int64]
    province: NDArray[np.int32]
    regency: NDArray[np.int32]
    kecamatan: NDArray[np.int32]
    desa: NDArray[np.int32]
    utc_offset_h: NDArray[np.float32]
    dpt: NDArray[np.uint16]
    special: NDArray[np.bool_]
    abroad: NDArray[np.bool_]
    kind: NDArray[np.uint8]
    link: NDArray[np.uint8]
    signal: NDArray[np.uint8]
    travel_s: NDArray[np.float32]
    travel_by: NDArray[np.uint8]
    electricity: NDArray[np.bool_]
    power_cut_start_s: NDArray[np.float32]
    power_cut_s: NDArray[np.float32]
    device: NDArray[np.uint8]
    pages: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.tps)

    def columns(self) -> Iterator[tuple[str, NDArray[np.generic]]]:
        """Every column with its name."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                yield field.name, value

    def take(self, chosen: NDArray[np.int64] | slice) -> "Country":
        """Some TPS, by ascending index; codes and names of regions stay as they are."""
        return replace(self, **{name: column[chosen] for name, column in self.columns()})  # type: ignore[arg-type]

    def digest(self) -> str:
        """SHA-256 over all columns and the regions they point to."""
        total = hashlib.sha256("\0".join((self.election, str(self.seed), *self.forms)).encode())
        for name, column in self.columns():
            plain = np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<"), copy=False)
            total.update(f"\0{name}\0{plain.size}\0".encode() + plain.tobytes())
        for codes, names in (
            (self.province_codes, self.province_names),
            (self.regency_codes, self.regency_names),
            (self.kecamatan_codes, self.kecamatan_names),
            (self.desa_codes, self.desa_names),
        ):
            total.update("\0".join((*codes, *names)).encode())
        return total.hexdigest()

    def voters(self) -> Counts:
        """DPT as whole numbers that can be added."""
        return self.dpt.astype(np.int64)
