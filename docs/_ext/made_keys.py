"""Every table and key of a file that people write: type, unit, bounds, default, what the model says of it."""

from cells import cell, code, table

from gladi.writing.files import schema
from gladi.writing.keys import Key, Table, tables


def keys(kind: str) -> str:
    """All tables of a kind of file, a heading each."""
    return "\n".join(_table(one) for one in tables(schema(kind)))


def _table(one: Table) -> str:
    head = f"## `{one.head}`" if one.path else "## Loose keys"
    need = "" if not one.path else ("Must be there. " if one.required else "May be left out. ")
    rows = [(code(key.name), _holds(key), _default(key), cell(key.says)) for key in one.keys]
    said = one.says.replace("<", "&lt;")
    return f"{head}\n\n{need}{said}\n\n" + table(("key", "holds", "default", "meaning"), rows)


def _holds(key: Key) -> str:
    return cell(key.holds)


def _default(key: Key) -> str:
    if key.required:
        return "**required**"
    return code(key.default) if key.default is not None else "none"
