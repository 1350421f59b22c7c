"""`gladi stack`: the reference Sirekap stack by itself, for trying things out."""

import json
from pathlib import Path

import click

from gladi import stack as programs
from gladi.commands.options import emit, json_flag
from gladi.failures import CannotRunError

DEFAULT = Path("runs/stack")
_where = click.option(
    "--dir", "folder", type=click.Path(path_type=Path), default=DEFAULT, show_default=True, metavar="DIR",
    help="Where the stack keeps its data, logs and secrets.",
)  # fmt: skip


@click.group()
def stack() -> None:
    """Start, stop or ask the reference stack (no root, no docker).

    \b
    In this order:
      gladi stack up --port 8090                              its address, when it answers
      gladi rehearse kepahiang-2024 --scale 20 --target http://127.0.0.1:8090
      gladi stack status
      gladi stack down

    Without this a rehearsal starts a stack of its own and ends it again.
    """


@stack.command()
@_where
@click.option(
    "--profile",
    type=click.Choice(["embedded", "full"]),
    default="embedded",
    show_default=True,
    help="embedded: PostgreSQL, API and workers out of Python wheels. full: nginx, PostgreSQL and Redis of "
    "Debian, an S3 object store, API and workers.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="P", help="0 takes a free port.")
@click.option("--api-workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--defect", "defects", multiple=True, metavar="NAME", help="Plant a defect; for trying the checkers."
)
@click.option("--naive", is_flag=True, help="No admission control: to see the collapse of 2024.")
@json_flag
def up(
    folder: Path,
    profile: str,
    port: int,
    api_workers: int,
    defects: tuple[str, ...],
    naive: bool,
    as_json: bool,
) -> None:
    """Start the stack and return when it answers.

    \b
    Examples:
      gladi stack up
      gladi stack up --profile full --dir runs/whole --port 8090
    """
    running = programs.up(folder.resolve(), port, api_workers, defects, profile=profile, naive=naive)
    if as_json:
        emit({"url": running.url, "dir": str(running.folder)})
    else:
        click.echo(f"{running.url}  ({running.folder})")


@stack.command()
@_where
@json_flag
def down(folder: Path, as_json: bool) -> None:
    """Stop the stack; its data stays, and `gladi stack up` with the same --dir goes on with it."""
    programs.down(folder.resolve())
    if as_json:
        emit({"down": True, "dir": str(folder)})


@stack.command()
@click.argument("component")
@_where
def start(component: str, folder: Path) -> None:
    """Start one dead COMPONENT again, such as redis or api-1; `gladi stack status` names them.

    \b
    Example:
      gladi stack start api-1
    """
    click.echo(programs.start(folder.resolve(), component))


@stack.command()
@_where
@json_flag
def status(folder: Path, as_json: bool) -> None:
    """What runs: address, profile, and every component with its process."""
    if not (folder / "stack.json").is_file():
        raise CannotRunError(f"no stack runs in {folder}; start one with: gladi stack up --dir {folder}")
    found = programs.status(folder.resolve())
    if as_json:
        emit(found)
    else:
        click.echo(json.dumps(found, indent=1))


def known_stack(url: str) -> Path | None:
    """The secrets of the stack that `gladi stack up` started at `url`, if it is that one."""
    described = DEFAULT / "stack.json"
    if not described.is_file():
        return None
    same = json.loads(described.read_text()).get("url", "").rstrip("/") == url.rstrip("/")
    return (DEFAULT / "secrets.json").resolve() if same else None
