"""How much a system holds: judged trials, the knee and its interval, the law by clients, the nation's need.

Everything follows from the record (`reports.offered`) and from what was asked; `gladi.capacity` offers the
loads.
"""

import json
from pathlib import Path
from typing import Any

from reports.capacity import page
from reports.capacity.rundir import FILE, Capacity, as_json
from reports.capacity.telling import told
from reports.columns import RunDirectoryError
from reports.words import Lang
from reports.written import write_whole

__all__ = ["Capacity", "RunDirectoryError", "as_json_of", "finish", "told"]


def finish(folder: Path, lang: Lang, keep: bool = False) -> Capacity:
    """Work everything out, write the pictures and report.html; raises RunDirectoryError.

    Without `keep` the answers are written into capacity.json; with it that file is left, and `agrees` says
    whether it says the same.
    """
    found = Capacity.open(folder)
    page.write(found, lang)
    if keep:
        return found
    content = json.loads((folder / FILE).read_text(encoding="utf-8"))
    content["found"] = as_json(found.answers)
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(folder / FILE, text.encode())
    return Capacity.open(folder)


def as_json_of(found: Capacity) -> dict[str, Any]:
    """What was asked, where it was measured, and every answer."""
    return {
        "asked": dict(found.asked), "about": dict(found.about), "agrees": found.agrees,
        "found": as_json(found.answers),
    }  # fmt: skip
