"""Region codes as they are written: "17.08.01.2001", "1708012001", "1708012001.0", or part by part."""

import re

LENGTHS = {"province": 2, "regency": 4, "kecamatan": 6, "desa": 10}
"""Digits of a whole code, from the top."""

TPS_LENGTH = 13
_WIDTHS = (2, 2, 2, 4, 3)
_SPREADSHEET = re.compile(r"^(\d{4,})[.,]0{1,2}$", re.ASCII)
_SCIENTIFIC = re.compile(r"^\d([.,]\d+)?e[+-]?\d+$", re.IGNORECASE)
_PART = {"province": 2, "regency": 2, "kecamatan": 2, "desa": 4}


class CodeError(ValueError):
    """A code that cannot be read; the message says why."""


def digits_of(cell: str, length: int) -> str:
    """The digits of a code or of its last part; `length` is that of the whole code. Raises CodeError.

    Between separators, zeros that a spreadsheet dropped are put back ("17.8.1.2001"), unless it may have
    dropped them at the end: 17.1 can be 17.01 or 17.10.
    """
    if cell.isascii() and cell.isdigit():
        return cell
    if _SCIENTIFIC.match(cell):
        raise CodeError(
            f'"{cell}" was rounded by the spreadsheet; format the column as text and export again'
        )
    if whole := _SPREADSHEET.match(cell):
        return whole[1]
    groups = re.split(r"\s*[.\-/\s]\s*", cell.removeprefix("'"))
    if not all(group.isascii() and group.isdigit() for group in groups):
        raise CodeError(f'"{cell}" is not a code' if cell else "the code is empty")
    joined = "".join(groups)
    if len(groups) == 1 or len(joined) == length:
        return joined
    if len(groups) == 2 and len(groups[1]) == 1 and groups[1] != "0":
        raise CodeError(
            f'"{cell}" can be {groups[0]}.0{groups[1]} or {groups[0]}.{groups[1]}0; format the column as text'
        )
    if len(groups) == 2 and not groups[1].strip("0"):
        return groups[0]
    return "".join(group.zfill(width) for group, width in zip(groups, _WIDTHS, strict=False))


def whole_code(level: str, cell: str, parent: str | None) -> str:
    """The whole code of a region from a cell with all of it or its last part; raises CodeError.

    `parent` is the code of the region above, needed for a part.
    """
    length, part = LENGTHS[level], _PART[level]
    digits = digits_of(cell, length)
    if len(digits) == length:
        return digits
    if len(digits) > part or (level == "desa" and len(digits) < part):
        hint = f" or {part} of its own" if level != "province" else ""
        raise CodeError(f'"{cell}" has {len(digits)} digits; the code of a {level} has {length}{hint}')
    if parent is None:
        above = list(LENGTHS)[list(LENGTHS).index(level) - 1]
        hint = f"map {above}_code too, or set it under [constants]"
        raise CodeError(f'"{cell}" is only the last part of the code of a {level}; {hint}')
    return parent + digits.zfill(part)


def tps_code(cell: str) -> int:
    """A TPS code of 13 digits as a number; raises CodeError."""
    digits = digits_of(cell, TPS_LENGTH)
    if len(digits) != TPS_LENGTH:
        raise CodeError(f'"{cell}" has {len(digits)} digits; the code of a TPS has {TPS_LENGTH}')
    if digits.endswith("000"):
        raise CodeError(f'"{cell}" is the code of no TPS: they are numbered from 001')
    return int(digits)
