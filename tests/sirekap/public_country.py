"""A country for the public page: every level, several forms, results of some TPS, as the API writes them.

Pages are inserted as rows, for what is tested is what becomes of them; one photo stands for all.
"""

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import requests

from gladi.layouts import layout
from sirekap.database.access import connect
from sirekap.forms.fields import BY_PARTY, fields, total_of, votes
from sirekap.forms.layout import digest
from sirekap.settings import load_effective
from tests.sirekap.kpps_phone import WAIT_S, Stack, bearer

PROVINCES = (
    "ACEH", "SUMATERA UTARA", "SUMATERA BARAT", "RIAU", "JAMBI", "SUMATERA SELATAN", "BENGKULU", "LAMPUNG",
    "KEPULAUAN BANGKA BELITUNG", "KEPULAUAN RIAU", "DKI JAKARTA", "DAERAH ISTIMEWA YOGYAKARTA",
)  # fmt: skip
PAIRS = (
    (1, "H. BUDIMAN PRAKOSO, Ph.D. - Dr. (H.C.) H. SULASTRI WIDODO"),
    (2, "ADINDA KUSUMA - RANGGA SAPUTRA"),
    (3, "H. YOHANES TANDUK, S.H., M.I.P. - Prof. Dr. H. M. RAHMAT"),
)
PARTIES = tuple((number, f"PARTAI CONTOH {number} INDONESIA", 6) for number in (*range(1, 18), 24))
SENATORS = tuple((number, f"CALON ANGGOTA {number}") for number in range(1, 13))


@dataclass(frozen=True)
class Place:
    """Digits of a village, and how many TPS it has."""

    village: str
    stations: int

    @property
    def tps(self) -> list[str]:
        """Codes of its TPS."""
        return [f"{self.village}{number:03d}" for number in range(1, self.stations + 1)]


def country(provinces: int = 4, below: int = 2, stations: int = 3) -> list[Place]:
    """Villages: in every region `below` regions of the next level, in every village so many TPS."""
    return [
        Place(f"{11 + prov}{kab:02d}{kec:02d}{2000 + kel:04d}", stations)
        for prov in range(provinces)
        for kab in range(1, below + 1)
        for kec in range(1, below + 1)
        for kel in range(1, below + 1)
    ]


def registration(places: Sequence[Place]) -> dict[str, Any]:
    """Regions, TPS and who stands: DPR and DPD by provinsi, the first provinsi in two halves for the DPR."""
    regions: dict[str, dict[str, Any]] = {}
    for place in places:
        village = place.village
        prov, kab, kec = village[:2], f"{village[:2]}.{village[2:4]}", village[:6]
        name = PROVINCES[(int(prov) - 11) % len(PROVINCES)]
        for code, level, title, parent in (
            (prov, "provinsi", name, None),
            (kab, "kab_kota", f"KABUPATEN {name} {village[2:4]}", prov),
            (kec, "kecamatan", f"KECAMATAN {village[4:6]}", kab),
            (village, "kel_desa", f"Desa <Sumber & Rejo> {village[8:10]}", kec),
        ):
            regions[code] = {"code": code, "level": level, "name": title, "parent": parent}
    provinces = sorted({place.village[:2] for place in places})
    dpr = [(f"dpr-{prov}", [prov]) for prov in provinces[1:]]
    dpr += [(f"dpr-{provinces[0]}{k}", [f"{provinces[0]}.{k:02d}"]) for k in (1, 2)]
    return {
        "regions": list(regions.values()),
        "tps": [
            {
                "code": code,
                "number": int(code[10:]),
                "kecamatan": code[:6],
                "kel_desa": code[:10],
                "dpt_l": 120,
                "dpt_p": 130,
            }
            for place in places
            for code in place.tps
        ],
        "accounts": [
            {
                "account": f"{places[0].tps[0]}-1",
                "tps": places[0].tps[0],
                "operator": 1,
                "activation_code": f"kode-{places[0].tps[0]}-1",
            }
        ],
        "layouts": [sheet("ppwp"), sheet("dpr"), sheet("dpd")],
        "contests": [
            _contest("ppwp", "ppwp", "Presiden dan Wakil Presiden", ["0"]),
            *(_contest(name, "dpr", f"DPR RI {name.upper()}", areas) for name, areas in dpr),
            *(_contest(f"dpd-{prov}", "dpd", f"DPD {prov}", [prov]) for prov in provinces),
        ],
    }


