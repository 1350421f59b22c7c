"""The page of a nation: whole, in both languages, asking the network for nothing, true to the verdict."""

import re
from pathlib import Path

import pytest

import reports.nation
from reports.nation.areas import atlas_of
from reports.nation.pictures import draw_all
from reports.words import Lang, number, percent
from tests.reports.nation.invented import NEVER, busy
from tests.reports.test_page import Page


def page_of(folder: Path, lang: Lang) -> tuple[Page, str]:
    text = reports.nation.render(folder, lang, reports.nation.check(folder)).read_text()
    page = Page()
    page.feed(text)
    assert not page.open, f"left open: {page.open}"
    return page, text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return busy().save(tmp_path_factory.mktemp("nation"))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "id",
            [
                "GAGAL",
                "Yang pertama tumbang: prosesor aplikasi, 14 Feb 2024 19.30 WIB",
                "Aceh",
                "Bukan hasil",
            ],
        ),
        ("en", ["FAILED", "First to break: application processors, 14 Feb 2024 19:30 WIB", "Not election"]),
    ],
)
def test_it_says_first_what_broke(folder: Path, lang: Lang, words: list[str]) -> None:
    page, text = page_of(folder, lang)
    for one in words:
        assert one in page.text
    assert f'<html lang="{lang}">' in text
    assert percent(4 / 6, lang).replace("\u00a0", " ") in page.text
    assert number(126_000, lang) in page.text, "requests asked for"


@pytest.mark.parametrize("lang", ["id", "en"])
def test_it_needs_nothing_but_itself(folder: Path, lang: Lang) -> None:
    page, text = page_of(folder, lang)
    assert not re.search(r'(?:src|href)="(?!data:|#)', text)
    images = page.all("img")
    assert len(images) >= 6
    assert all(image["alt"] for image in images)
    assert "default-src 'none'" in text


def test_it_opens_province_by_province_down_to_the_kecamatan(folder: Path) -> None:
    page, text = page_of(folder, "en")
    whole = atlas_of(reports.nation.NationRun.open(folder))
    assert whole is not None
    assert whole.open == sum(one.open for one in whole.at(6))
    assert whole.expected == sum(one.expected for one in whole.at(6))
    for one in whole.at(2):
        assert f"w{one.code}" in {item.get("id") for tag in ("details", "div") for item in page.all(tag)}
    worst = max(whole.at(6), key=lambda one: (one.open, one.code))
    assert f"<li>{worst.name} {worst.complete}/{worst.expected}</li>" in text


def test_pictures_are_the_same_for_the_same_files(folder: Path) -> None:
    run = reports.nation.NationRun.open(folder)
    again = reports.nation.NationRun.open(folder)
    for one, other in zip(draw_all(run, "id"), draw_all(again, "id"), strict=True):
        assert one.png == other.png, one.name


@pytest.mark.parametrize("name", ["tps.parquet", "minutes.parquet"])
def test_what_is_not_known_is_not_drawn(tmp_path: Path, name: str) -> None:
    hurt = busy().save(tmp_path)
    (hurt / name).unlink()
    page, _ = page_of(hurt, "id")
    assert "TIDAK DAPAT DIPASTIKAN" in page.text or "GAGAL" in page.text
    assert f"{name} tidak ada" in page.text


def test_a_collapse_before_any_photograph_draws_none(tmp_path: Path) -> None:
    made = busy()
    made.facts = {"ended": "METASTABLE", "played_until_s": 4 * 86_400.0}
    never = dict.fromkeys(("page1_s", "page2_s", "page3_s", "whole_s.ppwp", "whole_s.dpr", "shown_s"), NEVER)
    made.tps = [row | never for row in made.tps]
    folder = made.save(tmp_path)
    page, _ = page_of(folder, "id")
    assert "GAGAL · METASTABLE" in page.text
    names = {one.name for one in draw_all(reports.nation.NationRun.open(folder), "id")}
    assert names == {"requests", "resources", "accounts", "latency"}
