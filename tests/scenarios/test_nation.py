"""Scenarios of a nation: every problem at once, changes by key, two elections with the same people."""

import tomllib
from pathlib import Path

import pytest

from scenarios import (
    Nation,
    ScenarioError,
    builtin_nations,
    builtin_scenarios,
    change,
    find_scenario,
    load,
    load_nation,
    read_table,
    sweep_problems,
    validate_nation,
    value_of,
    values_of,
    with_changes,
)
from simulators.contests import FORMS_OF_ELECTION

NATION = find_scenario("nation-2024")
TABLE = read_table(NATION)
SMALL = Path(__file__).parents[1] / "gladi" / "nation-kecil.toml"


def problems(*changed: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        validate_nation(TABLE, "n.toml", changed)
    assert all(line.startswith("n.toml: ") for line in str(raised.value).splitlines())
    return raised.value.problems


def test_the_nations_that_come_with_gladi_are_valid_and_told_from_regencies() -> None:
    assert set(builtin_nations()) == {"nation-2024", "nation-pilkada-2024"}
    assert not set(builtin_nations()) & set(builtin_scenarios())
    for name, path in builtin_nations().items():
        assert load_nation(path).id == name
    assert load_nation(SMALL).population.areas == ["17.08"]


def test_a_nation_is_no_regency_and_a_regency_no_nation() -> None:
    with pytest.raises(ScenarioError, match="gladi simulate nation-2024"):
        load(NATION)
    with pytest.raises(ScenarioError, match="regency"):
        load_nation(find_scenario("kepahiang-2024"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("app.backof_first_s = 3", ["unknown key app.backof_first_s", 'did you mean "backoff_first_s"']),
        ("server.servers = 0", ["server.servers = 0", "greater than or equal to 1"]),
        ('server.servers = "six"', ["server.servers = 'six'", "integer"]),
        ('persons.rest = "15"', ["persons.rest = '15'", '"45m"']),
        ("sessions[2].share = 1.5", ["sessions[2].share = 1.5", "less than or equal to 1"]),
        ("calendar.until = 2024-02-01T00:00:00", ["calendar", "follow one another"]),
        ("calendar.day = 2024-02-14T00:00:00+07:00", ["calendar.day = ", "without an offset"]),
        ("activation.opens = 2024-02-20T00:00:00", ["activation.opens", "calendar.start", "election day"]),
        ("training[1].at = 2024-02-15T00:00:00", ["training[1].at"]),
        ("sessions[1].end = 2024-02-15T05:00:00", ["sessions[1]", "before it starts"]),
        ("sessions[1].end = 2024-02-15T20:00:00", ["sessions[2]", "before sessions[1] has ended"]),
        ("server.windows[1].end = 2024-02-14T15:00:00", ["server.windows[2]", "before server.windows[1]"]),
        ("server.windows[6].end = 2024-04-01T00:00:00", ["server.windows[6]", "within the calendar"]),
        ("server.windows[5].capacity = 2", ["server.windows[5].capacity", "at most 1"]),
        ("pleno.opens_latest = 2024-02-14T12:00:00", ["pleno.opens_latest", "before pleno.opens"]),
        ("expect.by = 2024-02-13T00:00:00", ["expect.by", "after election day"]),
        ('population.areas = ["17.08", "17.99"]', ['"17.99"', "17.0"]),
        ('population.areas = ["Kepahiang"]', ['"Kepahiang"', '"17.08"']),
        ("population.scale = 12.5", ["population.scale", "whole"]),
        ('reality.progress = "progress-ppwp"', ["reality.progress", "progress-ppwp-national"]),
        ('counting.medians.dprd = "1h"', ["counting.medians.dprd", '"dprd-kab"']),
        ('scenario.election = "pilkada-2024"', ["kwk-gubernur, kwk-bupati", "counting.medians.ppwp"]),
        ("sweep = { x = [1] }", ["sweep: unknown key x"]),
        ('sweep = { "server.servers" = [3, 0] }', ["sweep: server.servers = 0"]),
        ('sweep = { "server.servers" = [] }', ["sweep: server.servers: no value"]),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(changed: str, said: list[str]) -> None:
    found = "\n".join(problems(changed))
    for words in said:
        assert words in found, found


def test_every_problem_is_named_at_once() -> None:
    by_type = problems("app.backof_first_s = 3", "server.servers = 0", 'persons.rest = "15"')
    assert len(by_type) == 3
    by_sense = problems(
        "expect.by = 2024-02-13T00:00:00",
        "server.windows[5].capacity = 2",
        'population.areas = ["17.99"]',
        'counting.medians.dprd = "1h"',
    )
    assert len(by_sense) == 4


def test_nobody_votes_abroad_in_pilkada() -> None:
    with pytest.raises(ScenarioError, match="nobody votes abroad"):
        load_nation(SMALL, ['population.areas = ["99"]'])
    assert load_nation(NATION, ['population.areas = ["99"]']).population.areas == ["99"]


def test_changes_are_made_in_a_copy_and_in_order() -> None:
    before = tomllib.loads(NATION.read_text())
    changed = with_changes(
        TABLE, ["server.servers = 7", "server.servers = 9", "server.windows[2].capacity = 0.5"]
    )
    assert before == TABLE
    assert changed["server"]["servers"] == 9
    assert changed["server"]["windows"][1]["capacity"] == 0.5
    nation = validate_nation(TABLE, "n.toml", ["server.servers = 9", 'persons.rest = "30m"'])
    assert (nation.server.servers, nation.persons.rest) == (9, 1800.0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("server.servers", "KEY=VALUE"),
        ("server. servers = 3", "KEY=VALUE"),
        ("sessions[9].share = 0.5", "there is no number 9, but 5"),
        ("server[1].x = 3", "no list"),
        ("nothing[1].x = 3", "none of 'nothing'"),
    ],
)
def test_a_change_that_cannot_be_made_says_why(changed: str, said: str) -> None:
    assert said in problems(changed)[0]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3,6,12", [3, 6, 12]),
        ("0.1,1", [0.1, 1]),
        ("15m,1h30m", ["15m", "1h30m"]),
        ("true,false", [True, False]),
        ('["17"],["31","32"]', [["17"], ["31", "32"]]),
        ("2024-02-14T12:00:00", [tomllib.loads("a = 2024-02-14T12:00:00")["a"]]),
    ],
)
def test_values_of_a_command_line_are_toml_and_survive_being_written(text: str, values: list[object]) -> None:
    found = values_of(text)
    assert found == values
    for value in found:
        assert with_changes({}, [change("a.b", value)]) == {"a": {"b": value}}
    assert value_of("4h") == "4h"


