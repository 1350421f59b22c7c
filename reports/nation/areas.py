"""The places of a nation's run, down to the kecamatan: TPS with a whole first form, counted."""

from functools import lru_cache

import numpy as np

from reports.atlas.area import Area, gathered
from reports.nation.completeness import have_pages
from reports.nation.rundir import NationRun


@lru_cache(maxsize=2)
def atlas_of(run: NationRun) -> Area | None:
    """None where tps.parquet cannot be used. Kecamatan, whose names are not on record, go by number."""
    tps = run.tps
    if tps is None:
        return None
    first = run.forms[0]
    votes = tps.numbers(f"pages.{first}") > 0
    whole = votes & ~np.isnan(tps.times(f"whole_s.{first}"))
    some = votes & ~whole & have_pages(tps).any(axis=1)
    index, codes = tps.words("kecamatan")
    counts = [np.bincount(index[mask], minlength=len(codes)) for mask in (votes, whole, some)]
    inner: dict[str, list[Area]] = {}
    for number, code in enumerate(codes):
        expected, complete, partial = (int(count[number]) for count in counts)
        if expected:
            inner.setdefault(code[:4], []).append(Area(code, code[4:], expected, complete, partial))
    names: dict[str, str] = {code.replace(".", ""): name for code, name in run.facts["regencies"].items()}
    names |= run.facts["provinces"]
    for digits in (2, 0):
        outer: dict[str, list[Area]] = {}
        for code, areas in inner.items():
            outer.setdefault(code[:digits], []).append(gathered(areas, code, names.get(code, code)))
        inner = outer
    return gathered(inner.get("", []), "", "Indonesia")
