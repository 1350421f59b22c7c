"""A small province for the recap: two kab/kota, three kecamatan, seven TPS, and the offices that hold plenos.

17.08  170804  TPS 1-3  dapil 1        17.09  170901  TPS 1-2  one dapil
       170805  TPS 1-2  dapil 2
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from gladi.layouts import layout
from sirekap.forms.fields import votes
from sirekap.forms.layout import digest
from tests.sirekap.kpps_phone import WAIT_S, Phone, Stack, activate, bearer, initialise, login, photo

PARTIES = ((1, 2), (24, 1))  # number, candidates
SHAPES: dict[str, tuple[tuple[int, int], ...]] = {
    "ppwp": ((1, 0), (2, 0), (3, 0)),
    "dprd-kab": PARTIES,
    "dpd": ((1, 0), (2, 0)),
}
KECAMATAN = {"170804": 3, "170805": 2, "170901": 2}
PPK = {code: f"ppk-{code}" for code in KECAMATAN}
KAB, PROV, RI = {"17.08": "kab-1708", "17.09": "kab-1709"}, "prov-17", "kpu-ri"


def tps_of(kecamatan: str) -> list[str]:
    """The TPS of a kecamatan."""
    return [f"{kecamatan}2001{number:03d}" for number in range(1, KECAMATAN[kecamatan] + 1)]


ALL_TPS = [tps for kecamatan in KECAMATAN for tps in tps_of(kecamatan)]


def register_province(stack: Stack, kecamatan: Mapping[str, int] = KECAMATAN) -> None:
    """Register regions, TPS, one operator each, the offices and four contests."""
    stations = [
        f"{code}2001{number:03d}" for code, count in kecamatan.items() for number in range(1, count + 1)
    ]
    kab_kota = sorted({f"{code[:2]}.{code[2:4]}" for code in kecamatan})
    staff = [
        (RI, "kpu_ri", "0"),
        ("prov-17", "kpu_prov", "17"),
        *((f"kab-{code.replace('.', '')}", "kpu_kab", code) for code in kab_kota),
        *((f"ppk-{code}", "ppk", code) for code in kecamatan),
    ]
    sheets = {form: layout(form, SHAPES[form]) for form in SHAPES}
    body = {
        "regions": [
            {"code": "17", "level": "provinsi", "name": "Bengkulu", "parent": None},
            *(
                {"code": code, "level": "kab_kota", "name": f"Kabupaten {code}", "parent": "17"}
                for code in kab_kota
            ),
            *(
                {"code": code, "level": "kecamatan", "name": f"Kecamatan {code}", "parent": f"17.{code[2:4]}"}
                for code in kecamatan
            ),
            *(
                {"code": f"{code}2001", "level": "kel_desa", "name": "Sukamaju", "parent": code}
                for code in kecamatan
            ),
        ],
        "tps": [
            {"code": tps, "number": int(tps[-3:]), "kecamatan": tps[:6], "kel_desa": tps[:10],
             "dpt_l": 100, "dpt_p": 101}
            for tps in stations
        ],
        "accounts": [
            {"account": f"{tps}-1", "tps": tps, "operator": 1, "activation_code": f"kode-{tps}-1"}
            for tps in stations
        ],
        "staff": [
            {"account": name, "role": role, "region": region, "activation_code": f"kode-{name}"}
            for name, role, region in staff
        ],
        "layouts": list(sheets.values()),
        "contests": [
            *contests_of("dprd-kab", {"170804": "dapil-1", "170805": "dapil-2", "17.09": "dapil-3"}, sheets),
            *contests_of("dpd", {"17": "bengkulu"}, sheets),
            *contests_of("ppwp", {"0": "indonesia"}, sheets),
        ],
    }  # fmt: skip
    answer = requests.post(
        f"{stack.url}/v1/admin/register", json=body, headers=bearer(stack.admin_token), timeout=60
    )
    assert answer.status_code == 200, answer.text


def contests_of(form: str, areas: Mapping[str, str], sheets: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A contest of `form` for each area, all with the same sheets."""
    people = (
        [{"number": n, "name": f"Partai {n}", "candidates": [f"Calon {n}-{k}" for k in range(1, c + 1)]}
         for n, c in PARTIES]
        if form == "dprd-kab"
        else [{"number": n, "name": f"Calon {n}"} for n, _ in SHAPES[form]]
    )  # fmt: skip
    return [
        {"contest": f"{form}-{name}", "form": form, "title": f"{form} {name}", "areas": [area],
         "layout": digest(sheets[form]), "contestants": people}
        for area, name in areas.items()
    ]  # fmt: skip


