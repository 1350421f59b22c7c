"""The house keeps its arrows: which room may import which."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("scenarios", "simulators", "fakeforms", "chaos", "reports", "sirekap", "gladi")
MAY_IMPORT = {
    "scenarios": set[str](),
    "fakeforms": set[str](),
    "sirekap": set[str](),
    "chaos": {"scenarios"},
    "reports": {"scenarios"},
    "simulators": {"scenarios", "fakeforms"},
    "gladi": {"scenarios", "simulators", "fakeforms", "chaos", "reports"},
}


RULES = ("forms", "pleno", "reading")
"""Rooms of the stack that neither store nor answer."""


def imported(path: Path) -> set[str]:
    """Modules a file imports from, wherever the statement stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imports(path: Path) -> set[str]:
    """Top-level packages a file imports."""
    return {name.split(".")[0] for name in imported(path)}


def rooms_of_the_stack() -> dict[str, set[str]]:
    """Each room (or file beside the rooms) of `sirekap`, and those that it imports from."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "sirekap").rglob("*.py"):
        room = path.relative_to(ROOT / "sirekap").with_suffix("").parts[0]
        others = {name.split(".")[1] for name in imported(path) if name.startswith("sirekap.")}
        found.setdefault(room, set()).update(others - {room})
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_point_one_way(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        strangers = (imports(path) & set(ROOMS)) - MAY_IMPORT[room] - {room}
        assert not strangers, f"{path.relative_to(ROOT)} imports {', '.join(sorted(strangers))}"


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_it_is_for(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        content = path.read_text(encoding="utf-8")
        if content.strip():
            assert ast.get_docstring(ast.parse(content)), f"{path.relative_to(ROOT)} has no module docstring"


def test_no_room_for_odds_and_ends() -> None:
    names = {path.stem for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "common", "misc", "base", "manager"}


def test_the_rooms_of_the_stack_stand_above_one_another_without_a_circle() -> None:
    rooms = rooms_of_the_stack()
    order = list(TopologicalSorter(rooms).static_order())  # raises CycleError, which names the circle
    assert {"api", "repositories", "database"} <= set(order)
    above = {room for room, others in rooms.items() if "api" in others}
    assert above == {"defects"}, "nothing stands above the API but what is planted before it"
    assert not {room for room, others in rooms.items() if "defects" in others}, (
        "an honest room knows no defect"
    )


@pytest.mark.parametrize("room", RULES)
def test_rules_of_the_stack_know_neither_tables_nor_http(room: str) -> None:
    assert not rooms_of_the_stack()[room] & {"api", "database", "repositories", "stack", "settings"}
    for path in (ROOT / "sirekap" / room).rglob("*.py"):
        assert not imports(path) & {"asyncpg", "starlette", "uvicorn", "requests"}, path.name
