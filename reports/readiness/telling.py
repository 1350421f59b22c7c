"""Words of a readiness check that page, terminal and pictures share."""

from collections.abc import Mapping
from datetime import date, datetime

from reports.readiness.answer import GO, NO_GO, UNKNOWN, State
from reports.words import Lang, Text, number

WORD: Mapping[State, Text] = {
    GO: Text("SIAP", "GO"),
    NO_GO: Text("BELUM SIAP", "NO-GO"),
    UNKNOWN: Text("BELUM DAPAT DIPASTIKAN", "CANNOT TELL"),
}
MARK: Mapping[State, Text] = {
    GO: Text("siap", "go"),
    NO_GO: Text("belum", "no-go"),
    UNKNOWN: Text("belum pasti", "unknown"),
}
SIGN: Mapping[State, str] = {GO: "✓", NO_GO: "✗", UNKNOWN: "?"}
LOOK: Mapping[State, str] = {GO: "yes", NO_GO: "no", UNKNOWN: "open"}
PANEL: Mapping[State, str] = {GO: "passed", NO_GO: "failed", UNKNOWN: "unknown"}

SEVERITY: Mapping[str, Text] = {
    "critical": Text("kritis", "critical"),
    "high": Text("tinggi", "high"),
    "medium": Text("sedang", "medium"),
    "low": Text("rendah", "low"),
}
CLOSING = Text("Yang masih terbuka, dan yang menutupnya:", "What is still open, and what closes it:")

_SENTENCE: Mapping[State, Text] = {
    GO: Text("Ketujuh pertanyaan terjawab siap.", "All seven questions are answered with go."),
    NO_GO: Text("Sedikitnya satu pertanyaan terjawab belum siap:",
                "At least one question is answered with no-go:"),
    UNKNOWN: Text("Tidak ada yang terbukti belum siap, tetapi ini belum diketahui:",
                  "Nothing was shown to be unready, but this is not known:"),
}  # fmt: skip


def headline(state: State, deciding: list[str], lang: Lang) -> str:
    """One sentence that says what decided."""
    said = _SENTENCE[state](lang)
    return said if state == GO else f"{said} {', '.join(deciding)}."


def day(moment: date, lang: Lang) -> str:
    """ "14 Februari 2024" """
    months = _MONTHS[lang]
    return f"{moment.day} {months[moment.month - 1]} {moment.year}"


def clock(moment: datetime, lang: Lang) -> str:
    """ "14 Feb 19.05", or with a colon in English."""
    dot = Text(".", ":")(lang)
    return f"{moment.day} {_MONTHS[lang][moment.month - 1][:3]} {moment:%H}{dot}{moment:%M}"


def rate(per_s: float | None, lang: Lang) -> str:
    """Requests a second, with as many digits as tell it from zero."""
    if per_s is None:
        return "?"
    digits = 0 if per_s >= 10 else 1 if per_s >= 1 else 2 if per_s >= 0.1 else 3
    return number(per_s, lang, digits)


_MONTHS: Mapping[Lang, tuple[str, ...]] = {
    "id": ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
           "November", "Desember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
