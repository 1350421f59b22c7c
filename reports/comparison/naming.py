"""What people call the measures of a comparison, and how their values are written."""

from reports.comparison.judging import Answer, Measure, Unit
from reports.naming import KIND, fault_name
from reports.naming_thresholds import seconds
from reports.words import Lang, Text, number, percent

MEASURE = {
    "p50": Text("p50", "p50"),
    "p95": Text("p95", "p95"),
    "p99": Text("p99", "p99"),
    "success": Text("terlayani", "served"),
    "goodput": Text("goodput (dalam SLO)", "goodput (within SLO)"),
    "complete": Text("TPS lengkap di akhir", "TPS complete at the end"),
    "mean_time": Text("rata-rata saat lengkap", "mean moment of completion"),
    "t50": Text("separuh TPS lengkap", "half of the TPS complete"),
    "t90": Text("90 % TPS lengkap", "90 % of the TPS complete"),
    "activated": Text("akun aktif", "accounts activated"),
    "recovery_s": Text("pulih setelah dipulihkan", "recovery after healing"),
    "recovery_from_strike_s": Text("pulih sejak terjadi", "recovery since the strike"),
    "loss_service_s": Text("layanan hilang", "service lost"),
}

ANSWER: dict[Answer, Text] = {
    "better": Text("lebih baik", "better"),
    "worse": Text("lebih buruk", "worse"),
    "none": Text("tak tampak beda", "no difference seen"),
    "unknown": Text("tidak dapat dikatakan", "cannot say"),
}

_GROUP = {
    "completeness": Text("kelengkapan", "completeness"),
    "activation": Text("aktivasi", "activation"),
}


def group_title(group: str, lang: Lang) -> str:
    """A kind of operation, completeness, or a fault with its id."""
    if group in _GROUP:
        return _GROUP[group](lang)
    if group in KIND:
        return KIND[group](lang)
    fault, _, name = group.partition(" ")
    return f"{fault}: {fault_name(name)(lang)}"


def said(value: float | None, unit: Unit, lang: Lang) -> str:
    """A value in its unit, "–" for none."""
    if value is None:
        return "–"
    if unit == "share":
        return percent(value, lang, 2)
    if unit == "/s":
        return number(value, lang, 2) + ("/dtk" if lang == "id" else "/s")
    return seconds(value, lang)


def said_change(one: Measure, lang: Lang) -> str:
    """The change with its interval: in per cent for times and rates, in points for shares."""
    if one.unit == "share" or one.ratio is None:
        if one.difference is None:
            return "–"
        if one.unit != "share":
            return f"{'+' if one.difference > 0 else ''}{said(one.difference, one.unit, lang)}"
        return _with_ends(one.difference, one.interval, lang, " poin" if lang == "id" else " points")
    ends = one.ratio_interval
    return _with_ends(
        one.ratio - 1.0, None if ends is None else (ends[0] - 1.0, ends[1] - 1.0), lang, "\u00a0%"
    )


def said_least(one: Measure, lang: Lang) -> str:
    """The smallest change that would have been seen."""
    if one.least is None:
        return "–"
    unit = (" poin" if lang == "id" else " points") if one.unit == "share" else "\u00a0%"
    return number(100 * one.least, lang, 1) + unit


def _with_ends(change: float, ends: tuple[float, float] | None, lang: Lang, unit: str) -> str:
    text = _signed(change, lang) + unit
    return text if ends is None else f"{text} ({_signed(ends[0], lang)} … {_signed(ends[1], lang)})"


def _signed(share: float, lang: Lang) -> str:
    value = round(100 * share, 1)
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + number(abs(value), lang, 1)
