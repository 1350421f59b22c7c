"""`gladi forms`: sets go on where they were broken off, add up from shards, and tell what is wrong."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

import fakeforms
from gladi.cli import main
from gladi.formset import studio as studios
from simulators import sheets
from tests.gladi.runs import SPRINT, gladi

SMALL = ("--megapixels", "0.5", "--quality", "40", "--workers", "1")


PRINT = ("--pdf", "filled", "--paper", "a4", "--json", "--workers", "1")


def forms(out: Path, *options: object) -> Result:
    """The command in this process, where compiled kernels and populations stay warm."""
    words = ["forms", "--scenario", str(SPRINT), "--out", str(out), *map(str, options)]
    done = CliRunner().invoke(main, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def told(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def names(folder: Path, ending: str = "*.jpg") -> set[str]:
    return {path.name for path in folder.glob(ending)}


def lines(folder: Path) -> list[str]:
    return sorted(line for path in folder.glob("forms*.jsonl") for line in path.read_text().splitlines())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three TPS, pages 1 and 3, with everything that can be added."""
    folder = tmp_path_factory.mktemp("whole")
    forms(folder, "--limit", 3, "--pages", "1,3", "--coco", "--contact-sheet", *SMALL)
    return folder


def test_every_photo_has_its_truth_and_its_line(whole: Path) -> None:
    schema = Draft202012Validator(fakeforms.truth_schema())
    assert len(names(whole)) == 6 + 1  # and the contact sheet
    for line in lines(whole):
        entry = json.loads(line)
        truth = json.loads((whole / entry["name"]).with_suffix(".json").read_text())
        assert truth["photo"]["sha256"] == entry["sha256"]
        assert truth["seed"] == entry["seed"]
        assert entry["settings"]["megapixels"] == 0.5
        schema.validate(truth)


def test_shards_share_nothing_and_add_up_to_the_set(whole: Path, tmp_path: Path) -> None:
    made = []
    for number in (1, 2):
        done = told(
            forms(tmp_path, "--limit", 3, "--pages", "1,3", "--shard", f"{number}/2", "--json", *SMALL)
        )
        made.append({json.loads(line)["name"] for line in (tmp_path / done["manifest"]).open()})
    assert made[0].isdisjoint(made[1])
    assert lines(tmp_path) == lines(whole)
    for name in made[0] | made[1]:
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes()
        truth = Path(name).with_suffix(".json")
        assert (tmp_path / truth).read_bytes() == (whole / truth).read_bytes()


def test_what_is_whole_and_of_the_same_order_is_kept(tmp_path: Path) -> None:
    ask = ("--limit", 1, "--json", "--workers", "1", "--megapixels", "0.5")
    first = told(forms(tmp_path, *ask, "--quality", 40))
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.jpg")}
    victim = min(stamps)
    victim.write_bytes(victim.read_bytes()[:1000])
    assert told(forms(tmp_path, *ask, "--quality", 40)) == first
    touched = {path for path, stamp in stamps.items() if path.stat().st_mtime_ns != stamp}
    assert touched == {victim}
    other = told(forms(tmp_path, *ask, "--quality", 41))
    assert other["photos"] == first["photos"]
    assert other["sha256"] != first["sha256"]


def test_a_bad_tps_is_listed_and_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def order(people: Any, index: int, *rest: Any) -> fakeforms.SheetOrder:
        if index == 1:
            raise fakeforms.OrderError("values['dpt_j']: 1200 does not fit its boxes; expected 0..999")
        return sheets.order(people, index, *rest)

    studios.studio.cache_clear()
    monkeypatch.setattr(studios, "order", order)
    done = forms(tmp_path, "--limit", 3, "--pages", 3, *SMALL)
    studios.studio.cache_clear()
    assert done.exit_code == 1
    assert len(names(tmp_path)) == len(lines(tmp_path)) == 2
    assert "1 tidak dapat dibuat" in done.stderr
    assert "-ppwp-3.jpg: OrderError: values['dpt_j']: 1200 does not fit its boxes" in done.stderr


