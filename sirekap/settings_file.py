"""Settings that a person writes: ``DIR/settings.toml``, or the older ``DIR/settings.json``, and not both."""

import json
import tomllib
from pathlib import Path
from typing import Any

from sirekap.failures import WrongInputError

TOML, JSON = "settings.toml", "settings.json"


def chosen(directory: Path) -> Path:
    """The settings file of a stack's directory, which need not exist.

    Raises:
        WrongInputError: there are both.
    """
    toml, old = directory / TOML, directory / JSON
    if toml.exists() and old.exists():
        raise WrongInputError(f"{toml} and {old} are both there; keep {TOML} and remove the other")
    return old if old.exists() else toml


def read(file: Path) -> dict[str, Any]:
    """What is set in it, by name.

    Raises:
        WrongInputError: the file cannot be read; the message says where it is wrong.
    """
    kind = "JSON" if file.suffix == ".json" else "TOML"
    try:
        text = file.read_text()
        value = json.loads(text) if kind == "JSON" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise WrongInputError(f"{file}: cannot be read as {kind} ({error})") from error
    if not isinstance(value, dict):
        raise WrongInputError(f"{file}: must hold one {kind} object of settings")
    return value
