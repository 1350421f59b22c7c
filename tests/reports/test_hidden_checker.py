"""Hidden: what is stored and not shown once everything has settled."""

from hypothesis import given
from hypothesis import strategies as st

from tests.reports.witnessed import FEW, day, only, said, settled


@FEW
@given(st.integers(0, 7), st.integers(0, 2))
def test_a_photo_that_is_not_shown(index: int, photo: int) -> None:
    rehearsal = day()
    settled(rehearsal, rehearsal.tps(index))["photos"].pop(photo)
    found = only("hidden", rehearsal)
    assert (found.count, found.examples[0].tps) == (1, rehearsal.tps(index))


def test_votes_that_are_not_shown() -> None:
    rehearsal = day()
    settled(rehearsal, rehearsal.tps(4))["votes"] = []
    assert only("hidden", rehearsal).count == 1


def test_a_correction_that_is_not_shown() -> None:
    rehearsal = day()
    tps = rehearsal.tps(2)
    first = next(row for row in rehearsal.store.rows if (row["tps"], row["page"]) == (tps, 2))
    settled(rehearsal, tps)["votes"] = first["votes"]
    assert only("hidden", rehearsal).count == 1


def test_a_region_that_counts_too_few() -> None:
    rehearsal = day()
    settled(rehearsal, "170802")["counted_tps"] = 1
    found = said("hidden", rehearsal)
    assert (found.valid, found.count) == (False, 1)
    assert found.examples[0].expected.en == "170802: 2 TPS counted"


def test_a_page_of_a_tps_that_is_gone() -> None:
    rehearsal = day()
    settled(rehearsal, rehearsal.tps(1)).update(status=404, votes=[], photos=[])
    assert said("hidden", rehearsal).count == 3


def test_what_nobody_asked_about_is_unknown() -> None:
    rehearsal = day().settle()
    rehearsal.portal = [row for row in rehearsal.portal if not row["settled"] or row["place"] == "170801"]
    found = said("hidden", rehearsal)
    assert found.valid == "unknown"
    assert "6 stored TPS" in found.why.en


def test_no_answer_proves_nothing() -> None:
    rehearsal = day().settle()
    for row in rehearsal.portal:
        row["status"] = 503 if row["settled"] else 200
    assert said("hidden", rehearsal).valid == "unknown"


def test_either_of_two_current_revisions_may_be_shown() -> None:
    rehearsal = day().settle()
    row = next(row for row in rehearsal.store.rows if row["page"] == 3)
    rehearsal.store.rows.append(
        {**row, "content_sha256_claimed": "f" * 64, "content_sha256_fetched": "f" * 64}
    )
    assert said("hidden", rehearsal).valid is True