WRONG = [
    (("--tps", "1"), "--tps 1: Kabupaten Kepahiang has no TPS of this code"),
    (("--forms", "skripsi"), "has no such form; known: all, ppwp, dpr"),
    (("--pages", "9"), "ppwp has pages 1 to 3"),
    (("--pages", "satu"), "'satu' is no page; expected e.g. 1,3 or 2-5"),
    (("--shard", "3/2"), "--shard 3/2: expected K/N"),
    (("--mistakes", "malas"), "--mistakes malas: unknown; known: none, typical, "),
    (("--mistakes", "sum-of-sexes-wrong=2"), "'2' is no chance; expected 0 to 1"),
    (("--faults", "hantu"), "--faults hantu: unknown; known: none, "),
    (("--faults", "blurred=banyak"), "'banyak' is no chance"),
    (("--scene", "bulan"), "'bulan' is unknown; known: siang"),
    (("--quality", "0"), "0 is outside 1..100"),
    (("--seed", "-1"), "must be between 0 and"),
    (("--paper", "a3"), "--paper a3: is for --pdf"),
    (("--pdf", "filled", "--paper", "a5"), "'a5' is unknown; known papers: plano, a3, a4"),
    (("--engine", "splice", "--mistakes", "typical"), "--mistakes: only the full engine makes them"),
    (("--pdf", "filled", "--coco"), "--coco: is for photos"),
]


