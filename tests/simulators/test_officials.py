"""Officials at their duties: logins when told, a pleno that goes on in trouble, photos up the ladder."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import simpy

from gladi.setting import Setting, arrange
from scenarios import Timeline
from simulators.behaviour import Row
from simulators.officials import tables
from simulators.officials.deciding import canonical, decide
from simulators.officials.plano import differing
from simulators.officials.sight import unreadable
from simulators.officials.staff import Staff, dealt, offices, planos
from simulators.operations import Answer, Operation, SeenForm

OFFICIALS = Path(__file__).parents[1] / "gladi" / "officials.toml"

Verdict = Callable[[Operation, float], Answer]


class Server:
    """Answers as `says` has it, at once; by default all is well. A TPS is shown as its plano is."""

    def __init__(self, env: simpy.Environment, setting: Setting, says: Verdict | None = None) -> None:
        self.env = env
        self.asked: list[tuple[float, Operation, Answer]] = []
        self._says = says
        self._plano = planos(setting.population)
        self._decided: set[str] = set()

    def perform(self, operation: Operation) -> Any:
        answer = self._says(operation, self.env.now) if self._says else Answer("ok", 200)
        if operation.kind == "pleno_tps" and answer.outcome == "ok":
            pages = {
                page: (1, canonical(values)) for page, values in self._plano(operation.tps, "ppwp").items()
            }
            seen = SeenForm(pages, "sesuai" if operation.tps in self._decided else "")
            answer = replace(answer, seen={"ppwp": seen})
        if operation.kind == "pleno_decide" and answer.outcome == "ok":
            self._decided.add(operation.tps)
        self.asked.append((self.env.now, operation, answer))
        return self.env.timeout(0.001, answer)

    def acknowledged(self, kind: str) -> list[tuple[float, Operation]]:
        return [(at_s, one) for at_s, one, said in self.asked if one.kind == kind and said.outcome == "ok"]


@pytest.fixture(scope="module")
def setting() -> Setting:
    return arrange(OFFICIALS, scale=6)


def with_pleno(setting: Setting, **changes: Any) -> Setting:
    """The same with another pleno, on two days."""
    assert setting.scenario.pleno is not None
    pleno = setting.scenario.pleno.model_copy(update=changes)
    phases = [
        one.model_copy(update={"end": one.end.replace(day=17)}) if one.id == "pleno" else one
        for one in setting.scenario.phases
    ]
    scenario = setting.scenario.model_copy(update={"pleno": pleno, "phases": phases, "backup": None})
    return replace(setting, scenario=scenario, timeline=Timeline(phases, scenario.clock.compression))


def played(setting: Setting, says: Verdict | None = None) -> Server:
    """The whole run, officials only."""
    env = simpy.Environment()
    server = Server(env, setting, says)
    tps = setting.population.tps.tolist()
    own = offices(setting.scenario, setting.timeline, setting.seed, tps)
    args = (setting.scenario, setting.timeline, setting.seed, planos(setting.population))
    Staff(env, server, *args).attend(own)
    env.run(until=setting.timeline.duration_s)
    return server


def down(phase: str, from_h: float, until_h: float, setting: Setting) -> Verdict:
    """Nobody answers between two hours of a phase."""
    start_s, end_s = (setting.timeline.run_s(phase, 3600.0 * hour) for hour in (from_h, until_h))

    def says(operation: Operation, now_s: float) -> Answer:
        return Answer("fail", reason="refused") if start_s <= now_s < end_s else Answer("ok", 200)

    return says


@pytest.mark.parametrize("table", [tables.account(), tables.pleno(), tables.backup(), tables.review()])
def test_every_table_leads_somewhere(table: tuple[Row, ...]) -> None:
    tables.check(table)
    strange = Row("strange", "test", "is_happy", table[0].name)
    with pytest.raises(ValueError, match=r"is_happy|nothing leads"):
        tables.check((*table, strange))


def test_who_comes_is_in_within_the_window_and_the_others_never_ask(setting: Setting) -> None:
    server = played(setting)
    came = {one.region for one in setting.offices() if "login" in one.moments}
    window = setting.timeline.phase("uji")
    early = [one for at_s, one in server.acknowledged("login") if at_s < window.run_end_s]
    assert {one.account_tps for one in early} == came and len(early) == len(came)
    assert 0 < len(came) < len(setting.offices())
    assert all(one.operator == 0 and one.actor in {"pps", "ppk"} for one in early)


def test_nobody_tries_after_the_hour_at_which_all_give_up(setting: Setting) -> None:
    server = played(setting, down("uji", 12.0, 15.0, setting))
    told = setting.scenario.officials
    assert told is not None and told.login is not None and told.login.until is not None
    until_s = setting.timeline.run_s("uji", told.login.until)
    pause_s = 4.0 * told.human_retry / setting.timeline.phase("uji").compression
    tried = [at_s for at_s, one, _ in server.asked if at_s < setting.timeline.phase("uji").run_end_s]
    assert len(tried) > 30 and max(tried) < until_s + pause_s


def test_a_pleno_decides_every_tps_once_and_then_makes_the_d_hasil(setting: Setting) -> None:
    server = played(with_pleno(setting, differs=0.0))
    decided = [one.tps for _, one in server.acknowledged("pleno_decide")]
    assert sorted(decided) == sorted(setting.population.tps.tolist())
    assert [one.form for _, one in server.acknowledged("pleno_finalise")] == ["ppwp"]
    assert {one.decided.word for _, one in server.acknowledged("pleno_decide") if one.decided} == {"sesuai"}


def test_a_plano_that_says_otherwise_is_followed(setting: Setting) -> None:
    odd = with_pleno(setting, differs=1.0)
    words = Counter(one.decided.word for _, one in played(odd).acknowledged("pleno_decide") if one.decided)
    assert words["dikoreksi"] == len(setting.population)
    true, read = planos(setting.population), differing(odd.scenario, odd.seed, planos(setting.population))
    tps = str(setting.population.tps[0])
    changed = {page for page in true(tps, "ppwp") if true(tps, "ppwp")[page] != read(tps, "ppwp")[page]}
    assert changed == {2}
    assert sum(true(tps, "ppwp")[2].values()) == sum(read(tps, "ppwp")[2].values())


def test_panels_share_the_work(setting: Setting) -> None:
    alone, three = (played(with_pleno(setting, panels=panels)) for panels in (1, 3))
    took = []
    for one in (alone, three):
        times = [at_s for at_s, _ in one.acknowledged("pleno_decide")]
        took.append(max(times) - min(at_s for at_s, _ in one.acknowledged("pleno_open")))
    assert took[1] < 0.6 * took[0]
    assert len(three.acknowledged("pleno_decide")) == len(setting.population)


@pytest.mark.parametrize(("how", "decided_on_the_first_day"), [("wait", 6), ("postpone", 2), ("manual", 6)])
def test_what_follows_when_nobody_answers(setting: Setting, how: str, decided_on_the_first_day: int) -> None:
    """Two TPS are decided before the system goes away for three hours; then it depends."""
    odd = with_pleno(setting, when_down=how, reading=1_200.0, reading_sigma=0.0, differs=0.0)
    server = played(odd, down("pleno", 10.7, 13.7, odd))
    first_day_s = odd.timeline.run_s("pleno", 24 * 3600.0)
    times = [at_s for at_s, _ in server.acknowledged("pleno_decide")]
    assert len(times) == len(setting.population)
    assert sum(at_s < first_day_s for at_s in times) == decided_on_the_first_day
    if how == "manual":
        after_s = odd.timeline.run_s("pleno", 13.7 * 3600.0)
        hour_s = 3600.0 / odd.timeline.phase("pleno").compression
        assert max(times) < after_s + hour_s, "what was read on paper is only entered"


def test_what_a_pleno_decides_on_what_it_is_shown() -> None:
    plano: Mapping[int, Mapping[str, int]] = {1: {"a": 1}, 2: {"b": 2}, 3: {"c": 3}}
    shown = {page: (page, canonical(values)) for page, values in plano.items()}
    assert decide(plano, SeenForm(shown)).word == "sesuai"
    assert decide(plano, None).word == "entri"
    part = decide(plano, SeenForm({1: shown[1]}))
    assert (part.word, [page for page, _ in part.numbers]) == ("entri", [2, 3])
    wrong = decide(plano, SeenForm({**shown, 2: (7, '{"b":9}')}))
    assert (wrong.word, wrong.numbers, dict(wrong.basis)) == (
        "dikoreksi",
        ((2, '{"b":2}'),),
        {1: 1, 2: 7, 3: 3},
    )
    both = decide(plano, SeenForm({1: (4, '{"a":5}')}))
    assert (both.word, [page for page, _ in both.numbers]) == ("dikoreksi", [1, 2, 3])


def test_photos_go_up_until_somebody_gets_them_in(setting: Setting) -> None:
    env = simpy.Environment()
    tps = str(setting.population.tps[0])

    def says(operation: Operation, now_s: float) -> Answer:
        stuck = operation.kind == "backup_page" and operation.actor == "pps"
        return Answer("fail", reason="refused") if stuck else Answer("ok", 200)

    server = Server(env, setting, says)
    staff = Staff(env, server, setting.scenario, setting.timeline, setting.seed, planos(setting.population))
    staff.attend(offices(setting.scenario, setting.timeline, setting.seed, setting.population.tps.tolist()))
    env.run(until=setting.timeline.run_s("hari-h", 13.2 * 3600.0))
    staff.hand_over(tps, [("ppwp", 2), ("ppwp", 3)])
    env.run(until=setting.timeline.phase("hari-h").run_end_s)
    brought = [
        (one.actor, one.account_tps, one.tps, one.page) for _, one in server.acknowledged("backup_page")
    ]
    assert brought == [("ppk", tps[:6], tps, 2), ("ppk", tps[:6], tps, 3)]
    assert {one.account_tps for _, one, _ in server.asked if one.actor == "pps"} >= {tps[:10]}


def test_on_the_day_after_every_tps_is_looked_at_and_bad_photos_are_replaced(setting: Setting) -> None:
    server = played(setting)
    looked = Counter(one.tps for _, one in server.acknowledged("tps_page"))
    assert looked == Counter(setting.population.tps.tolist())
    replaced = {(one.tps, one.page) for _, one in server.acknowledged("replace_photo")}
    bad = {
        (tps, page)
        for tps in setting.population.tps.tolist()
        for page in (1, 2, 3)
        if unreadable(setting.scenario, setting.seed, tps, "ppwp", page)
    }
    assert replaced <= bad


def test_all_offices_of_a_kecamatan_are_played_by_one_worker() -> None:
    whole = arrange(OFFICIALS.with_name("sprint.toml"), scale=60)
    staff = with_officials(whole)
    own = offices(staff, whole.timeline, whole.seed, whole.population.tps.tolist())
    parts = [dealt(own, (index, 3)) for index in range(3)]
    assert sorted(one.region for part in parts for one in part) == sorted(one.region for one in own)
    areas = [{one.area for one in part} for part in parts]
    assert not (areas[0] & areas[1] or areas[1] & areas[2] or areas[0] & areas[2])


def with_officials(setting: Setting) -> Any:
    """The same scenario with staff, as it is in the file of the other tests."""
    officials = arrange(OFFICIALS, scale=1.0).scenario.officials
    assert officials is not None
    return setting.scenario.model_copy(update={"officials": officials.model_copy(update={"login": None})})
