"""Each checker catches its own violation, and only that one; an honest day raises no alarm."""

from collections.abc import Callable
from pathlib import Path

import pytest

import reports
from reports.finding import Finding
from tests.reports.invented import Rehearsal, Row, digest

OURS = ("lost", "duplicated", "altered", "torn", "phantom", "crossed")

Bend = Callable[[Rehearsal], None]


def findings(rehearsal: Rehearsal, folder: Path, readback: bool = True) -> dict[str, Finding]:
    return dict(reports.check(rehearsal.save(folder / "run", readback)).checkers)


def ours(rehearsal: Rehearsal, folder: Path, readback: bool = True) -> dict[str, Finding]:
    """Findings of the checkers that compare the history with what is stored."""
    found = findings(rehearsal, folder, readback)
    return {name: found[name] for name in OURS}


def stored(rehearsal: Rehearsal, index: int, page: int) -> Row:
    tps = rehearsal.tps(index)
    return next(row for row in rehearsal.store.rows if (row["tps"], row["page"]) == (tps, page))


# Ways to break a store, each with the one checker that must see it.


def row_dropped(r: Rehearsal) -> None:
    r.store.rows.remove(stored(r, 3, 1))


def photo_gone(r: Rehearsal) -> None:
    stored(r, 3, 1)["content_sha256_fetched"] = ""


def correction_dropped(r: Rehearsal) -> None:
    r.store.rows.pop(next(at for at, row in enumerate(r.store.rows) if row["revision"] == 2))


def first_revision_overwritten(r: Rehearsal) -> None:
    r.store.rows.remove(stored(r, 2, 2))


def receipt_forgotten_then_written_again(r: Rehearsal) -> None:
    stored(r, 3, 1)["receipt"] = "R-of-the-second-time"


def stored_twice(r: Rehearsal) -> None:
    r.store.rows.append({**stored(r, 3, 1), "current": False})


def retry_inserted_again(r: Rehearsal) -> None:
    r.store.rows.append({**stored(r, 3, 1), "receipt": "R-again", "revision": 2, "current": False})


def both_operators_stored(r: Rehearsal) -> None:
    row = stored(r, 4, 1)
    refused = r.submit(r.tps(4), 1, operator=2)
    refused.update(outcome="unknown", status=0, receipt="")
    r.store.rows.append(
        {**row, "key": refused["key"], "receipt": "R-second", "operator": 2, "revision": 2, "current": False}
    )


def two_revisions_current(r: Rehearsal) -> None:
    stored(r, 2, 2)["current"] = True


def one_receipt_for_two_pages(r: Rehearsal) -> None:
    first, second = stored(r, 3, 1), stored(r, 3, 3)
    for op in r.history:
        if op["key"] == second["key"]:
            op["receipt"] = first["receipt"]
    second["receipt"] = first["receipt"]


def photo_altered(r: Rehearsal) -> None:
    row = stored(r, 3, 1)
    row["content_sha256_claimed"] = row["content_sha256_fetched"] = digest("compressed once more")


def photo_damaged(r: Rehearsal) -> None:
    stored(r, 3, 1)["content_sha256_fetched"] = digest("one bit of it")


def photo_cut_off(r: Rehearsal) -> None:
    stored(r, 3, 1)["content_whole"] = False


def photo_of_an_unanswered_write_damaged(r: Rehearsal) -> None:
    row = stored(r, 3, 1)
    for op in r.history:
        if op["key"] == row["key"]:
            op.update(outcome="unknown", status=0, receipt="")
    row["content_sha256_fetched"] = digest("half of it")


def numbers_altered(r: Rehearsal) -> None:
    stored(r, 3, 1)["numbers_sha256"] = digest("128 became -128")


def earlier_revision_altered(r: Rehearsal) -> None:
    stored(r, 2, 2)["numbers_sha256"] = digest("rewritten by the correction")


def filed_under_another_page(r: Rehearsal) -> None:
    stored(r, 3, 1)["page"] = 7


def truncated_photo_accepted(r: Rehearsal) -> None:
    r.probe_truncated(r.tps(6), 3).update(outcome="ok", status=201, receipt="R-half")


