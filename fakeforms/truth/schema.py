"""The published form of the ground truth: a JSON Schema (draft 2020-12) that comes with the package."""

import json
from importlib import resources
from typing import Any


def truth_schema() -> dict[str, Any]:
    """The schema that the truth of every photo keeps, of either engine; yours to change."""
    text = resources.files("fakeforms.truth").joinpath("schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
