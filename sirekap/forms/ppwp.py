"""C.HASIL-PPWP 2024 (presidential election): three pages and the numbers on each.

Page 1 holds sections I to III (voters, ballots, disabled voters), page 2 the votes of the three pairs, page 3
the totals of valid and invalid votes. Field names follow the labels of the form.
"""

import json
from typing import Any

FORM = "ppwp"
LARGEST = 9999  # three boxes a number on the sheet, four overseas


def _by_sex(*rows: str) -> tuple[str, ...]:
    return tuple(f"{row}_{column}" for row in rows for column in ("l", "p", "j"))


FIELDS: dict[int, frozenset[str]] = {
    1: frozenset(
        (
            *_by_sex("dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_dpk", "pengguna_total", "disabilitas"),
            "ss_diterima",
            "ss_digunakan",
            "ss_dikembalikan",
            "ss_tidak_digunakan",
        )
    ),
    2: frozenset({"suara_1", "suara_2", "suara_3"}),
    3: frozenset({"suara_sah", "suara_tidak_sah", "suara_total"}),
}
PAGES = tuple(FIELDS)
VOTES_PAGE = 2


class WrongNumbersError(ValueError):
    """The numbers of a page are not what that page carries; the message says which and why."""


def parse_numbers(text: bytes, page: int) -> dict[str, int]:
    """The complete numbers of `page` from a JSON object of field -> int 0..9999.

    Raises:
        WrongNumbersError: not JSON, not an object, a field missing, unknown or out of range.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise WrongNumbersError(f"numbers is not JSON: {error}") from error
    found = checked_numbers(value, page)
    missing = FIELDS[page] - found.keys()
    if missing:
        raise WrongNumbersError(f"numbers of page {page} lacks {', '.join(sorted(missing))}")
    return found


def checked_numbers(value: Any, page: int) -> dict[str, int]:
    """Some numbers of `page`, each known and in range; a correction may carry only those that change."""
    if not isinstance(value, dict):
        raise WrongNumbersError("numbers must be a JSON object of field -> whole number")
    unknown = value.keys() - FIELDS[page]
    if unknown:
        raise WrongNumbersError(f"page {page} has no field {', '.join(sorted(unknown))[:200]}")
    for field, number in value.items():
        if type(number) is not int or not 0 <= number <= LARGEST:
            raise WrongNumbersError(f"{field} is {number!r:.40}, must be a whole number from 0 to {LARGEST}")
    return value
