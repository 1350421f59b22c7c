"""Claims files: what is wrong is said with key, value and what would be right."""

from importlib.resources import files
from pathlib import Path

import pytest

from scenarios import ScenarioError
from scenarios.claims import Claims, load_claims, rate_per_s, read_claims

EXAMPLE = Path(str(files("scenarios"))) / "data" / "klaim-contoh.toml"


def test_the_example_is_a_claims_file() -> None:
    claims = load_claims(EXAMPLE)
    assert [one.id for one in claims.claim] == ["baca", "masuk", "kirim-satu-api-mati"]
    assert claims.claim[0].rate == pytest.approx(20.0)
    assert claims.claim[2].lost == 0 and claims.claim[2].during[0].at == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("text", "per_s"), [("50/s", 50.0), ("10000/min", 10000 / 60), ("600_000/h", 500 / 3)]
)
def test_rates_have_units(text: str, per_s: float) -> None:
    assert rate_per_s(text) == pytest.approx(per_s)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"1200/min"', '"1200"', "claim[1].rate = '1200': must be a number with its unit, such as \"50/s\""),
        ('"1200/min"', '"0/s"', "must be more than 0"),
        ('"1200/min"', "20", "must be a number with its unit"),
        ("p95 < 1s", "p95 < 1", "write the unit, such as 1s"),
        ("p95 < 1s", "mean < 1s", "a claim is held to percentiles and to success"),
        ("p95 < 1s", "p95 > 1s", "write < or <="),
        ("success > 99%", "success > 100%", "100%"),
        ('operation = "login"', 'operation = "masuk"', "should be 'login', 'submit_page', 'status'"),
        ('operation = "login"', 'operation = "login"\nlost = 0', "claim[2].lost = 0: goes with writes"),
        ('for = "5s"', 'for = "30s"', 'hold = "45s" is too short for that; write hold = "67s" or more'),
        ('at = "40%"', "at = 0.4", 'must be a part of the hold, such as "40%"'),
        ('hold = "40s"', 'hold = "5s"', 'is too short to judge; write at least "10s"'),
        ('require = ["p95 < 2s", "success > 95%"]', "", "nothing is required"),
        ('title = "Lima', 'titel = "Lima', 'did you mean "title"?'),
        ('id = "masuk"', 'id = "baca"', "every id must differ"),
        ("[about]", "[about", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said(before: str, after: str, said: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert before in text
    with pytest.raises(ScenarioError) as error:
        read_claims(text.replace(before, after, 1), "klaim.toml")
    assert said in str(error.value) and str(error.value).startswith("klaim.toml: ")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_claims(tmp_path / "klaim.toml")


def test_claims_are_frozen() -> None:
    claims: Claims = load_claims(EXAMPLE)
    with pytest.raises(ValueError, match="frozen"):
        claims.claim[0].rate = 1.0  # type: ignore[misc]
