"""What is printed on a sheet: the names of those who stand, the office, and nothing that is one TPS's own."""

from string import Formatter

import pypdfium2
import pytest

import fakeforms
from fakeforms import Contestant
from fakeforms.templates import template, wording
from tests.fakeforms.sample_sheets import sample


def words_of(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


@pytest.mark.parametrize(
    ("tps", "kab_kota", "office"),
    [
        ("1708042001003", "Kepahiang", "BUPATI"),
        ("1771042001003", "Bengkulu", "WALIKOTA"),
        ("1708042001003", "Kota Contoh", "WALIKOTA"),
        ("6202042001003", "Kotawaringin Timur", "BUPATI"),
    ],
)
def test_a_kota_elects_a_walikota(tps: str, kab_kota: str, office: str) -> None:
    texts = dict(wording.printed(sample("kwk-bupati", tps=tps, kab_kota=kab_kota)))
    assert (texts["jabatan"], texts["Jabatan"]) == (office, office.title())


def test_the_office_is_printed_in_the_model_and_the_title() -> None:
    words = words_of(fakeforms.sheet_pdf(sample("kwk-bupati", kab_kota="Kota Contoh"), 2))
    assert "C.HASIL-KWK-WALIKOTA" in words
    assert "PASANGAN CALON WALIKOTA DAN WAKIL WALIKOTA" in words
    assert "BUPATI" not in words


def test_a_pair_and_the_empty_column() -> None:
    stands = (Contestant(1, ("Ani Contoh", "Budi Contoh")), Contestant(2, ("KOLOM KOSONG",)))
    words = words_of(
        fakeforms.sheet_pdf(
            sample("kwk-gubernur", shape=((1, 0), (2, 0)), contestants=stands, saksi=("Cici Contoh", "")), 2
        )
    )
    for name in ("ANI CONTOH", "BUDI CONTOH", "KOLOM KOSONG"):
        assert name in words


def test_a_party_page_names_its_own_candidates_only() -> None:
    order = sample("dpr")
    words = words_of(fakeforms.sheet_pdf(order, 19))
    party = order.contestants[17]
    assert party.number == 24
    assert party.names[0].upper() in words
    assert all(name.upper() in words for name in party.candidates)
    texts = dict(wording.printed_on(order, order.template.page(19)))
    assert {name for name in texts if name.startswith("caleg_")} == {f"caleg_24_{k}" for k in range(1, 11)}


@pytest.mark.parametrize("form", fakeforms.forms())
def test_every_word_that_a_form_prints_is_known(form: str) -> None:
    order = sample(form)
    known, general = dict(wording.printed(order)), dict(wording.unnamed(form))
    assert set(known) == set(general)
    for page in template.load(form).pages:
        used = {
            name
            for operation in page.display
            for _, name, _, _ in Formatter().parse(str(operation.get("text", "")))
            if name
        }
        assert set(page.words) == used
        assert used <= set(known)


def test_sheets_of_two_tps_are_printed_alike() -> None:
    here, there = (
        sample("dpd", tps=tps, nomor_tps=k) for k, tps in ((1, "1708042001001"), (2, "1708052002002"))
    )
    assert wording.printed(here) == wording.printed(there)
    assert wording.written(here) != wording.written(there)
