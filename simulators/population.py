"""The synthetic TPS of a region: who they are, what they will write, and how they reach the network.

`population` is a pure function of (scenario, seed, scale). A sample holds its TPS with the same values
as the whole does; a larger sample contains every smaller one.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from scenarios import Regency, Scenario
from simulators.draws import Floats, uniforms
from simulators.frame import Frame, Shape, frame
from simulators.numbers import FIELDS, numbers
from simulators.reach import INTERMITTENT, NO_SIGNAL, STEADY, reach
from simulators.registered import registered
from simulators.shapes import SHAPES

Text = NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Columns, one item a TPS, in order of TPS code. Times are human seconds; see `Reach` and `_numbers`.

    `whole` is the number of TPS of the places from which these were taken: one regency or several of a
    province, by code.
    """

    election: str
    places: tuple[Regency, ...]
    seed: int
    whole: int
    tps: Text
    number: NDArray[np.uint16]
    kecamatan: Text
    kecamatan_name: Text
    desa: Text
    desa_name: Text
    numbers: Mapping[str, NDArray[np.uint16]]
    link: Text
    no_signal: NDArray[np.bool_]
    intermittent: NDArray[np.bool_]
    travel_s: Floats
    power_cut_start_s: Floats
    power_cut_s: Floats

    def __len__(self) -> int:
        return len(self.tps)

    @property
    def place(self) -> Regency:
        """The first of the places: only where there is one, or any is as good."""
        return self.places[0]

    def place_of(self, tps: str) -> Regency:
        """The regency that a TPS, desa or kecamatan (code of six digits or more) lies in."""
        code = f"{tps[:2]}.{tps[2:4]}"
        return next(place for place in self.places if place.code == code)

    @property
    def region(self) -> str:
        """Code of all that is played: a regency's "17.08", of several their province's "73"."""
        return self.place.code if len(self.places) == 1 else self.place.province_code

    @property
    def region_name(self) -> str:
        """What that is called."""
        return self.place.name if len(self.places) == 1 else f"Provinsi {self.place.province}"

    def values(self, index: int) -> dict[str, int]:
        """Numbers of all pages of the C.HASIL-PPWP of the TPS at `index` (of Pemilu), by field id."""
        return {field: int(self.numbers[field][index]) for field in FIELDS}

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """Every column by name, as written to Parquet."""
        return {
            "tps": self.tps,
            "number": self.number,
            "kecamatan": self.kecamatan,
            "kecamatan_name": self.kecamatan_name,
            "desa": self.desa,
            "desa_name": self.desa_name,
            **self.numbers,
            "link": self.link,
            "no_signal": self.no_signal,
            "intermittent": self.intermittent,
            "travel_s": self.travel_s,
            "power_cut_start_s": self.power_cut_start_s,
            "power_cut_s": self.power_cut_s,
        }

    def digest(self) -> str:
        """SHA-256 over names and values of all columns, whatever the version of the Parquet library."""
        total = hashlib.sha256()
        for name, column in self.columns().items():
            if column.dtype.kind == "U":
                payload = "\n".join(column.tolist()).encode()
            else:
                payload = column.astype(column.dtype.newbyteorder("<")).tobytes()
            total.update(f"{name}\0{len(payload)}\0".encode() + payload)
        return total.hexdigest()

    def to_parquet(self, path: Path) -> None:
        """Write all columns; the file appears whole or not at all."""
        table = pa.table({name: pa.array(column) for name, column in self.columns().items()})
        table = table.replace_schema_metadata({"seed": str(self.seed), "region": self.region})
        unfinished = path.with_name(path.name + ".part")
        try:
            pq.write_table(table, unfinished, compression="zstd")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def population(scenario: Scenario, seed: int, scale: float = 1.0) -> Population:
    """The TPS of the scenario's region; `scale` up to 1 is a share of them, above 1 a number of TPS.

    Raises ValueError for a scale that is not possible, and for a region whose counts cannot be met.
    """
    places = registered(scenario)
    election = scenario.scenario.election
    whole = _frames(places, seed, SHAPES[election])
    size = sample_size(scale, len(whole))
    links = reach(scenario, seed, whole.tps)
    everywhere = len(places) > 1 or scenario.load.tps is not None
    chosen = _sample(seed, whole.tps, links.signal, size, everywhere)
    part = whole.take(chosen)
    parents = [
        (kecamatan, desa) for place in places for kecamatan in place.kecamatan for desa in kecamatan.desa
    ]
    signal = links.signal[chosen]
    return Population(
        election=election,
        places=places,
        seed=seed,
        whole=len(whole),
        tps=part.tps.astype("U13"),
        number=(part.tps % 1_000).astype(np.uint16),
        kecamatan=np.array([kecamatan.code for kecamatan, _ in parents])[part.desa],
        kecamatan_name=np.array([kecamatan.name for kecamatan, _ in parents])[part.desa],
        desa=np.array([desa.code for _, desa in parents])[part.desa],
        desa_name=np.array([desa.name for _, desa in parents])[part.desa],
        numbers=_numbers(scenario, seed, part),
        link=links.link[chosen],
        no_signal=signal == NO_SIGNAL,
        intermittent=signal == INTERMITTENT,
        travel_s=links.travel_s[chosen],
        power_cut_start_s=links.power_cut_start_s[chosen],
        power_cut_s=links.power_cut_s[chosen],
    )


