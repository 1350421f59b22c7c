"""The list of a set's files, one JSON line each, in order of name.

A shard writes its own list; those of all shards, sorted together, are the list of the whole set, byte for
byte.
"""

import json
from pathlib import Path

from gladi.formset.asked import Asked
from gladi.formset.making import Set
from gladi.runfolder import whole_file


def manifest_name(shard: int, of: int) -> str:
    """forms.jsonl, or forms-K-of-N.jsonl."""
    return "forms.jsonl" if of == 1 else f"forms-{shard}-of-{of}.jsonl"


def write_manifest(path: Path, asked: Asked, made: Set) -> None:
    """name, sha256, seed and settings of every file."""
    settings = asked.settings()
    with whole_file(path) as unfinished, unfinished.open("w", encoding="utf-8") as file:
        for one in made.files:
            told = {"name": one.name, "sha256": one.sha256, "seed": asked.seed, "settings": settings}
            file.write(json.dumps(told) + "\n")
