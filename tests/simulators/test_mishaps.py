"""What happens to people, seen in the twin: each mishap shows, ends with its window, and is the seed's."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import simpy

from gladi.setting import Setting, arrange
from scenarios import builtin_scenarios
from simulators.cast import assemble
from simulators.mishaps import Met, Mishap
from simulators.operations import Answer, Operation
from simulators.server import reference_model
from simulators.twin import Outage, Twin

Row = tuple[Operation, Answer, float, float]
TPS = 30


@pytest.fixture(scope="module")
def setting() -> Setting:
    return arrange(builtin_scenarios()["kepahiang-2024"], scale=TPS)


class Story:
    """One run against the twin in which these mishaps happen between two hours of the day."""

    def __init__(self, setting: Setting, *mishaps: Mishap, outages: tuple[Outage, ...] = ()) -> None:
        self.log: list[Row] = []
        self.met: list[Met] = []
        env = simpy.Environment()
        self.twin = Twin(
            env, reference_model(), setting.seed, outages, photo, lambda *row: self.log.append(row)
        )  # fmt: skip
        assemble(
            env, self.twin, setting.scenario, setting.timeline, setting.seed, setting.population,
            setting.timetable, mishaps=mishaps, tell=self.met.append,
        )  # fmt: skip
        env.run(until=setting.timeline.duration_s + 20.0)

    def of(self, kind: str, **fields: Any) -> list[Row]:
        """Operations of a kind with these fields."""
        return [
            row
            for row in self.log
            if row[0].kind == kind and all(getattr(row[0], name) == one for name, one in fields.items())
        ]

    @property
    def stored(self) -> set[tuple[str, int]]:
        """Pages that the system has."""
        return {(page.tps, page.page) for page in self.twin.pages}

    def hit(self) -> set[tuple[str, int]]:
        """Operators whom a mishap has met."""
        return {(one.tps, one.operator) for one in self.met}


def photo(operation: Operation) -> tuple[str, int, str, str]:
    if operation.kind != "submit_page":
        return "", 0, "", "{}"
    name = f"{operation.account_tps}{operation.page}{operation.operator}{operation.install}"
    return name.zfill(64), 500_000, f"{operation.page}" * 64, "{}"


@pytest.fixture(scope="module")
def between(setting: Setting) -> Callable[..., Mishap]:
    def mishap(fault: str, hours: tuple[float, float] = (17.0, 21.0), **settings: Any) -> Mishap:
        start_s, end_s = (setting.timeline.run_s("hari-h", hour * 3600.0) for hour in hours)
        return Mishap(f"01-{fault}", fault, ("all",), start_s, end_s, settings)

    return mishap


@pytest.fixture(scope="module")
def plain(setting: Setting) -> Story:
    return Story(setting)


@pytest.mark.parametrize(
    ("fault", "settings"),
    [
        ("phone_battery_empty", {"minutes": 20.0}),
        ("phone_app_killed", {"minutes": 10.0}),
        ("phone_swapped", {"help_desk_minutes": 30.0}),
        ("both_send", {}),
        ("photo_corrupted", {"uploads": 0.5}),
        ("no_power", {}),
        ("login_storm", {"spread_s": 1.0}),
        ("everyone_at_once", {}),
    ],
)
def test_people_get_over_it_and_the_same_seed_tells_the_same_story(
    setting: Setting, between: Callable[..., Mishap], plain: Story, fault: str, settings: dict[str, Any]
) -> None:
    mishap = between(fault, **settings)
    story = Story(setting, mishap)
    assert story.hit(), "somebody was met"
    assert all(mishap.in_force(one.at_s) for one in story.met), "and nobody after its end"
    assert story.log == Story(setting, mishap).log
    assert len(story.stored) >= len(plain.stored) - 6, "afterwards the pages still come"
    first = [page for page in story.twin.pages if page.revision == 1]
    assert len(first) == len(story.stored), "each once"


def test_what_meets_nobody_changes_nothing(
    setting: Setting, between: Callable[..., Mishap], plain: Story
) -> None:
    faults = {
        "phone_battery_empty": {"minutes": 20.0}, "phone_app_killed": {"minutes": 10.0},
        "phone_swapped": {"help_desk_minutes": 30.0}, "both_send": {}, "photo_corrupted": {"uploads": 1.0},
        "no_power": {}, "retry_storm": {"gap_s": 0.05},
    }  # fmt: skip
    noon = [between(fault, (13.0, 13.1), **settings) for fault, settings in faults.items()]
    elsewhere = [
        Mishap(f"02-{one.fault}", one.fault, ("9999999999999",), 0.0, 1e9, one.settings) for one in noon
    ]
    story = Story(setting, *noon, *elsewhere)
    assert not story.met
    assert [without_cut(row) for row in story.log] == [without_cut(row) for row in plain.log]


def without_cut(row: Row) -> Row:
    """A power cut that is still to come is known to the phone's link beforehand."""
    return replace(row[0], cut_s=None), *row[1:]


