"""The files of a set: `<tps>-<form>-<page>.jpg` with the truth beside it as `.json`, or
`<tps>-<form>.pdf` with the key to it as `.json`.

Every file appears whole or not at all, the truth after its photo. A photo that is already there, whole
and with the truth of just this order, is kept: the bytes would be the same.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from fakeforms.delivery import deliver
from gladi.failures import CannotRunError, UsageError
from gladi.runfolder import full_disk_told, whole_file


def ready(folder: Path) -> None:
    """Make the folder and see that it can be written to; CannotRunError or UsageError where it cannot."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--out {folder}: is a file, must be a folder")
    probe = folder / ".gladi-may-write"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise CannotRunError(f"--out {folder}: cannot be written to: {error.strerror}") from error


def write_photo(folder: Path, name: str, jpeg: bytes | memoryview, truth: bytes) -> None:
    """The photo, then its truth (JSON) beside it."""
    with full_disk_told(folder / name):
        deliver(folder, name, jpeg)
        deliver(folder, f"{name.removesuffix('.jpg')}.json", truth)


def write_sheets(book: Path, pdf: bytes, answers: Mapping[str, Any]) -> None:
    """Sheets to print, then the key to them beside it."""
    with whole_file(book) as unfinished:
        unfinished.write_bytes(pdf)
    with whole_file(book.with_suffix(".json")) as unfinished:
        unfinished.write_text(json.dumps(answers, ensure_ascii=False, indent=1))


def truth_of(picture: Path) -> dict[str, Any]:
    """The truth of a photo."""
    truth: dict[str, Any] = json.loads(picture.with_suffix(".json").read_bytes())
    return truth


def kept(picture: Path) -> tuple[str, str] | None:
    """(digest of the photo, digest of its order) where the photo is there and agrees with its truth."""
    try:
        digest = sha256(picture.read_bytes()).hexdigest()
        truth = truth_of(picture)
        return (digest, str(truth["order"])) if truth["photo"]["sha256"] == digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
