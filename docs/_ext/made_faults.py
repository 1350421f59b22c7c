"""The faults from their register: what they do, their settings, how long healing may take, what they try."""

import inspect
import sys

from cells import cell, code, table

from chaos import Fault, registered
from gladi.writing.keys import tables
from gladi.writing.schema import schema_of


def faults(_: str) -> str:
    """A table of all, then one heading each."""
    found = registered()
    rows = [
        (f"[{name}](#{name})", cell(_first(one)), "yes" if one.own_disk else "")
        for name, one in found.items()
    ]
    overview = table(("fault", "what it does", "own disk (root)"), rows)
    return overview + "\n" + "\n".join(_told(name, one) for name, one in found.items())


def _first(one: Fault) -> str:
    return inspect.cleandoc(type(one).__doc__ or "").split("\n")[0]


def _told(name: str, one: Fault) -> str:
    said = inspect.cleandoc(sys.modules[type(one).__module__].__doc__ or "").replace("<", "&lt;")
    facts = [
        f"Felt within {one.felt_within_s:g} s of the strike; healing proved within {one.deadline_s:g} s."
    ]
    if one.tries:
        facts.append(
            "Tries: " + ", ".join(f"[{each}](checkers.md#{each})" for each in sorted(one.tries)) + "."
        )
    if one.excludes:
        facts.append("Excludes on the same thing: " + ", ".join(map(code, sorted(one.excludes))) + ".")
    if one.by_the_clock:
        facts.append("Needs a planned moment; it cannot wait for a condition.")
    return f"## {name}\n\n{said}\n\n{' '.join(facts)}\n\n{_settings(one)}"


def _settings(one: Fault) -> str:
    found = tables(schema_of(one.settings, one.name))
    if not found:
        return "No settings.\n"
    rows = [
        (
            code(key.name),
            cell(key.holds),
            code(key.default) if key.default else "**required**",
            cell(key.says),
        )
        for key in found[0].keys
    ]
    said = f"{found[0].says.replace('<', '&lt;')}\n\n"
    return f"Settings. {said}" + table(("key", "holds", "default", "meaning"), rows)
