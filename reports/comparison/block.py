"""A comparison with an earlier run, as a block of the later run's report."""

from typing import Any

from reports.comparison.comparison import Comparison
from reports.comparison.naming import ANSWER
from reports.comparison.page import groups
from reports.comparison.sureness import ENOUGH_RUNS
from reports.words import Lang

LOOK = {"worse": "failed", "better": "passed", "none": "passed", "unknown": "unknown"}


def told(found: Comparison, lang: Lang) -> dict[str, Any]:
    """Plain values for run/against.html.j2: what changed first, then every measure."""
    rows = groups(found, lang)
    changed = [
        row | {"group": group["title"]}
        for group in rows
        for row in group["rows"]
        if row["answer"] in {"worse", "better"}
    ]
    return {
        "earlier": [one.name for one in found.before],
        "word": found.word,
        "look": LOOK[found.word],
        "title": ANSWER[found.word](lang),
        "counts": {answer: sum(one.answer == answer for one in found.measures) for answer in ANSWER},
        "changed": sorted(changed, key=lambda row: row["answer"] != "worse"),
        "groups": rows,
        "said": [one(lang) for one in (*found.alike.strangers, *found.alike.said)],
        "paired": found.alike.paired,
        "single": min(len(found.before), len(found.after)) < ENOUGH_RUNS,
    }