def test_text_survives_a_change_whatever_is_in_it() -> None:
    for text in ('a "quoted" \\ word', "two\nlines", "= 3", ""):
        assert with_changes({}, [change("a", text)]) == {"a": text}


def test_every_value_of_a_sweep_is_tried_by_itself() -> None:
    keys = {"server.servers": [3, "x"], "app.nix": [1], "persons.rest": ["15m", "15"]}
    found = sweep_problems(TABLE, "n.toml", keys)
    assert len(found) == 3
    assert sweep_problems(TABLE, "n.toml", {"server.refuse_after_s": [0.5, 4.0], "server.queue": [100]}) == []


def _habits(nation: Nation) -> dict[str, object]:
    whole = nation.model_dump()
    alike = {name: whole[name] for name in ("persons", "app", "unsteady", "slo")}
    alike |= {f"counting.{key}": value for key, value in whole["counting"].items() if key != "medians"}
    alike |= {f"activation.{key}": value for key, value in whole["activation"].items() if key != "opens"}
    alike |= {f"server.{key}": value for key, value in whole["server"].items() if key != "windows"}
    alike["session shares"] = [one["share"] for one in whole["sessions"]]
    alike["morning"] = whole["morning"]
    return alike


def test_the_held_back_election_has_the_people_and_the_server_of_the_other() -> None:
    """Nothing of Pilkada 2024 was refitted: whoever changes nation-2024 changes both, or says why not."""
    pemilu, pilkada = (load_nation(path) for path in builtin_nations().values())
    assert _habits(pilkada) == _habits(pemilu)
    assert pilkada.counting.medians["kwk-gubernur"] == pemilu.counting.medians["ppwp"]
    assert pilkada.server.windows == []


@pytest.mark.parametrize("election", list(FORMS_OF_ELECTION))
def test_forms_of_an_election_are_those_the_people_fill_in(election: str) -> None:
    from scenarios.nation_checks import FORMS

    assert FORMS[election] == FORMS_OF_ELECTION[election]
