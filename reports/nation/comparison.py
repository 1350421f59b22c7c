"""The run beside the real nation: which columns go into `reports.nation.reality`, and what comes back."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from reports.nation.reality import Arrivals, Pages, Point, arrivals, mean_error, pages, progress, worst
from reports.nation.rundir import Floats, Mask, NationRun
from reports.nation.schema import FIRST_PAGES


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What [reality] names, where the run has the columns for it."""

    points: tuple[Point, ...]
    arrivals: Arrivals | None
    pages: Pages | None
    """Of the places the real photographs are from; of all TPS where the run has none of these places."""
    of_places: bool

    def as_json(self) -> dict[str, Any]:
        """For verdict.json: errors in shares, mean and worst beside them."""
        known = [one for one in self.points if not one.held_back]
        held = [one for one in self.points if one.held_back]
        most = worst(self.points)
        out: dict[str, Any] = {
            "points": [
                {
                    "moment": one.moment.isoformat(), "run_s": one.run_s, "real": one.real,
                    "simulated": one.simulated, "error": one.error, "held_back": one.held_back,
                    "source": one.source,
                }
                for one in self.points
            ],
            "mean_error": mean_error(known),
            "mean_error_held_back": mean_error(held),
            "worst": None if most is None else {"moment": most.moment.isoformat(), "error": most.error},
            "pages": None if self.pages is None else asdict(self.pages),
            "pages_of_places": self.of_places,
        }  # fmt: skip
        if self.arrivals is not None:
            real, simulated = self.arrivals.cumulated()
            held_back = self.arrivals.held_back
            out["arrivals"] = {
                "real": float(real[-1]), "simulated": float(simulated[-1]),
                "largest_gap": float(np.abs(real - simulated).max()),
                "largest_gap_held_back": float(np.abs((real - simulated)[held_back]).max(initial=0.0)),
            }  # fmt: skip
        return out


@lru_cache(maxsize=2)
def compared(run: NationRun) -> Comparison:
    """Empty where the scenario names nothing real or tps.parquet cannot be used."""
    rules, tps = run.nation.reality, run.tps
    if tps is None:
        return Comparison((), None, None, of_places=False)
    first = run.forms[0]
    votes = tps.numbers(f"pages.{first}") > 0
    points: tuple[Point, ...] = ()
    if rules.progress:
        shown_s, total = tps.times("shown_s")[votes], int(votes.sum())
        points = progress(rules.progress, shown_s, total, run.midnight, rules.fitted_until)
    stored = np.stack([tps.times(f"page{one + 1}_s") for one in range(FIRST_PAGES)], axis=1)
    here = votes & _within(run, rules.photo_areas)
    of_places = bool(here.any())
    chosen: Floats = stored[here if of_places else votes]
    found = (
        arrivals(rules.photos, chosen, run.midnight, rules.fitted_until)
        if rules.photos and of_places
        else None
    )
    return Comparison(points, found, pages(chosen, run.midnight), of_places)


def _within(run: NationRun, areas: list[str]) -> Mask:
    assert run.tps is not None
    mask = np.zeros(len(run.tps), bool)
    for column in ("province", "regency", "kecamatan"):
        index, codes = run.tps.words(column)
        mask |= np.array([code in areas for code in codes], bool)[index] if codes else mask
    return mask
