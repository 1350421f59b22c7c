"""A form is one file: a new one is drawn and photographed without code, a broken one is told where."""

import copy
import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

import fakeforms
from fakeforms import Contestant, OrderError, TemplateError
from fakeforms.paper import lettering, printing
from fakeforms.templates import model, template
from tests.fakeforms.sample_sheets import order

MARKS = [[40.0, 57.8, 7.2, 7.2], [545.6, 57.8, 7.2, 7.2], [40.0, 867.8, 7.2, 7.2], [545.6, 867.8, 7.2, 7.2]]

KADES: dict[str, Any] = {
    "template": 1,
    "form": "kades",
    "model": "C.HASIL-KADES",
    "election": "pilkada-2024",
    "correction": "strike",
    "certainty": "exact",
    "source": "made up for a test",
    "unnamed": ["NAMA CALON KEPALA DESA"],
    "sheet": [600, 900],
    "corner_marks": MARKS,
    "stands": {"contestants": [1, 8], "candidates": [0, 0], "typical": [[1, 0], [2, 0]]},
    "tags": {"family": "36h10", "ids": [801, 809], "box": [494, 107, 32, 32], "turn": 180},
    "with": {"title": "PEMILIHAN KEPALA DESA"},
    "pages": [
        {
            "repeat": "contestants",
            "per_page": 4,
            "content": [
                {
                    "op": "text",
                    "text": "<title> {tahun_angka}",
                    "at": [300, 120],
                    "size": 8,
                    "align": "center",
                },
                {"id": "kel_desa", "kind": "line", "line": [100, 240, 150], "prints": True},
                {
                    "repeat": "here",
                    "pitch": [0, 60],
                    "of": [
                        {"op": "text", "text": "{peserta_<number>_1}", "at": [80, 215], "size": 6},
                        {
                            "id": "suara_<number>",
                            "kind": "digits",
                            "style": "dotted",
                            "boxes": {"at": [300, 200], "cell": [24, 24], "pitch": 28, "count": 3},
                            "prints": True,
                        },
                        {
                            "id": "saksi_<place>",
                            "kind": "signature",
                            "who": "saksi",
                            "index": "<place>",
                            "area": [400, 200, 80, 20],
                            "name_line": [400, 480, 226],
                            "prints": True,
                        },
                    ],
                },
                {
                    "repeat": 7,
                    "pitch": [66, 0],
                    "of": [
                        {
                            "id": "kpps_<row>",
                            "kind": "signature",
                            "who": "kpps",
                            "index": "<row>",
                            "area": [75, 760, 52, 24],
                            "name_line": [75, 127, 790],
                        }
                    ],
                },
            ],
        }
    ],
}


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAKEFORMS_TEMPLATES", str(tmp_path))
    return tmp_path


def kades_order(villagers: int) -> fakeforms.SheetOrder:
    return order(
        form="kades",
        contestants=tuple(Contestant(k, (f"Calon Nomor {k}",)) for k in range(1, villagers + 1)),
        values={f"suara_{k}": 10 * k for k in range(1, villagers + 1)},
        saksi=("Joko Santoso",) * villagers,
    )


@pytest.mark.slow
def test_a_new_form_is_one_file_and_no_code(own_folder: Path) -> None:
    (own_folder / "kades.json").write_text(json.dumps(KADES), "utf-8")
    assert "kades" in fakeforms.forms()
    assert fakeforms.pages("kades") == (1,)
    wanted = kades_order(villagers=5)
    assert fakeforms.pages("kades", wanted.shape) == (1, 2)
    words = pypdfium2.PdfDocument(fakeforms.sheet_pdf(wanted, 2))[0].get_textpage().get_text_range()
    assert "PEMILIHAN KEPALA DESA 2024" in words
    assert "CALON NOMOR 5" in words
    photo = fakeforms.photograph(wanted, 2)
    truth: Any = photo.truth
    assert (truth["form"], truth["model"], truth["sheet"]["tag"]["id"]) == ("kades", "C.HASIL-KADES", 809)
    assert truth["numbers"] == {"suara_3": 30, "suara_4": 40, "suara_5": 50}
    assert photo.jpeg.startswith(b"\xff\xd8")


def test_the_true_blank_of_a_form_replaces_the_reconstructed_one(own_folder: Path) -> None:
    (own_folder / "dpd.json").write_text(json.dumps(KADES | {"form": "dpd", "model": "C.HASIL-DPD"}), "utf-8")
    assert template.load("dpd").certainty == "exact"
    assert template.load("dpr").certainty == "reconstructed"


def test_a_form_may_stand_on_another_and_share_parts(own_folder: Path) -> None:
    (own_folder / "parts").mkdir()
    (own_folder / "parts" / "kades-base.json").write_text(json.dumps(KADES), "utf-8")
    (own_folder / "kades-2.json").write_text(
        json.dumps({"base": "kades-base", "form": "kades-2", "with": {"title": "PEMILIHAN WALI NAGARI"}}),
        "utf-8",
    )
    sheet = template.load("kades-2", ((4, 0),))
    assert sheet.page(1).display[0]["text"] == "PEMILIHAN WALI NAGARI {tahun_angka}"
    assert [field.id for field in sheet.numbers] == ["suara_4"]


