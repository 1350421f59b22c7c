"""Text in both languages of a report: Indonesian first, English on request."""

from dataclasses import dataclass
from math import isnan
from typing import Literal

Lang = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    id: str
    en: str

    def __call__(self, lang: Lang) -> str:
        return self.id if lang == "id" else self.en


def number(value: float, lang: Lang, digits: int = 0) -> str:
    """A number as it is written in the language: 12.345,6 or 12,345.6."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "id" else text


def percent(share: float, lang: Lang, digits: int = 1) -> str:
    """A share as a percentage, with a space that does not break.

    It gets more digits rather than be rounded to 0 % or 100 % when it is neither.
    """
    while 0 < share < 1 and round(100 * share, digits) in {0.0, 100.0} and digits < 9:
        digits += 2
    return number(100 * share, lang, digits) + "\u00a0%"


def duration(seconds: float | None, lang: Lang) -> str:
    """As people say it: 70 dtk, 4,0 mnt, 2,1 jam, 3,2 hari."""
    if seconds is None or isnan(seconds):
        return "–"
    for most, of, unit in (
        (120.0, 1.0, Text("dtk", "s")),
        (7_200.0, 60.0, Text("mnt", "min")),
        (172_800.0, 3_600.0, Text("jam", "h")),
    ):
        if seconds < most:
            return f"{number(seconds / of, lang, 0 if of == 1.0 and seconds >= 10 else 1)} {unit(lang)}"
    return f"{number(seconds / 86_400.0, lang, 1)} {Text('hari', 'days')(lang)}"
