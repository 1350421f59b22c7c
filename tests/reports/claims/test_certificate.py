"""A certificate is checked by anybody; whoever changes a byte of evidence or a figure is found out."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from reports.claims import issue
from reports.claims.certificate import CERTIFICATE_FILE, certificate, differences, read, seal
from reports.claims.evidence import FILES, Evidence
from reports.claims.page import altered
from tests.reports.claims.invented_claims import attempts, stored, write


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = attempts()
    folder = write(tmp_path_factory.mktemp("claim") / "x", rows, stored(rows))
    issue(folder)
    return folder


@pytest.fixture
def folder(untouched: Path, tmp_path: Path) -> Path:
    for path in untouched.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def found(folder: Path) -> list[str]:
    return differences(*read(folder))


def test_untouched_evidence_agrees_and_says_the_same_again(folder: Path) -> None:
    assert found(folder) == []
    assert found(folder / CERTIFICATE_FILE) == []
    told = read(folder)[1]
    assert certificate(Evidence.open(folder)) == told
    assert told["answer"] == "upheld" and "SIMULASI" in told["mark"]


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_of_evidence_is_found(folder: Path, name: str) -> None:
    path = folder / name
    content = bytearray(path.read_bytes() or b"\n")
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert any(line.startswith(name) for line in found(folder)), found(folder)


def test_a_page_that_says_something_else_is_found(folder: Path) -> None:
    evidence, told = Evidence.open(folder), read(folder)[1]
    assert altered(evidence, told) == []
    for name in ("certificate.html", "report.html"):
        page = folder / name
        page.write_text(
            page.read_text(encoding="utf-8").replace("BERTAHAN", "TERBANTAH", 1), encoding="utf-8"
        )
    assert [line.partition(":")[0] for line in altered(evidence, told)] == ["certificate.html", "report.html"]
    (folder / "certificate.html").unlink()
    assert len(altered(evidence, told)) == 1, "who passes on the evidence alone is not accused"


def test_evidence_that_is_gone_or_came_later_is_found(folder: Path) -> None:
    readback = folder / "readback.parquet"
    content = readback.read_bytes()
    readback.unlink()
    lines = found(folder)
    assert any("readback.parquet: is missing" in line for line in lines)
    assert any(line.startswith("answer: the certificate says") for line in lines)
    readback.write_bytes(content)
    assert found(folder) == []


def _each(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [one for name, inner in value.items() for one in _each(inner, (*path, name))]
    if isinstance(value, list):
        return [one for at, inner in enumerate(value) for one in _each(inner, (*path, at))]
    return [path]


def test_every_single_figure_and_word_is_held_to_the_evidence(folder: Path) -> None:
    """Also with a seal that was forged to fit."""
    told = read(folder)[1]
    evidence_of = [path for path in _each(told) if path[0] not in ("seal", "evidence")]
    assert len(evidence_of) > 60
    for path in evidence_of[:: max(1, len(evidence_of) // 12)]:
        forged = json.loads(json.dumps(told))
        place = forged
        for step in path[:-1]:
            place = place[step]
        value = place[path[-1]]
        place[path[-1]] = value + 1 if isinstance(value, int | float) else f"{value}!"
        forged["seal"] = seal(forged)
        lines = differences(folder, forged)
        if path == ("certificate_version",):
            continue
        assert lines and not any(line.startswith("seal") for line in lines), path


def test_a_changed_certificate_breaks_its_seal(folder: Path) -> None:
    text = (folder / CERTIFICATE_FILE).read_text(encoding="utf-8")
    (folder / CERTIFICATE_FILE).write_text(text.replace('"upheld"', '"refuted"'), encoding="utf-8")
    assert any(line.startswith("seal") for line in found(folder))


def test_forged_evidence_with_fitting_digests_is_found_by_its_figures(folder: Path) -> None:
    told = read(folder)[1]
    table = pq.read_table(folder / "attempts.parquet")
    rows = table.to_pylist()
    for row in rows[50:]:
        row["ended_s"] += 5.0
    pq.write_table(table.from_pylist(rows, schema=table.schema), folder / "attempts.parquet")
    told["evidence"] = certificate(Evidence.open(folder))["evidence"]
    told["seal"] = seal(told)
    lines = differences(folder, told)
    assert any("claims[1].requirements[1].seen" in line for line in lines)
    assert any(line.startswith("answer") for line in lines)


def test_both_pages_say_that_it_is_a_rehearsal(untouched: Path) -> None:
    for name in ("report.html", "certificate.html"):
        page = (untouched / name).read_text(encoding="utf-8")
        assert "SIMULASI" in page and "bukan hasil pemilu" in page and "BERTAHAN" in page
        assert "http" not in page.replace("http://127.0.0.1:1", "").replace("http-equiv", "")
    assert read(untouched)[1]["seal"] in (untouched / "certificate.html").read_text(encoding="utf-8")
    assert (untouched / "pictures" / "claim-kirim.png").exists()
