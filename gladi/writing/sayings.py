"""What the code says about a model's keys: the texts below them in its source."""

import ast
import inspect
import textwrap

from pydantic import BaseModel


def sayings(model: type[BaseModel]) -> dict[str, str]:
    """For every key of a model (by the name in the file) the text that stands below it, '' where none does.

    Keys that it has from another model are explained there.
    """
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not BaseModel:
            found |= _below(kind)
    return {field.alias or name: found.get(name, "") for name, field in model.model_fields.items()}


def _below(model: type[BaseModel]) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for first, second in zip(tree.body, tree.body[1:], strict=False):
        if not (isinstance(first, ast.AnnAssign) and isinstance(first.target, ast.Name)):
            continue
        value = second.value if isinstance(second, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[first.target.id] = inspect.cleandoc(value.value)
    return found
