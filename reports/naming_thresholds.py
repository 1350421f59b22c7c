"""How limits and what they are held to are written for people: values with their units, limits in words."""

from math import isinf
from re import sub

from reports.naming import KIND
from reports.rundir import AskedThreshold
from reports.words import Lang, Text, number, percent
from scenarios import Threshold

_METRIC = {
    "mean": Text("rata-rata", "mean"),
    "max": Text("terlama", "longest"),
    "success": Text("terlayani", "served"),
    "fail": Text("gagal", "failed"),
    "unknown": Text("tanpa jawaban", "no answer"),
    "late": Text("dimulai terlambat oleh pembangkit", "begun late by the generator"),
    "rate": Text("terlayani per detik", "served a second"),
    "count": Text("banyaknya terlayani", "number served"),
}
_GROUP = {"all": Text("semua operasi", "all operations"), "read": Text("bacaan publik", "public reads")}
_SIGN = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def said_limit(limit: Threshold, lang: Lang) -> str:
    """ "p95 < 2,0 dtk": the limit as a reader of the page sees it."""
    name = f"p{limit.percentile:g}" if limit.percentile is not None else _METRIC[limit.metric](lang)
    return f"{name} {_SIGN[limit.op]}\u00a0{_bare(said_value(limit, limit.value, lang), lang)}"


def said_interval(limit: Threshold, interval: tuple[float, float] | None, lang: Lang) -> str:
    """Both ends, or "–" where there is none, or none that is finite."""
    if interval is None or isinf(interval[0]):
        return "–"
    low, high = (said_value(limit, one, lang) for one in interval)
    return f"{low} – {'∞' if isinf(interval[1]) else high}"


def said_value(limit: Threshold, value: float | None, lang: Lang) -> str:
    """A value in the limit's own unit; "–" of nothing, and in words where it was never served."""
    if value is None:
        return "–"
    if isinf(value):
        return "tidak pernah terlayani" if lang == "id" else "never served"
    match limit.metric:
        case "percentile" | "mean" | "max":
            return seconds(value, lang)
        case "rate":
            return number(value, lang, 1) + ("/dtk" if lang == "id" else "/s")
        case "count":
            return number(value, lang)
    return percent(value, lang, 2)


def kind_title(kind: str, lang: Lang) -> str:
    """A kind of operation, or a name for several."""
    return _GROUP[kind](lang) if kind in _GROUP else KIND[kind](lang)


def threshold_title(asked: AskedThreshold, lang: Lang) -> str:
    """What is held to what, in a few words."""
    return f"{kind_title(asked.kind, lang)}: {said_limit(asked.threshold, lang)}"


def _bare(text: str, lang: Lang) -> str:
    """Without the zeros after the point: a limit is exact."""
    point = "," if lang == "id" else "."
    return sub(rf"\{point}(\d*?)0+(?!\d)", lambda found: point + found[1] if found[1] else "", text)


def seconds(value: float, lang: Lang) -> str:
    """Three digits that matter: 45 ms, 1,84 dtk, 12,5 dtk."""
    unit = "dtk" if lang == "id" else "s"
    if 0.0 < abs(value) < 1.0:
        return f"{number(1000 * value, lang, 0 if abs(value) >= 0.1 else 1)}\u00a0ms"
    return f"{number(value, lang, (2 if abs(value) < 10 else 1) if value else 0)}\u00a0{unit}"
