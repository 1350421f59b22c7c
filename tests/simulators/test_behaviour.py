"""The behaviour tables, and what operators do under the simulated clock."""

from dataclasses import replace
from pathlib import Path

import pytest
import simpy

from gladi.setting import Setting, arrange
from reports.schema import KINDS
from scenarios import builtin_scenarios
from simulators.asking import ASKING, STRANGER
from simulators.behaviour import ASKED, TESTS, Row, check, main_operator, second_operator
from simulators.cast import assemble
from simulators.operations import Answer, Operation
from simulators.operator import Operator
from simulators.questions import QUESTIONS
from simulators.server import ServerModel, reference_model
from simulators.sheets import page_numbers
from simulators.submission import as_misread
from simulators.timetable import timetable
from simulators.twin import Outage, Twin


@pytest.fixture(scope="module")
def setting() -> Setting:
    return arrange(builtin_scenarios()["kepahiang-2024"], scale=80)


def payload(operation: Operation) -> tuple[str, int, str, str]:
    if operation.kind == "submit_page":
        return "a" * 64, 500_000, f"{operation.page}" * 64, "{}"
    return "", 0, "", ""


def slower(hands: int, mean_s: float) -> ServerModel:
    """The reference stack with so many hands, and one service time for all."""
    model = reference_model()
    core, *gates = model.pools
    return replace(
        model,
        pools=(replace(core, hands=hands), *gates),
        services=tuple(replace(one, mean_s=mean_s) for one in model.services),
    )


class Played:
    """One run against the twin: what was asked and answered, and how operators ended."""

    def __init__(
        self, setting: Setting, outages: tuple[Outage, ...] = (), model: ServerModel | None = None,
        shard: tuple[int, int] = (0, 1),
    ) -> None:  # fmt: skip
        self.log: list[tuple[Operation, Answer, float, float]] = []
        self.ended: list[Operator] = []
        env = simpy.Environment()
        self.twin = Twin(
            env, model or reference_model(), setting.seed, outages, payload,
            lambda *row: self.log.append(row),
        )  # fmt: skip
        assemble(
            env, self.twin, setting.scenario, setting.timeline, setting.seed, setting.population,
            setting.timetable, shard, self.ended.append,
        )  # fmt: skip
        env.run(until=setting.timeline.duration_s + 20.0)

    def of(self, kind: str) -> list[tuple[Operation, Answer, float, float]]:
        return [row for row in self.log if row[0].kind == kind]


@pytest.fixture(scope="module")
def played(setting: Setting) -> Played:
    return Played(setting)


def test_tables_lead_somewhere() -> None:
    for table in (main_operator(), second_operator()):
        check(table)


