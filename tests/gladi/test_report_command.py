"""`gladi report`: the page, on paper too, and against an earlier run."""

import json
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from gladi.cli import main
from gladi.commands.report import report
from gladi.failures import UsageError
from gladi.reporting import pages_of
from tests.reports.test_verdict import honest


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same day twice; the second time everything took longer."""
    folder = tmp_path_factory.mktemp("runs")
    slower = honest()
    for row in slower.history:
        if row["kind"] == "submit_page":
            row["ended_s"] += 0.3
    return honest().save(folder / "monday"), slower.save(folder / "tuesday")


@pytest.mark.slow
def test_the_page_and_its_twin_on_paper(runs: tuple[Path, Path]) -> None:
    done = CliRunner().invoke(
        report, [str(runs[1]), "--pdf", "--lang", "en", "--json"], standalone_mode=False
    )
    assert done.exception is None
    told = json.loads(done.stdout)
    assert told == {
        "report": str(runs[1] / "report.html"),
        "lang": "en",
        "pdf": [str(runs[1] / "report.pdf")],
    }
    document = pypdfium2.PdfDocument(runs[1] / "report.pdf")
    words = [page.get_textpage().get_text_bounded() for page in document]
    assert all("SIMULASI" in page for page in words)
    assert "Did the server survive?" in words[0]
    assert "Who is missing?" in words[0]


@pytest.mark.slow
def test_against_an_earlier_run_the_page_says_what_changed(runs: tuple[Path, Path]) -> None:
    monday, tuesday = runs
    page = pages_of(tuesday, "en", monday)[0].read_text(encoding="utf-8")
    assert "Against an earlier run" in page
    assert "<code>monday</code>" in page
    assert "Against an earlier run" not in pages_of(tuesday, "en")[0].read_text(encoding="utf-8")


def test_runs_that_were_asked_other_things_are_not_compared(runs: tuple[Path, Path], tmp_path: Path) -> None:
    other = honest()
    other.run["scale"] = 9
    before = (runs[1] / "report.html").read_bytes() if (runs[1] / "report.html").exists() else None
    with pytest.raises(UsageError, match="not asked the same"):
        pages_of(runs[1], "id", other.save(tmp_path / "other"))
    with pytest.raises(UsageError, match="named twice"):
        pages_of(runs[1], "id", runs[1])
    after = (runs[1] / "report.html").read_bytes() if (runs[1] / "report.html").exists() else None
    assert after == before


def test_only_runs_with_single_operations_have_an_earlier_run(
    runs: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"kind": "nation"}), encoding="utf-8")
    with pytest.raises(UsageError, match="--against needs a run of"):
        pages_of(tmp_path, "id", runs[0])


def test_what_is_no_run_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["gladi", "report", str(tmp_path / "nowhere")])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
