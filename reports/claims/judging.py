"""From evidence to answers: every claim upheld, refuted or undecided, with the figures that say so.

Refuted as soon as one requirement surely is, or one promise was broken. Upheld only if every requirement is
sure, the hold was seen to its end (or may be shortened), every fault struck, was felt and healed, and the
generators were in time. Anything else is undecided, and says what was missing.

A playing that is invalid (a generator died, or had used up its core) counts for no requirement, neither for
nor against; it is listed, and a page lost in it is lost. Where no other was played nothing is decided.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from reports.claims.doubt import not_sure
from reports.claims.evidence import Evidence, Run
from reports.claims.promises import Promises, promises
from reports.claims.requirements import REFUTED, UNDECIDED, UPHELD, judge
from reports.claims.sequence import ALPHA
from reports.claims.windows import LEFT_OUT_MOST, Windows, windows
from reports.words import Text
from scenarios.claims import Claim

_EXAMPLES = 5
_SHORT_S = 1.0


def judged(evidence: Evidence) -> dict[str, Any]:
    """`answer` of the whole file and, in `claims`, of each claim; the same evidence gives the same bytes."""
    claims = [_claim(evidence, one) for one in evidence.claims.claim]
    answers = [one["answer"] for one in claims]
    whole = REFUTED if REFUTED in answers else UNDECIDED if UNDECIDED in answers else UPHELD
    return {"alpha": ALPHA, "answer": whole, "claims": claims}


def _claim(evidence: Evidence, claim: Claim) -> dict[str, Any]:
    runs = evidence.runs(claim)
    seen = [
        windows(claim, run, [one for one in evidence.faults if one["trial"] == run.trial]) for run in runs
    ]
    valid = any(run.valid for run in runs)
    pairs = [(run, one) for run, one in zip(runs, seen, strict=True) if run.valid or not valid]
    counted, windowed = [run for run, _ in pairs], [one for _, one in pairs]
    found = [judge(claim, one, counted, windowed, ALPHA) for one in claim.require] if runs else []
    kept = promises(evidence, runs) if claim.lost is not None and runs else None
    open_ends = _open_ends(evidence, claim, counted, windowed, kept)
    broken = [one.text for one in found if one.answer == REFUTED] if valid else []
    if kept is not None and kept.broken:
        broken.append("lost = 0")
    unsure = [not_sure(claim, one) for one in found if one.answer == UNDECIDED]
    answer = REFUTED if broken else UNDECIDED if unsure or open_ends else UPHELD
    return {
        "id": claim.id,
        "title": claim.title,
        "operation": claim.operation,
        "rate_per_s": claim.rate,
        "hold_s": claim.hold,
        "answer": answer,
        "broken": broken,
        "why": [asdict(one) for one in (*open_ends, *unsure)] if answer == UNDECIDED else [],
        "requirements": [one.table() for one in found],
        "promises": _promises(kept),
        "runs": [_run(claim, run, window) for run, window in zip(runs, seen, strict=True)],
        "operations": int(sum(len(run.due_s) for run in runs)),
        "examples": _examples(claim, runs, seen),
    }


def _open_ends(
    evidence: Evidence, claim: Claim, runs: Sequence[Run], seen: Sequence[Windows], kept: Promises | None
) -> list[Text]:
    """What stands in the way of calling it upheld."""
    early = evidence.about.get("undecided", {}).get(claim.id)
    if early:
        return [Text(str(early["id"]), str(early["en"]))]
    if not runs:
        return [Text("klaim ini tidak dimainkan", "it was not played")]
    found = [
        Text(
            f"trial {run.trial}: gangguan tidak berjalan sebagaimana diklaim: {one}",
            f"trial {run.trial}: {one}",
        )
        for run, window in zip(runs, seen, strict=True)
        for one in window.troubles
    ]
    found += [
        Text(f"trial {run.trial}: {run.why}", f"trial {run.trial}: {run.why}")
        for run in runs
        if not run.valid
    ]
    held_s = max(run.seconds - run.warm_s for run in runs)
    if held_s < claim.hold - _SHORT_S and not claim.may_shorten:
        found.append(
            Text(
                f"ditahan hanya {held_s:.0f} dtk, yang diklaim {claim.hold:g} dtk",
                f"it was held for {held_s:.0f} s only, {claim.hold:g} s are claimed",
            )
        )
    late = [
        (run, one)
        for run, one in zip(runs, seen, strict=True)
        if len(one.left_out) > LEFT_OUT_MOST * max(1.0, run.seconds - run.warm_s)
    ]
    # One playing in time, to the end, is what is claimed; the good seconds of others are evidence, too.
    in_time = [run for run in runs if all(run is not other for other, _ in late)]
    if not any(run.seconds - run.warm_s > held_s - _SHORT_S for run in in_time):
        for run, one in late:
            held_s = run.seconds - run.warm_s
            found.append(
                Text(
                    f"trial {run.trial}: pembangkit terlambat dalam {len(one.left_out)} dari {held_s:.0f} "
                    "dtk, yang karena itu tidak dihitung",
                    f"trial {run.trial}: the generator was late in {len(one.left_out)} of {held_s:.0f} s, "
                    "which therefore count for nothing",
                )
            )
    if claim.lost is not None and kept is None:
        found.append(
            Text(
                "sistem tidak dapat dibaca balik, jadi tidak diketahui apa yang hilang",
                "the system could not be read back, so nobody knows what was lost",
            )
        )
    if kept is not None and not kept.acknowledged:
        found.append(
            Text(
                "tidak ada kiriman yang diakui, jadi tidak ada yang dapat hilang",
                "no write was acknowledged, so none could be lost",
            )
        )
    return found


def _promises(kept: Promises | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    return {
        "acknowledged": kept.acknowledged,
        "lost": len(kept.lost),
        "doubled": len(kept.doubled),
        "altered": len(kept.altered),
        "bound": kept.bound(ALPHA),
        "examples": kept.broken[:_EXAMPLES],
    }


def _run(claim: Claim, run: Run, window: Windows) -> dict[str, Any]:
    heard = run.due_s >= run.warm_s
    latency = (run.ended_s - run.due_s)[heard & run.good]
    p50, p95, p99 = (float(one) for one in np.quantile(latency, (0.5, 0.95, 0.99))) if len(latency) else (
        (None,) * 3
    )  # fmt: skip
    became = [one for one, yes in zip(run.became, heard, strict=True) if yes]
    return {
        "trial": run.trial,
        "seconds": run.seconds,
        "warm_s": run.warm_s,
        "invalid": run.why,
        "operations": len(became),
        "offered_per_s": len(became) / max(1e-9, run.seconds - run.warm_s),
        "became": {one: became.count(one) for one in ("good", "refused", "gave_up", "broken")},
        "p50_s": p50,
        "p95_s": p95,
        "p99_s": p99,
        "left_out_s": len(window.left_out),
        "faults": [[round(begin, 3), round(until, 3)] for begin, until in window.faults],
    }


def _examples(claim: Claim, runs: Sequence[Run], seen: Sequence[Windows]) -> list[dict[str, Any]]:
    """Operations that were not answered well, then the slowest: the first few of each playing's worst."""
    rows = []
    for run, window in zip(runs, seen, strict=True):
        for at in np.flatnonzero(window.steady | window.hurt).tolist():
            waited_s = float(run.ended_s[at] - run.due_s[at])
            rows.append((bool(run.good[at]), -waited_s, run.trial, at, run))
    rows.sort(key=lambda row: row[:4])
    limits = [one.value for one in claim.require if one.metric == "percentile"]
    slow_s = min(limits, default=np.inf)
    return [
        {
            "trial": run.trial, "due_s": round(float(run.due_s[at]), 3), "kind": run.kind[at],
            "became": run.became[at], "waited_s": round(-waited, 3), "key": run.key[at],
        }
        for good, waited, _, at, run in rows[:_EXAMPLES]
        if not good or -waited >= slow_s
    ]  # fmt: skip
