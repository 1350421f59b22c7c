"""Whole numbers in Indonesian words, as written on a C.Hasil.

>>> terbilang(197)
'SERATUS SEMBILAN PULUH TUJUH'
"""

_UNITS = (
    "NOL", "SATU", "DUA", "TIGA", "EMPAT", "LIMA", "ENAM", "TUJUH", "DELAPAN", "SEMBILAN",
    "SEPULUH", "SEBELAS",
)  # fmt: skip
_POWERS = ((1000, "RIBU", "SERIBU"), (100, "RATUS", "SERATUS"), (10, "PULUH", ""))
_LARGEST = 999_999


def terbilang(number: int) -> str:
    """`number` (0..999,999) in capitals; ValueError outside that range."""
    if not 0 <= number <= _LARGEST:
        raise ValueError(f"terbilang: {number} is outside 0..{_LARGEST}")
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} BELAS"
    for value, name, one in _POWERS:
        if number >= value:
            count, rest = divmod(number, value)
            head = one if one and count == 1 else f"{terbilang(count)} {name}"
            return f"{head} {terbilang(rest)}" if rest else head
    raise AssertionError(number)