def _numbers(scenario: Scenario, seed: int, part: Frame) -> dict[str, NDArray[np.uint16]]:
    """Of Pemilu everything on C.HASIL-PPWP, of Pilkada page 1 and the total of the first form."""
    if scenario.scenario.election == "pemilu-2024":
        return numbers(seed, part.tps, part.dpt)
    from simulators.country.attendance import pilkada  # it leads back here: a nation is a population as well

    page = pilkada(seed, scenario.scenario.forms[0], part.tps, part.dpt)
    page["suara_total"] = page["ss_digunakan"]
    return {field: column.astype(np.uint16) for field, column in page.items()}


def sample_size(scale: float, available: int) -> int:
    """How many of `available` TPS a scale asks for; raises ValueError that says what would be right."""
    right = f"up to 1 is a share, above 1 a whole number of TPS, at most {available}"
    if not math.isfinite(scale) or scale <= 0:
        raise ValueError(f"scale = {scale}: must be more than 0 ({right})")
    if scale <= 1:
        return max(1, round(scale * available))
    if scale != int(scale) or scale > available:
        raise ValueError(f"scale = {scale:g}: {right}")
    return int(scale)


def _frames(places: Sequence[Regency], seed: int, shape: Shape) -> Frame:
    """The TPS of several regencies in order of code; `desa` counts on from one to the next."""
    parts = [frame(place, seed, shape) for place in places]
    first = np.cumsum([0, *(len(place.desa) for place in places)])
    return Frame(
        np.concatenate([part.tps for part in parts]),
        np.concatenate([part.desa + before for part, before in zip(parts, first[:-1], strict=True)]),
        np.concatenate([part.dpt for part in parts]),
    )


def _sample(
    seed: int, tps: NDArray[np.int64], signal: NDArray[np.int8], size: int, everywhere: bool
) -> NDArray[np.int64]:
    """Indices, ascending, of `size` TPS: one of each kind of signal if there is room, then in proportion.

    `everywhere`: before that one of each regency, and after it one of each kecamatan, as far as they go.
    """
    place = np.empty(len(tps))
    lot = uniforms(seed, "sample", tps)
    for kind in (STEADY, NO_SIGNAL, INTERMITTENT):
        members = np.flatnonzero(signal == kind)
        rank = np.empty(len(members))
        rank[np.argsort(lot[members], kind="stable")] = np.arange(len(members))
        place[members] = np.where(rank == 0, -1.0, (rank + 0.5) / max(1, len(members)))
    if everywhere:
        of_regency, of_kecamatan = (_first_of_each(tps // width, lot) for width in (10**9, 10**7))
        place = np.where(of_regency, -2.0, np.where(of_kecamatan & (place >= 0.0), -0.5, place))
    return np.sort(np.lexsort((lot, signal, place))[:size])


def _first_of_each(area: NDArray[np.int64], lot: Floats) -> NDArray[np.bool_]:
    """Whether a TPS has the lowest lot of its area."""
    order = np.lexsort((lot, area))
    first = np.ones(len(area), dtype=bool)
    first[1:] = np.diff(area[order]) != 0
    found = np.zeros(len(area), dtype=bool)
    found[order] = first
    return found
