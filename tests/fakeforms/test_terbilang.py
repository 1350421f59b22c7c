"""Number words: the hard cases by hand, and every number read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeforms.writing.terbilang import terbilang

UNITS = ["NOL", "SATU", "DUA", "TIGA", "EMPAT", "LIMA", "ENAM", "TUJUH", "DELAPAN", "SEMBILAN"]


def read_back(words: str) -> int:
    """An independent reader of Indonesian number words."""
    total = part = unit = 0
    for word in words.split():
        if word in UNITS:
            unit = UNITS.index(word)
        elif word in ("SEPULUH", "SEBELAS", "SERATUS"):
            part += {"SEPULUH": 10, "SEBELAS": 11, "SERATUS": 100}[word]
        elif word == "BELAS":
            part, unit = part + 10 + unit, 0
        elif word in ("PULUH", "RATUS"):
            part, unit = part + unit * (10 if word == "PULUH" else 100), 0
        elif word in ("RIBU", "SERIBU"):
            total, part, unit = (1 if word == "SERIBU" else part + unit) * 1000, 0, 0
        else:
            raise AssertionError(f"unknown word {word}")
    return total + part + unit


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "NOL"),
        (10, "SEPULUH"),
        (11, "SEBELAS"),
        (12, "DUA BELAS"),
        (21, "DUA PULUH SATU"),
        (100, "SERATUS"),
        (111, "SERATUS SEBELAS"),
        (250, "DUA RATUS LIMA PULUH"),
        (1000, "SERIBU"),
        (1001, "SERIBU SATU"),
        (1100, "SERIBU SERATUS"),
        (11_000, "SEBELAS RIBU"),
        (21_015, "DUA PULUH SATU RIBU LIMA BELAS"),
        (100_000, "SERATUS RIBU"),
        (101_001, "SERATUS SATU RIBU SATU"),
        (999_999, "SEMBILAN RATUS SEMBILAN PULUH SEMBILAN RIBU SEMBILAN RATUS SEMBILAN PULUH SEMBILAN"),
        (2024, "DUA RIBU DUA PULUH EMPAT"),
    ],
)
def test_words_as_people_write_them(number: int, words: str) -> None:
    assert terbilang(number) == words


@given(st.integers(0, 999_999))
def test_every_number_reads_back(number: int) -> None:
    assert read_back(terbilang(number)) == number


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        terbilang(number)
