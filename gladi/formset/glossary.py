"""Everything that may be asked for by name: forms, mistakes, faults and lights."""

from collections.abc import Iterator

from fakeforms.camera import fault, scenes
from fakeforms.templates.template import known_forms, load
from fakeforms.writing.mistakes import MISTAKES


def glossary() -> Iterator[str]:
    """Lines for people, one name a line."""
    yield "Forms (--forms):"
    for form in known_forms():
        template = load(form)
        yield f"  {form:<28}{template.model}, {template.certainty}"
    yield "Mistakes (--mistakes), with how often `typical` makes them on a form:"
    for name, one in MISTAKES.items():
        rate = f"{100 * one.rate:.2f} %" if one.rate else "-"
        yield f"  {name:<28}{rate:>8}  {one.says}"
    yield "Faults of photos (--faults):"
    yield from (f"  {name}" for name in fault.names())
    yield "Lights (--scene):"
    yield from (f"  {name}" for name in scenes.NAMES)
