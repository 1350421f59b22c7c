"""The command line from click itself: usage, help and options of every command, and the exit codes."""

import ast
import inspect

import click
from cells import cell, code, table

from gladi import failures
from gladi.cli import main

_MEANS = {
    "PASSED": "what was asked is done; the verdict is passed, the claim upheld, nothing got worse",
    "FAILED": "the verdict is failed, a claim refuted, something got worse",
    "USAGE": "what was asked cannot be right: option, file, key, value; nothing was begun",
    "COULD_NOT": "this machine or target could not do it, or not heal",
    "UNKNOWN": "undecided: no verdict either way",
}


def commands(_: str) -> str:
    """One heading a command, subcommands below their group."""
    context = click.Context(main, info_name="gladi")
    return "\n".join(
        _told(name, main.get_command(context, name), context, 2) for name in main.list_commands(context)
    )


def _told(name: str, command: click.Command | None, parent: click.Context, depth: int) -> str:
    assert command is not None, f"{name} is listed and not there"
    context = click.Context(command, info_name=name, parent=parent)
    usage = command.get_usage(context).removeprefix("Usage: ")
    said = _paragraphs(command.help or "")
    parts = [f"{'#' * depth} {context.command_path}\n", f"```text\n{usage}\n```\n", said]
    rows = [_option(one, context) for one in command.get_params(context) if isinstance(one, click.Option)]
    parts.append(table(("option", "default", "meaning"), [row for row in rows if row]))
    if isinstance(command, click.Group):
        inside = command.list_commands(context)
        parts += [_told(inner, command.get_command(context, inner), context, 3) for inner in inside]
    return "\n".join(parts)


def _option(one: click.Option, context: click.Context) -> tuple[str, str, str] | None:
    record = one.get_help_record(context)
    if record is None or "--help" in one.opts:
        return None
    default = one.default if one.show_default and isinstance(one.default, str | int | float) else ""
    return code(record[0]), code(str(default)), cell((one.help or "").replace("  ", " "))


def _paragraphs(help_text: str) -> str:
    """Help as click shows it: paragraphs flow, those marked with \\b stay as they are."""
    parts = []
    for part in inspect.cleandoc(help_text).split("\n\n"):
        if part.startswith("\b"):
            parts.append("```text\n" + part.removeprefix("\b\n") + "\n```")
        else:
            parts.append(" ".join(part.split()).replace("<", "&lt;"))
    return "\n\n".join(parts) + "\n"


def exits(_: str) -> str:
    """The exit codes, by the names the code has for them."""
    tree = ast.parse(inspect.getsource(failures))
    names = next(
        [one.id for one in node.targets[0].elts if isinstance(one, ast.Name)]
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)
    )
    assert set(names) == set(_MEANS), f"gladi/failures.py has other exit codes than this page: {names}"
    return table(("code", "means"), [(code(str(getattr(failures, name))), _MEANS[name]) for name in names])