def test_a_folder_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FAKEFORMS_TEMPLATES", str(tmp_path / "tiada"))
    with pytest.raises(TemplateError, match=r"FAKEFORMS_TEMPLATES: .*tiada.* is not a folder"):
        fakeforms.forms()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"template": 1,\n "form" "x"}', r"rusak\.json, line 2: not valid JSON"),
        ("[1, 2]", r"rusak\.json: holds a list, expected an object"),
        (
            '{"template": 1, "base": "tak-ada"}',
            r"rusak\.json: part 'tak-ada' is unknown; known parts: .*plano",
        ),
        ('{"template": 1, "form": "dpr"}', r"rusak\.json: 'form' is 'dpr', expected 'rusak' like the file"),
        ('{"template": 2}', r"rusak\.json: template version 2, expected 1"),
        ('{"template": 1}', r"rusak\.json: 'stands' is missing"),
    ],
)
def test_a_file_that_is_no_template(own_folder: Path, text: str, says: str) -> None:
    (own_folder / "rusak.json").write_text(text, "utf-8")
    with pytest.raises(TemplateError, match=says):
        template.load("rusak")


def block(data: dict[str, Any]) -> list[Any]:
    """What is repeated for each contestant: [text, digits, signature]."""
    inner: list[Any] = data["pages"][0]["content"][2]["of"]
    return inner


def content(data: dict[str, Any]) -> list[Any]:
    listed: list[Any] = data["pages"][0]["content"]
    return listed


SPOILT: list[tuple[Any, str]] = [
    (lambda d: content(d).append({"part": "tak-ada"}), r"page 1: part 'tak-ada' is unknown"),
    (lambda d: content(d).append({"part": "kpps", "at": [1]}), r"'at' is \[1\], expected \[mm to the right"),
    (lambda d: content(d).append("kpps"), r"page 1: found 'kpps' where a field"),
    (lambda d: content(d).append({"repeat": "penduduk", "of": []}), "page 1: cannot count 'penduduk'"),
    (lambda d: content(d).append({"repeat": "candidates", "of": []}), "cannot count 'candidates'"),
    (lambda d: content(d).append({"repeat": 2}), "page 1: content is None, expected a list"),
    (lambda d: content(d).append({"repeat": -1, "of": []}), "cannot count -1"),
    (
        lambda d: content(d).append({"choose": "contestants", "variants": [{"up_to": 1}], "of": []}),
        r"page 1: 2 contestants, but there is room for at most 1",
    ),
    (lambda d: content(d).append({"choose": "contestants", "variants": 3, "of": []}), "'choose' is missing"),
    (lambda d: content(d).append({"op": "hologram"}), r"page 1, print\[\d+\]: op 'hologram', expected one"),
    (lambda d: content(d).append({"op": "rect", "line": 1}), r"page 1, print\[\d+\]: op 'rect' lacks 'box'"),
    (lambda d: content(d)[0].update(at=[300]), r"print\[0\]: 'at' is \[300\], expected 2"),
    (lambda d: content(d)[0].update(at=[300, 905]), "'at' is .*, expected 2 numbers on the sheet"),
    (lambda d: content(d)[0].update(at=[300, "atas"]), "'at' is .*, expected 2 numbers"),
    (lambda d: content(d)[0].update(size=0), "'size' is 0, expected mm above 0"),
    (lambda d: content(d)[0].update(ink="merah"), "ink 'merah', expected one of black"),
    (lambda d: content(d)[0].update(font="serif"), "font 'serif', expected one of plain"),
    (lambda d: content(d).append({"op": "rect", "box": [1, 2, 3], "line": 1}), "'box' is .*, expected 4"),
    (lambda d: content(d).append({"op": "text", "text": "{x", "at": [9, 9], "size": 4}), "page 1: text '{x'"),
    (lambda d: block(d)[1].update(id="suara_1"), "page 1: field id 'suara_1' is used twice"),
    (lambda d: block(d)[1].update(kind="stempel"), "page 1, field 'suara_1': kind 'stempel', expected one"),
    (lambda d: block(d)[1].update(id="suara_<nomor>"), "<nomor> means nothing here; known names: .*number"),
    (lambda d: block(d)[1].update(style="wavy"), "field 'suara_1': .*style 'wavy'"),
    (lambda d: block(d)[1].pop("boxes"), "field 'suara_1'"),
    (lambda d: block(d)[1].update(boxes=[]), "field 'suara_1': .*at least one box"),
    (lambda d: block(d)[1].update(boxes=[[1, 2, 3]]), "field 'suara_1'"),
    (lambda d: block(d)[1].update(boxes=[[590, 20, 24, 24]], prints=False), "'suara_1': .* does not lie on"),
    (lambda d: block(d)[1].update(boxes=[[50, 20, 0, 24]], prints=False), r"\(50, 20, 0 x 24 mm\) does not"),
    (lambda d: block(d)[1].update(bubbles=[[[1, 1, 8, 8]]]), "field 'suara_1': .*ten circles for each box"),
    (lambda d: block(d)[2].update(who="lurah"), "field 'saksi_1': .*who 'lurah', expected 'kpps' or 'saksi'"),
    (lambda d: block(d)[2].pop("area"), "field 'saksi_1': a signature field lacks 'area'"),
    (lambda d: d["pages"][0].update(repeat="parties"), "page 1 of the file: a page repeats as"),
    (lambda d: d["pages"][0].update(per_page=0), "page 1 of the file: a page repeats as"),
    (lambda d: d["tags"].update(ids=[]), "page 1: 'tag' is missing or malformed"),
    (lambda d: d.update(certainty="sure"), "certainty is 'sure', expected 'exact' or 'reconstructed'"),
    (lambda d: d.update(correction="rub"), "correction is 'rub'"),
    (lambda d: d.update(election="pemilu"), "election is 'pemilu'"),
    (lambda d: d.pop("unnamed"), "'unnamed'"),
    (lambda d: d["pages"].append(d["pages"][0] | {"page": 1}), "page number 1 is used twice"),
    (lambda d: d["pages"].append(d["pages"][0]), "pages 1 and 2: both have the number 'suara_1'"),
    (
        lambda d: d["tags"].update(ids=[801, 801]) or d["pages"].append({"content": []}),
        "pages 1 and 2: same tag 801",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "says"), SPOILT)