@pytest.mark.parametrize(("options", "words"), WRONG)
def test_a_wrong_wish_is_refused_by_name_before_anything_is_written(
    options: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    done = forms(tmp_path / "out", "--limit", 1, *options)
    assert done.exit_code == 2
    assert words in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_broken_template_is_told_and_a_changed_one_draws_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = ("--limit", 1, "--pages", 3, *SMALL)
    assert forms(tmp_path / "out", *ask).exit_code == 0
    drawn = next((tmp_path / "out").glob("*.json"))
    before = json.loads(drawn.read_text())["order"]
    own = tmp_path / "templates"
    own.mkdir()
    template = json.loads((Path(fakeforms.__file__).parent / "templates" / "ppwp.json").read_text())
    monkeypatch.setenv("FAKEFORMS_TEMPLATES", str(own))

    (own / "ppwp.json").write_text("{broken")
    studios.studio.cache_clear()
    done = forms(tmp_path / "other", *ask)
    assert done.exit_code == 2
    assert "ppwp.json" in done.stderr
    assert not (tmp_path / "other").exists()

    template["pages"][2]["print"].append({"op": "line", "from": [100, 700], "to": [500, 700], "line": 3})
    (own / "ppwp.json").write_text(json.dumps(template))
    studios.studio.cache_clear()
    assert forms(tmp_path / "out", *ask).exit_code == 0
    studios.studio.cache_clear()
    assert json.loads(drawn.read_text())["order"] != before


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert forms(tmp_path / "file", "--limit", 1).exit_code == 2
    below = forms(tmp_path / "file" / "below", "--limit", 1)
    assert below.exit_code == 3
    assert "cannot be written to" in below.stderr


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = os.write
    left = [4]  # two photos and their truths

    def write(file: int, content: memoryview) -> int:
        left[0] -= 1
        if left[0] < 0:
            written(file, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(file, content)

    monkeypatch.setattr(os, "write", write)
    done = forms(tmp_path, "--limit", 3, "--pages", 3, *SMALL)
    assert done.exit_code == 3
    assert "the disk is full" in done.stderr
    assert {path.suffix for path in tmp_path.iterdir()} == {".jpg", ".json"}
    for photo in tmp_path.glob("*.jpg"):
        truth = json.loads(photo.with_suffix(".json").read_text())
        assert truth["photo"]["bytes"] == photo.stat().st_size


def test_filled_sheets_to_print(tmp_path: Path) -> None:
    done = told(forms(tmp_path, "--limit", 2, "--mistakes", "pair-sum-wrong", *PRINT))
    assert done["pdfs"] == 2
    for name in names(tmp_path, "*.pdf"):
        pages = pypdfium2.PdfDocument(tmp_path / name)
        assert len(pages) == 3
        assert "A4, skala 31,7 %" in pages.get_metadata_dict()["Title"]
        key = json.loads((tmp_path / name).with_suffix(".json").read_text())
        assert key["simulation"] is True and key["pages"] == [1, 2, 3]
        made = [mistake["name"] for mistake in key["mistakes"]]
        assert made == ["pair-sum-wrong"] * len(made) and made
        assert key["written"] != key["numbers"]


def test_blank_sheets_to_print(tmp_path: Path) -> None:
    told(forms(tmp_path, "--forms", "ppwp,dpd", "--pdf", "blank", "--json"))
    assert names(tmp_path, "*.pdf") == {"ppwp-kosong.pdf", "dpd-kosong.pdf"}
    assert len(pypdfium2.PdfDocument(tmp_path / "ppwp-kosong.pdf")) == 3


def test_coco_is_about_the_photos_of_the_set(whole: Path) -> None:
    content = json.loads((whole / "coco.json").read_text())
    assert [image["file_name"] for image in content["images"]] == [
        json.loads(line)["name"] for line in lines(whole)
    ]


def test_the_contact_sheet_shows_every_photo(whole: Path) -> None:
    picture = cv2.imread(str(whole / "contact-01.jpg"))
    width = picture.shape[1]
    for column in range(6):  # six photos in a row: none of their places is bare paper
        part = picture[200:400, width * column // 6 + 40 : width * (column + 1) // 6 - 40]
        assert np.std(part) > 5
    assert picture[:40].mean() < 120  # the band that says SIMULASI


def test_help_teaches(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["forms", "--help"])
    for word in ("SIMULASI", "--shard 1/4", "--pdf blank --paper a3", "Exit codes", "--contact-sheet"):
        assert word in done.output


def test_mistakes_and_faults_go_into_photos_and_truth(tmp_path: Path) -> None:
    wrong = (
        "--mistakes",
        "none,pair-sum-wrong",
        "--faults",
        "truncated-file=1,wrong-form",
        "--contact-sheet",
    )
    done = told(forms(tmp_path, "--limit", 2, "--pages", 2, "--json", *wrong, *SMALL))
    assert done["contact_sheets"] == ["contact-01.jpg"]
    for line in lines(tmp_path):
        entry = json.loads(line)
        assert entry["settings"]["faults"] == {"truncated-file": 1.0, "wrong-form": 1.0}
        truth = json.loads((tmp_path / entry["name"]).with_suffix(".json").read_text())
        assert truth["form"] == "ppwp" != truth["photo"]["shows"]["form"]
        assert truth["photo"]["whole"] is False
        assert truth["photo"]["sha256"] == entry["sha256"]
    assert forms(tmp_path, "--limit", 2, "--pages", 2, *wrong, *SMALL).exit_code == 0
    assert len(lines(tmp_path)) == 2


@pytest.mark.slow
def test_the_splice_engine_makes_the_same_set_in_any_shard(tmp_path: Path) -> None:
    ask = ("--limit", 4, "--pages", 3, "--engine", "splice", *SMALL)
    assert forms(tmp_path / "a", *ask).exit_code == 0
    studios.studio.cache_clear()
    for shard in ("2/2", "1/2"):
        assert forms(tmp_path / "b", *ask, "--shard", shard).exit_code == 0
    assert lines(tmp_path / "b") == lines(tmp_path / "a")
    schema = Draft202012Validator(fakeforms.truth_schema())
    for path in (tmp_path / "a").glob("*.json"):
        truth = json.loads(path.read_text())
        schema.validate(truth)
        assert truth["engine"] == "splice"


def test_names_can_be_asked_for() -> None:
    done = CliRunner().invoke(main, ["forms", "--names"])
    assert done.exit_code == 0
    for name in ("C.HASIL-PPWP, exact", "pair-sum-wrong", "covered-tag", "neon", "reconstructed"):
        assert name in done.output


@pytest.mark.slow
def test_two_processes_make_the_same_files_as_one(tmp_path: Path) -> None:
    ask = ("--scenario", SPRINT, "--limit", 26, "--pages", 3, "--megapixels", 0.5, "--quality", 40, "--json")
    made = [gladi("forms", *ask, "--workers", n, "--out", tmp_path / str(n)) for n in (1, 2)]
    assert [done.code for done in made] == [0, 0], made
    assert made[0].json["sha256"] == made[1].json["sha256"]
    assert lines(tmp_path / "1") == lines(tmp_path / "2")


@pytest.mark.slow
def test_a_dask_cluster_makes_the_same_files(whole: Path, tmp_path: Path) -> None:
    done = told(forms(tmp_path, "--limit", 3, "--pages", "1,3", "--dask", "local", "--json", *SMALL))
    assert done["photos"] == 6
    assert lines(tmp_path) == lines(whole)


def test_a_cluster_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gladi.formset.cluster._CONNECT_S", 1)
    done = forms(tmp_path, "--limit", 1, "--dask", "tcp://127.0.0.1:1", *SMALL)
    assert done.exit_code == 3
    assert "no scheduler answers" in done.stderr
