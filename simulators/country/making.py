"""`country` makes the nation, or a part of it: a pure function of (election, seed, areas, scale, roll)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.regions import RegionError, regency
from simulators.contests import FORMS_OF_ELECTION
from simulators.country.abroad import abroad
from simulators.country.constraints import constraints
from simulators.country.counts import ELECTIONS, Counts514, counts, provinces
from simulators.country.forms import ABROAD, pages
from simulators.country.model import HOME, Country
from simulators.country.reach import devices, reach
from simulators.country.roll import Roll
from simulators.country.tree import tree
from simulators.draws import uniforms
from simulators.frame import SPECIAL_FROM, frame
from simulators.population import sample_size
from simulators.quantiles import Counts
from simulators.shapes import SHAPES


@dataclass(frozen=True, slots=True)
class _Land:
    """TPS at home in order of code, the regency of each (of 514), and names by code where there are any."""

    tps: NDArray[np.int64]
    dpt: Counts
    regency: NDArray[np.int64]
    names: dict[str, str]


def country(
    election: str,
    seed: int,
    *,
    areas: Sequence[str] = (),
    scale: float = 1.0,
    roll: Roll | None = None,
) -> Country:
    """The TPS of an election ("pemilu-2024", "pilkada-2024").

    `areas` are codes of provinces ("17"), regencies ("17.08") or "99" for abroad; none: all. `scale` up to 1
    is a share of the TPS, above 1 a number; a sample holds its TPS with the same values as the whole, and a
    larger one contains every smaller one. `roll` replaces the TPS of the regencies that it covers. ValueError
    says what is wrong with an argument.
    """
    if election not in ELECTIONS:
        raise ValueError(f"election {election!r} is unknown; there are: {', '.join(ELECTIONS)}")
    whole = counts(election)
    chosen, outside = _chosen(whole, areas, election)
    land = _land(whole, election, seed, chosen, roll)
    columns = _home(whole, election, seed, land)
    if outside:
        columns = {name: np.concatenate(both) for name, both in _beside(columns, _far(seed)).items()}
    regions, indices = tree(columns["tps"], whole, land.names)
    everything: dict[str, Any] = {**regions, **indices, **columns}
    made = Country(
        election=election,
        seed=seed,
        whole=len(columns["tps"]),
        forms=FORMS_OF_ELECTION[election],
        **everything,
        abroad=columns["kind"] != HOME,
        device=devices(seed, columns["tps"]),
        pages=pages(election, columns["tps"] // 10**11),
    )
    if scale == 1.0:
        return made
    size = sample_size(scale, len(made))
    lots = uniforms(seed, "nation-sample", made.tps)
    return made.take(np.sort(np.argsort(lots, kind="stable")[:size]))


def _chosen(whole: Counts514, areas: Sequence[str], election: str) -> tuple[NDArray[np.int64], bool]:
    """Which regencies, and whether abroad as well."""
    voted_abroad = election == "pemilu-2024"
    if not areas:
        return np.arange(len(whole.codes)), voted_abroad
    index = {code: i for i, code in enumerate(whole.codes)}
    wanted: set[int] = set()
    for area in areas:
        if area == str(ABROAD):
            if not voted_abroad:
                raise RegionError(f'area "{ABROAD}": nobody votes abroad in {election}')
        elif area in provinces():
            wanted.update(np.flatnonzero(whole.province == int(area)).tolist())
        elif area in index:
            wanted.add(index[area])
        else:
            raise RegionError(
                f'no area has the code "{area}"; a code is a province such as "17", a regency such as '
                f'"17.08", or "{ABROAD}" for abroad'
            )
    return np.array(sorted(wanted), dtype=np.int64), str(ABROAD) in areas


def _land(whole: Counts514, election: str, seed: int, chosen: NDArray[np.int64], roll: Roll | None) -> _Land:
    covered = set(roll.regencies) if roll is not None else set()
    names: dict[str, str] = {}
    tps: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    dpt: list[Counts] = [np.zeros(0, dtype=np.int64)]
    for i in chosen.tolist():
        if roll is not None and whole.codes[i] in covered:
            here = roll.of(whole.codes[i])
            tps.append(roll.tps[here])
            dpt.append(roll.dpt[here].astype(np.int64))
            continue
        place = replace(
            regency(whole.codes[i]),
            tps=int(whole.tps[i]),
            special_tps=int(whole.special[i]),
            dpt=int(whole.dpt[i]),
        )
        laid = frame(place, seed, SHAPES[election])
        tps.append(laid.tps)
        dpt.append(laid.dpt)
        for kecamatan in place.kecamatan:
            names[kecamatan.code] = kecamatan.name
            names |= {desa.code: desa.name for desa in kecamatan.desa}
    if roll is not None:
        names |= roll.names
    sizes = [len(one) for one in tps[1:]]
    return _Land(np.concatenate(tps), np.concatenate(dpt), np.repeat(chosen, sizes), names)


def _home(whole: Counts514, election: str, seed: int, land: _Land) -> dict[str, NDArray[Any]]:
    """Columns of the TPS at home."""
    reached = reach(seed, land.tps, land.regency, whole, constraints(election))
    offset = np.zeros(100, dtype=np.float32)
    for code, row in provinces().items():
        offset[int(code)] = float(row["utc_offset_h"])
    return {
        "tps": land.tps,
        "utc_offset_h": offset[land.tps // 10**11],
        "dpt": land.dpt.astype(np.uint16),
        "special": land.tps % 1_000 >= SPECIAL_FROM,
        "kind": np.full(len(land.tps), HOME, dtype=np.uint8),
        **{field.name: getattr(reached, field.name) for field in fields(reached)},
    }


def _beside(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (one[name], other[name]) for name in one}


def _far(seed: int) -> dict[str, NDArray[Any]]:
    """Columns of the units abroad: steady 4G, no power cut (assumed)."""
    far = abroad(seed)
    still = {name: np.zeros(len(far.tps), dtype=np.uint8) for name in ("link", "signal", "travel_by")}
    calm = {
        name: np.zeros(len(far.tps), dtype=np.float32)
        for name in ("travel_s", "power_cut_start_s", "power_cut_s")
    }
    return {
        "tps": far.tps,
        "utc_offset_h": far.utc_offset_h,
        "dpt": far.dpt.astype(np.uint16),
        "special": np.zeros(len(far.tps), dtype=np.bool_),
        "kind": far.kind,
        **still,
        **calm,
        "electricity": np.ones(len(far.tps), dtype=np.bool_),
    }
