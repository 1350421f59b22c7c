"""Is it ready, the day before? Judged from one folder alone, and told on one page that can be printed."""

import json
from pathlib import Path

from reports.readiness.judging import Judgement, judge
from reports.readiness.page import Pages, render
from reports.readiness.rundir import Gathered
from reports.readiness.schema import FILE
from reports.written import write_whole

__all__ = ["Gathered", "Judgement", "Pages", "judge", "keep", "render"]


def keep(folder: Path, found: Judgement) -> None:
    """Write what was found into readiness.json; raises RunDirectoryError when the disk will not take it."""
    content = json.loads((folder / FILE).read_text(encoding="utf-8"))
    content["found"] = found.as_json()
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"
    write_whole(folder / FILE, text.encode())
