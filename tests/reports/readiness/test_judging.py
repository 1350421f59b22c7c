"""The rules of readiness: what says go, what says no-go, and what nobody said is unknown."""

import copy
import json
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from reports.columns import RunDirectoryError
from reports.readiness import Gathered, demand, judge, keep
from reports.readiness.answer import Answer
from reports.readiness.demand import further, peaks
from reports.readiness.measured import holds
from reports.schema import KINDS as OPERATIONS
from tests.reports.readiness.invented import CAPACITY, REHEARSAL, folder, gathered


def answer(path: Path, name: str, **changes: Any) -> Answer:
    return judge(gathered(path / "kesiapan", **changes)).answer(name)


def capacity(**changed: Any) -> dict[str, Any]:
    made = copy.deepcopy(CAPACITY)
    for where, value in changed.items():
        made["found"]["login"][where] = value
    return made


def test_everything_known_and_good_is_go(tmp_path: Path) -> None:
    found = judge(gathered(tmp_path / "kesiapan"))
    assert found.state == "go", [(one.name, one.state, one.why.en) for one in found.answers]
    assert found.risks == ()


def test_nothing_becomes_ready_by_silence(tmp_path: Path) -> None:
    forecast = {"kind": "forecast", "source": "", "at": None}
    needs = [("170801", "", "power", 3.0, nan), ("170801", "1708011001001", "no_signal", 1.0, 600.0)]
    found = judge(
        gathered(
            tmp_path / "k", source=forecast, needs=needs, capacity=[], rehearsal=None, risks=None, staff=None
        )
    )
    assert {one.state for one in found.answers} == {"unknown"}
    assert found.state == "unknown"


@pytest.mark.parametrize("missing", [1, 80])
def test_one_account_that_is_not_active_is_a_no_go(tmp_path: Path, missing: int) -> None:
    found = judge(gathered(tmp_path / "k", activation=[("170801", 120, 120), ("170802", 80, 80 - missing)]))
    assert found.state == found.answer("activation").state == "no_go"
    assert found.risks[0].severity == "critical" and "Ujan" in found.risks[0].title.id
    assert found.answer("activation").figures["areas"][0]["name"] == "Ujan"


def test_a_kecamatan_without_figures_is_unknown_unless_the_rest_fails_already(tmp_path: Path) -> None:
    assert answer(tmp_path, "activation", activation=[("170801", 120, 120)]).state == "unknown"
    (tmp_path / "b").mkdir()
    assert answer(tmp_path / "b", "activation", activation=[("170801", 120, 119)]).state == "no_go"


@pytest.mark.parametrize(
    ("kind", "active", "state"),
    [("rehearsed", 200, "unknown"), ("rehearsed", 199, "no_go"), ("simulated", 150, "unknown"),
     ("forecast", 100, "unknown")],
)  # fmt: skip
def test_only_real_accounts_say_go(tmp_path: Path, kind: str, active: int, state: str) -> None:
    source = {"kind": kind, "source": "x", "at": "2027-01-10T10:00:00+07:00"}
    assert answer(tmp_path, "activation", activation=[("170801", 200, active)], source=source).state == state


@pytest.mark.parametrize(
    "source",
    [
        {"example": True, "at": "2027-01-10T10:00:00+07:00"},
        {"example": False, "at": "2027-01-08T10:00:00+07:00"},
    ],
)
def test_examples_and_old_figures_say_nothing(tmp_path: Path, source: dict[str, Any]) -> None:
    given = {"kind": "counted", "source": "aktivasi.csv", **source}
    assert answer(tmp_path, "activation", source=given).state == "unknown"


def test_headroom_is_the_worst_end_of_both_intervals(tmp_path: Path) -> None:
    opened = gathered(tmp_path / "k", a_minute=600)
    peak, held = peaks(opened)["login"], holds(opened, "login")
    assert held is not None
    assert peak.rate_per_s == pytest.approx(602 / 60)
    assert peak.high_per_s > 603 / 60, "a further day may be worse than the worst of three"
    kinds = judge(opened).answer("capacity").figures["kinds"]
    assert kinds["login"]["headroom_low"] == pytest.approx(38.0 / peak.high_per_s)
    assert "activate" not in kinds, "all accounts are active, so nobody will activate one"


@pytest.mark.parametrize(
    ("a_minute", "state"), [(600, "go"), (1600, "unknown"), (2400, "no_go")]
)  # 38 / 26.8 < 1.5 < 44 / 26.6, and 44 / 39.9 < 1.5
def test_too_little_headroom(tmp_path: Path, a_minute: int, state: str) -> None:
    assert answer(tmp_path, "capacity", a_minute=a_minute).state == state