def test_a_phone_that_dies_breaks_off_its_upload_and_sends_the_same_thing_again(
    setting: Setting, between: Callable[..., Mishap]
) -> None:
    story = Story(setting, between("phone_battery_empty", minutes=20.0))
    for tps, operator in story.hit():
        mine = story.of("submit_page", account_tps=tps, operator=operator, variant="")
        cut = next(row for row in mine if row[1].reason == "link_lost" and row[0].cut_s is not None)
        silent_until = setting.timeline.after(cut[3], 20 * 60.0)
        assert all(not cut[3] < row[2] < silent_until for row in story.log if row[0].account_tps == tps
                   and row[0].operator == operator)  # fmt: skip
        again = [row for row in mine if row[0].key == cut[0].key and row[2] > cut[2]]
        assert again, "the page comes again under its key"
        assert {row[0].boots for row in mine if row[2] <= cut[2]} == {0}
        assert {row[0].boots for row in again} == {1}, "from another process of the app"


def test_an_app_that_was_installed_anew_sends_every_page_under_another_key(
    setting: Setting, between: Callable[..., Mishap]
) -> None:
    story = Story(setting, between("phone_app_killed", minutes=10.0))
    exists = 0
    for tps, operator in story.hit():
        mine = story.of("submit_page", account_tps=tps, operator=operator)
        old, new = ([row for row in mine if row[0].install == install] for install in (0, 1))
        assert not {row[0].key for row in old} & {row[0].key for row in new}
        honest = [row for row in new if row[0].expect == "accept"]
        assert {row[0].page for row in honest} >= {row[0].page for row in old}
        assert all(row[1].content_sha256 != other[1].content_sha256 for row in honest for other in old)
        logged_in = story.of("login", account_tps=tps, operator=operator, install=1)
        assert logged_in and logged_in[0][2] <= new[0][2], "it must log in first"
        exists += sum(row[1].status == 409 for row in honest)
    assert exists, "what had been stored is refused, and that settles it"


def test_another_phone_is_let_in_by_the_help_desk(setting: Setting, between: Callable[..., Mishap]) -> None:
    story = Story(setting, between("phone_swapped", help_desk_minutes=30.0))
    for tps, operator in story.hit():
        other = [row for row in story.log if (row[0].account_tps, row[0].operator) == (tps, operator)
                 and row[0].device == "hp-2"]  # fmt: skip
        kinds = [row[0].kind for row in other if row[1].outcome == "ok" or row[1].reason == "device_differs"]
        assert kinds[:3] == ["login", "activate", "login"]
        barred = next(row for row in other if row[1].reason == "device_differs")
        freed = next(row for row in other if row[0].kind == "activate")
        assert freed[2] >= setting.timeline.after(barred[3], 30 * 60.0)


def test_both_operators_send_in_the_same_instant_and_each_page_is_stored_once(
    setting: Setting, between: Callable[..., Mishap], plain: Story
) -> None:
    story = Story(setting, between("both_send"))
    assert {one.operator for one in story.met} == {2}
    together = 0
    for tps, _ in story.hit():
        begun = [{row[0].intended_s for row in story.of("submit_page", account_tps=tps, operator=one)}
                 for one in (1, 2)]  # fmt: skip
        together += bool(begun[0] & begun[1])
    assert together > len(story.met) / 2
    refused = [row for row in story.of("submit_page") if row[1].status == 409]
    assert len(refused) > len([row for row in plain.of("submit_page") if row[1].status == 409]) + 10


def test_photos_are_damaged_only_while_it_lasts(setting: Setting, between: Callable[..., Mishap]) -> None:
    mishap = between("photo_corrupted", uploads=1.0)
    story = Story(setting, mishap)
    damaged = story.of("submit_page", variant="corrupted_photo")
    inside = [row for row in damaged if mishap.in_force(row[0].intended_s)]
    assert len(inside) > 20
    assert all(row[0].expect == "reject" and row[1].outcome != "ok" for row in inside)
    sound = story.of("submit_page", operator=1, variant="")
    assert not [row for row in sound if mishap.in_force(row[0].intended_s) and row[0].attempt == 1
                and row[1].status == 201 and mishap.start_s < row[2] < mishap.end_s - 1.0]  # fmt: skip
    assert [row for row in sound if row[0].intended_s > mishap.end_s and row[1].status == 201]


def test_without_power_a_tps_is_silent_and_then_sends_in_one_burst(
    setting: Setting, between: Callable[..., Mishap]
) -> None:
    mishap = between("no_power")
    story = Story(setting, mishap)
    people = [row for row in story.log if row[0].actor == "kpps"]
    assert not [row for row in people if mishap.start_s < row[2] < mishap.end_s]
    under_way = [row for row in people if row[2] < mishap.start_s <= row[3] + 1e-9]
    assert under_way and all(row[1].outcome == "unknown" for row in under_way), "what was sent broke off"
    assert {one.at_s < mishap.end_s for one in story.met} == {True}
    waited = story.hit()
    for row in people:
        came_back = (row[0].tps, row[0].operator) in waited and row[2] >= mishap.end_s
        assert row[0].boots == came_back, "who waited for power has started the phone anew"


