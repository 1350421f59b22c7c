"""A retry is harmless: same key, same receipt, one row."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.sirekap.kpps_phone import NUMBERS, Phone, Stack, photo, ready_phone, tps_code


def rows_of(stack: Stack, phone: Phone) -> list[tuple[int, int]]:
    return [(row["page"], row["revision"]) for row in stack.audit() if row["tps"] == phone.tps]


def test_the_same_key_again_is_the_same_receipt(stack: Stack) -> None:
    phone = ready_phone(stack, 21)
    first = phone.submit(2, "kunci-21")
    again = phone.submit(2, "kunci-21")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "replay": True}
    assert rows_of(stack, phone) == [(2, 1)]


def test_retries_at_once_give_one_row_and_one_receipt(stack: Stack) -> None:
    token = ready_phone(stack, 22).token
    phones = [Phone(stack, tps_code(22), token) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda phone: phone.submit(2, "kunci-22-serentak"), phones))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 7}
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert rows_of(stack, phones[0]) == [(2, 1)]


def test_two_operators_at_once_with_keys_of_their_own_give_one_row(stack: Stack) -> None:
    phones = [ready_phone(stack, 23, operator=operator) for operator in (1, 2) for _ in range(3)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda pair: pair[1].submit(2, f"kunci-23-{pair[0]}"), enumerate(phones)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 5}
    assert len({answer.json()["receipt"] for answer in answers}) == 1, "a 409 names the receipt that is there"
    assert rows_of(stack, phones[0]) == [(2, 1)]


def test_a_key_used_for_something_else_is_refused(stack: Stack) -> None:
    phone, neighbour = ready_phone(stack, 24), ready_phone(stack, 25)
    assert phone.submit(2, "kunci-24").status_code == 201
    for answer in (
        phone.submit(3, "kunci-24"),
        phone.submit(2, "kunci-24", jpeg=photo("foto lain")),
        neighbour.submit(2, "kunci-24"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert rows_of(stack, neighbour) == []


def test_corrections_at_once_all_become_revisions(stack: Stack) -> None:
    phones = [ready_phone(stack, 26) for _ in range(4)]
    phones[0].submit(2, "kunci-26")

    def correct(numbered: tuple[int, Phone]) -> int:
        number, phone = numbered
        body = {"numbers": {"suara_1": number}, "reason": f"koreksi {number}"}
        answer = phone.post("forms/ppwp/pages/2/correct", f"koreksi-26-{number}", body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["revision"])

    with ThreadPoolExecutor(4) as threads:
        revisions = sorted(threads.map(correct, enumerate(phones)))
    assert revisions == [2, 3, 4, 5]
    assert sorted(rows_of(stack, phones[0])) == [(2, revision) for revision in range(1, 6)]


def test_a_correction_needs_a_page_a_reason_and_known_fields(stack: Stack) -> None:
    phone = ready_phone(stack, 27)
    good = {"numbers": {"suara_1": 5}, "reason": "salah baca"}
    assert phone.post("forms/ppwp/pages/2/correct", "koreksi-27-a", good).status_code == 409
    phone.submit(2, "kunci-27")
    nothing = ({"numbers": {}, "reason": "x"}, {"numbers": {"suara_1": 5}, "reason": "  "})
    for wrong in (
        *nothing,
        {"numbers": {"suara_9": 5}, "reason": "x"},
        {"numbers": {"suara_1": 5}},
        {"reason": "x"},
    ):
        assert phone.post("forms/ppwp/pages/2/correct", "koreksi-27-b", wrong).status_code == 422
    assert phone.post("forms/ppwp/pages/2/correct", "koreksi-27-c", good).status_code == 201
    row = [row for row in stack.audit() if row["tps"] == phone.tps][-1]
    assert row["numbers"] == {**NUMBERS[2], "suara_1": 5}
    assert row["reason"] == "salah baca"


def test_a_correction_under_a_used_key_is_not_acknowledged_unless_it_is_stored(stack: Stack) -> None:
    phone = ready_phone(stack, 28)
    phone.submit(2, "kunci-28")
    path, good = "forms/ppwp/pages/2/correct", {"numbers": {"suara_1": 5}, "reason": "salah baca"}
    assert phone.post(path, "koreksi-28", good).status_code == 201
    assert phone.post(path, "koreksi-28", good).status_code == 200
    for key, numbers in (("kunci-28", {"suara_1": 50}), ("koreksi-28", {"suara_1": 6})):
        answer = phone.post(path, key, {**good, "numbers": numbers})
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert sorted(rows_of(stack, phone)) == [(2, 1), (2, 2)]
