"""settings.toml with every setting, its default, and what settings.py says of it: one source, this is a view.

A field stands there with its reason behind it, and groups of fields have a heading above them; both are read
from the source, so that the file cannot say anything else than the code.
"""

import inspect
import json
import re
from dataclasses import fields

from sirekap.settings import Settings

HEADER = """\
# Settings of a reference Sirekap stack: DIR/settings.toml, read by `up`. Lines that begin with #name show
# defaults; remove the mark to change one. The environment (SIREKAP_<NAME>) counts more than this file, the
# command line more than both.
"""
FIELD = re.compile(r"    (?P<name>\w+): .*?(?:  # (?P<reason>.*))?$")
HEADING = re.compile(r"    # (?P<words>.*)$")


def example() -> str:
    """The text of the file."""
    known = {field.name: field.default for field in fields(Settings)}
    lines = [HEADER]
    for line in inspect.getsource(Settings).splitlines():
        if heading := HEADING.match(line):
            lines.append(f"# {heading['words']}")
        elif (field := FIELD.match(line)) and field["name"] in known:
            setting = f"{field['name']} = {_written(known[field['name']])}"
            lines.append(f"#{setting}  # {field['reason']}" if field["reason"] else f"#{setting}")
        elif not line.strip() and lines[-1]:
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _written(value: object) -> str:
    """A default as TOML; for the kinds that settings have, that is JSON with `_` in large numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}"
    return json.dumps(value)
