"""Who may do what: every endpoint against every kind of caller."""

import pytest
import requests

from tests.sirekap.kpps_phone import WAIT_S, Stack, bearer, ready_phone, tps_code

OWN, OTHER = tps_code(11), tps_code(12)

# method, path, callers that get through (whatever they are told then, it is neither 401 nor 403)
MATRIX = [
    ("POST", "/v1/admin/register", {"admin"}),
    ("GET", "/v1/audit/pages", {"audit"}),
    ("GET", f"/v1/tps/{OWN}", {"own"}),
    ("GET", f"/v1/tps/{OWN}/status", {"own"}),
    ("POST", f"/v1/tps/{OWN}/forms/ppwp/pages/1", {"own"}),
    ("POST", f"/v1/tps/{OWN}/forms/ppwp/pages/1/correct", {"own"}),
    ("POST", f"/v1/tps/{OWN}/forms/ppwp/confirm", {"own"}),
    ("GET", "/public/v1/national", {"nobody", "wrong", "own", "other", "admin", "audit"}),
    ("GET", "/public/v1/region/17.08", {"nobody", "wrong", "own", "other", "admin", "audit"}),
    ("GET", f"/public/v1/tps/{OWN}", {"nobody", "wrong", "own", "other", "admin", "audit"}),
    ("GET", "/healthz", {"nobody", "wrong", "own", "other", "admin", "audit"}),
]


@pytest.fixture(scope="module")
def tokens(stack: Stack) -> dict[str, str]:
    """A token for each kind of caller; operators may not use the tokens of offices nor offices theirs."""
    return {
        "nobody": "",
        "wrong": "A" * 43,
        "own": ready_phone(stack, 11).token,
        "other": ready_phone(stack, 12).token,
        "admin": stack.admin_token,
        "audit": stack.audit_token,
    }


@pytest.mark.parametrize("caller", ["nobody", "wrong", "own", "other", "admin", "audit"])
@pytest.mark.parametrize("row", MATRIX, ids=[f"{method} {path}" for method, path, _ in MATRIX])
def test_the_matrix(
    stack: Stack, tokens: dict[str, str], row: tuple[str, str, set[str]], caller: str
) -> None:
    method, path, allowed = row
    headers = bearer(tokens[caller]) if tokens[caller] else {}
    answer = requests.request(method, stack.url + path, headers=headers, timeout=WAIT_S)
    if caller in allowed:
        assert answer.status_code not in (401, 403), answer.text
    else:
        assert answer.status_code in (401, 403), answer.text
        assert (answer.status_code == 401) or caller != "nobody"


def test_nobody_writes_for_another_tps(stack: Stack) -> None:
    phone = ready_phone(stack, 13)
    other = tps_code(14)
    answer = phone.submit(2, "kunci-asing-1", tps=other)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_tps")
    correction = {"numbers": {"suara_1": 1}, "reason": "bukan milik saya"}
    assert phone.post("forms/ppwp/pages/2/correct", "kunci-asing-2", correction, tps=other).status_code == 403
    assert phone.post("forms/ppwp/confirm", "kunci-asing-3", {"sesuai": True}, tps=other).status_code == 403
    assert not [row for row in stack.audit() if row["tps"] == other]


def test_both_operators_of_a_tps_may_write(stack: Stack) -> None:
    assert ready_phone(stack, 15, operator=1).submit(1, "kunci-15-1").status_code == 201
    assert ready_phone(stack, 15, operator=2).submit(2, "kunci-15-2").status_code == 201
    rows = {row["page"]: row["operator"] for row in stack.audit() if row["tps"] == tps_code(15)}
    assert rows == {1: 1, 2: 2}
