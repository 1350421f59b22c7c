"""The schemas by which editors complete: shipped as they follow from the models, of one mind with them."""

import copy
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from gladi.writing.files import NAMES, file_name, schemas
from gladi.writing.schema import clock_text, duration_text, shipped, text_of
from scenarios import Nation, ScenarioError
from scenarios.claims import load_claims
from scenarios.durations import ClockS, DurationS, clock_s, seconds
from scenarios.loading import builtin_nations, builtin_scenarios, load
from scenarios.thresholds import Check

SCHEMAS = schemas()
CLAIMS = Path(load.__code__.co_filename).parent / "data" / "klaim-contoh.toml"
Change = Callable[[dict[str, Any]], None]


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def as_an_editor_sees(value: Any) -> Any:
    """TOML's dates are text to JSON Schema."""
    if isinstance(value, dict):
        return {key: as_an_editor_sees(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_an_editor_sees(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def complaints(kind: str, table: dict[str, Any]) -> list[str]:
    judge = jsonschema.Draft7Validator(SCHEMAS[kind])
    return [f"{list(one.path)}: {one.message}" for one in judge.iter_errors(as_an_editor_sees(table))]


@pytest.mark.parametrize("kind", NAMES)
def test_what_is_shipped_is_what_the_models_say(kind: str) -> None:
    path = shipped() / file_name(kind)
    assert path.read_text(encoding="utf-8") == text_of(SCHEMAS[kind]), (
        "the models have changed: .venv/bin/gladi new schema --out scenarios/schema"
    )


@pytest.mark.parametrize("kind", NAMES)
def test_a_schema_is_one(kind: str) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMAS[kind])


def test_every_scenario_that_comes_with_gladi_fits() -> None:
    files = [("scenario", path) for path in builtin_scenarios().values()]
    files += [("nation", path) for path in builtin_nations().values()]
    for kind, path in [*files, ("claims", CLAIMS)]:
        assert complaints(kind, read(path)) == [], path.name
    assert len(files) >= 4


def test_every_file_that_comes_with_gladi_names_its_schema() -> None:
    files = [(path, "scenario") for path in builtin_scenarios().values()]
    files += [(path, "nation") for path in builtin_nations().values()] + [(CLAIMS, "claims")]
    for path, kind in files:
        named = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("#:schema ")
        assert (path.parent / named).resolve() == shipped() / file_name(kind), path.name


def unknown_key(table: dict[str, Any]) -> None:
    table["links"]["no_signal"] = 3


def missing_table(table: dict[str, Any]) -> None:
    del table["slo"]


def missing_key(table: dict[str, Any]) -> None:
    del table["scenario"]["seed"]


def duration_without_unit(table: dict[str, Any]) -> None:
    table["links"]["travel_median"] = 50


def duration_with_a_wrong_unit(table: dict[str, Any]) -> None:
    table["links"]["travel_median"] = "50min"


def clock_of_no_day(table: dict[str, Any]) -> None:
    table["voting"]["close"] = "25:00"


def share_above_one(table: dict[str, Any]) -> None:
    table["links"]["share_3g"] = 1.5


def number_as_text(table: dict[str, Any]) -> None:
    table["scenario"]["seed"] = "7"


def no_such_choice(table: dict[str, Any]) -> None:
    table["links"]["signal_point"] = "5g"


def no_such_election(table: dict[str, Any]) -> None:
    table["scenario"]["election"] = "pemilu-1955"


def no_such_region(table: dict[str, Any]) -> None:
    table["region"]["code"] = "17.99"


def moment_with_an_offset(table: dict[str, Any]) -> None:
    table["phases"][0]["start"] = tomllib.loads("x = 2024-02-07T07:45:00+07:00")["x"]


def limit_without_unit(table: dict[str, Any]) -> None:
    table["thresholds"] = {"login": ["p95 < 2"]}


def limit_of_nothing_known(table: dict[str, Any]) -> None:
    table["thresholds"] = {"logon": ["p95 < 2s"]}


def limits_that_are_no_list(table: dict[str, Any]) -> None:
    table["thresholds"] = {"login": "p95 < 2s"}


def no_phases(table: dict[str, Any]) -> None:
    table["phases"] = []


def empty_condition(table: dict[str, Any]) -> None:
    fault = table["faults"][0]
    del fault["at"]
    fault["when"] = "complete > half"


WRONG: list[Change] = [
    unknown_key, missing_table, missing_key, duration_without_unit, duration_with_a_wrong_unit,
    clock_of_no_day, share_above_one, number_as_text, no_such_choice, no_such_election, no_such_region,
    moment_with_an_offset, limit_without_unit, limit_of_nothing_known, limits_that_are_no_list, no_phases,
    empty_condition,
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=lambda change: change.__name__)
def test_a_wrong_scenario_is_refused_by_gladi_and_by_the_schema(change: Change, tmp_path: Path) -> None:
    from scenarios.loading import validate

    table = read(builtin_scenarios()["kepahiang-2024"])
    change(table)
    with pytest.raises(ScenarioError):
        validate(table, "wrong.toml")
    assert complaints("scenario", table)


def test_a_wrong_claim_is_refused_by_both(tmp_path: Path) -> None:
    for old, new in (("/min", ""), ('require = ["p95', 'require = ["mean'), ("lost = 0", "lost = 1")):
        text = CLAIMS.read_text(encoding="utf-8")
        assert old in text
        wrong = tmp_path / "wrong.toml"
        wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ScenarioError):
            load_claims(wrong)
        assert complaints("claims", read(wrong)), f"{old} -> {new}"


def test_a_wrong_nation_is_refused_by_both() -> None:
    right = read(builtin_nations()["nation-2024"])
    for key, value in (("servers", "many"), ("server", 3), ("queue", -1)):
        wrong = copy.deepcopy(right)
        wrong["server"][key] = value
        with pytest.raises(ValidationError):
            Nation.model_validate(wrong)
        assert complaints("nation", wrong)


@pytest.mark.parametrize(
    "text", ["45m", "1h30m", "1.5h", "2d", "20s", "", "45", "m", "1h 30m", "-5m", "1 h", "5ms"]
)
def test_durations_are_read_alike(text: str) -> None:
    assert fits(DurationS, text) == matches(DurationS, text), text


@pytest.mark.parametrize(
    "text", ["19:30", "08:00:30", "01:30+1", "24:00", "9:5", "7:45", "12:60", "noon", "1:00+12"]
)
def test_clock_times_are_read_alike(text: str) -> None:
    assert fits(ClockS, text) == matches(ClockS, text), text


@pytest.mark.parametrize(
    "text",
    ["p95 < 2s", "p99.9<=800ms", "success > 99%", "rate > 50/s", "count >= 1000", "late < 1 %", "p95 < 2",
     "p95 2s", "mean = 3s", "success > 99", "rate > 50", "count >= 3s", "avg < 2s"],
)  # fmt: skip
def test_limits_are_read_alike(text: str) -> None:
    try:
        Check.model_validate({"check": text})
        good = True
    except ValidationError:
        good = False
    assert bool(re.search(Check.model_json_schema()["properties"]["check"]["pattern"], text)) == good, text


def fits(kind: Any, text: str) -> bool:
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return False
    return True


def matches(kind: Any, text: str) -> bool:
    return bool(re.search(TypeAdapter(kind).json_schema()["pattern"], text))


def test_defaults_are_told_with_their_units() -> None:
    power = SCHEMAS["scenario"]["$defs"]["Power"]["properties"]["cut_mean"]
    assert power["default"] == "1h27m"
    for length_s in (0.0, 2.5, 59.0, 5_220.0, 91_800.0, 200_000.0):
        assert seconds(duration_text(length_s)) == length_s
    for at_s in (0.0, 30.0, 91_800.0):
        assert clock_s(clock_text(at_s)) == at_s


def test_texts_below_keys_become_descriptions() -> None:
    links = SCHEMAS["scenario"]["$defs"]["Links"]["properties"]
    assert "journey" in links["travel_sigma"]["description"]
    assert "TPS" in SCHEMAS["scenario"]["$defs"]["Links"]["description"]
    assert json.dumps(SCHEMAS["scenario"]).count('"null"') == 0
