"""How old something is, and how long a time is, in words."""

from datetime import UTC, datetime

from reports.words import Lang, number


def aged(at: datetime, now: datetime) -> float:
    """Seconds from one moment to another; a moment without an offset is taken for UTC."""
    return (_with_offset(now) - _with_offset(at)).total_seconds()


def _with_offset(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def days(length_s: float, lang: Lang) -> str:
    """ "30 hari", "1,5 hari", "50 menit"."""
    if length_s >= 86_400.0:
        return f"{_figure(length_s / 86_400.0, lang)} {_unit('hari', 'day', length_s / 86_400.0, lang)}"
    if length_s >= 7_200.0:
        return f"{_figure(length_s / 3_600.0, lang)} {_unit('jam', 'hour', length_s / 3_600.0, lang)}"
    return f"{_figure(length_s / 60.0, lang)} {_unit('menit', 'minute', length_s / 60.0, lang)}"


def _figure(value: float, lang: Lang) -> str:
    return number(value, lang, 0 if value >= 10 or value == int(value) else 1)


def _unit(indonesian: str, english: str, value: float, lang: Lang) -> str:
    return indonesian if lang == "id" else english + ("" if value == 1 else "s")
