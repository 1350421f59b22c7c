"""`country` makes the nation, or a part of it: a pure function of (election, seed, areas, scale, roll)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scenarios.regions import RegionError, regency
from simulators.contests import FORMS_OF_ELECTION
from simulators.country.abroad import abroad
from simulators.country.constraints import constraints
from simulators.country.counts import DPT_MOST, ELECTIONS, Counts514, counts, provinces, rows
from simulators.country.forms import ABROAD, pages
from simulators.country.model import KIND_NAMES, Country
from simulators.country.reach import devices, reach
from simulators.country.roll import Roll
from simulators.draws import Floats, uniforms
from simulators.frame import DPT_GAP_SCALE, DPT_GAP_SHAPE, PEMILU, SPECIAL_FROM, Shape, frame
from simulators.frame import DPT_MOST as FEBRUARY_MOST
from simulators.population import sample_size
from simulators.quantiles import Counts, gamma
from simulators.voters import ALONE


def _pilkada_logs(seed: int, tps: NDArray[np.int64]) -> Floats:
    """A Pilkada TPS holds the voters of two TPS of February; some stayed alone."""
    table = gamma(DPT_GAP_SHAPE, DPT_GAP_SCALE, FEBRUARY_MOST - 1.0)
    own = FEBRUARY_MOST - table.at(uniforms(seed, "dpt", tps))
    other = FEBRUARY_MOST - table.at(uniforms(seed, "pilkada-dpt", tps))
    alone = uniforms(seed, "pilkada-alone", tps) < ALONE
    return np.log(np.where(alone, own, own + other) / DPT_MOST["pilkada-2024"])


SHAPES = {"pemilu-2024": PEMILU, "pilkada-2024": Shape(DPT_MOST["pilkada-2024"], _pilkada_logs)}


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
    made = _made(whole, election, seed, land, outside)
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


def _made(whole: Counts514, election: str, seed: int, land: _Land, outside: bool) -> Country:
    far = abroad(seed) if outside else None
    reached = reach(seed, land.tps, land.regency, whole, constraints(election))
    home, n = len(land.tps), len(land.tps) + (len(far.tps) if far else 0)

    def all_of(values: NDArray[np.generic], dtype: type, elsewhere: object = 0) -> NDArray[np.generic]:
        full = np.full(n, elsewhere, dtype=dtype)
        full[:home] = values
        return full

    tps = all_of(land.tps, np.int64)
    dpt = all_of(land.dpt, np.uint16)
    offset = np.zeros(100)
    for code, row in provinces().items():
        offset[int(code)] = float(row["utc_offset_h"])
    clock = all_of(offset[land.tps // 10**11], np.float32)
    kind = np.zeros(n, dtype=np.uint8)
    if far:
        tps[home:], dpt[home:], clock[home:], kind[home:] = far.tps, far.dpt, far.utc_offset_h, far.kind
    tree = _tree(tps, whole, land.names)
    return Country(  # type: ignore[arg-type]
        election=election,
        seed=seed,
        whole=n,
        forms=FORMS_OF_ELECTION[election],
        **tree,
        tps=tps,
        utc_offset_h=clock,
        dpt=dpt,
        special=all_of(land.tps % 1_000 >= SPECIAL_FROM, np.bool_),
        abroad=kind > 0,
        kind=kind,
        link=all_of(reached.link, np.uint8),
        signal=all_of(reached.signal, np.uint8),
        travel_s=all_of(reached.travel_s, np.float32),
        travel_by=all_of(reached.travel_by, np.uint8),
        electricity=all_of(reached.electricity, np.bool_, True),
        power_cut_start_s=all_of(reached.power_cut_start_s, np.float32),
        power_cut_s=all_of(reached.power_cut_s, np.float32),
        device=devices(seed, tps),
        pages=pages(election, tps // 10**11),
    )


def _tree(tps: NDArray[np.int64], whole: Counts514, names: dict[str, str]) -> dict[str, object]:
    """Indices, codes and names of the four levels above the TPS."""
    named = {code: row["name"] for code, row in provinces().items()} | {str(ABROAD): "Luar Negeri"}
    named |= dict(zip(whole.codes, whole.names, strict=True)) | names
    for row in rows("missions"):
        named[f"{row['code'][:2]}.{row['code'][2:4]}"] = row["area"]
        named[row["code"]] = row["name"]
    tree: dict[str, object] = {}
    for level, part in (("province", 10**11), ("regency", 10**9), ("kecamatan", 10**7), ("desa", 10**3)):
        region = tps // part
        first = np.flatnonzero(np.concatenate(([True], region[1:] != region[:-1])))
        index = np.repeat(np.arange(len(first), dtype=np.int32), np.diff(np.append(first, len(tps))))
        codes = [_spelled(code, level) for code in region[first].tolist()]
        tree |= {
            level: index,
            f"{level}_codes": tuple(codes),
            f"{level}_names": tuple(named.get(code) or _unnamed(code, level) for code in codes),
        }
    return tree


def _spelled(code: int, level: str) -> str:
    return f"{code // 100}.{code % 100:02d}" if level == "regency" else str(code)


def _unnamed(code: str, level: str) -> str:
    if level == "desa" and code.startswith(str(ABROAD)):
        return KIND_NAMES[int(code[6])]
    return f"{level.capitalize()} {code[-3:] if level == 'desa' else code[-2:]}"
