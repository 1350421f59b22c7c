"""The timeline in words, and the table behind it: what a reader has who does not see the picture."""

from typing import Any

import numpy as np

from reports.naming import fault_name
from reports.rundir import RunDirectory
from reports.seconds import Floats
from reports.timeline.course import STRETCHES, Course, FaultMark
from reports.timeline.drawing import NARROW, WIDE, draw
from reports.words import Lang, Text, number, percent

ROWS = 20
"""Of the table: each sums up twelve stretches."""

TITLE = Text("Jalannya hari", "The course of the day")


def told(run: RunDirectory, course: Course, lang: Lang) -> dict[str, Any]:
    """Both pictures, the sentence below them, and the rows of the table, for run/timeline.html.j2."""
    sentence = summary(run, course, lang)
    title = TITLE(lang)
    return {
        "wide": draw(course, WIDE, lang, "tl-wide", title, sentence),
        "narrow": draw(course, NARROW, lang, "tl-narrow", title, sentence),
        "sentence": sentence,
        "rows": rows(run, course, lang),
        "faults": bool(course.faults),
        "areas": any(one.scope == "area" for one in course.faults),
        "back": any(one.recovered_s is not None for one in course.faults),
        "not_back": any(one.recovered_s is None and one.healed_s is not None for one in course.faults),
    }


def summary(run: RunDirectory, course: Course, lang: Lang) -> str:
    """Peaks, the end, and each fault with its moments."""
    at = int(np.argmax(course.offered))
    most = float(course.offered[at])
    peak = number(most, lang, 0 if most >= 10 else 1 if most >= 1 else 2)
    share = percent(float(course.complete[-1]), lang)
    when = _clock(run, float(course.edges_s[at]), lang)
    said = Text(
        f"Beban memuncak pada {when} dengan {peak} permintaan per detik; {share} TPS punya tanda terima "
        "untuk semua halamannya di akhir.",
        f"Load peaked at {when} with {peak} requests a second; {share} of TPS hold receipts for all their "
        "pages at the end.",
    )(lang)
    return " ".join([said, *(_fault(run, one, lang) for one in course.faults)])


def rows(run: RunDirectory, course: Course, lang: Lang) -> list[dict[str, str]]:
    """Figures of longer stretches; the 95 % of waiting is the worst among the stretches of a row."""
    each = STRETCHES // ROWS

    def mean(values: Floats) -> Floats:
        return np.asarray(values.reshape(ROWS, each).mean(axis=1))

    offered, good = mean(course.offered), mean(course.good)
    waits = [one[np.isfinite(one)] for one in course.p95_s.reshape(ROWS, each)]
    out = []
    for row in range(ROWS):
        start_s, end_s = (float(course.edges_s[at]) for at in (row * each, (row + 1) * each))
        inside = [one.letter for one in course.faults if _in_force(one, start_s, end_s)]
        out.append(
            {
                "from": _clock(run, start_s, lang),
                "offered": number(float(offered[row]), lang, 1),
                "good": number(float(good[row]), lang, 1),
                "p95": "–" if not len(waits[row]) else _took(float(waits[row].max()), lang),
                "complete": percent(float(course.complete[(row + 1) * each - 1]), lang),
                "faults": ", ".join(inside) or "–",
            }
        )
    return out


def _in_force(one: FaultMark, start_s: float, end_s: float) -> bool:
    return one.struck_s < end_s and (one.healed_s is None or one.healed_s > start_s)


def _fault(run: RunDirectory, one: FaultMark, lang: Lang) -> str:
    said = f"{one.letter}: {fault_name(one.name)(lang)} {_clock(run, one.struck_s, lang)}"
    if one.healed_s is not None:
        said += f"–{_clock(run, one.healed_s, lang)}"
    if one.recovered_s is not None:
        said += Text(f", pulih {_clock(run, one.recovered_s, 'id')}",
                     f", recovered {_clock(run, one.recovered_s, 'en')}")(lang)  # fmt: skip
    else:
        said += Text(", pulihnya tidak terlihat", ", not seen to recover")(lang)
    return said + "."


def _clock(run: RunDirectory, run_s: float, lang: Lang) -> str:
    return run.info.local(run_s).strftime("%H.%M" if lang == "id" else "%H:%M")


def _took(seconds: float, lang: Lang) -> str:
    if seconds < 1.0:
        return f"{number(1000 * seconds, lang)} ms"
    return f"{number(seconds, lang, 1 if seconds < 10 else 0)} {'dtk' if lang == 'id' else 's'}"