def sound(form: str, seed: int) -> dict[str, int]:
    """All numbers of a form, no rule broken; `seed` makes TPS differ."""
    first, second = 40 + seed, 30 + 2 * seed
    valid, invalid = first + second, seed % 3
    cast = valid + invalid
    numbers = {
        **_by_sex("dpt", 100, 101),
        **_by_sex("pengguna_dpt", cast // 2, cast - cast // 2),
        **_by_sex("pengguna_dptb", 0, 0),
        **_by_sex("pengguna_dpk", 0, 0),
        **_by_sex("pengguna_total", cast // 2, cast - cast // 2),
        **_by_sex("disabilitas", 0, 1),
        "ss_diterima": 206,
        "ss_digunakan": cast,
        "ss_dikembalikan": 1,
        "ss_tidak_digunakan": 205 - cast,
        "suara_sah": valid,
        "suara_tidak_sah": invalid,
        "suara_total": cast,
    }
    match form:
        case "ppwp":
            numbers |= {"suara_1": first, "suara_2": second - 5, "suara_3": 5}
        case "dpd":
            numbers |= {"suara_calon_1": first, "suara_calon_2": second}
        case _:
            for (number, candidates), total in zip(PARTIES, (first, second), strict=True):
                party, *own, together = votes(form, number, candidates)
                numbers |= {party: total - len(own), **dict.fromkeys(own, 1), together: total}
    return numbers


def _by_sex(row: str, men: int, women: int) -> dict[str, int]:
    return {f"{row}_l": men, f"{row}_p": women, f"{row}_j": men + women}


@dataclass
class Office:
    """An account of the staff, logged in."""

    stack: Stack
    account: str
    token: str
    http: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **query: str) -> requests.Response:
        """Read."""
        return self.http.get(self.stack.url + path, params=query, headers=bearer(self.token), timeout=WAIT_S)

    def post(self, path: str, body: Any = None, key: str | None = None) -> requests.Response:
        """Write."""
        headers = bearer(self.token) | ({"Idempotency-Key": key} if key else {})
        return self.http.post(
            self.stack.url + path, json={} if body is None else body, headers=headers, timeout=WAIT_S
        )

    def pages(self, kecamatan: str, tps: str, form: str) -> dict[str, int]:
        """The revisions that the office sees."""
        seen = self.get(f"/v1/pleno/{kecamatan}/tps/{tps}").json()["forms"][form]
        return {page: int(stored["revision"]) for page, stored in seen["pages"].items()}

    def decide(self, tps: str, form: str, key: str, **changes: Any) -> requests.Response:
        """Decide on a TPS as it is seen now; "sesuai" unless `changes` say otherwise."""
        body = {"decision": "sesuai", **changes}
        if "basis" not in body:
            body["basis"] = self.pages(tps[:6], tps, form)
        return self.post(f"/v1/pleno/{tps[:6]}/tps/{tps}/forms/{form}", body, key)

    def finalise(self, region: str, form: str) -> requests.Response:
        """Finalise a form."""
        return self.post(f"/v1/pleno/{region}/forms/{form}/finalise")

    def reopen(self, region: str, form: str, key: str, reason: str = "putusan Bawaslu") -> requests.Response:
        """Reopen a form of the level below."""
        return self.post(f"/v1/pleno/{region}/forms/{form}/reopen", {"reason": reason}, key)


def office(stack: Stack, account: str) -> Office:
    """Activate and log in."""
    assert activate(stack, account).status_code == 200
    answer = login(stack, account)
    assert answer.status_code == 200, answer.text
    return Office(stack, account, answer.json()["token"])


def kpps(stack: Stack, tps: str) -> Phone:
    """The phone of the first operator of a TPS."""
    account = f"{tps}-1"
    assert activate(stack, account).status_code == 200
    token = login(stack, account).json()["token"]
    assert initialise(stack, token).status_code == 200
    return Phone(stack, tps, token)


def send(phone: Phone, form: str, page: int, numbers: Mapping[str, int]) -> requests.Response:
    """Send one page of any form with the numbers it carries."""
    body = photo(f"{phone.tps} {form} {page}", 2_000)
    return phone.http.post(
        f"{phone.stack.url}/v1/tps/{phone.tps}/forms/{form}/pages/{page}",
        headers={
            **bearer(phone.token),
            "Idempotency-Key": f"{phone.tps}-{form}-{page}",
            "X-Photo-SHA256": hashlib.sha256(body).hexdigest(),
        },
        files={
            "numbers": (None, json.dumps(numbers), "application/json"),
            "photo": ("page.jpg", body, "image/jpeg"),
        },
        timeout=WAIT_S,
    )


def on_pages(form: str, numbers: Mapping[str, int]) -> dict[int, dict[str, int]]:
    """Numbers by the page that carries them."""
    return {
        page["page"]: {one["id"]: numbers[one["id"]] for one in page["fields"]}
        for page in layout(form, SHAPES[form])["pages"]
    }
