"""What is written on the C.Hasil of many TPS: every number of a form, as columns.

Values are those of `simulators.numbers` (PPWP) and `simulators.ballots` (all others), for a whole nation in
seconds. Only a Pilkada TPS differs: its DPT is that of the nation's Pilkada, where `simulators.voters` makes
one up from February's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.ballots import Cells, cells_of
from simulators.contests import BY_PARTY, Contest
from simulators.country.abroad import MOST_VOTERS
from simulators.country.attendance import legislative, pilkada
from simulators.country.ballotbox import votes
from simulators.country.contests import runs
from simulators.country.model import Country
from simulators.numbers import FIELDS, PAIRS, numbers


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """The numbers of one form, one item a TPS that votes with it, in order of code.

    `page` holds page 1 and the totals by field id. `votes` are all cells of the ballot, TPS after TPS:
    TPS i has those from `offsets[i]` to `offsets[i + 1]`, in the order of `candidates`. `party_votes` adds
    each party's own (None where nobody votes for parties), `parties` a TPS. `district` tells which of
    `contests` it is.
    """

    form: str
    tps: NDArray[np.int64]
    district: NDArray[np.int32]
    page: dict[str, NDArray[np.uint16]]
    votes: NDArray[np.uint16]
    offsets: NDArray[np.int32]
    party_votes: NDArray[np.uint16] | None
    parties: int
    contests: tuple[Contest, ...]


def ppwp(country: Country) -> dict[str, NDArray[np.uint16]]:
    """All fields of the C.HASIL-PPWP of each TPS; abroad a unit may have more than 300 voters."""
    if not country.abroad.any():
        return numbers(country.seed, country.tps, country.voters())
    columns = {field: np.zeros(len(country), dtype=np.uint16) for field in FIELDS}
    for those, most in ((~country.abroad, None), (country.abroad, MOST_VOTERS)):
        if those.any():
            tps, dpt = country.tps[those], country.voters()[those]
            part = numbers(country.seed, tps, dpt) if most is None else numbers(country.seed, tps, dpt, most)
            for field, values in part.items():
                columns[field][those] = values
    return columns


def results(country: Country, form: str, presidential: dict[str, NDArray[np.uint16]]) -> Results:
    """The numbers of a form; `presidential` is what `ppwp` gave for the same country ({} for Pilkada)."""
    if form == "ppwp":
        return _presidential(country, presidential)
    those = np.flatnonzero(country.pages[:, country.forms.index(form)])
    tps = country.tps[those]
    if country.election == "pilkada-2024":
        page = pilkada(country.seed, form, tps, country.voters()[those])
    else:
        page = legislative(country.seed, form, tps, {k: v[those] for k, v in presidential.items()})
    used = np.zeros(len(country), dtype=np.int64)
    used[those] = page["ss_digunakan"]
    district = np.zeros(len(country), dtype=np.int32)
    sizes = np.zeros(len(country), dtype=np.int64)
    cast: list[NDArray[np.uint16]] = []
    by_party: list[NDArray[np.uint16]] = []
    contests: list[Contest] = []
    for run in runs(country, form):
        cells = cells_of(run.stands)
        here = slice(run.first, run.end)
        counted = votes(run.stands, cells, country.tps[here], used[here])
        contests.append(run.stands)
        cast.append(counted)
        district[here] = run.stands.district
        sizes[here] = len(cells.fields)
        if form in BY_PARTY:
            by_party.append(_added(counted, cells))
    invalid = np.concatenate([one[:, 0] for one in cast]) if cast else np.zeros(0, dtype=np.uint16)
    page |= {
        "suara_sah": used[those] - invalid,
        "suara_tidak_sah": invalid.astype(np.int64),
        "suara_total": used[those],
    }
    return Results(
        form=form,
        tps=tps,
        district=district[those],
        page={field: values.astype(np.uint16) for field, values in page.items()},
        votes=_flat([one[:, 1:] for one in cast]),
        offsets=np.concatenate(([0], np.cumsum(sizes[those]))).astype(np.int32),
        party_votes=_flat(by_party) if by_party else None,
        parties=by_party[0].shape[1] if by_party else 0,
        contests=tuple(contests),
    )


def _presidential(country: Country, columns: dict[str, NDArray[np.uint16]]) -> Results:
    pairs = [f"suara_{pair}" for pair in range(1, PAIRS + 1)]
    return Results(
        form="ppwp",
        tps=country.tps,
        district=np.zeros(len(country), dtype=np.int32),
        page={field: values for field, values in columns.items() if field not in pairs},
        votes=np.stack([columns[pair] for pair in pairs], axis=1).ravel(),
        offsets=(np.arange(len(country) + 1) * PAIRS).astype(np.int32),
        party_votes=None,
        parties=0,
        contests=tuple(run.stands for run in runs(country, "ppwp")),
    )


def _added(counted: NDArray[np.uint16], cells: Cells) -> NDArray[np.uint16]:
    """Votes of each party with its candidates, shape (TPS, parties)."""
    first = np.flatnonzero(np.diff(cells.party, prepend=-1))
    return np.add.reduceat(counted[:, 1:], first, axis=1)


def _flat(parts: list[NDArray[np.uint16]]) -> NDArray[np.uint16]:
    return np.concatenate([one.ravel() for one in parts]) if parts else np.zeros(0, dtype=np.uint16)


def fields_of(stands: Contest) -> tuple[str, ...]:
    """Field ids of the votes of a contest, in the order of `Results.votes`."""
    if stands.form == "ppwp":
        return tuple(f"suara_{one.number}" for one in stands.contestants)
    return cells_of(stands).fields
