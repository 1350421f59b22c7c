"""Whose turn it is among several claims: no undecided one takes the time of all the others."""

import ast
from pathlib import Path

import gladi
from gladi.claims.turns import Turns
from scenarios.claims import Claim, Claims, read_claims

WARM_S = 3.0


def claims(**holds: str) -> Claims:
    text = '[about]\nwho = "V"\nwhat = "D"\nsystem = "u"\ndate = 2027-01-10\nscenario = "kepahiang-2024"\n'
    for name, hold in holds.items():
        text += (
            f'[[claim]]\nid = "{name}"\ntitle = "K"\noperation = "login"\nrate = "10/s"\nhold = "{hold}"\n'
        )
        text += 'require = ["p95 < 1s"]\n'
    return read_claims(text, "klaim.toml")


def played(file: Claims, seconds: float, settles: dict[str, int], most: int = 8) -> list[str]:
    """Who is played in which order; `settles`: which playing decides it."""
    turns = Turns(file.claim, {one.id: most for one in file.claim}, WARM_S)
    order, clock_s = [], 0.0
    while (claim := turns.next(seconds - clock_s)) is not None:
        order.append(claim.id)
        clock_s += _took_s(claim)
        turns.took(claim, _took_s(claim), turns.times(claim) + 1 >= settles.get(claim.id, 99))
    return order


def _took_s(claim: Claim) -> float:
    return WARM_S + claim.hold


def test_each_is_played_once_then_the_undecided_in_turn() -> None:
    file = claims(a="30s", b="30s", c="30s")
    assert played(file, 240.0, {"b": 1}) == ["a", "b", "c", "a", "c", "a", "c"]
    assert played(file, 240.0, {"a": 2, "b": 1, "c": 2}) == ["a", "b", "c", "a", "c"], "decided: no more"
    assert played(file, 10.0, {}) == ["a", "b", "c"], "each once, whatever the time"


def test_a_long_claim_does_not_take_the_minutes_of_a_short_one() -> None:
    order = played(claims(long="120s", short="20s"), 460.0, {}, most=4)
    assert order == ["long", "short", "short", "short", "short", "long"]
    assert played(claims(long="120s", short="20s"), 200.0, {}) == ["long", "short", "short", "short"], (
        "what is left is too short for the long one"
    )


def test_what_offers_load_does_not_know_who_asks_for_it() -> None:
    for path in (Path(gladi.__file__).parent / "offering").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            assert not module.startswith(("gladi.claims", "gladi.capacity", "gladi.calibrate")), path
