"""The report page: whole, in both languages, asking the network for nothing, and true to the verdict."""

import re
import struct
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import reports
from reports import RunDirectory
from reports.stretched import told
from reports.words import Lang, number, percent
from tests.reports.invented import Rehearsal
from tests.reports.test_verdict import honest

VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """Reads a page and complains about tags that do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.script += data
        elif self.open and self.open[-1] not in {"style", "title"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def rendered(rehearsal: Rehearsal, folder: Path, lang: Lang = "id", readback: bool = True) -> Page:
    page = Page()
    page.feed(reports.render(rehearsal.save(folder / "run", readback), lang).read_text(encoding="utf-8"))
    assert not page.open
    return page


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    lossy = honest()
    lossy.store.rows.pop(4)
    return {
        "id": rendered(honest(), tmp_path_factory.mktemp("id")),
        "en": rendered(lossy, tmp_path_factory.mktemp("en"), "en"),
    }


def test_the_page_speaks_its_language(pages: dict[str, Page]) -> None:
    for lang, words in (
        ("id", ("LULUS", "Tidak ada", "setara 4.800 TPS", "Siapa yang belum masuk?")),
        ("en", ("FAILED", "1 lost", "4,800", "Did the server survive?")),
    ):
        page = pages[lang]
        assert page.all("html") == [{"lang": lang}]
        assert all(word in page.text for word in words)
    assert "Putusan" not in pages["en"].text
    assert "Verdict" not in pages["id"].text


def test_every_page_is_marked_a_simulation(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.text.lstrip().startswith("SIMULASI")


def test_nothing_is_fetched(pages: dict[str, Page]) -> None:
    for page in pages.values():
        asked = [
            value
            for _, attributes in page.tags
            for name, value in attributes.items()
            if name in {"src", "href"}
        ]
        assert asked
        assert all(value.startswith(("data:", "#")) for value in asked)
        assert any("default-src 'none'" in meta.get("content", "") for meta in page.all("meta"))


def test_no_script_runs_but_the_pages_own(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.all("script") == [{}]
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
        policy = next(
            meta["content"] for meta in page.all("meta") if "default-src" in meta.get("content", "")
        )
        digest = b64encode(sha256(page.script.encode()).digest()).decode()
        assert f"script-src 'sha256-{digest}'" in policy


def test_everybody_can_read_it(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert len(page.all("h1")) == 1
        assert len(page.all("caption")) == len(page.all("table")) >= 6
        assert all(len(image["alt"]) > 40 for image in page.all("img"))
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_first_screen_says_what_was_lost_with_its_bound(pages: dict[str, Page]) -> None:
    assert (
        "26 kiriman diakui, 0 hilang. Dengan keyakinan 95 %, yang hilang paling banyak 11,54 %"
        in pages["id"].text
    )
    assert "26 writes were acknowledged; 1 of them (3.85 %) are no longer in the system" in pages["en"].text


def test_pictures_are_small_pngs_in_their_folder(tmp_path: Path) -> None:
    page = rendered(honest(), tmp_path)
    files = sorted((tmp_path / "run" / "pictures").iterdir())
    assert [path.name for path in files] == [
        "areas.png",
        "completeness.png",
        "goodput.png",
        "latency.png",
        "outcomes.png",
    ]
    assert len(page.all("img")) == len(files) - 2  # the timeline shows completeness and goodput
    for path in files:
        png = path.read_bytes()
        width, height = struct.unpack(">II", png[16:24])
        assert (width, 300 < height < 1300) == (1296, True)
        assert len(png) < 150_000


def test_an_empty_run_still_gives_a_page(tmp_path: Path) -> None:
    page = rendered(Rehearsal(run={"expect": {}, "ended": "aborted"}), tmp_path, readback=False)
    assert "TIDAK DAPAT DIPASTIKAN" in page.text
    assert "Tidak diketahui" in page.text


def test_names_from_outside_cannot_become_markup(tmp_path: Path) -> None:
    rehearsal = honest()
    rehearsal.run["title"] = "<script>alert(1)</script>"
    page = rendered(rehearsal, tmp_path)
    assert len(page.all("script")) == 1
    assert "alert" not in page.script
    assert "<script>alert(1)</script>" in page.text


def test_a_verdict_given_is_not_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = honest().save(tmp_path / "run")
    verdict = reports.check(path)
    alone = reports.render(path).read_bytes()

    def judge(_: object) -> None:
        raise AssertionError("judged twice")

    monkeypatch.setattr("reports.verdict.judge", judge)
    assert reports.render(path, "id", verdict).read_bytes() == alone
    with pytest.raises(AssertionError, match="judged twice"):
        reports.render(path)
    with pytest.raises(ValueError, match="verdict given is that of"):
        reports.render(tmp_path, "id", verdict)


def test_faults_that_were_not_played_are_told_with_why_and_what_stays_unknown(tmp_path: Path) -> None:
    rehearsal = honest()
    rehearsal.run["faults_available"] = {"process_kill": "available", "area_dark": "unavailable"}
    rehearsal.faults.append(
        {"id": "f2", "name": "area_dark", "target": "170801", "event": "skipped", "at_s": 30.0,
         "detail": {"why": "area_dark is unavailable: no toxiproxy"}}
    )  # fmt: skip
    page = rendered(rehearsal, tmp_path)
    assert "tidak dijalankan: tidak tersedia di mesin ini: no toxiproxy" in page.text
    assert (
        "Tidak tersedia di mesin tempat latihan: Jaringan wilayah gelap. "
        "Sifat yang diuji gangguan ini tidak diketahui." in page.text
    )
    assert "TIDAK DAPAT DIPASTIKAN" in page.text


def test_a_short_pause_nobody_felt_is_told_so(pages: dict[str, Page]) -> None:
    assert "tidak terasa" in pages["id"].text
    assert "not felt" in pages["en"].text


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert number(12345.6, "id", 1) == "12.345,6"
    assert number(12345.6, "en", 1) == "12,345.6"
    assert percent(0.5, "id") == "50,0\u00a0%"


def test_a_share_is_never_rounded_to_all_or_to_nothing() -> None:
    assert percent(1.0, "en") == "100.0\u00a0%"
    assert percent(0.9999, "en") == "99.990\u00a0%"
    assert percent(0.0001, "en") == "0.010\u00a0%"


def test_slow_links_are_not_blamed_for_the_compression(tmp_path: Path) -> None:
    """At compression 600 a photo over EDGE takes hours of the story; at 1 it takes what it takes."""

    def said(compression: float, link: str) -> str:
        rehearsal = Rehearsal().play()
        rehearsal.run["compression"] = compression
        for row in rehearsal.history:
            row["link"], row["bytes_sent"] = link, 500_000
        return told(RunDirectory.open(rehearsal.save(tmp_path / f"{compression}{link}")), "en")

    assert "EDGE 20 real seconds = 3.3 story hours" in said(600.0, "edge")
    assert said(600.0, "4g") == ""
    assert said(1.0, "edge") == ""
