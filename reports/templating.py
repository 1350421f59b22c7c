"""Templates of pages: everything in them is escaped, and a name that is missing is an error."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template


@cache
def template(package: str, name: str, folder: str = "") -> Template:
    """The template `name` in `folder` of a package, compiled once."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((files(package) / folder / name).read_text(encoding="utf-8"))
