"""Which forms a TPS fills in, and on how many pages.

Pages: PPWP 3; DPR, DPRD Provinsi and DPRD Kabupaten/Kota 20 (page 1, eighteen parties, totals); DPD three
pages with six candidates, one more for each six; Pilkada 3. Sixty-six in all where few stand for DPD, as
Kota Sorong sent. In Aceh six local parties stand for the DPRD as well; how many pages its DPRD forms had was
not found (URLs of its DPR form count 20), so they are counted as elsewhere. Abroad there are but PPWP and
DPR, which counts in the district DKI Jakarta II.
"""

import numpy as np
from numpy.typing import NDArray

from simulators.contests import DPD_CANDIDATES, DPD_CANDIDATES_ELSEWHERE, FORMS_OF_ELECTION

PAGES = {
    "ppwp": 3, "dpr": 20, "dpd": 3, "dprd-prov": 20, "dprd-kab": 20, "kwk-gubernur": 3, "kwk-bupati": 3,
}  # fmt: skip
CANDIDATES_A_PAGE = 6
"""Of a DPD form (inferred, see the template)."""
ABROAD = 99
NOT_VOTED = {"dprd-kab": (31, ABROAD), "kwk-bupati": (31,), "kwk-gubernur": (34,), "dpd": (ABROAD,),
             "dprd-prov": (ABROAD,)}  # fmt: skip
"""Provinces without a form: DKI Jakarta has no regencies of its own right, DIY's governor is not elected."""


def pages(election: str, province: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Pages of each form (one column a form, as counted) for provinces by number, 99 for abroad."""
    forms = FORMS_OF_ELECTION[election]
    by_province = np.zeros((100, len(forms)), dtype=np.uint8)
    for k, form in enumerate(forms):
        by_province[:, k] = PAGES[form]
        if form == "dpd":
            stand = [DPD_CANDIDATES.get(f"{code:02d}", DPD_CANDIDATES_ELSEWHERE) for code in range(100)]
            by_province[:, k] += ((np.array(stand) - 1) // CANDIDATES_A_PAGE).astype(np.uint8)
        by_province[list(NOT_VOTED.get(form, ())), k] = 0
    return by_province[province]
