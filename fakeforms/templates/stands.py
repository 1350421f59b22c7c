"""Who may stand on a form: the entry "stands" of a template file, and whether a shape fits it.

"stands": {"exactly": [[1, 0], [2, 0], [3, 0]]}                   names are printed at fixed places
"stands": {"contestants": [1, 26], "candidates": [0, 14], "typical": [[1, 10], ...]}
"""

from collections.abc import Mapping
from typing import Any

from fakeforms.errors import ShapeError, TemplateError
from fakeforms.templates.model import Shape


def checked(data: Mapping[str, Any], shape: Shape, name: str) -> Shape:
    """`shape`, or the form's typical one for (); ShapeError naming the rule it breaks."""
    try:
        stands = data["stands"]
        if "exactly" in stands:
            fixed = _shape(stands["exactly"])
            if shape and shape != fixed:
                raise ShapeError(
                    f"{name}: {_said(shape)} stand, but the form is printed for exactly {_said(fixed)}"
                )
            return fixed
        asked = shape or _shape(stands["typical"])
        (fewest, most), (shortest, longest) = stands["contestants"], stands["candidates"]
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, TemplateError):
            raise
        raise TemplateError(f"{name}: 'stands' is missing or malformed: {error!r}") from error
    if not fewest <= len(asked) <= most:
        raise ShapeError(f"{name}: {len(asked)} contestants, but the form has room for {fewest}..{most}")
    for number, candidates in asked:
        if number < 1 or not shortest <= candidates <= longest:
            raise ShapeError(
                f"{name}: contestant {number} with {candidates} candidates; expected a number from 1 "
                f"and {shortest}..{longest} candidates"
            )
    if len({number for number, _ in asked}) < len(asked):
        raise ShapeError(f"{name}: a contestant's number is used twice in {_said(asked)}")
    return asked


def _shape(values: Any) -> Shape:
    return tuple((int(number), int(candidates)) for number, candidates in values)


def _said(shape: Shape) -> str:
    return "numbers " + ", ".join(str(number) for number, _ in shape)
