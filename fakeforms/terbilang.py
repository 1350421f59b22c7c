"""Whole numbers in Indonesian words, as written on a C.Hasil.

>>> terbilang(197)
'SERATUS SEMBILAN PULUH TUJUH'
"""

_UNITS = (
    "NOL", "SATU", "DUA", "TIGA", "EMPAT", "LIMA", "ENAM", "TUJUH", "DELAPAN", "SEMBILAN", "SEPULUH", "SEBELAS",
)  # fmt: skip
_LARGEST = 999_999


def terbilang(number: int) -> str:
    """`number` (0..999,999) in capitals; ValueError outside that range."""
    if not 0 <= number <= _LARGEST:
        raise ValueError(f"terbilang: {number} is outside 0..{_LARGEST}")
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} BELAS"
    if number < 100:
        return _joined(f"{_UNITS[number // 10]} PULUH", number % 10)
    if number < 200:
        return _joined("SERATUS", number - 100)
    if number < 1000:
        return _joined(f"{_UNITS[number // 100]} RATUS", number % 100)
    if number < 2000:
        return _joined("SERIBU", number - 1000)
    return _joined(f"{terbilang(number // 1000)} RIBU", number % 1000)


def _joined(head: str, rest: int) -> str:
    return f"{head} {terbilang(rest)}" if rest else head
