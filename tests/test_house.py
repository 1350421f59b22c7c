"""The house keeps its arrows: which room may import which."""

import ast
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


def imports(path: Path) -> set[str]:
    """Top-level packages a file imports, wherever the statement stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
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