def test_a_broken_template_is_told_where(spoil: Any, says: str) -> None:
    data = copy.deepcopy(KADES)
    template.parse(data, "kades.json")
    spoil(data)
    with pytest.raises(TemplateError, match=rf"^kades\.json.*{says}"):
        template.parse(data, "kades.json")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda d: content(d)[0].update(text="{nama_ketua}"), r"nobody knows 'nama_ketua'; known .*peserta"),
        (lambda d: d["tags"].update(ids=[2320, 2321]), r"tag 2320: family 36h10 has ids 0\.\.2319"),
        (lambda d: d["tags"].update(family="16h5"), "tag family '16h5' is unknown; known: 36h10"),
        (lambda d: d["tags"].update(turn=45), "turn 45, expected 0, 90, 180 or 270"),
    ],
)
def test_what_only_the_printer_can_know_is_told_too(own_folder: Path, spoil: Any, says: str) -> None:
    data = copy.deepcopy(KADES)
    spoil(data)
    (own_folder / "kades.json").write_text(json.dumps(data), "utf-8")
    with pytest.raises(TemplateError, match=says):
        fakeforms.blank_pdf("kades", 1)


def test_what_a_template_may_ask_for_the_printer_has() -> None:
    assert set(printing._INKS) == set(model.INKS)
    assert set(lettering.FONTS) == set(model.FONTS)
    assert set(printing._DRAW) == set(model.OPERATIONS)


def test_parts_that_ask_for_each_other_come_to_an_end(own_folder: Path) -> None:
    (own_folder / "parts").mkdir()
    for one, other in (("a", "b"), ("b", "a")):
        (own_folder / "parts" / f"{one}.json").write_text(json.dumps({"content": [{"part": other}]}), "utf-8")
    data = copy.deepcopy(KADES)
    content(data).append({"part": "a"})
    with pytest.raises(TemplateError, match=r"page 1, part 'a'.*parts go round in a circle"):
        template.parse(data, "kades.json")
    for one, other in (("a", "b"), ("b", "a")):
        (own_folder / "parts" / f"{one}.json").write_text(json.dumps({"base": other}), "utf-8")
    (own_folder / "kades.json").write_text('{"base": "a"}', "utf-8")
    with pytest.raises(TemplateError, match=r'"base" goes round in a circle'):
        template.load("kades")


@pytest.mark.parametrize(
    ("form", "shape", "says"),
    [
        ("ppwp", ((1, 0), (2, 0)), "numbers 1, 2 stand, but the form is printed for exactly numbers 1, 2, 3"),
        ("dpr", tuple((k, 3) for k in range(1, 32)), r"dpr\.json: 31 contestants, .* room for 1..30"),
        ("dpr", ((1, 15),), "contestant 1 with 15 candidates; .* 0..14 candidates"),
        ("dpd", ((1, 2),), "contestant 1 with 2 candidates"),
        ("kwk-bupati", ((1, 0),), "1 contestants, but the form has room for 2..6"),
        ("kwk-gubernur", ((1, 0), (1, 0)), "number is used twice"),
        ("dpd", ((0, 0),), "contestant 0 .* expected a number from 1"),
    ],
)
def test_who_does_not_fit_is_told(form: str, shape: template.Shape, says: str) -> None:
    with pytest.raises(TemplateError, match=says):
        template.load(form, shape)


def test_an_order_that_does_not_fit_names_the_tps(own_folder: Path) -> None:
    (own_folder / "kades.json").write_text(json.dumps(KADES), "utf-8")
    with pytest.raises(OrderError, match=r"contestants of TPS 1708042001003: kades\.json: 9 contestants"):
        kades_order(villagers=9)