def test_a_login_storm_comes_at_once_and_tries_until_it_is_in(
    setting: Setting, between: Callable[..., Mishap], plain: Story
) -> None:
    mishap = between("login_storm", (15.0, 15.5), spread_s=0.5)
    story = Story(setting, mishap)
    stormed = [row for row in story.of("login") if mishap.in_force(row[0].intended_s)]
    before = [row for row in plain.of("login") if mishap.in_force(row[0].intended_s)]
    assert len({(row[0].account_tps, row[0].operator) for row in stormed}) >= 2 * TPS * 0.9 > len(before)
    assert len(story.met) >= 2 * TPS * 0.9
    later = [row for row in story.of("login") if row[0].intended_s >= mishap.end_s]
    assert len(later) <= len([row for row in plain.of("login") if row[0].intended_s >= mishap.end_s])


def test_in_a_retry_storm_the_app_does_not_wait(setting: Setting, between: Callable[..., Mishap]) -> None:
    mishap = between("retry_storm", (18.0, 20.0), gap_s=0.05)
    down = Outage("down", mishap.start_s, mishap.end_s + 2.0)
    stormy, calm = Story(setting, mishap, outages=(down,)), Story(setting, outages=(down,))
    during = [len([row for row in story.of("submit_page") if mishap.in_force(row[0].intended_s)])
              for story in (stormy, calm)]  # fmt: skip
    assert during[0] > 5 * during[1] > 0
    by_key: dict[str, list[Row]] = {}
    for row in stormy.of("submit_page", expect="accept"):
        by_key.setdefault(row[0].key, []).append(row)
    pauses = [
        after[0].intended_s - before[3]
        for rows in by_key.values()
        for before, after in pairwise(rows)
        if before[3] >= mishap.end_s and before[1].reason == "refused"
    ]
    assert pauses and min(pauses) >= 0.5 * setting.scenario.app.backoff_first_s, "afterwards it waits again"


def test_everyone_who_has_not_begun_begins_when_it_strikes(
    setting: Setting, between: Callable[..., Mishap], plain: Story
) -> None:
    mishap = between("everyone_at_once", (17.0, 17.1))
    story = Story(setting, mishap)

    def firsts(one: Story) -> dict[str, float]:
        begun: dict[str, float] = {}
        for row in one.of("submit_page", operator=1):
            begun.setdefault(row[0].account_tps, row[0].intended_s)
        return begun

    usual, now = firsts(plain), firsts(story)
    moved = {tps for tps, _ in story.hit()}
    assert len(moved) > TPS / 2
    assert all(now[tps] <= usual[tps] for tps in moved)
    assert all(now[tps] == usual[tps] for tps in usual.keys() - moved)
    soon = setting.timeline.after(mishap.start_s, 30 * 60.0)
    assert len([tps for tps in moved if now[tps] <= soon]) > 0.8 * len(moved)


def test_crowds_come_at_their_rate_and_go(
    setting: Setting, between: Callable[..., Mishap], plain: Story
) -> None:
    crowd = between("portal_crowd", (18.0, 19.0), views_per_s=50.0)
    junk = between("junk_flood", (18.0, 19.0), requests_per_s=30.0)
    length_s = crowd.end_s - crowd.start_s
    story = Story(setting, crowd, junk)
    views = [len([row for row in one.log if row[0].actor == "publik"]) for one in (story, plain)]
    assert views[0] - views[1] == pytest.approx(50.0 * length_s, rel=0.2)
    rubbish = [row for row in story.log if row[0].actor == "iseng"]
    assert len(rubbish) == pytest.approx(30.0 * length_s, rel=0.25)
    assert {row[0].kind for row in rubbish} == {"submit_page", "login", "status", "region"}
    assert all(junk.in_force(row[0].intended_s) and row[1].outcome == "fail" for row in rubbish)
    assert {one.fault for one in story.met} == {"portal_crowd", "junk_flood"}


def test_shards_share_a_crowd(setting: Setting, between: Callable[..., Mishap]) -> None:
    crowd = between("portal_crowd", (18.0, 19.0), views_per_s=20.0)
    seen: list[int] = []
    for shard in ((0, 1), (0, 2), (1, 2)):
        env, log = simpy.Environment(), list[Row]()
        twin = Twin(env, reference_model(), setting.seed, (), photo, lambda *row, log=log: log.append(row))
        assemble(
            env, twin, setting.scenario, setting.timeline, setting.seed, setting.population,
            setting.timetable, shard, mishaps=(crowd,),
        )  # fmt: skip
        env.run(until=crowd.end_s + 5.0)
        seen.append(len([row for row in log if row[0].actor == "publik"]))
    assert seen[0] == seen[1] + seen[2]
