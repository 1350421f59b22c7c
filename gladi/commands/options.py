"""Options that several commands share."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gladi.failures import UsageError

if TYPE_CHECKING:
    from gladi.address import Address
    from gladi.offering.elsewhere import Joining

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


def _for_all(variable: str) -> Callable[[click.Context, click.Parameter, Path | None], None]:
    """Puts a path into the environment, from where this process and those that it starts read it."""

    def put(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
        if value is not None:
            os.environ[variable] = str(value.resolve())

    return put


_OURS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--client-cert",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=_for_all("GLADI_CLIENT_CERT"),
        expose_value=False,
        metavar="FILE",
        help="PEM of our own certificate, for an https target that asks for one (mutual TLS); "
        "or GLADI_CLIENT_CERT.",
    ),
    click.option(
        "--client-key",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=_for_all("GLADI_CLIENT_KEY"),
        expose_value=False,
        metavar="FILE",
        help="Its private key, where the certificate's file has none; or GLADI_CLIENT_KEY. "
        "The key's password: GLADI_CLIENT_KEY_PASSWORD.",
    ),
)


def own_certificate(function: Function) -> Function:
    """--client-cert and --client-key: see `gladi.wire.trust`; no parameters."""
    for choice in reversed(_OURS):
        function = choice(function)
    return function


_TARGET: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--target",
        "url",
        metavar="URL",
        help="A system that already runs, http://HOST:PORT or https://HOST. Default: the reference stack.",
    ),
    click.option(
        "--target-kind",
        "kind",
        default="sirekap",
        show_default=True,
        metavar="NAME",
        help="Plug-in that speaks to it (entry point gladi.targets).",
    ),
    click.option(
        "--ca",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="PEM of the authority that vouches for an https target; default: those this machine trusts.",
    ),
    click.option(
        "--header",
        "headers",
        multiple=True,
        metavar="NAME=env:VARIABLE",
        help="Sent with every request; its value is read from the environment only. Repeatable.",
    ),
)


def target_choices(function: Function) -> Function:
    """--target, --target-kind, --ca and --header: parameters url, kind, ca, headers; see `chosen_target`.

    And --client-cert and --client-key, which are no parameters.
    """
    function = own_certificate(function)
    for choice in reversed(_TARGET):
        function = choice(function)
    return function


def chosen_target(url: str | None, ca: Path | None, headers: tuple[str, ...]) -> "Address | None":
    """The system named on the command line, None for the reference stack; raises UsageError."""
    from gladi.address import address

    if url is None:
        for given, name in ((ca, "--ca"), (headers, "--header")):
            if given:
                raise UsageError(f"{name}: goes with --target; the reference stack needs none")
        return None
    return address(url, ca, headers)


def secrets_of(target: "Address | None") -> Path | None:
    """Where the tokens for a running system are: GLADI_SECRETS, or those of `gladi stack up`."""
    if target is None:
        return None
    if named := os.environ.get("GLADI_SECRETS"):
        path = Path(named)
        if not path.is_file():
            raise UsageError(f"GLADI_SECRETS={named}: no such file")
        return path
    from gladi.commands.stack import known_stack

    return known_stack(target.url)


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


def pdf_flag(function: Function) -> Function:
    """--pdf."""
    option = click.option("--pdf", "paper", is_flag=True, help="Write a PDF beside the page too.")
    return option(function)


def emit(content: object) -> None:
    """JSON on standard output."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))


_GENERATORS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--generators",
        type=click.IntRange(1, 64),
        metavar="N",
        help="Processes of this machine that offer the load; default: one for each core that the load has.",
    ),
    click.option(
        "--listen",
        metavar="HOST:PORT",
        help="Offer nothing from here; wait for --workers generators on other machines (`gladi worker`).",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 256),
        metavar="N",
        help="How many generators are awaited with --listen.",
    ),
)


def generator_choices(function: Function) -> Function:
    """--generators, or --listen with --workers."""
    for choice in reversed(_GENERATORS):
        function = choice(function)
    return function


def joining_of(
    listen: str | None, workers: int | None, generators: int | None, scenario: Path, minutes: float
) -> "Joining | None":
    """Generators from elsewhere, as asked for; UsageError where the choices do not go together."""
    if listen is None and workers is None:
        return None
    if listen is None or workers is None:
        raise UsageError("--listen HOST:PORT and --workers N go together: where who joins, and how many")
    if generators is not None:
        raise UsageError("--generators: are of this machine, with --listen those of others; leave one out")
    from gladi.elsewhere import listening
    from gladi.offering.elsewhere import Joining

    return Joining(listening(listen), workers, scenario.read_text(encoding="utf-8"), minutes * 60.0)