def register(stack: Stack, places: Sequence[Place]) -> None:
    """Register the country."""
    answer = requests.post(
        f"{stack.url}/v1/admin/register",
        json=registration(places),
        headers=bearer(stack.admin_token),
        timeout=WAIT_S,
    )
    assert answer.status_code == 200, answer.text


@cache
def sheet(form: str) -> dict[str, Any]:
    """The layout of a form for who stands here."""
    return layout(form, tuple(_stands(form)))


def pages_of(form: str, numbers: dict[str, int]) -> dict[int, dict[str, int]]:
    """The numbers of each page of the form."""
    return {
        page["page"]: {field["id"]: numbers[field["id"]] for field in page["fields"]}
        for page in sheet(form)["pages"]
    }


def numbers(form: str, draw: random.Random) -> dict[str, int]:
    """Numbers of a TPS as they might be."""
    found = dict.fromkeys(fields(form, _stands(form)), 0)
    total = 0
    for number, candidates in _stands(form):
        own = [
            name
            for name in votes(form, number, candidates)
            if name != total_of(form, number) or not candidates
        ]
        for name in own:
            found[name] = draw.randrange(0, 90 // (1 + 2 * candidates // 3))
        found[total_of(form, number)] = sum(found[name] for name in own)
        total += found[total_of(form, number)]
    found.update(suara_sah=total, suara_tidak_sah=draw.randrange(6))
    found["suara_total"] = found["suara_sah"] + found["suara_tidak_sah"]
    for row, men, women in (("dpt", 120, 130), ("pengguna_dpt", 95, 105), ("pengguna_total", 97, 106)):
        found.update({f"{row}_l": men, f"{row}_p": women, f"{row}_j": men + women})
    found.update(ss_diterima=255, ss_digunakan=found["suara_total"])
    return found


@asynccontextmanager
async def database(stack_dir: Path) -> Any:
    """The database of a running stack, past its API."""
    settings = load_effective(stack_dir / "effective-settings.json")
    keys = json.loads((stack_dir / "secrets.json").read_text())
    pool = await connect(settings, keys["postgres_password"])
    try:
        yield pool
    finally:
        await pool.close()


INSERT = (
    "INSERT INTO page_revision (tps, form, page, revision, receipt, key, account, operator, sha256,"
    " photo_bytes, numbers)"
    " SELECT tps, form, page, revision, receipt, receipt, $7, 1, sha256, 1000, numbers::jsonb"
    " FROM unnest($1::text[], $2::text[], $3::smallint[], $4::int[], $5::text[], $6::text[], $8::text[])"
    "  AS k (tps, form, page, revision, receipt, sha256, numbers)"
)


@dataclass(frozen=True)
class Sent:
    """A revision of a page."""

    tps: str
    form: str
    page: int
    revision: int
    numbers: dict[str, int]
    sha256: str = ""

    @property
    def digest(self) -> str:
        """The photo's, or an invented one."""
        name = f"{self.tps} {self.form} {self.page} {self.revision}"
        return self.sha256 or hashlib.sha256(name.encode()).hexdigest()


async def insert(connection: Any, sent: Sequence[Sent], account: str) -> None:
    """Insert revisions as one statement."""
    await connection.fetch(
        INSERT,
        [one.tps for one in sent],
        [one.form for one in sent],
        [one.page for one in sent],
        [one.revision for one in sent],
        [f"{one.tps}-{one.form}-{one.page}-{one.revision}" for one in sent],
        [one.digest for one in sent],
        account,
        [json.dumps(one.numbers) for one in sent],
    )


def _stands(form: str) -> list[tuple[int, int]]:
    if form in BY_PARTY:
        return [(number, candidates) for number, _, candidates in PARTIES]
    return [(number, 0) for number, _ in (SENATORS if form == "dpd" else PAIRS)]


def _contest(name: str, form: str, title: str, areas: Iterable[str]) -> dict[str, Any]:
    if form in BY_PARTY:
        stands = [
            {
                "number": number,
                "name": party,
                "candidates": [f"CALEG {number}.{k}, S.Sos." for k in range(1, many + 1)],
            }
            for number, party, many in PARTIES
        ]
    else:
        stands = [
            {"number": n, "name": who, "candidates": []} for n, who in (SENATORS if form == "dpd" else PAIRS)
        ]
    return {
        "contest": name,
        "form": form,
        "title": title,
        "areas": list(areas),
        "layout": digest(sheet(form)),
        "contestants": stands,
    }