def corrupted_photo_accepted(r: Rehearsal) -> None:
    r.probe_corrupted(r.tps(6), 3).update(outcome="ok", status=201, receipt="R-damaged")


def truncated_photo_accepted_and_stored(r: Rehearsal) -> None:
    row = stored(r, 6, 3)
    probe = r.probe_truncated(r.tps(6), 3)
    probe.update(outcome="ok", status=201, receipt=row["receipt"])
    r.history = [op for op in r.history if op is probe or op["key"] != row["key"]]
    row.update(key=probe["key"], content_sha256_claimed=digest("half"), content_whole=False)
    row["content_sha256_fetched"] = row["content_sha256_claimed"]


def invented_row(r: Rehearsal) -> None:
    r.store.rows.append({**stored(r, 3, 1), "form": "dpr", "key": "nobody", "receipt": "R-nobody"})


def refused_yet_stored(r: Rehearsal) -> None:
    said_no = r.probe_no_session(r.tps(0), 1, key="refused-key")
    r.store.rows.append({**stored(r, 0, 1), "page": 9, "key": said_no["key"], "receipt": "R-refused"})


def unknown_stored_with_other_numbers(r: Rehearsal) -> None:
    row = stored(r, 3, 1)
    for op in r.history:
        if op["key"] == row["key"]:
            op.update(outcome="unknown", status=0, receipt="")
    row["numbers_sha256"] = digest("nobody sent these")


def unknown_stored_with_another_photo(r: Rehearsal) -> None:
    row = stored(r, 3, 1)
    for op in r.history:
        if op["key"] == row["key"]:
            op.update(outcome="unknown", status=0, receipt="")
    row["content_sha256_claimed"] = row["content_sha256_fetched"] = digest("nobody took it")


def foreign_write_accepted(r: Rehearsal) -> None:
    r.probe_foreign(r.tps(5), r.tps(6)).update(outcome="ok", status=201, receipt="R-foreign")


def foreign_write_unanswered_but_stored(r: Rehearsal) -> None:
    probe = r.probe_foreign(r.tps(5), r.tps(6))
    probe.update(outcome="unknown", status=0)
    r.store.rows.append(
        {**stored(r, 5, 3), "tps": r.tps(6), "form": "ppwp", "key": probe["key"], "receipt": "R-foreign"}
    )


def neighbours_own_photo_written_from_elsewhere(r: Rehearsal) -> None:
    probe = r.probe_foreign(r.tps(5), r.tps(6))
    probe.update(outcome="unknown", status=0, content_sha256=digest("photo", r.tps(6), 3))
    r.store.rows.remove(stored(r, 6, 3))
    r.history = [op for op in r.history if op is probe or (op["tps"], op["page"]) != (r.tps(6), 3)]
    r.store.rows.append(
        {**stored(r, 5, 3), "tps": r.tps(6), "key": probe["key"], "receipt": "R-foreign"}
        | dict.fromkeys(("content_sha256_claimed", "content_sha256_fetched"), probe["content_sha256"])
        | {"numbers_sha256": probe["numbers_sha256"]}
    )


def two_tps_swapped(r: Rehearsal) -> None:
    a, b = stored(r, 3, 1), stored(r, 4, 2)
    a["tps"], b["tps"] = b["tps"], a["tps"]


def two_tps_swapped_with_their_accounts(r: Rehearsal) -> None:
    two_tps_swapped(r)
    for row in r.store.rows:
        row["account_tps"] = row["tps"]


def photos_of_two_tps_swapped(r: Rehearsal) -> None:
    a, b = stored(r, 3, 1), stored(r, 4, 2)
    for name in ("content_sha256_fetched", "content_sha256_claimed"):
        a[name], b[name] = b[name], a[name]


