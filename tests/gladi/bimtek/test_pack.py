"""A whole pack: the same bytes for the same seed, nothing of the key with the trainees, everything opens."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pypdfium2
import pytest
from click.testing import CliRunner

from gladi.bimtek import pages
from gladi.bimtek.album import VERDICTS, album
from gladi.bimtek.composing import composed, deals
from gladi.bimtek.ground import ground
from gladi.bimtek.model import PackError, read_key, read_pack
from gladi.bimtek.roster import evenly
from gladi.bimtek.view import booklet
from gladi.cli import main
from reports.printed import pdf
from sirekap.forms.rules import violations

pytestmark = pytest.mark.slow

NAMES = ("Rekaan Pertamasari", "Rekaan Keduawati")
LIST = f"kelas;tempat;nama\n1;A1;{NAMES[0]}\n1;A2;\n2;B1;{NAMES[1]}\n"
SITE = "http://192.168.1.10:8800"
OF_TRAINEES = ("kelas-", "foto/", "cetak/")


def make(folder: Path, *options: str) -> Path:
    """A pack of three trainees in two classes, made in this process."""
    listed = folder.parent / "peserta.csv"
    listed.write_text(LIST)
    words = [
        "bimtek", "--participants", str(listed), "--site", SITE, "--workers", "1", "--json",
        "--out", str(folder), *options,
    ]  # fmt: skip
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["trainees"] == 3
    return folder


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("bimtek") / "paket")


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as opened:
        return "\n".join(page.get_textpage().get_text_range() for page in opened)


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_processes(pack: Path, tmp_path: Path) -> None:
    again = make(tmp_path / "lain", "--workers", "2")
    assert files(again) == files(pack)


def test_the_manifest_names_every_file_with_its_digest(pack: Path) -> None:
    there = files(pack)
    there.pop("paket.json")
    assert dict(read_pack(pack).files) == there


def test_a_key_that_was_changed_is_refused(pack: Path, tmp_path: Path) -> None:
    made = read_pack(pack)
    for trainee in made.trainees:
        assert read_key(pack, trainee).tps == trainee.tps
    first = made.trainees[0]
    (tmp_path / "kunci").mkdir()
    text = (pack / "kunci" / f"{first.id}.json").read_text()
    (tmp_path / "kunci" / f"{first.id}.json").write_text(text.replace('"answer": "a"', '"answer": "b"'))
    with pytest.raises(PackError, match="is not the key of this pack"):
        read_key(tmp_path, first)


def test_nothing_of_the_key_is_in_what_trainees_get(pack: Path) -> None:
    made = read_pack(pack)
    whys = {s.why for trainee in made.trainees for s in read_key(pack, trainee).solutions}
    for name in files(pack):
        if not name.startswith(OF_TRAINEES):
            continue
        path = pack / name
        assert path.suffix in {".pdf", ".html", ".jpg"}, name
        if path.suffix == ".jpg":
            assert not any(fault.encode() in path.read_bytes() for fault in VERDICTS if fault), name
            continue
        text = path.read_text() if path.suffix == ".html" else " ".join(text_of(path).split())
        for why in whys:
            assert why not in text, (name, why)
        assert "kunci" not in text.lower(), name
    for trainee in made.trainees:
        for path in (pack / trainee.folder).iterdir():
            assert trainee.activation_code.encode() not in path.read_bytes()


def test_names_stand_on_cards_and_attendance_lists_and_nowhere_else(pack: Path) -> None:
    for name in files(pack):
        path = pack / name
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            text = repr([[c.value for row in sheet.iter_rows() for c in row] for sheet in book])
        else:
            text = text_of(path) if path.suffix == ".pdf" else path.read_bytes().decode("latin-1")
        allowed = name.endswith(("kartu-akun.pdf", "daftar-hadir.pdf"))
        for room, who in enumerate(NAMES, 1):
            assert (who in text) == (allowed and f"kelas-{room:02d}" in name), (name, who)


def test_pages_say_simulasi_and_are_as_many_as_told(pack: Path) -> None:
    index = (pack / "index.html").read_text()
    told = dict(pages_told(index))
    assert len(told) == 1 + 2 * 5
    for name in (name for name in files(pack) if name.endswith(".pdf")):
        with pypdfium2.PdfDocument(pack / name) as opened:
            assert told.get(name, len(opened)) == len(opened), name
            for page in opened:
                assert "SIMULASI" in page.get_textpage().get_text_range(), name
    assert told["kelas-01/buku-latihan.pdf"] == 16
    assert told["kelas-01/lembar-terisi.pdf"] == 2 * 2 * 3
    for name in (name for name in files(pack) if name.endswith(".html")):
        assert "SIMULASI" in (pack / name).read_text()


def pages_told(index: str) -> list[tuple[str, int]]:
    rows = index.split("<tr><td><a href=")[1:]
    return [(row.split('"')[1], int(row.split('class="n">')[1].split("<")[0])) for row in rows]


def test_links_of_every_page_lead_somewhere(pack: Path) -> None:
    for name in (name for name in files(pack) if name.endswith(".html")):
        html = (pack / name).read_text()
        for piece in html.split('href="')[1:] + html.split('src="')[1:]:
            link = piece.split('"')[0]
            if not link.startswith(("http", "#", "data:")):
                assert ((pack / name).parent / link).is_file(), (name, link)


def test_the_mark_sheet_opens_and_its_formulas_compare_each_answer_with_its_key(pack: Path) -> None:
    made = read_pack(pack)
    for room in made.classes:
        book = openpyxl.load_workbook(pack / "kunci" / f"nilai-kelas-{room.number:02d}.xlsx")
        score, key = book["Nilai"], book["Kunci"]
        questions = [q for e in room.trainees[0].exercises for q in e.questions]
        for row, trainee in enumerate(room.trainees, 5):
            solutions = read_key(pack, trainee).solutions
            for column, (question, solution) in enumerate(zip(questions, solutions, strict=True), 2):
                shown = key.cell(row, column)
                answer = solution.answer
                right = "".join(answer) if isinstance(answer, list) else answer
                assert shown.value == right or (answer is None and not shown.value)
                exercise = int(question.id.split(".")[0])
                formula = score.cell(row, 1 + exercise).value
                assert f"Isian!{shown.coordinate}" in formula
                if question.kind != "lembar":
                    assert f"Kunci!{shown.coordinate}" in formula
                    assert f",{question.points},0)" in formula
            total = score.cell(row, 2 + len(room.trainees[0].exercises)).value
            assert total == f"=SUM(B{row}:G{row})"
        assert "IF(COUNTA(Isian!B5:" in score.cell(5, 9).value


def test_tables_have_a_row_for_every_trainee_and_question(pack: Path) -> None:
    made = read_pack(pack)
    text = (pack / "pelatih" / "peserta.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["akun"] for row in rows] == [one.account for one in made.trainees]
    assert len({row["kode_aktivasi"] for row in rows}) == 3
    book = openpyxl.load_workbook(pack / "pelatih" / "peserta.xlsx")
    assert [cell.value for cell in book["Peserta"][5]][4] == made.trainees[0].account
    text = (pack / "kunci" / "kunci.csv").read_bytes().decode("utf-8-sig")
    keys = list(csv.DictReader(io.StringIO(text)))
    assert len(keys) == sum(len(e.questions) for one in made.trainees for e in one.exercises)


def test_photos_have_the_faults_of_the_key(pack: Path) -> None:
    made = read_pack(pack)
    for trainee in made.trainees:
        key = read_key(pack, trainee)
        for question in (q for q in trainee.exercises[2].questions if q.kind == "pilihan"):
            photo = pack / question.sheets[0]
            truth = json.loads((pack / "kunci" / "foto" / f"{photo.stem}.json").read_bytes())
            assert truth["photo"]["sha256"] == sha256(photo.read_bytes()).hexdigest()
            assert f"halaman {truth['page']})" in question.asks
            (fault,) = truth["camera"]["faults"] or ("",)
            shows = truth["photo"]["shows"]
            assert (fault == "wrong-form") == (shows["form"] != truth["form"])
            assert (fault == "wrong-page") == (shows != {"form": truth["form"], "page": truth["page"]}) or (
                fault == "wrong-form"
            )
            right = next(o.says for o in question.options if o.id == key.solution(question.id).answer)
            assert right == VERDICTS[fault]


def test_the_own_sheet_is_sound(pack: Path) -> None:
    made = read_pack(pack)
    for trainee in made.trainees:
        sheet = read_key(pack, trainee).own_sheet
        assert not violations({id: n for page in sheet.values() for id, n in page.items()}, made.form)


@pytest.mark.parametrize("form", ["ppwp", "kwk-bupati", "dpd", "dpr"])
def test_nothing_that_is_asked_is_lost_on_paper(form: str, tmp_path: Path) -> None:
    found = ground("kepahiang-2024", form, None)
    _, rest = found.dealt(1)
    (deal,) = deals(found, evenly(1, 1), False, album(found, 1, rest))
    trainee, _, cards = composed(found, deal, "x")
    book = booklet(found, trainee, cards)
    body = re.sub(r"<img[^>]*>", "", pages.exercises(book, str, single=False))
    paper = tmp_path / "buku.pdf"
    paper.write_bytes(pdf(pages.page("Buku", body, 1), tmp_path))
    text = " ".join(text_of(paper).split())
    for question in (question for exercise in trainee.exercises for question in exercise.questions):
        assert f"{question.id} " in text
        assert " ".join(question.asks.split())[:30] in text
    for table in book.extras["periksa"]["tables"]:
        after = text.split(f"Tabel {table['name']}: {table['where']}")[1]
        for part, says, number in table["singles"]:
            assert re.search(rf"{re.escape(part)} {re.escape(says)} {number}\b", after), (part, says)
        for part, says, men, women, both in table["rows"]:
            assert re.search(rf"{re.escape(part)} {re.escape(says)} {men} {women} {both}\b", after), says


def test_ctrl_c_leaves_nothing_half(tmp_path: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "gladi.cli",
        "bimtek",
        "--trainees",
        "12",
        "--out",
        str(tmp_path / "paket"),
    ]
    running = subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True)
    try:
        _until(lambda: any(tmp_path.glob(".paket.*/foto/foto-*.jpg")))
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == 3, said
    assert list(tmp_path.iterdir()) == []


def _until(so: Any, most_s: float = 120.0) -> None:
    end = time.monotonic() + most_s
    while not so():
        assert time.monotonic() < end
        time.sleep(0.05)
