"""Laws of the checkers over random histories: a sound store is never accused, a broken one always is."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import RunDirectory
from reports.checkers import compose, registered
from tests.reports.invented import Rehearsal, digest

OURS = ("lost", "duplicated", "altered", "torn", "phantom", "crossed")
"""The checkers that compare the history with what is stored."""

HAPPENED = st.sampled_from(["answered", "answered", "answered", "unknown-done", "unknown-not"])


@dataclass(frozen=True)
class Act:
    """One thing somebody does; `attempts` tells what became of each try with the same key."""

    what: str
    tps: int
    page: int
    operator: int
    version: int
    attempts: tuple[str, ...]


ACTS = st.lists(
    st.builds(
        Act,
        what=st.sampled_from(
            ["submit"] * 6 + ["correct"] * 3 + ["cut", "damaged", "foreign", "nobody", "refused"]
        ),
        tps=st.integers(0, 3),
        page=st.integers(1, 3),
        operator=st.integers(1, 2),
        version=st.integers(1, 3),
        attempts=st.lists(HAPPENED, min_size=1, max_size=4).map(tuple),
    ),
    min_size=1,
    max_size=40,
)


def played(acts: list[Act]) -> Rehearsal:
    """Perform the acts against the honest store, after two pages that were sent and answered."""
    rehearsal = Rehearsal(n_tps=4)
    rehearsal.submit(rehearsal.tps(0), 1)
    rehearsal.submit(rehearsal.tps(1), 3)
    for act in acts:
        tps = rehearsal.tps(act.tps)
        for attempt, happened in enumerate(act.attempts, start=1):
            match act.what:
                case "submit":
                    rehearsal.submit(tps, act.page, operator=act.operator, attempt=attempt, happened=happened)
                case "correct":
                    rehearsal.write(
                        "correct", tps, act.page, version=act.version, attempt=attempt, happened=happened
                    )
                case "cut":
                    rehearsal.probe_truncated(tps, act.page, happened=happened)
                case "damaged":
                    rehearsal.probe_corrupted(tps, act.page, happened=happened)
                case "nobody":
                    rehearsal.probe_no_session(tps, act.page, happened=happened)
                case "foreign":
                    rehearsal.probe_foreign(tps, rehearsal.tps(act.tps + 1), happened=happened)
                case "refused":
                    rehearsal.note(
                        "submit_page", tps, page=act.page, outcome="fail", status=503, key=f"busy{act.tps}"
                    )
    return rehearsal


def verdicts(rehearsal: Rehearsal) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        run = RunDirectory.open(rehearsal.save(Path(folder)))
        checkers = {name: registered()[name] for name in OURS}
        return {name: part.valid for name, part in compose(checkers)(run).parts.items()}


LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LAW
@given(ACTS)
def test_a_sound_store_is_never_accused(acts: list[Act]) -> None:
    assert set(verdicts(played(acts)).values()) == {True}


@LAW
@given(ACTS, st.data())
def test_a_lost_acknowledgement_is_always_seen(acts: list[Act], data: st.DataObject) -> None:
    rehearsal = played(acts)
    receipts = {
        op["receipt"] for op in rehearsal.history if op["outcome"] == "ok" and op["expect"] == "accept"
    }
    gone = data.draw(st.sampled_from([row for row in rehearsal.store.rows if row["receipt"] in receipts]))
    rehearsal.store.rows.remove(gone)
    found = verdicts(rehearsal)
    assert found.pop("lost") is False
    assert set(found.values()) == {True}


@LAW
@given(ACTS, st.data(), st.booleans())
def test_a_second_copy_is_always_seen(acts: list[Act], data: st.DataObject, same_receipt: bool) -> None:
    rehearsal = played(acts)
    row = data.draw(st.sampled_from(rehearsal.store.rows))
    receipt = row["receipt"] if same_receipt else "R-another"
    rehearsal.store.rows.append({**row, "receipt": receipt, "current": False, "revision": 99})
    found = verdicts(rehearsal)
    assert found.pop("duplicated") is False
    assert set(found.values()) == {True}


@LAW
@given(ACTS, st.data(), st.sampled_from(["content_sha256", "numbers_sha256"]))
def test_altered_content_is_always_seen(acts: list[Act], data: st.DataObject, column: str) -> None:
    rehearsal = played(acts)
    receipts = {
        op["receipt"]
        for op in rehearsal.history
        if op["outcome"] == "ok" and (op["kind"] == "submit_page" or column == "numbers_sha256")
    }
    row = data.draw(st.sampled_from([row for row in rehearsal.store.rows if row["receipt"] in receipts]))
    for name in row:
        if name.startswith(column):
            row[name] = digest("something else")
    found = verdicts(rehearsal)
    assert found.pop("altered") is False
    assert set(found.values()) == {True}


@LAW
@given(ACTS, st.data(), st.booleans())
def test_a_photo_that_disagrees_with_its_row_is_always_seen(
    acts: list[Act], data: st.DataObject, cut_off: bool
) -> None:
    rehearsal = played(acts)
    row = data.draw(st.sampled_from(rehearsal.store.rows))
    row |= {"content_whole": False} if cut_off else {"content_sha256_fetched": digest("one bit of it")}
    found = verdicts(rehearsal)
    assert found.pop("torn") is False
    assert set(found.values()) == {True}


@LAW
@given(ACTS, st.data())
def test_an_invented_row_is_always_seen(acts: list[Act], data: st.DataObject) -> None:
    rehearsal = played(acts)
    row = data.draw(st.sampled_from(rehearsal.store.rows))
    rehearsal.store.rows.append({**row, "key": "nobody's", "receipt": "R-nobody", "revision": 50})
    found = verdicts(rehearsal)
    assert found.pop("phantom") is False
    assert set(found.values()) == {True}


@LAW
@given(ACTS, st.data(), st.booleans())
def test_a_row_under_another_tps_is_always_seen(
    acts: list[Act], data: st.DataObject, honest_account: bool
) -> None:
    rehearsal = played(acts)
    row = data.draw(st.sampled_from(rehearsal.store.rows))
    others = [rehearsal.tps(index) for index in range(4) if rehearsal.tps(index) != row["tps"]]
    row["tps"] = data.draw(st.sampled_from(others))
    if not honest_account:
        row["account_tps"] = row["tps"]
    found = verdicts(rehearsal)
    assert found.pop("crossed") is False
    assert set(found.values()) == {True}