VIOLATIONS: list[tuple[str, Bend]] = [
    ("lost", row_dropped),
    ("lost", photo_gone),
    ("lost", correction_dropped),
    ("lost", first_revision_overwritten),
    ("lost", receipt_forgotten_then_written_again),
    ("duplicated", stored_twice),
    ("duplicated", retry_inserted_again),
    ("duplicated", both_operators_stored),
    ("duplicated", two_revisions_current),
    ("duplicated", one_receipt_for_two_pages),
    ("altered", photo_altered),
    ("altered", numbers_altered),
    ("altered", earlier_revision_altered),
    ("altered", filed_under_another_page),
    ("torn", photo_damaged),
    ("torn", photo_cut_off),
    ("torn", photo_of_an_unanswered_write_damaged),
    ("torn", truncated_photo_accepted),
    ("torn", truncated_photo_accepted_and_stored),
    ("torn", corrupted_photo_accepted),
    ("phantom", invented_row),
    ("phantom", refused_yet_stored),
    ("phantom", unknown_stored_with_other_numbers),
    ("phantom", unknown_stored_with_another_photo),
    ("crossed", foreign_write_accepted),
    ("crossed", foreign_write_unanswered_but_stored),
    ("crossed", neighbours_own_photo_written_from_elsewhere),
    ("crossed", two_tps_swapped),
    ("crossed", two_tps_swapped_with_their_accounts),
    ("crossed", photos_of_two_tps_swapped),
]


@pytest.mark.parametrize(("name", "bend"), VIOLATIONS, ids=[bend.__name__ for _, bend in VIOLATIONS])
def test_a_violation_is_seen_by_its_checker_and_no_other(name: str, bend: Bend, tmp_path: Path) -> None:
    rehearsal = Rehearsal().play()
    bend(rehearsal)
    found = findings(rehearsal, tmp_path)
    assert {one for one, finding in found.items() if finding.valid is False} == {name}
    assert {one for one in OURS if found[one].valid is not True} == {name}
    assert found[name].valid is False
    assert found[name].count == (2 if "of_two" in bend.__name__ or "two_tps" in bend.__name__ else 1)
    assert found[name].examples
    assert found[name].bound_95 is None


def test_an_honest_day_raises_no_alarm(tmp_path: Path) -> None:
    found = findings(Rehearsal().play(), tmp_path)
    assert {name: (one.valid, one.count) for name, one in found.items()} == dict.fromkeys(found, (True, 0))
    # 24 pages and two corrections; retries, the second operator and the probes promise nothing more
    assert found["lost"].checked == 26
    assert found["lost"].bound_95 == 3 / 26


def test_a_foreign_write_that_is_accepted_and_stored_is_one_violation(tmp_path: Path) -> None:
    rehearsal = Rehearsal().play()
    foreign_write_unanswered_but_stored(rehearsal)
    rehearsal.history[-1].update(outcome="ok", status=201, receipt="R-foreign")
    found = findings(rehearsal, tmp_path)["crossed"]
    assert (found.valid, found.count) == (False, 1)


def test_an_example_names_operation_tps_expected_and_found(tmp_path: Path) -> None:
    rehearsal = Rehearsal().play()
    row = stored(rehearsal, 3, 1)
    rehearsal.store.rows.remove(row)
    example = findings(rehearsal, tmp_path)["lost"].examples[0]
    sent = next(op for op in rehearsal.history if op["receipt"] == row["receipt"])
    assert example.op_ids == (sent["op_id"],)
    assert (example.tps, example.form, example.page) == (row["tps"], "ppwp", 1)
    assert row["receipt"] in example.expected.en
    assert example.found.id == "tidak ada di sistem"


def test_many_violations_are_counted_and_ten_are_told(tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=8).play()
    rehearsal.store.rows = [row for row in rehearsal.store.rows if row["page"] == 3]
    found = findings(rehearsal, tmp_path)["lost"]
    assert found.count == 18
    assert len(found.examples) == 10


