"""What a backup is: a folder of files and the digest of every one of them.

backup.json      when, of what, how many photos, and the digest of the manifest
manifest.sha256  digest and name of every other file, as `sha256sum --check` reads it
database.dump    pg_dump, custom format
secrets.json     tokens and keys (0600): sessions, activation codes and the database need them
settings.*       what a person had set, if anything
photos/ab/ab...  every photo that the dump speaks of, named by its digest
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sirekap.failures import WrongInputError

MANIFEST = "manifest.sha256"
HEAD = "backup.json"
DUMP = "database.dump"
SECRETS = "secrets.json"
PHOTOS = "photos"
FORMAT = 1
PIECE_BYTES = 1 << 20

Progress = Callable[[str], None]
"""Is told, for a person, how far it is."""


@dataclass(frozen=True)
class Head:
    """backup.json; `began_at` is the moment that the backup shows, in ISO 8601."""

    format: int
    began_at: str
    photos: int
    photo_bytes: int
    manifest_sha256: str


def digest_of(file: Path) -> str:
    """sha256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def write_head(folder: Path, head: Head) -> None:
    """Write backup.json."""
    (folder / HEAD).write_text(json.dumps(asdict(head), indent=1) + "\n")


def read_head(folder: Path) -> Head:
    """backup.json.

    Raises:
        WrongInputError: there is none, or it is not ours.
    """
    file = folder / HEAD
    try:
        head = Head(**json.loads(file.read_text()))
    except OSError as error:
        raise WrongInputError(
            f"{folder} is not a backup: {HEAD} cannot be read ({error.strerror})"
        ) from error
    except (ValueError, TypeError) as error:
        raise WrongInputError(f"the backup is damaged: {file} is not what it should be") from error
    if head.format != FORMAT:
        raise WrongInputError(f"{file}: format {head.format!r} is not known here, only {FORMAT}")
    return head


def entries(folder: Path, head: Head) -> Iterator[tuple[str, str]]:
    """Digest and name of every file of the backup.

    Raises:
        WrongInputError: the manifest is damaged, or names a file outside the backup.
    """
    file = folder / MANIFEST
    if not file.is_file() or digest_of(file) != head.manifest_sha256:
        raise WrongInputError(f"the backup is damaged: {file} is missing or was changed")
    for line in file.read_text().splitlines():
        digest, _, name = line.partition("  ")
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            raise WrongInputError(f"the backup is damaged: {file} names {name!r}, outside the backup")
        yield digest, name


def verify(folder: Path, progress: Progress) -> Head:
    """Read every file of a backup and hold it to its digest.

    Raises:
        WrongInputError: a file is missing or differs; the message names it.
    """
    head = read_head(folder)
    for number, (digest, name) in enumerate(entries(folder, head), start=1):
        file = folder / name
        if not file.is_file():
            raise WrongInputError(f"the backup is damaged: {file} is missing")
        if digest_of(file) != digest:
            raise WrongInputError(f"the backup is damaged: {file} does not have the digest it had")
        if number % 1000 == 0:
            progress(f"verified {number} files")
    return head
