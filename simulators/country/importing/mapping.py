"""The mapping: which column of a table holds what, how the file is written, and what holds for all of it.

TOML, strict: an unknown key is an error with a hint. `scenarios/data/impor-contoh.toml` shows every key.
"""

import difflib
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, ValidationError, model_validator

from scenarios.section import Section

Line = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(min_length=1)]
Delimiter = Literal["auto", ",", ";", "\t", "|"]

REGIONS = ("province", "regency", "kecamatan", "desa")


class MappingError(ValueError):
    """A mapping that cannot be used; the message has a line for each problem."""


class FileFormat(Section):
    """How the files are written. `header_row` 0: there is no header, columns are given as "#1", "#2" ..."""

    delimiter: Delimiter = "auto"
    encoding: Literal["auto", "utf-8", "cp1252", "latin-1", "utf-16"] = "auto"
    header_row: Annotated[int, Field(ge=0)] = 1
    data_row: Line | None = None
    """The first physical line of data, if it does not follow the header at once."""
    skip_rows_with: list[Name] = Field(default_factory=list)
    """Rows with a cell that begins with one of these words are left out, such as "JUMLAH"."""
    thousands: Literal["auto", ".", ",", " ", "none"] = "auto"

    @model_validator(mode="after")
    def _data_follows(self) -> "FileFormat":
        if self.data_row is not None and self.data_row <= self.header_row:
            raise ValueError(f"data_row = {self.data_row} must come after header_row = {self.header_row}")
        return self


class Constants(Section):
    """Regions that hold for a whole file, by code or name."""

    province_code: Name | None = None
    regency_code: Name | None = None
    kecamatan_code: Name | None = None
    desa_code: Name | None = None
    province: Name | None = None
    regency: Name | None = None
    kecamatan: Name | None = None
    desa: Name | None = None

    def given(self) -> dict[str, str]:
        """What is set, by key."""
        return {key: value for key, value in self.model_dump().items() if value is not None}


class Columns(Constants):
    """The name of the column (or "#4": the fourth) that holds each thing."""

    tps_code: Name | None = None
    """Desa code and TPS number in one, 13 digits."""
    tps: Name | None = None
    dpt: Name | None = None
    men: Name | None = None
    women: Name | None = None
    dptb: Name | None = None
    dpk: Name | None = None


class Mapping(Section):
    """A mapping file. `files` has constants of single files, by name or pattern ("dpt-17.08*.csv")."""

    election: Literal["pemilu-2024", "pilkada-2024"] = "pemilu-2024"
    file: FileFormat = Field(default_factory=FileFormat)
    columns: Columns
    constants: Constants = Field(default_factory=Constants)
    files: dict[str, Constants] = Field(default_factory=dict)

    def constants_of(self, file: str) -> dict[str, str]:
        """Constants that hold for a file, by its name."""
        given = self.constants.given()
        for pattern, constants in self.files.items():
            if fnmatch(file, pattern):
                given |= constants.given()
        return given

    @model_validator(mode="after")
    def _enough(self) -> "Mapping":
        problems = list(_lacks(self))
        if problems:
            raise ValueError("\n".join(problems))
        return self


def load_mapping(path: Path) -> tuple[Mapping, str]:
    """Read and validate: the mapping and its text. Raises MappingError that names every problem."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}: cannot be read: {error}") from None
    return mapping_of(text, str(path)), text


def mapping_of(text: str, file: str) -> Mapping:
    """The mapping that a TOML text holds; `file` is for messages. Raises MappingError."""
    try:
        return Mapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{file}: is not valid TOML: {error}") from None
    except ValidationError as error:
        lines = [line for one in error.errors() for line in _line(dict(one)).splitlines()]
        raise MappingError("\n".join(f"{file}: {line}" for line in lines)) from None


def _lacks(mapping: Mapping) -> Iterator[str]:
    columns = mapping.columns.given()
    everywhere = [mapping.constants.given(), *(one.given() for one in mapping.files.values())]
    known = set(columns).union(*everywhere)
    if not known & {"tps_code", "desa_code", "desa"}:
        yield "columns: which one holds the desa? set desa_code, desa (a name) or tps_code"
    if not {"tps_code", "tps"} & set(columns):
        yield "columns: which one holds the number of the TPS? set tps (or tps_code, all 13 digits)"
    if "dpt" not in columns and not {"men", "women"} <= set(columns):
        yield "columns: which one holds the voters? set dpt, or men and women"
    if not known & {"tps_code", "desa_code", "kecamatan_code", "kecamatan"}:
        yield "columns: a desa's name alone does not say where it is; set kecamatan or kecamatan_code"
    for key in sorted(set(columns) & set().union(*everywhere)):
        yield f"{key} is given both as a column and as a constant; keep one"


def _line(error: dict[str, Any]) -> str:
    location = [str(part) for part in error["loc"]]
    key = ".".join(location)
    if error["type"] == "extra_forbidden":
        known = _keys_of(location[:-1])
        near = difflib.get_close_matches(location[-1], known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known keys here: {', '.join(known)}"
        return f"unknown key {key}; {hint}"
    if error["type"] == "missing":
        return f"missing key {key}"
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return f"{key} = {error['input']!r}: {message}" if key and error["type"] != "value_error" else message


def _keys_of(location: list[str]) -> list[str]:
    model: type[BaseModel] = Mapping
    for part in location:
        field = model.model_fields.get(part)
        if field is None:
            continue
        inner = [one for one in (field.annotation, *get_args(field.annotation)) if _is_section(one)]
        if inner:
            model = inner[0]
    return list(model.model_fields)


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
