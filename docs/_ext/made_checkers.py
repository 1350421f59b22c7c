"""The checkers from their register: what a yes proves, and what each file says of what it cannot."""

import inspect
import sys

from reports.checkers import registered


def checkers(_: str) -> str:
    """One heading a checker."""
    parts = []
    for name, one in registered().items():
        module = sys.modules[one.check.__module__]
        said = inspect.cleandoc(module.__doc__ or "").replace("<", "&lt;")
        real = "\n\nJudges what only a real system has; a simulation is not asked." if one.of_a_system else ""
        parts.append(
            f"## {name}\n\n**{one.title.id} / {one.title.en}.** Valid means: {one.proves.en}\n\n"
            f"*{one.proves.id}*\n\n{said}{real}\n"
        )
    return "\n".join(parts)
