"""The numbers that a phone sends for one page: whole, known to the sheet, in range."""

import json
from collections import Counter
from typing import Any

from sirekap.forms.layout import SheetPage

LARGEST = 9999  # three boxes a number on the sheet, four overseas


class WrongNumbersError(ValueError):
    """The numbers of a page are not what that page carries; the message says which and why."""


def parsed(text: bytes, page: SheetPage, *, complete: bool = True) -> dict[str, int]:
    """The numbers of `page` from a JSON object of field -> int 0..9999. Raises WrongNumbersError."""
    try:
        values = json.loads(text, object_pairs_hook=_once)
    except WrongNumbersError:
        raise
    except (ValueError, RecursionError) as error:
        raise WrongNumbersError(f"numbers is not JSON: {error}") from error
    return checked(values, page, complete=complete)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no field comes twice: nobody may have to guess which of two numbers was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = sorted(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise WrongNumbersError(f"numbers holds {', '.join(twice)[:200]} more than once")
    return found


def checked(values: Any, page: SheetPage, *, complete: bool) -> dict[str, int]:
    """Numbers of `page`, each known and in range; a correction need not be `complete`.

    Raises:
        WrongNumbersError: not an object, a field unknown, missing or out of range.
    """
    if not isinstance(values, dict):
        raise WrongNumbersError("numbers must be a JSON object of field -> whole number")
    printed = {field.id for field in page.fields}
    unknown = values.keys() - printed
    if unknown:
        raise WrongNumbersError(f"page {page.number} has no field {', '.join(sorted(unknown))[:200]}")
    missing = printed - values.keys()
    if complete and missing:
        raise WrongNumbersError(f"numbers of page {page.number} lacks {', '.join(sorted(missing))[:200]}")
    for field, number in values.items():
        if type(number) is not int or not 0 <= number <= LARGEST:
            raise WrongNumbersError(f"{field} is {number!r:.40}, must be a whole number from 0 to {LARGEST}")
    return values
