"""Options of `gladi rehearse` for those who look on while it plays."""

import socket
from collections.abc import Callable
from typing import Any

import click

from gladi.failures import CannotRunError, UsageError
from gladi.show import Show

_PORT = click.IntRange(0, 65535)


def watching_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--live, --otlp and --locust-ui."""
    for option in (
        click.option(
            "--locust-ui",
            "locust_ui",
            type=_PORT,
            metavar="PORT",
            help="Locust's own page on 127.0.0.1:PORT (0 takes a free one), to look at only.",
        ),
        click.option(
            "--otlp",
            metavar="URL",
            help="Push metrics and spans to this OTLP/HTTP collector, such as http://127.0.0.1:4318; sums "
            "only, no TPS. Headers: OTEL_EXPORTER_OTLP_HEADERS.",
        ),
        click.option(
            "--live",
            type=_PORT,
            metavar="PORT",
            help="A page of the run as it plays on http://127.0.0.1:PORT (0 takes a free one), with /metrics "
            "for Prometheus. This machine only.",
        ),
    ):
        command = option(command)
    return command


def own_page_port(asked: int | None, live: int | None, show: Show) -> int:
    """The port of Locust's page, 0 for no page; UsageError if --live has it, CannotRunError if taken."""
    if asked is None:
        return 0
    if asked and asked == live:
        raise UsageError(f"--locust-ui {asked}: --live has that port; --locust-ui 0 takes a free one")
    from gladi.onlookers import say_where

    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", asked))
        except OSError as error:
            raise CannotRunError(
                f"--locust-ui {asked}: 127.0.0.1:{asked} cannot be listened on ({error.strerror or error}); "
                "--locust-ui 0 takes a free port"
            ) from error
        port = int(one.getsockname()[1])
    say_where(f"  Locust: http://127.0.0.1:{port}  (hanya mesin ini)", show)
    return port