def test_the_table_can_ask_all_that_it_may_ask() -> None:
    assert set(QUESTIONS) == set(TESTS)
    assert set(ASKED) - set(ASKING) <= set(KINDS)
    asked = {row.arg for table in (main_operator(), second_operator()) for row in table
             if row.op in {"test", "call", "post"}}  # fmt: skip
    assert asked == set(TESTS) | set(ASKED), "and asks it somewhere"


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ((Row("a", "end", "x", "b"),), "does not exist"),
        ((Row("a", "end", "x", ""), Row("a", "end", "x", "")), "stand twice"),
        ((Row("a", "end", "x", ""), Row("b", "end", "x", "")), "nothing leads to"),
        ((Row("a", "test", "is_it_raining", ""),), "known questions"),
        ((Row("a", "call", "the_weather", ""),), "asks the system the_weather; known: activate"),
    ],
)
def test_a_table_that_leads_nowhere_is_refused(rows: tuple[Row, ...], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        check(rows)


def test_on_a_good_day_every_page_arrives_once(setting: Setting, played: Played) -> None:
    stored = {(page.tps, page.page) for page in played.twin.pages if page.revision == 1}
    assert len([page for page in played.twin.pages if page.revision == 1]) == len(stored)
    assert len(stored) >= 0.98 * 3 * len(setting.population)


def test_same_seed_same_run(setting: Setting, played: Played) -> None:
    again = Played(setting)
    assert again.log == played.log


def test_another_seed_another_run(setting: Setting, played: Played) -> None:
    other = arrange(builtin_scenarios()["kepahiang-2024"], seed=1, scale=80)
    assert Played(other).log != played.log


def test_intentions_do_not_follow_the_mood_of_the_server(setting: Setting, played: Played) -> None:
    """Open model: an overloaded server delays what follows, never the moment of the first attempt."""
    slow = Played(setting, model=slower(1, 0.5))

    def firsts(run: Played) -> dict[tuple[str, int], float]:
        out: dict[tuple[str, int], float] = {}
        for operation, *_ in run.of("activate"):
            out.setdefault((operation.tps, operation.operator), operation.intended_s)
        return out

    assert firsts(slow) == firsts(played)
    assert len(slow.of("activate")) > len(played.of("activate"))


def test_shards_together_are_the_whole_cast(setting: Setting, played: Played) -> None:
    parts = [Played(setting, shard=(index, 3)) for index in range(3)]
    seen = [{row[0].account_tps for row in part.log if row[0].actor == "kpps"} for part in parts]
    assert not seen[0] & seen[1] and not seen[1] & seen[2]
    assert len(seen[0] | seen[1] | seen[2]) == len(setting.population)
    views = sum(len([row for row in part.log if row[0].actor == "publik"]) for part in parts)
    assert views == len([row for row in played.log if row[0].actor == "publik"])


def test_every_attempt_at_the_same_page_carries_the_same_key(setting: Setting) -> None:
    down = Outage(
        "down", setting.timeline.run_s("hari-h", 17 * 3600.0), setting.timeline.run_s("hari-h", 21 * 3600.0)
    )
    run = Played(setting, (down,))
    keys: dict[tuple[str, int, int, str], set[str]] = {}
    for operation, *_ in run.of("submit_page"):
        probe = operation.variant if operation.expect == "reject" else ""
        keys.setdefault((operation.account_tps, operation.page, operation.operator, probe), set()).add(
            operation.key
        )
    assert all(len(found) == 1 for found in keys.values())
    assert max(operation.attempt for operation, *_ in run.of("submit_page")) > 3


def test_a_dark_area_reaches_nothing_and_catches_up(setting: Setting) -> None:
    start = setting.timeline.run_s("hari-h", 16 * 3600.0)
    end = setting.timeline.run_s("hari-h", 20 * 3600.0)
    area = str(setting.population.kecamatan[0])
    run = Played(setting, (Outage("dark", start, end, area),))
    inside = [row for row in run.log if row[0].area == area and start < row[2] < end]
    assert inside
    assert all(answer.outcome != "ok" for _, answer, _, ended in inside if ended < end)
    tps = {str(code) for code in setting.population.tps if str(code).startswith(area)}
    assert len({page.tps for page in run.twin.pages} & tps) >= 0.8 * len(tps)


def test_a_crash_leaves_requests_in_doubt_and_retries_settle_them(setting: Setting) -> None:
    at = setting.timeline.run_s("hari-h", 19 * 3600.0)
    slow = slower(2, 0.4)
    run = Played(setting, (Outage("down", at, at + 4.0),), slow)
    in_doubt = [
        row for row in run.of("submit_page") if row[1].outcome == "unknown" and row[1].reason == "reset"
    ]
    assert in_doubt
    first = [page for page in run.twin.pages if page.revision == 1]
    assert len({(page.tps, page.page) for page in first}) == len(first)


@pytest.fixture(scope="module")
def varied(setting: Setting) -> Played:
    """Everything that people do beside the plain thing, often."""
    probes = {
        "truncated_photo": 0.15, "foreign_write": 0.15, "corrupted_photo": 0.15, "no_session": 0.15,
        "double_tap": 0.5, "second_thought": 0.5, "late_retry": 0.8, "wrong_password": 0.4,
        "neighbours_at_once": 0.8, "logout": 0.8,
    }  # fmt: skip
    eager = setting.scenario.model_copy(
        update={
            "probes": setting.scenario.probes.model_copy(update=probes),
            "voting": setting.scenario.voting.model_copy(update={"confirm_disagree": 0.4}),
        }
    )
    moments = timetable(
        eager, setting.timeline, setting.seed, [str(code) for code in setting.population.tps],
        [int(total) for total in setting.population.numbers["suara_total"]],
    )  # fmt: skip
    return Played(replace(setting, scenario=eager, timetable=moments))


REFUSED_WITH = {
    "truncated_photo": 422, "corrupted_photo": 422, "foreign_write": 403, "no_session": 401,
    "ended_session": 401, "wrong_password": 401,
}  # fmt: skip


def test_probes_are_refused_and_then_sent_properly(setting: Setting, varied: Played) -> None:
    probes = [row for row in varied.log if row[0].expect == "reject"]
    assert {row[0].variant for row in probes} == set(REFUSED_WITH)
    assert all(row[1].outcome != "ok" for row in probes)
    answered = [row for row in probes if row[1].status not in {0, 503}]
    assert {(row[0].variant, row[1].status) for row in answered} == set(REFUSED_WITH.items())
    assert any(row[0].tps != row[0].account_tps for row in probes)
    honest = {row[0].key for row in varied.log if row[0].expect == "accept"}
    assert not honest & {row[0].key for row in probes}, "a probe never spends the key of an honest write"
    stored = [page for page in varied.twin.pages if page.revision == 1]
    assert len(stored) == len({(page.tps, page.page) for page in stored})
    assert len(stored) >= 0.97 * 3 * len(setting.population)


def test_who_guesses_at_a_password_locks_nobody_out(varied: Played) -> None:
    """From another device, in a row, once on the own phone too; then the owner logs in."""
    guesses = [row for row in varied.of("login") if row[0].variant == "wrong_password"]
    by_account: dict[str, list[Operation]] = {}
    for operation, *_ in guesses:
        by_account.setdefault(operation.account_tps, []).append(operation)
    assert len(by_account) > 10
    for tps, series in by_account.items():
        assert [one.device for one in series] == [STRANGER] * 6 + [""]
        owner = [
            answer.outcome
            for operation, answer, started, _ in varied.of("login")
            if (operation.account_tps, operation.operator, operation.expect) == (tps, 1, "accept")
            and started > series[-1].intended_s
        ]
        assert "ok" in owner


def test_an_old_copy_arrives_after_its_correction_and_changes_nothing(varied: Played) -> None:
    late = [row for row in varied.of("submit_page") if row[0].variant == "late_retry" and row[1].status]
    receipts = {row[0].key: row[1].receipt for row in varied.of("submit_page") if row[0].variant == "misread"}
    assert len(late) > 10
    assert all(row[1].receipt == receipts[row[0].key] for row in late if row[1].outcome == "ok")
    corrected = {row[0].tps: row for row in varied.of("correct") if row[1].outcome == "ok"}
    after = [row for row in late if row[2] >= corrected[row[0].tps][3]]
    during = [row for row in late if row[2] < corrected[row[0].tps][3] and row[3] > corrected[row[0].tps][2]]
    assert after and during


def test_a_second_thought_is_a_correction_of_its_own(varied: Played) -> None:
    second = {row[0].tps: row[0].key for row in varied.of("correct") if row[0].variant == "second_thought"}
    hasty = {row[0].tps: row[0].key for row in varied.of("correct") if row[0].variant == "hasty"}
    assert len(second) > 5
    assert all(hasty[tps] != key for tps, key in second.items())
    current = {page.tps: page.key for page in varied.twin.pages if page.page == 2}
    assert all(current[tps] == key for tps, key in second.items())


def test_who_logs_out_is_out(varied: Played) -> None:
    # The answer to a logout may be lost; asked again, the system knows the session no more.
    out = {
        (row[0].account_tps, row[0].operator): row
        for row in varied.of("logout")
        if row[1].outcome == "ok" or row[1].status == 401
    }
    tried = [row for row in varied.log if row[0].variant == "ended_session"]
    assert out and {row[0].kind for row in tried} == {"status", "confirm"}
    for operation, _, started, _ in tried:
        assert started >= out[operation.account_tps, operation.operator][3] + 6.0, "real time, not compressed"
    sessions = [row[1].session for row in varied.of("login") if row[1].outcome == "ok"]
    assert len(set(sessions)) == len(sessions)
    ended = [row[1].session for row in out.values() if row[1].outcome == "ok"]
    assert ended and set(ended) <= set(sessions), "of a logout the session that it ended"


def test_neighbours_begin_in_the_same_instant(setting: Setting, varied: Played) -> None:
    begun: dict[float, set[str]] = {}
    for operation, *_ in varied.of("submit_page"):
        if operation.operator == 1:
            begun.setdefault(operation.intended_s, set()).add(operation.tps)
    assert len([tps for tps in begun.values() if len(tps) > 1]) > 5


def test_numbers_pass_the_bounds_of_a_byte(setting: Setting) -> None:
    """What fits 7 or 8 bits hides a count that wraps: a dozen TPS have larger ones on every page."""
    dozen = arrange(builtin_scenarios()["kepahiang-2024"], scale=12).population
    most = {
        page: max(max(page_numbers(dozen, index, page).values()) for index in range(12)) for page in (1, 2, 3)
    }
    assert most[1] > 255 and most[2] > 127 and most[3] > 127
    assert as_misread(page_numbers(dozen, 0, 2))["suara_1"] > 255


def test_who_has_no_signal_travels_first(setting: Setting, played: Played) -> None:
    cut_off = {
        str(code): float(travel)
        for code, travel, none in zip(
            setting.population.tps, setting.population.travel_s, setting.population.no_signal, strict=True
        )
        if none
    }
    assert cut_off
    moments = setting.timetable.moments()
    for operation, _, started, _ in played.of("submit_page"):
        if operation.account_tps in cut_off and operation.operator == 1:
            capture = moments[operation.account_tps, 1]["capture"]
            assert started >= setting.timeline.after(capture, cut_off[operation.account_tps])


def test_the_timetable_lies_within_the_run(setting: Setting) -> None:
    table = setting.timetable.table.to_pydict()
    assert all(0.0 <= at <= setting.timeline.duration_s * 1.2 for at in table["run_s"])
    assert (
        arrange(Path(builtin_scenarios()["kepahiang-2024"]), scale=80).timetable.digest()
        == setting.timetable.digest()
    )
