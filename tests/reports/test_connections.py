"""What connections and handshakes the system had is added up over the load workers and told on the page."""

import pytest

from reports.connections import counted, told
from reports.words import Lang

ONE = {"opened": 1_200, "reused": 9, "repeated": 2, "tls_full": 700, "tls_resumed": 490, "tls_declined": 30,
       "tls_failed": 4, "tls_dropped": 0}  # fmt: skip


def test_workers_are_added_up_and_who_says_nothing_of_it_is_no_trouble() -> None:
    workers = [{"index": 0, "connections": ONE}, {"index": 1, "connections": ONE}, {"index": 2, "died": "x"}]
    assert counted({"workers": workers})["opened"] == 2_400
    for odd in (None, [], {}, {"workers": None}, {"workers": ["x"]}, {"workers": [{"connections": 3}]}):
        assert counted(odd) == {}
        assert told(counted(odd), "id") == ""
    assert counted({"workers": [{"connections": {"opened": "many", "reused": 3}}]}) == {"reused": 3}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "id",
            ("1.200 sambungan", "9 kali", "2 permintaan", "700 penuh (30 di", "490 melanjutkan", "4 gagal"),
        ),
        (
            "en",
            ("1,200 connections", "9 times", "2 requests", "700 whole ones (30", "490 resumed", "4 failed"),
        ),
    ],
)
def test_it_is_told_in_numbers(lang: Lang, words: tuple[str, ...]) -> None:
    said = told(ONE, lang)
    assert not [one for one in words if one not in said], said


def test_over_plain_http_nothing_is_said_of_tls() -> None:
    plain = {name: many for name, many in ONE.items() if not name.startswith("tls")}
    assert "TLS" not in told(plain, "id")
    assert "1.200 sambungan" in told(plain, "id")