class TestUnknownOutcomes:
    """What was never answered may or may not have happened, and nobody guesses."""

    @pytest.mark.parametrize("happened", ["unknown-done", "unknown-not"])
    def test_an_unknown_attempt_and_an_acknowledged_retry_are_one_write(
        self, happened: str, tmp_path: Path
    ) -> None:
        rehearsal = Rehearsal(n_tps=2)
        rehearsal.submit(rehearsal.tps(0), 1, happened=happened)
        rehearsal.submit(rehearsal.tps(0), 1, attempt=2)
        found = ours(rehearsal, tmp_path)
        assert len(rehearsal.store.rows) == 1
        assert all(finding.valid is True for finding in found.values())

    @pytest.mark.parametrize("rows", [0, 1, 2])
    def test_a_write_that_was_only_unknown_may_be_there_once(self, rows: int, tmp_path: Path) -> None:
        rehearsal = Rehearsal(n_tps=2)
        rehearsal.submit(rehearsal.tps(1), 1)
        rehearsal.submit(rehearsal.tps(0), 1, happened="unknown-done")
        row = rehearsal.store.rows.pop()
        rehearsal.store.rows += [{**row, "receipt": f"R{n}", "current": n == 0} for n in range(rows)]
        found = ours(rehearsal, tmp_path)
        wrong = {name for name, finding in found.items() if finding.valid is not True}
        assert wrong == ({"duplicated"} if rows == 2 else set())

    def test_an_unknown_correction_may_have_added_its_revision(self, tmp_path: Path) -> None:
        rehearsal = Rehearsal(n_tps=2)
        rehearsal.submit(rehearsal.tps(0), 2)
        rehearsal.write("correct", rehearsal.tps(0), 2, version=3, happened="unknown-done")
        assert len(rehearsal.store.rows) == 2
        assert all(finding.valid is True for finding in ours(rehearsal, tmp_path).values())

    def test_an_error_500_may_have_been_stored(self, tmp_path: Path) -> None:
        rehearsal = Rehearsal(n_tps=2)
        rehearsal.submit(rehearsal.tps(1), 1)
        row = rehearsal.submit(rehearsal.tps(0), 1)
        row.update(outcome="fail", status=500, receipt="")
        assert all(finding.valid is True for finding in ours(rehearsal, tmp_path).values())

    def test_an_unanswered_foreign_write_proves_nothing(self, tmp_path: Path) -> None:
        rehearsal = Rehearsal().play()
        rehearsal.probe_foreign(rehearsal.tps(5), rehearsal.tps(6)).update(outcome="unknown", status=0)
        assert findings(rehearsal, tmp_path)["crossed"].valid is True

    def test_a_truncated_photo_answered_with_an_old_receipt_is_a_replay(self, tmp_path: Path) -> None:
        rehearsal = Rehearsal(n_tps=2)
        whole = rehearsal.submit(rehearsal.tps(0), 1)
        again = rehearsal.probe_truncated(rehearsal.tps(0), 1)
        again.update(outcome="ok", status=200, key=whole["key"], receipt=whole["receipt"])
        assert findings(rehearsal, tmp_path)["torn"].valid is True


class TestNeverAPassWithoutProof:
    def test_without_a_readback(self, tmp_path: Path) -> None:
        found = ours(Rehearsal().play(), tmp_path, readback=False)
        assert {finding.valid for finding in found.values()} == {"unknown"}

    @pytest.mark.parametrize("ended", ["interrupted", "aborted"])
    def test_cut_short(self, ended: str, tmp_path: Path) -> None:
        rehearsal = Rehearsal().play()
        rehearsal.run["ended"] = ended
        found = ours(rehearsal, tmp_path)
        assert {finding.valid for finding in found.values()} == {"unknown"}

    def test_cut_short_absence_proves_nothing_but_what_is_seen_stands(self, tmp_path: Path) -> None:
        rehearsal = Rehearsal().play()
        invented_row(rehearsal)
        row_dropped(rehearsal)
        two_revisions_current(rehearsal)
        foreign_write_accepted(rehearsal)
        rehearsal.run["ended"] = "interrupted"
        found = ours(rehearsal, tmp_path)
        assert {name: found[name].valid for name in ("lost", "phantom", "altered", "torn")} == dict.fromkeys(
            ("lost", "phantom", "altered", "torn"), "unknown"
        )
        assert (found["duplicated"].valid, found["crossed"].valid) == (False, False)

    def test_nothing_acknowledged(self, tmp_path: Path) -> None:
        rehearsal = Rehearsal()
        rehearsal.note("login", rehearsal.tps(0))
        found = ours(rehearsal, tmp_path)
        assert {finding.valid for finding in found.values()} == {"unknown"}

    def test_an_empty_history(self, tmp_path: Path) -> None:
        verdict = reports.check(Rehearsal(run={"expect": {}}).save(tmp_path / "run"))
        assert verdict.verdict == "unknown"
