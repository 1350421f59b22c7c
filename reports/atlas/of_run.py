"""The places of a run, down to every TPS that is not whole, with what it lacks and what became of it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.atlas.area import Area, Unfinished, gathered
from reports.atlas.not_due import not_due
from reports.completeness import completeness_of
from reports.fates import FATES, fates_of
from reports.naming import link_name
from reports.rundir import RunDirectory
from reports.words import Text
from scenarios import RegionError, regencies, regency

_WHY = {
    "abandoned": Text("dikirim, tetapi tidak tersimpan", "sent, but not stored"),
    "unsent": Text("tidak pernah dikirim", "never sent"),
}
_NOT_DUE = Text("baru akan difoto setelah gladi berakhir", "to be photographed only after the run's end")
_BOTH = Text("sebagian tidak pernah dikirim", "some of it never sent")


@lru_cache(maxsize=2)
def atlas_of(run: RunDirectory) -> Area:
    """All of the run as one place with code ""; every TPS of the population is in exactly one desa.

    Of a scenario in which nobody sends nothing is expected.
    """
    kept = completeness_of(run).stored
    if not kept.shape[1]:
        return Area("", "Indonesia", 0, 0, 0)
    whole: NDArray[np.bool_] = np.asarray(kept.all(axis=1))
    some: NDArray[np.bool_] = np.asarray(kept.any(axis=1))
    later = not_due(run)
    desa = run.population.arrow("desa").dictionary_encode()
    numbers = desa.indices.to_numpy(zero_copy_only=False)
    codes = desa.dictionary.to_pylist()
    names, above = run.population.arrow("desa_name"), run.population.arrow("kecamatan_name")
    order = np.argsort(numbers, kind="stable")
    stretches = np.split(order, np.cumsum(np.bincount(numbers, minlength=len(codes)))[:-1]) if codes else []
    inner: dict[str, list[Area]] = {}
    known: dict[str, str] = {}
    for code, rows in zip(codes, stretches, strict=True):
        first = int(rows[0])
        known[code[:6]] = str(above[first])
        open_ = rows[~whole[rows]]
        inner.setdefault(code[:6], []).append(
            Area(
                code,
                str(names[first]),
                len(rows),
                int(whole[rows].sum()),
                int((some[rows] & ~whole[rows]).sum()),
                unfinished=_unfinished(run, open_, kept, later),
            )
        )
    for digits in (4, 2):
        outer: dict[str, list[Area]] = {}
        for code, areas in inner.items():
            outer.setdefault(code[:digits], []).append(gathered(areas, code, known.get(code, code)))
        known |= {code: _name(code) for code in outer}
        inner = outer
    provinces = [gathered(areas, code, known[code]) for code, areas in inner.items()]
    return gathered(provinces, "", "Indonesia")


def _unfinished(
    run: RunDirectory, rows: NDArray[np.int64], kept: NDArray[np.bool_], later: NDArray[np.bool_]
) -> tuple[Unfinished, ...]:
    population, fate, asked = run.population, fates_of(run).fate, completeness_of(run).asked
    tps, number, link = (population.arrow(name) for name in ("tps", "number", "link"))
    pages = completeness_of(run).sheets
    out = []
    for row in rows.tolist():
        lacking = np.flatnonzero(~kept[row] & asked[row])
        reasons = {FATES[code] for code in fate[row, lacking].tolist()}
        why = _WHY[reasons.pop()] if len(reasons) == 1 else _BOTH
        if later[row] and why is _WHY["unsent"]:
            why = _NOT_DUE
        empty = len(lacking) == asked[row].sum()
        lacks = (
            Text("semua halaman", "all pages")
            if empty
            else Text(_listed(pages, lacking, "hlm."), _listed(pages, lacking, "p."))
        )
        link_class = str(link[row])
        out.append(
            Unfinished(str(tps[row]), int(number[row].as_py()), lacks, why, link_name(link_class), empty)
        )
    return tuple(sorted(out, key=lambda one: one.code))


def _listed(pages: tuple[tuple[str, int], ...], lacking: NDArray[np.int64], word: str) -> str:
    """ "PPWP hlm. 2, 3; DPD hlm. 1"; the form is left out where there is but one."""
    forms: dict[str, list[str]] = {}
    for column in lacking.tolist():
        form, page = pages[column]
        forms.setdefault(form, []).append(str(page))
    alone = len({form for form, _ in pages}) == 1
    return "; ".join(
        f"{'' if alone else form.upper() + ' '}{word}\u00a0{', '.join(listed)}"
        for form, listed in forms.items()
    )


def _name(code: str) -> str:
    try:
        return regency(f"{code[:2]}.{code[2:]}").name if len(code) == 4 else regencies(code)[0].province
    except RegionError:
        return code
