"""JSON Schema of the files that people write, from the models that read them: editors complete by it.

Draft 7, which the TOML editors know. It says less than gladi does: what lies between two keys (a phase that
does not exist, a schedule that excludes itself) is found by `gladi simulate` alone. An editor sees TOML's
dates as text, and so does the schema.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from gladi.writing.sayings import sayings

Schema = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
TEXTS = {"duration", "clock time", "condition", "threshold", "requirement", "rate", "part of the hold"}
"""Titles that say how a text is written; the other titles pydantic makes up from names."""

_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$"


class _AsWritten(GenerateJsonSchema):
    """Dates and moments as TOML has them; a moment is local and has no offset."""

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        return {"type": "string", "title": "moment", "pattern": _MOMENT, "examples": ["2024-02-14T07:00:00"]}

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        return {"type": "string", "title": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def duration_text(seconds: float) -> str:
    """Seconds as a file has them: 5220.0 is "1h27m"."""
    if seconds <= 0:
        return "0s"
    whole, parts = round(seconds, 6), ""
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        count, whole = divmod(whole, length)
        parts += f"{count:g}{unit}" if count else ""
    return parts + (f"{round(whole, 6):g}s" if whole else "")


def clock_text(seconds: float) -> str:
    """Seconds after midnight as a file has them: 91800.0 is "01:30+1"."""
    day, rest = divmod(round(seconds), 86_400)
    hour, minute, second = rest // 3_600, rest % 3_600 // 60, rest % 60
    return f"{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "") + (f"+{day}" if day else "")


def schema_of(model: type[BaseModel], title: str) -> Schema:
    """The schema of a whole file; without an `$id`, for it has no address and Taplo takes no relative one."""
    made = model.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    kinds = {one.__name__: one for one in _models(model)}
    for kind, table in (*made.get("$defs", {}).items(), (model.__name__, made)):
        said = sayings(kinds[kind])
        for key, value in table.get("properties", {}).items():
            table["properties"][key] = _as_written(value, said.get(key, ""))
        if table.get("required") == []:
            del table["required"]
        table.pop("title", None)
        if kinds[kind].__doc__:
            table["description"] = _one_line(str(table.get("description", "")))
    return {"$schema": DRAFT, "title": title} | made


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    seen: set[type[BaseModel]] = set()
    left: list[Any] = [model]
    while left:
        one = left.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in seen:
                seen.add(one)
                yield one
                left += [field.annotation for field in one.model_fields.values()]
                left += [inner for field in one.model_fields.values() for inner in field.metadata]
        else:
            left += [*getattr(one, "__args__", ()), *getattr(one, "__metadata__", ())]


def _as_written(schema: Schema, said: str) -> Schema:
    """A key as people write it: no null (TOML has none), defaults with units, what the source says."""
    made: Schema = _cleaned(schema)
    options = made.pop("anyOf", None)
    if options is not None:
        options = [one for one in options if one.get("type") != "null"]
        made = {**made, **options[0]} if len(options) == 1 else {**made, "anyOf": options}
    if "default" in made:
        default = _default(made["default"], made.get("title", ""))
        if default is None or (isinstance(default, dict) and default):
            del made["default"]
        else:
            made["default"] = default
    if said:
        made["description"] = _one_line(said)
    return made


def _default(value: Any, title: str) -> Any:
    turn: Callable[[float], str] | None = {"duration": duration_text, "clock time": clock_text}.get(title)
    if turn is not None and isinstance(value, int | float):
        return turn(value)
    return value


def _cleaned(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_cleaned(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _cleaned(value) for key, value in schema.items()}
    if made.get("title") not in TEXTS | {"moment", "date"}:
        made.pop("title", None)
    return made


def _one_line(text: str) -> str:
    """Paragraphs stay apart; lines within one are joined."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def text_of(schema: Schema) -> str:
    """As it is shipped."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def shipped() -> Path:
    """The folder of the schemas that come with gladi."""
    import scenarios

    return Path(str(scenarios.__file__)).parent / "schema"
