"""The help desk, phones that are borrowed, codes that never came, and those who send at night."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import simpy

from gladi.link_hours import changes
from gladi.setting import Setting, arrange
from scenarios import Phase, Timeline, builtin_scenarios
from scenarios.help_desk import HelpDesk
from scenarios.link_hours import LinkHours, speed_at
from simulators.cast import assemble, posts
from simulators.desk import Desk, Ticket
from simulators.operations import Answer, Operation
from simulators.server import Thinned, named_model, reference_model
from simulators.twin import Twin

DAY = Timeline(
    [Phase(id="h", title="H", start=datetime(2024, 2, 14, 6), end=datetime(2024, 2, 15, 6))], compression=60.0
)


def desk(people: int = 1, **more: object) -> Desk:
    plan = HelpDesk.model_validate(
        {"people": people, "call": "10m", "call_sigma": 0.0, "from": "08:00", "to": "20:00", **more}
    )
    return Desk(plan, DAY, seed=1)


def at(hour: float) -> float:
    return (hour - 6.0) * 60.0


def test_calls_are_taken_one_after_another_in_order() -> None:
    one = desk()
    first, second = one.call(at(9), "1" * 13, 1, "code"), one.call(at(9), "2" * 13, 1, "code")
    assert (first.taken_s, first.ended_s) == (at(9), at(9) + 10.0)
    assert (second.taken_s, second.ended_s) == (first.ended_s, first.ended_s + 10.0)


def test_whoever_would_wait_too_long_hangs_up_and_takes_nobodys_time() -> None:
    one = desk(patience="15m")
    for number in range(3):
        last = one.call(at(9), str(number) * 13, 1, "wait")
    assert last.ending == "hung_up"
    assert last.ended_s == at(9) + 15.0
    assert one.call(at(9.5), "4" * 13, 1, "wait").ending == "helped"


def test_nobody_answers_while_it_is_closed() -> None:
    one = desk()
    assert [one.call(at(hour), "1" * 13, 1, "wait").ending for hour in (7.9, 8.0, 19.9, 20.0)] == [
        "closed", "helped", "helped", "closed",
    ]  # fmt: skip


def test_more_people_answer_sooner() -> None:
    waits = []
    for people in (1, 4):
        one = desk(people, patience="10h")
        waits.append(sum(one.call(at(9), f"{n:013d}", 1, "wait").taken_s - at(9) for n in range(1, 9)))
    assert waits[1] < waits[0] / 3


def test_load_workers_share_the_people_of_the_desk() -> None:
    plan = HelpDesk.model_validate({"people": 3, "call": "10m", "call_sigma": 0.0})
    ends = [Desk(plan, DAY, 1, (index, 6)).call(60.0, "1" * 13, 1, "wait").ended_s for index in range(6)]
    assert sorted(end - 60.0 for end in ends) == [10.0] * 3 + [20.0] * 3


@pytest.fixture(scope="module")
def tidore() -> Setting:
    return arrange(builtin_scenarios()["tidore-2020"], scale=60)


def played(setting: Setting) -> tuple[list[tuple[Operation, Answer, float, float]], list[Ticket]]:
    log: list[tuple[Operation, Answer, float, float]] = []
    tickets: list[Ticket] = []
    env = simpy.Environment()

    def payload(operation: Operation) -> tuple[str, int, str, str]:
        return ("a" * 64, 500_000, "b" * 64, "{}") if operation.kind == "submit_page" else ("", 0, "", "")

    twin = Twin(env, reference_model(), setting.seed, (), payload, lambda *row: log.append(row))
    assemble(
        env, twin, setting.scenario, setting.timeline, setting.seed, setting.population, setting.timetable,
        note=tickets.append,
    )  # fmt: skip
    env.run(until=setting.timeline.duration_s + 10.0)
    return log, tickets


def test_nobody_activates_before_there_is_a_phone_and_a_code(tidore: Setting) -> None:
    log, tickets = played(tidore)
    where = {
        (post.tps, post.operator): post
        for post in posts(tidore.scenario, tidore.timeline, tidore.seed, tidore.population, tidore.timetable)
    }
    helped = {
        (one.tps, one.operator): one.ended_s
        for one in tickets
        if one.ending == "helped" and one.why == "code"
    }
    without = {key for key, post in where.items() if not post.has_phone}
    assert without and any(not post.has_code for post in where.values())
    for operation, _, start, _ in log:
        post = where.get((operation.account_tps, operation.operator))
        if operation.kind != "activate" or post is None:
            continue
        if not post.has_phone:
            assert start > post.moments["activation"]
        if not post.has_code:
            assert start >= helped[post.tps, post.operator] - 1e-6


def test_a_borrowed_phone_is_gone_the_next_morning(tidore: Setting) -> None:
    back_s = tidore.timeline.at_local(datetime(2020, 12, 10, 6))
    log, _ = played(tidore)
    lent = {
        (post.tps, post.operator)
        for post in posts(tidore.scenario, tidore.timeline, tidore.seed, tidore.population, tidore.timetable)
        if not post.has_phone
    }
    late = [row for row in log if (row[0].account_tps, row[0].operator) in lent and row[2] > back_s]
    assert not late
    assert any((row[0].account_tps, row[0].operator) in lent for row in log)


def test_a_scenario_without_them_rings_nobody_and_lacks_nothing() -> None:
    setting = arrange(builtin_scenarios()["gladi-kotor"], scale=4)
    log, tickets = played(setting)
    assert log and not tickets


def test_who_waits_for_the_night_sends_in_the_night() -> None:
    kendal = arrange(Path(builtin_scenarios()["kendal-2020"]), scale=40)
    night_s = kendal.timeline.at_local(datetime(2020, 12, 9, 22))
    moments = kendal.timetable.moments()
    waiting = [one["together"] for one in moments.values() if "together" in one]
    assert len(waiting) > 20
    assert min(waiting) >= night_s
    assert moments == arrange(builtin_scenarios()["kendal-2020"], scale=40).timetable.moments()


def test_links_are_faster_at_night_and_short_stretches_are_left_out_live() -> None:
    hours = [LinkHours.model_validate({"from": "22:00", "to": "05:00", "factor": 2.5})]
    assert speed_at(hours, datetime(2024, 2, 14, 23)) == 2.5
    assert speed_at(hours, datetime(2024, 2, 15, 4, 59)) == 2.5
    assert speed_at(hours, datetime(2024, 2, 15, 5)) == 1.0
    assert changes(hours, DAY) == ((0.0, 1.0), (at(22), 2.5), (at(29), 1.0))
    assert changes(hours, DAY, least_s=1_000.0) == ((0.0, 1.0),)


def test_a_region_gets_its_share_of_a_server_for_all() -> None:
    model = named_model("sirekap-2024")
    whole, part = Thinned.of(model, 1.0), Thinned.of(model, 0.01)
    assert whole.model is model
    assert part.model.capacity("login") == pytest.approx(0.01 * model.capacity("login"))
    assert part.answered_s("login", 0.0, 500.0, 520.0) == pytest.approx(
        model.pool("auth").refuse_after_s + 0.2
    )
    assert replace(part, share=1.0).answered_s("login", 0.0, 5.0, 6.0) == 6.0
