"""Contests, filled sheets and their photos for all seven forms, as small as the forms allow, and phones that
send them.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import requests

from fakeforms import Camera, Contestant, SheetOrder, pages, photograph
from gladi.layouts import layout
from sirekap.forms.fields import BY_PARTY, ELECTION, fields
from sirekap.forms.layout import digest
from tests.sirekap.kpps_phone import WAIT_S, Phone, Stack, bearer, tps_code

PAIRS = tuple(Contestant(number, (f"CALON {number}A", f"CALON {number}B")) for number in (1, 2, 3))
CANDIDATES = tuple(Contestant(number, (f"CALON {number}",)) for number in range(1, 5))
PARTIES = (
    Contestant(1, ("PARTAI SATU",), ("SATU SATU", "SATU DUA", "SATU TIGA")),
    Contestant(24, ("PARTAI DUA PULUH EMPAT",), ("DUA SATU",)),
)
WITHOUT_FAULT = Camera(scene="siang")
"""The phone of somebody who takes care."""


def stands(form: str) -> tuple[Contestant, ...]:
    """Who stands."""
    return PARTIES if form in BY_PARTY else CANDIDATES if form == "dpd" else PAIRS


@cache
def sheet_layout(form: str) -> dict[str, Any]:
    """The layout of a form for who stands."""
    return layout(form, tuple((one.number, len(one.candidates)) for one in stands(form)))


def contests() -> dict[str, Any]:
    """What KPU registers: every form is voted on everywhere."""
    return {
        "layouts": [sheet_layout(form) for form in ELECTION],
        "contests": [contest(form) for form in ELECTION],
    }


def contest(form: str) -> dict[str, Any]:
    """One contest of the whole nation."""
    return {
        "contest": f"{form}-uji",
        "form": form,
        "title": f"Pemilihan {form}",
        "areas": ["0"],
        "layout": digest(sheet_layout(form)),
        "contestants": [
            {"number": one.number, "name": " - ".join(one.names), "candidates": list(one.candidates)}
            for one in stands(form)
        ],
    }


def register_contests(stack: Stack) -> None:
    """Register all seven."""
    answer = requests.post(
        f"{stack.url}/v1/admin/register", json=contests(), headers=bearer(stack.admin_token), timeout=WAIT_S
    )
    assert answer.status_code == 200, answer.text


def sound_numbers(form: str) -> dict[str, int]:
    """Numbers of a TPS with 300 voters on the list of whom 200 came, without a fault."""
    known = fields(form, [(one.number, len(one.candidates)) for one in stands(form)])
    numbers = dict.fromkeys(known, 0)
    for row, (men, women) in {
        "dpt": (150, 150),
        "pemilih_total": (150, 150),
        "pengguna_dpt": (93, 107),
        "pengguna_total": (93, 107),
    }.items():
        numbers.update({f"{row}_l": men, f"{row}_p": women, f"{row}_j": men + women})
    reserve = 6 if ELECTION[form] == "pemilu-2024" else 8
    numbers.update(ss_diterima=300 + reserve, ss_digunakan=200, ss_tidak_digunakan=100 + reserve)
    numbers.update(suara_sah=193, suara_tidak_sah=7, suara_total=200)
    if form in BY_PARTY:
        numbers.update(suara_partai_1=52, suara_calon_1_3=141, jumlah_partai_calon_1=193)
    elif form == "dpd":
        numbers.update(suara_calon_1=52, suara_calon_2=141)
    else:
        numbers.update(suara_1=52, suara_2=141)
    return {field: value for field, value in numbers.items() if field in known}


def order(form: str, number: int, seed: int = 7) -> SheetOrder:
    """The sheets of TPS `number`."""
    return SheetOrder(
        seed=seed,
        tps=tps_code(number),
        form=form,
        provinsi="BENGKULU",
        kab_kota="KEPAHIANG",
        kecamatan="KEPAHIANG",
        kel_desa="CONTOH",
        nomor_tps=number,
        hari="RABU",
        tanggal=dt.date(2024, 2, 14),
        jam_pungut=("07:00", "13:00"),
        jam_hitung=("14:00", "17:30"),
        values=sound_numbers(form),
        kpps=tuple(f"PETUGAS {letter}" for letter in "ABCDEFG"),
        saksi=tuple(f"SAKSI {one.number}" for one in stands(form)),
        contestants=stands(form),
        dapil="UJI 1" if form in BY_PARTY else "",
    )


@dataclass(frozen=True)
class FilledPage:
    """One page: its photo and the numbers on it."""

    form: str
    page: int
    jpeg: bytes
    numbers: dict[str, int]


def filled(form: str, number: int, camera: Camera = WITHOUT_FAULT) -> list[FilledPage]:
    """All pages of a form of TPS `number`, photographed."""
    sheets = order(form, number)
    return [
        FilledPage(form, page, photograph(sheets, page, camera).jpeg, numbers_of(form, page))
        for page in pages(form, sheets.shape)
    ]


def again(page: FilledPage, mark: str) -> FilledPage:
    """The same photo as another file: a comment is put behind the start of the image."""
    comment = mark.encode()
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    return FilledPage(page.form, page.page, page.jpeg[:2] + segment + page.jpeg[2:], page.numbers)


def numbers_of(form: str, page: int) -> dict[str, int]:
    """The numbers on one page."""
    printed = next(one for one in sheet_layout(form)["pages"] if one["page"] == page)["fields"]
    whole = sound_numbers(form)
    return {field["id"]: whole[field["id"]] for field in printed}


def send(phone: Phone, page: FilledPage, numbers: dict[str, int] | None = None) -> requests.Response:
    """Send one page, with what stands on it or other `numbers`."""
    parts: Any = {
        "numbers": (None, json.dumps(numbers or page.numbers), "application/json"),
        "photo": ("page.jpg", page.jpeg, "image/jpeg"),
    }
    return phone.http.post(
        f"{phone.stack.url}/v1/tps/{phone.tps}/forms/{page.form}/pages/{page.page}",
        headers={
            **bearer(phone.token),
            "Idempotency-Key": f"{phone.tps}-{page.form}-{page.page}",
            "X-Photo-SHA256": hashlib.sha256(page.jpeg).hexdigest(),
            "X-Captured-At": "2024-02-14T19:05:00+07:00",
        },
        files=parts,
        timeout=WAIT_S,
    )
