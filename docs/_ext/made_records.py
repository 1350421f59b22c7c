"""Columns of the record, from the pyarrow schemas themselves; their comments from the lines they stand on."""

import ast
import inspect
import re
from importlib import import_module

import pyarrow as pa
from cells import cell, code, table

_COLUMN = re.compile(r"\(\"(\w+)\",.*?#\s*(.+)$")


def record(where: str) -> str:
    """The columns of one schema, such as reports.schema:HISTORY."""
    module, _, name = where.partition(":")
    columns = import_module(module)
    found = getattr(columns, name)
    assert isinstance(found, pa.Schema), f"{where} is no schema"
    source = inspect.getsource(columns)
    comments = _comments(source, name)
    rows = [(code(one.name), code(str(one.type)), cell(comments.get(one.name, ""))) for one in found]
    return cell(_below(source, name)) + "\n\n" + table(("column", "type", "meaning"), rows)


def _node(source: str, name: str) -> tuple[ast.Assign, ast.stmt | None]:
    body = ast.parse(source).body
    for index, one in enumerate(body):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and one.targets[0].id == name:
            return one, body[index + 1] if index + 1 < len(body) else None
    raise ValueError(f"nothing there assigns {name}")


def _comments(source: str, name: str) -> dict[str, str]:
    node, _ = _node(source, name)
    lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
    return {match[1]: match[2] for line in lines if (match := _COLUMN.search(line))}


def _below(source: str, name: str) -> str:
    _, after = _node(source, name)
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
        return str(after.value.value)
    return ""
