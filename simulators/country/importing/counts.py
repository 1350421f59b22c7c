"""Counts and TPS numbers as people and spreadsheets write them: "1.234", "247.0", "TPS 007"."""

import re

MOST_POSSIBLE = 1_000
"""More voters than this at one TPS is a slip of the pen (assumed: the limit by decree never exceeded 800)."""

MOST_BY_DECREE = {"pemilu-2024": 300, "pilkada-2024": 600}
"""Voters a TPS may have, by KPU's rules for 2024; real rolls exceed it a little, now and then."""

SPECIAL_FROM = 901
"""Special locations (prisons, hospitals, boarding schools) are numbered from here on."""

_JUNK = re.compile(r"^(\d+)[.,]0{1,2}$", re.ASCII)
_TPS = re.compile(r"^(?:tps[\s.:\-]*)?0*(\d{1,3})(?:[.,]0{1,2})?$", re.IGNORECASE | re.ASCII)
_SEPARATORS = {".": r"\.", ",": ",", " ": "[ \u00a0\u202f]", "none": "(?!)", "auto": "[., '\u00a0\u202f]"}


def count(cell: str, thousands: str) -> int:
    """The count a cell holds; raises ValueError that says what it is instead."""
    if cell.isascii() and cell.isdigit():
        return int(cell[:18])
    if not cell:
        raise ValueError("is empty")
    if junk := _JUNK.match(cell):
        return int(junk[1][:18])
    if re.fullmatch(rf"\d{{1,3}}({_SEPARATORS[thousands]}\d{{3}})+", cell, re.ASCII):
        return int(re.sub(r"\D", "", cell)[:18])
    if re.fullmatch(r"[-\u2212\u2013]\s*\d[\d.,]*", cell):
        raise ValueError(f'"{cell}" is negative')
    if re.fullmatch(r"\d+[.,]\d+", cell):
        raise ValueError(f'"{cell}" is not a whole number')
    raise ValueError(f'"{cell}" is not a number')


def tps_number(cell: str) -> int:
    """The number of a TPS, 1 to 999; raises ValueError that says what is wrong."""
    if not cell:
        raise ValueError("the number of the TPS is empty")
    match = _TPS.match(cell)
    if match is None or int(match[1]) == 0:
        raise ValueError(f'"{cell}" is not the number of a TPS (001 to 900, special locations from 901)')
    return int(match[1])
