"""lost = 0: every page that was acknowledged while a claim was played, held against what is stored.

A page is promised once it was answered well; it is kept if the readback has its receipt (its key, where the
system gives no receipt), once, under the TPS and page for which it was sent, with the same numbers and the
very bytes of the photo.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.claims.evidence import Evidence, Run


@dataclass(slots=True)
class Promises:
    """`acknowledged` pages; of each that was broken an example: key, tps, page, when, what is wrong."""

    acknowledged: int = 0
    lost: list[dict[str, Any]] = field(default_factory=list)
    doubled: list[dict[str, Any]] = field(default_factory=list)
    altered: list[dict[str, Any]] = field(default_factory=list)

    @property
    def broken(self) -> list[dict[str, Any]]:
        """All of them."""
        return [*self.lost, *self.doubled, *self.altered]

    def bound(self, alpha: float) -> float:
        """At most this share is broken, if none of the acknowledged was: about 3/n at alpha 0.05."""
        return 1.0 - alpha ** (1.0 / self.acknowledged) if self.acknowledged else 1.0


def promises(evidence: Evidence, runs: Sequence[Run]) -> Promises | None:
    """None where nothing could be read back."""
    if evidence.readback is None:
        return None
    by_receipt: dict[str, list[dict[str, Any]]] = defaultdict(list)
    by_key: dict[str, list[dict[str, Any]]] = defaultdict(list)
    wanted = (
        "tps", "form", "page", "receipt", "key", "content_sha256_fetched", "numbers_sha256",
    )  # fmt: skip
    for row in evidence.readback.select(wanted).to_pylist():
        by_receipt[row["receipt"]].append(row)
        by_key[row["key"]].append(row)
    sent = {row["key"]: row for row in evidence.sent.to_pylist()}
    found = Promises()
    for run in runs:
        for at in range(len(run.due_s)):
            if not run.good[at] or not run.key[at]:
                continue
            found.acknowledged += 1
            key, receipt = run.key[at], run.receipt[at]
            row = sent.get(key, {})
            told = {
                "trial": run.trial, "key": key, "tps": row.get("tps", ""), "page": row.get("page", 0),
                "acknowledged_s": round(float(run.ended_s[at]), 3), "receipt": receipt,
            }  # fmt: skip
            stored = by_receipt[receipt] if receipt else by_key[key]
            if not stored or not stored[0]["content_sha256_fetched"]:
                found.lost.append(told | {"found": "not stored" if not stored else "its photo is gone"})
            elif len(by_key[key]) > 1 or len(stored) > 1:
                found.doubled.append(told | {"found": f"stored {max(len(by_key[key]), len(stored))} times"})
            elif wrong := _differs(row, stored[0]):
                found.altered.append(told | {"found": wrong})
    return found


def _differs(sent: dict[str, Any], stored: dict[str, Any]) -> str:
    if not sent:
        return "sent.parquet does not know it"
    for name, here in (
        ("tps", "tps"), ("form", "form"), ("page", "page"),
        ("numbers_sha256", "numbers_sha256"), ("photo_sha256", "content_sha256_fetched"),
    ):  # fmt: skip
        if sent[name] != stored[here]:
            return f"another {name}"
    return ""
