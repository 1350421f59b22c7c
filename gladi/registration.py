"""What KPU registers before the day, as the bodies of `POST /v1/admin/register`: regions, TPS, operators, and
for every form the region votes with who stands and where the boxes of its sheets are.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from gladi.layouts import layout
from scenarios import Regency
from simulators.contests import FORMS_OF_ELECTION, Contest, ContestError, contest
from simulators.population import Population

TPS_A_BODY = 500

TITLES = {
    "ppwp": "Presiden dan Wakil Presiden",
    "dpr": "DPR",
    "dpd": "DPD",
    "dprd-prov": "DPRD Provinsi",
    "dprd-kab": "DPRD Kabupaten/Kota",
    "kwk-gubernur": "Gubernur dan Wakil Gubernur",
    "kwk-bupati": "Bupati/Wali Kota dan Wakil",
}

Body = dict[str, Any]


def bodies(
    seed: int,
    places: Sequence[Regency],
    population: Population,
    activation_code: Callable[[str], str],
    forms: Sequence[str] = FORMS_OF_ELECTION["pemilu-2024"],
) -> Iterator[Body]:
    """Everything about regencies, in the order in which it must be sent; `activation_code` of an account.

    `forms` are those that will be sent: the sheets of a legislative election take a second to lay out.
    """
    for place in places:
        yield {"regions": regions(place)}
    yield contests(seed, places, forms)
    rows = list(
        zip(
            map(str, population.tps),
            map(int, population.number),
            map(int, population.numbers["dpt_l"]),
            map(int, population.numbers["dpt_p"]),
            strict=True,
        )
    )
    for start in range(0, len(rows), TPS_A_BODY):
        chunk = rows[start : start + TPS_A_BODY]
        accounts = [(f"{tps}-{operator}", tps, operator) for tps, *_ in chunk for operator in (1, 2)]
        yield {
            "tps": [
                {
                    "code": tps, "number": number, "kecamatan": tps[:6], "kel_desa": tps[:10],
                    "dpt_l": dpt_l, "dpt_p": dpt_p,
                }
                for tps, number, dpt_l, dpt_p in chunk
            ],
            "accounts": [
                {"account": name, "tps": tps, "operator": operator, "activation_code": activation_code(name)}
                for name, tps, operator in accounts
            ],
        }  # fmt: skip


def regions(place: Regency) -> list[Body]:
    """The regency, what it lies in and what lies in it, from above."""
    found: list[Body] = [
        {"code": place.province_code, "level": "provinsi", "name": place.province, "parent": None},
        {"code": place.code, "level": "kab_kota", "name": place.name, "parent": place.province_code},
    ]
    for kecamatan in place.kecamatan:
        found.append(
            {"code": kecamatan.code, "level": "kecamatan", "name": kecamatan.name, "parent": place.code}
        )
        found += [
            {"code": desa.code, "level": "kel_desa", "name": desa.name, "parent": kecamatan.code}
            for desa in kecamatan.desa
        ]
    return found


def contests(seed: int, places: Sequence[Regency], forms: Sequence[str]) -> Body:
    """Who stands in regencies, form by form and district by district, with the layouts of its sheets."""
    layouts: dict[str, Body] = {}
    found: dict[str, Body] = {}
    for form, place in product(forms, places):
        for kecamatan in place.kecamatan:
            try:
                stands = contest(seed, form, place, kecamatan.code)
            except ContestError:
                break  # the region does not vote with this form
            name = f"{form}-{stands.district}"
            if name not in found:
                sheet = layout(form, tuple((one.number, len(one.candidates)) for one in stands.contestants))
                layouts[digest(sheet)] = sheet
                found[name] = _contest(name, stands, digest(sheet))
            found[name]["areas"].append(kecamatan.code)
    return {"layouts": list(layouts.values()), "contests": list(found.values())}


def _contest(name: str, stands: Contest, sheet: str) -> Body:
    return {
        "contest": name,
        "form": stands.form,
        "title": f"{TITLES[stands.form]} {stands.dapil}".strip(),
        "areas": [],
        "layout": sheet,
        "contestants": [
            {"number": one.number, "name": " - ".join(one.names), "candidates": list(one.candidates)}
            for one in stands.contestants
        ],
    }


def digest(sheet: Mapping[str, Any]) -> str:
    """The name by which a contest refers to its layout: sha256 of its JSON, keys sorted, 600.0 as 600."""
    text = json.dumps(_plain(sheet), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