def test_old_and_contradicting_measurements_say_no_go_but_never_go(tmp_path: Path) -> None:
    old = copy.deepcopy(CAPACITY) | {"about": {"date": "2026-10-01T00:00:00+00:00"}}
    assert answer(tmp_path, "capacity", capacity=[old]).state == "unknown"
    other = capacity(holds_per_s=400.0, knee={"low_per_s": 390.0, "high_per_s": 410.0})
    for number, (a_minute, state) in enumerate(((600, "go"), (1600, "unknown"), (24_000, "no_go"))):
        (tmp_path / str(number)).mkdir()
        found = answer(tmp_path / str(number), "capacity", capacity=[CAPACITY, other], a_minute=a_minute)
        assert found.figures["kinds"]["login"]["state"] == state, "by the widest that any of them allows"


def test_an_open_end_that_contradicts_does_not_open_the_answer(tmp_path: Path) -> None:
    least = capacity(outcome="at_least", holds_per_s=60.0, knee=None)
    held = holds(gathered(tmp_path / "k", capacity=[CAPACITY, least]), "login")
    assert held is not None and held.contradicted
    assert (held.low_per_s, held.high_per_s) == (38.0, 60.0)


def test_a_claim_bounds_from_the_side_it_was_decided_on(tmp_path: Path) -> None:
    def certificate(answer: str, rate: float) -> dict[str, Any]:
        claim = {"operation": "login", "answer": answer, "rate_per_s": rate, "requirements": []}
        return {"source": "klaim", "started_at": "2027-01-09T00:00:00+00:00", "claims": [claim],
                "target": {"url": "http://sistem.invalid"}}  # fmt: skip

    claims = [certificate("upheld", 30.0), certificate("refuted", 90.0), certificate("undecided", 500.0)]
    held = holds(gathered(tmp_path / "k", capacity=[], claims=claims), "login")
    assert held is not None and (held.low_per_s, held.high_per_s) == (30.0, 90.0)
    assert held.rate_per_s is None


def test_a_mix_says_at_least_for_each_kind_in_it(tmp_path: Path) -> None:
    mixed = copy.deepcopy(CAPACITY)
    mixed["asked"] |= {"whats": ["mixed"], "mixes": {"mixed": {"submit_page": 3.0, "login": 1.0}}}
    mixed["found"] = {"mixed": CAPACITY["found"]["login"]}  # type: ignore[index]
    held = holds(gathered(tmp_path / "k", capacity=[mixed]), "submit_page")
    assert held is not None and (held.low_per_s, held.high_per_s) == (38.0 * 0.75, inf)


def test_a_sample_is_multiplied_and_its_peak_taken_over_ten_minutes(tmp_path: Path) -> None:
    found = judge(gathered(tmp_path / "k", predicted=50, serves_tps=1_000)).answer("capacity").figures
    assert (found["scale_up"], found["window_minutes"], found["serves_tps"]) == (20.0, 10, 1_000)
    assert found["kinds"]["login"]["peak"]["rate_per_s"] == pytest.approx(20 * (62 + 9 * 6) / 600)


def test_plans_must_cover_every_tps_without_signal(tmp_path: Path) -> None:
    needs = [("170801", "1708011001001", "no_signal", 1.0, 3_000.0),
             ("170802", "1708022001004", "no_signal", 1.0, 9_000.0),
             ("170802", "1708022001005", "unsteady", 1.0, nan)]  # fmt: skip
    one = [("170801", "no_signal", "VSAT", "PPK")]
    found = answer(tmp_path, "signal", needs=needs, plans=one)
    assert (found.state, found.figures["planned"]) == ("no_go", 1.0)
    bare, far, unsteady = found.risks
    assert bare.title.id == "1 TPS tanpa sinyal belum punya rencana: Ujan (1)" and bare.severity == "high"
    assert far.title.en == "The journey to signal is longer than 2 hours in Ujan"
    assert unsteady.severity == "low"
    both = [*one, ("1708022001004", "no_signal", "titik kirim", "PPS")]
    (tmp_path / "b").mkdir()
    assert answer(tmp_path / "b", "signal", needs=needs, plans=both).state == "go"


