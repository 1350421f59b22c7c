"""Pages on paper: tagged, in their language, marked on every sheet, equal for equal pages."""

import re
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import pypdfium2
import pytest

from gladi.failures import CannotRunError
from gladi.paper import printed
from reports.printed import NEEDS, CannotPrintError, pdf

PAGE = """<!DOCTYPE html><html lang="id"><head><title>SIMULASI · Gladi</title></head><body><main>
<h1>Kabupaten Rekaan</h1><p>Semua angka buatan: ≥ 95 %%, ✓, –</p>%s</main></body></html>"""


def opened(made: bytes) -> bytes:
    """What a PDF says, with its compressed streams opened."""
    said = [made]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        with suppress(zlib.error):
            said.append(zlib.decompress(stream))
    return b"\n".join(said)


def test_a_page_becomes_a_tagged_pdf_in_its_language_and_marked_on_every_sheet(tmp_path: Path) -> None:
    html = PAGE % '<h2 style="break-before: page">Kedua</h2>'
    made = pdf(html, tmp_path)
    assert made == pdf(html, tmp_path)
    document = pypdfium2.PdfDocument(made)
    assert len(document) == 2
    assert document.get_metadata_dict()["Title"] == "SIMULASI · Gladi"
    for number, page in enumerate(document, 1):
        words = page.get_textpage().get_text_bounded()
        assert "SIMULASI" in words
        assert f"{number} / 2" in words
        assert "Kabupaten Rekaan" in words
        assert page.get_size() == pytest.approx((595.28, 841.89), abs=0.01)
    inside = opened(made)
    assert re.search(rb"/Lang \(id\)", inside)
    assert b"/MarkInfo" in inside
    assert b"/StructTreeRoot" in inside
    assert b"pdfuaid" in inside
    fonts = set(re.findall(rb"/BaseFont /\w+\+([\w-]+)", inside))
    assert fonts
    assert all(name.startswith(b"gladi") for name in fonts), fonts


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/a.png", "file:///etc/hostname", "../outside.png"])
def test_what_is_not_in_the_page_or_its_folder_is_refused_by_name(tmp_path: Path, url: str) -> None:
    with pytest.raises(CannotPrintError, match=re.escape(url.rsplit("/", 1)[-1])):
        pdf(PAGE % f'<img src="{url}" alt="x">', tmp_path / "run")


@pytest.mark.parametrize(("taken", "lacks"), [(' lang="id"', "lang"), ("SIMULASI · Gladi", "title")])
def test_a_page_without_language_or_title_is_refused(tmp_path: Path, taken: str, lacks: str) -> None:
    with pytest.raises(CannotPrintError, match=lacks):
        pdf((PAGE % "").replace(taken, ""), tmp_path)


def test_a_machine_without_pango_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.html").write_text(PAGE % "", encoding="utf-8")

    def missing(_: str) -> object:
        print("WeasyPrint could not import some external libraries.")
        raise OSError("cannot load library 'libpango-1.0-0': libpango-1.0-0: cannot open shared object file")

    monkeypatch.setattr("reports.printed.import_module", missing)
    with pytest.raises(CannotRunError, match=re.escape(NEEDS)):
        printed(tmp_path / "report.html")
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "report.pdf").exists()


def test_a_pdf_stands_beside_its_page(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(PAGE % "", encoding="utf-8")
    assert printed(tmp_path / "report.html") == tmp_path / "report.pdf"
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-1.7")
    with pytest.raises(CannotRunError, match=r"nothing\.html"):
        printed(tmp_path / "nothing.html")


@pytest.mark.slow
def test_nobody_pays_for_paper_before_it_is_asked_for() -> None:
    asked = "import sys, reports.printed, gladi.paper; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
