"""Options that several commands share."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

_CHOICES: tuple[Callable[[Any], Any], ...] = (
    click.argument("scenario", metavar="SCENARIO"),
    click.option(
        "--seed", type=int, metavar="N", help="Another draw of everything; default: the scenario's."
    ),
    click.option(
        "--scale",
        type=float,
        metavar="N",
        help="Up to 1: a share of the TPS. Above 1: a number of TPS. Default: all.",
    ),
    click.option(
        "--compression",
        type=float,
        metavar="C",
        help="Human seconds in one real second; default: the scenario's.",
    ),
)


def scenario_choices(function: Function) -> Function:
    """SCENARIO, --seed, --scale and --compression."""
    for choice in reversed(_CHOICES):
        function = choice(function)
    return function


def plan_option(function: Function) -> Function:
    """--plan FILE."""
    option = click.option(
        "--plan",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Play the fault plan of another run (its plan.jsonl) instead of what scenario and seed give.",
    )
    return option(function)


def json_flag(function: Function) -> Function:
    """--json."""
    option = click.option(
        "--json", "as_json", is_flag=True, help="Print the result as JSON, and nothing else."
    )
    return option(function)


def out_option(text: str) -> Callable[[Function], Function]:
    """--out DIR."""
    return click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help=text)


def language(function: Function) -> Function:
    """--lang."""
    option = click.option(
        "--lang",
        type=click.Choice(["id", "en"]),
        default="id",
        show_default=True,
        help="Language of the report.",
    )
    return option(function)


def emit(content: object) -> None:
    """JSON on standard output."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))