@pytest.mark.parametrize(
    ("plans", "state"), [(None, "unknown"), ([], "no_go"), ([("170801", "power", "genset", "PPS")], "go")]
)
def test_power(tmp_path: Path, plans: Any, state: str) -> None:
    needs = [("170801", "", "power", 3.0, nan), ("170802", "", "power", 0.9, nan)]
    assert answer(tmp_path, "power", needs=needs, plans=plans).state == state


@pytest.mark.parametrize(("staff", "state"), [(None, "unknown"), (2, "no_go"), (4, "go")])
def test_the_help_desk(tmp_path: Path, staff: int | None, state: str) -> None:
    found = answer(tmp_path, "help_desk", staff=staff)  # 10 calls of 8 minutes in an hour: 1.3 people's work
    assert (found.state, found.figures["needed"]) == (state, 3)


@pytest.mark.parametrize(
    ("changed", "state"),
    [({"verdict": "failed"}, "no_go"), ({"verdict": "unknown"}, "unknown"), ({"mode": "simulate"}, "unknown"),
     ({"ended": "interrupted"}, "unknown"), ({"defects": ["x"]}, "unknown"),
     ({"region": {"code": "51.03", "name": "Badung"}}, "unknown"),
     ({"verdict": "failed", "mode": "simulate"}, "unknown"),
     ({"started_at": "2026-12-01T00:00:00+00:00"}, "unknown"),
     ({"started_at": "2026-12-01T00:00:00+00:00", "verdict": "failed"}, "no_go")],
)  # fmt: skip
def test_the_last_rehearsal(tmp_path: Path, changed: dict[str, Any], state: str) -> None:
    assert answer(tmp_path, "rehearsal", rehearsal=REHEARSAL | changed).state == state


def test_what_a_rehearsal_left_open_is_named(tmp_path: Path) -> None:
    lost = {"valid": False, "why": "2 lost", "why_id": "2 hilang", "title": "Lost", "title_id": "Hilang"}
    fault = {"id": "1", "name": "process_kill", "target": "postgres", "struck_s": 3.0, "recovery_s": None}
    changed = {"verdict": "failed", "checkers": {"lost": lost}, "survivability": {"faults": [fault]}}
    risks = answer(tmp_path, "rehearsal", rehearsal=REHEARSAL | changed).risks
    assert [one.severity for one in risks] == ["critical", "high"]
    assert "Hilang" in risks[0].title.id and "postgres" in risks[1].title.id


RISK = """[[risks]]
title = "Genset belum diuji"
owner = "PPK"
severity = "{}"
due = {}
mitigated = {}
"""


@pytest.mark.parametrize(
    ("severity", "due", "mitigated", "state"),
    [("critical", "2027-02-01", "false", "no_go"), ("critical", "2027-02-01", "true", "go"),
     ("high", "2027-01-09", "false", "no_go"), ("high", "2027-01-10", "false", "go"),
     ("low", "2020-01-01", "false", "go")],
)  # fmt: skip
def test_the_register(tmp_path: Path, severity: str, due: str, mitigated: str, state: str) -> None:
    assert answer(tmp_path, "risks", risks=RISK.format(severity, due, mitigated)).state == state


def test_an_example_register_says_nothing(tmp_path: Path) -> None:
    assert answer(tmp_path, "risks", risks="example = true\nrisks = []\n").state == "unknown"


def test_what_was_found_is_kept_and_follows_from_the_folder_again(tmp_path: Path) -> None:
    path = folder(tmp_path / "k", a_minute=1600)
    first = judge(Gathered.open(path))
    keep(path, first)
    again = Gathered.open(path)
    assert again.found == json.loads(json.dumps(judge(again).as_json()))
    assert again.found["state"] == "unknown"


def test_a_folder_that_lacks_a_table_names_it(tmp_path: Path) -> None:
    path = folder(tmp_path / "k")
    (path / "arrivals.parquet").unlink()
    with pytest.raises(RunDirectoryError, match=r"arrivals\.parquet"):
        Gathered.open(path)


def test_every_kind_of_operation_is_counted_once_or_is_a_reader_of_the_portal() -> None:
    counted = [kind for group in demand.KINDS.values() for kind in group]
    assert sorted([*counted, "national", "region", "tps_page", "photo"]) == sorted(OPERATIONS)


def test_one_day_says_nothing_of_how_much_days_differ() -> None:
    assert further([3.0]) == (3.0, 0.0, inf)
    mean, low, high = further([10.0, 12.0, 11.0, 9.0, 13.0])
    assert mean == 11.0 and low < 9.0 and high > 13.0
