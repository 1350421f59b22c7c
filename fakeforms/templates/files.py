"""Where template files are found and how one file may stand on another.

Forms are `<form>.json`, what several forms share is in `parts/<name>.json` beside them. The package's own
folder is searched last: every folder named in the environment variable FAKEFORMS_TEMPLATES (separated like
PATH) comes before it, so a new form, or the true blank of one that is reconstructed here, is a file in a
folder of one's own. The variable travels to worker processes by itself.
"""

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from fakeforms.errors import TemplateError

SEARCH_PATH = "FAKEFORMS_TEMPLATES"
_OWN_FOLDER = Path(__file__).parent
_DEEPEST = 8


def search_path() -> str:
    """The folders of one's own, as the environment names them; "" if there are none."""
    return os.environ.get(SEARCH_PATH, "")


def known_forms() -> tuple[str, ...]:
    """Ids of the forms there is a template file for."""
    return tuple(sorted({path.stem for folder in _folders() for path in folder.glob("*.json")}))


def form_data(form: str) -> dict[str, Any]:
    """The content of a form's file on top of the files it is based on; TemplateError if unknown or broken."""
    if form not in known_forms():
        raise TemplateError(f"form {form!r} is unknown; known forms: {', '.join(known_forms())}")
    return with_base(_read(_found(f"{form}.json")), f"{form}.json")


def with_base(data: Mapping[str, Any], name: str, depth: int = 0) -> dict[str, Any]:
    """`data` with what its "base" says and it does not; "with" is merged entry by entry."""
    own = {key: value for key, value in data.items() if key != "base"}
    if "base" not in data:
        return own
    if depth == _DEEPEST:
        raise TemplateError(f'{name}: "base" goes round in a circle at {data["base"]!r}')
    base = with_base(part_data(data["base"], name), name, depth + 1)
    return base | own | {"with": {**base.get("with", {}), **own.get("with", {})}}


def part_data(part: str, asked_by: str) -> dict[str, Any]:
    """The content of `parts/<part>.json`, or TemplateError naming who asked for it."""
    path = _found(f"parts/{part}.json")
    if not path.is_file():
        known = sorted({p.stem for folder in _folders() for p in folder.glob("parts/*.json")})
        raise TemplateError(f"{asked_by}: part {part!r} is unknown; known parts: {', '.join(known)}")
    return _read(path)


def _folders() -> tuple[Path, ...]:
    named = tuple(Path(name) for name in search_path().split(os.pathsep) if name)
    for folder in named:
        if not folder.is_dir():
            raise TemplateError(f"{SEARCH_PATH}: {str(folder)!r} is not a folder")
    return (*named, _OWN_FOLDER)


def _found(name: str) -> Path:
    paths = [folder / name for folder in _folders()]
    return next((path for path in paths if path.is_file()), paths[-1])


def _read(path: Path) -> dict[str, Any]:
    shown = path.name if path.parent.name != "parts" else f"parts/{path.name}"
    try:
        return _parsed(path, path.stat().st_mtime_ns, shown)
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{shown}: cannot be read ({error})") from error


@lru_cache(maxsize=256)
def _parsed(path: Path, _: int, shown: str) -> dict[str, Any]:
    """The content of a file, read once for as long as it is not written to; never changed by who asks."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise TemplateError(f"{shown}, line {error.lineno}: not valid JSON ({error.msg})") from error
    if not isinstance(data, dict):
        raise TemplateError(f"{shown}: holds a {type(data).__name__}, expected an object {{...}}")
    return data
