"""How long a report takes, how large its page and its PDF are, and what memory: up to a million operations.

    python -m tests.benchmarks report_page [--operations 100000 1000000] [--nation 1.0]

The run is an honest day of which every fifth TPS lost its last page afterwards, so that a page has thousands
to name; the nation's is `gladi simulate nation-2024` at this share. Each is measured in a process of its own:
judging, then the page, then the PDF. Needs 1 GB below the temporary folder.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.benchmarks.national_day import SLOTS, Day

MB = 1e6


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="report_page")
    parser.add_argument("--operations", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--nation", type=float, default=1.0, help="share of the nation's TPS; 0: none")
    parser.add_argument("--alone", choices=("run", "nation"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        print(json.dumps(_nation(asked.folder) if asked.alone == "nation" else _run(asked.folder)))
        return
    print(f"{'':24} {'unfinished':>10} {'judge s':>8} {'page s':>7} {'page MB':>8} {'peak GB':>8}  PDF")
    with tempfile.TemporaryDirectory() as folder:
        for operations in asked.operations:
            _say(f"{operations:,} operations", alone("run", unfinished(operations, Path(folder) / "run")))
        if asked.nation:
            where = Path(folder) / "nation"
            play = ["simulate", "nation-2024", "--scale", str(asked.nation), "--out", str(where), "--json"]
            command = [sys.executable, "-c", "from gladi.cli import main; main()", *play]
            subprocess.run(command, check=False, capture_output=True)
            _say(f"nation, {asked.nation:g} of it", alone("nation", where))


def unfinished(operations: int, folder: Path) -> Path:
    """A run of so many operations in which every fifth TPS lost its last page."""
    run = Day(max(1000, operations // len(SLOTS))).write(folder)
    table = pq.read_table(run / "readback.parquet")
    fifth = pc.equal(pc.utf8_slice_codeunits(table["tps"], 12, 13), "5")
    gone = pc.and_(fifth, pc.equal(table["page"], 3))
    pq.write_table(table.filter(pc.invert(gone)), run / "readback.parquet")
    return run


def alone(what: str, folder: Path) -> dict[str, Any]:
    """Measured in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.report_page", "--alone", what, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _run(folder: Path) -> dict[str, Any]:
    import reports
    from reports.atlas.of_run import atlas_of

    begun = time.monotonic()
    verdict = reports.check(folder)
    judged = time.monotonic()
    page = reports.render(folder, "id", verdict)
    return _measured(begun, judged, page, atlas_of(verdict.run).open)


def _nation(folder: Path) -> dict[str, Any]:
    import reports.nation
    from reports.nation.areas import atlas_of

    begun = time.monotonic()
    verdict = reports.nation.check(folder)
    judged = time.monotonic()
    page = reports.nation.render(folder, "id", verdict)
    whole = atlas_of(verdict.run)
    return _measured(begun, judged, page, 0 if whole is None else whole.open)


def _measured(begun: float, judged: float, page: Path, unfinished: int) -> dict[str, Any]:
    import pypdfium2

    from gladi.paper import printed

    drawn, peak_gb = time.monotonic(), _peak_gb()
    sheet = printed(page)
    return {
        "unfinished": unfinished,
        "judge_s": judged - begun,
        "page_s": drawn - judged,
        "page_bytes": page.stat().st_size,
        "peak_gb": peak_gb,
        "pdf_s": time.monotonic() - drawn,
        "pdf_bytes": sheet.stat().st_size,
        "pdf_pages": len(pypdfium2.PdfDocument(sheet)),
        "pdf_peak_gb": _peak_gb(),
    }


def _peak_gb() -> float:
    """Of this process alone: ru_maxrss would remember the one it was forked from."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e9


def _say(name: str, took: dict[str, Any]) -> None:
    figures = f"{took['unfinished']:10,} {took['judge_s']:8.1f} {took['page_s']:7.1f}"
    size = f"{took['page_bytes'] / MB:8.2f} {took['peak_gb']:8.2f}"
    pdf = f"{took['pdf_pages']} pages, {took['pdf_bytes'] / MB:.2f} MB, {took['pdf_s']:.1f} s"
    print(f"{name:24} {figures} {size}  {pdf}, {took['pdf_peak_gb']:.2f} GB", flush=True)


if __name__ == "__main__":
    main()
