"""The colours of the pages, light and dark: everything written can be told from what it is written on."""

import re
from importlib.resources import files

import pytest

LEAST = 4.5
"""WCAG 2.2, 1.4.3."""

ON_PAGES = [
    (ink, paper)
    for ink in ("--ink", "--faint", "--good", "--bad", "--open", "--accent")
    for paper in ("--paper", "--wash")
]
PAIRS = [*ON_PAGES, ("--ink", "--code"), ("--on-mark", "--mark")]
SHADES = [f".c{number}" for number in range(1, 7)]


def sheet(name: str) -> str:
    return (files("reports") / "templates" / name).read_text(encoding="utf-8")


def colours(dark: bool) -> dict[str, str]:
    """Variables as they stand; those of the dark page over those of the light one."""
    light, _, rest = sheet("report.css").partition("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6})", light))
    if dark:
        found |= dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6})", rest.partition("} }")[0]))
    return found


def light_of(colour: str) -> float:
    """Relative luminance of #rrggbb."""
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((light_of(one), light_of(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS, ids="-".join)
def test_words_can_be_read(ink: str, paper: str, dark: bool) -> None:
    known = colours(dark)
    assert contrast(known[ink], known[paper]) >= LEAST


@pytest.mark.parametrize("shade", SHADES)
def test_figures_on_tiles_can_be_read(shade: str) -> None:
    found = re.search(
        rf"^{re.escape(shade)} {{ background: (#\w{{6}}); color: (#\w{{6}}); }}", sheet("atlas.css"), re.M
    )
    assert found is not None
    assert contrast(found[1], found[2]) >= LEAST


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", ["--bar", "--other", "--good", "--bad"])
def test_lines_and_areas_can_be_seen(kind: str, dark: bool) -> None:
    """WCAG 2.2, 1.4.11: graphics need 3."""
    known = colours(dark)
    assert contrast(known[kind], known["--paper"]) >= 3.0


def test_dark_is_another_page_than_light() -> None:
    assert colours(True) != colours(False)
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
