"""A new scenario file as text: what was chosen, and everything else that may be said, behind a #.

What is commented out comes from the models, so a table that is added there stands in the next new file.
"""

import textwrap
from itertools import groupby

from gladi.writing.figures import Value
from gladi.writing.files import file_name, schema
from gladi.writing.keys import Key, Table, tables, toml
from gladi.writing.parts import HEADS, Moment, Part
from gladi.writing.wish import Lang, Wish

_WIDTH = 108
_MORE: dict[Lang, str] = {
    "id": 'Yang lain yang dapat ditulis. Hapus # di depannya untuk memakainya; "..." harus diisi.',
    "en": 'What else may be said. Take the # away to use it; "..." must be filled in.',
}
_HEAD: dict[Lang, str] = {
    "id": "Mainkan melawan server tiruan:  gladi simulate {file}\n"
    "Mainkan sungguhan:              gladi rehearse {file}\n"
    "Baris di belakang # dibaca manusia saja; penjelasan kunci (Inggris) berasal dari kode gladi sendiri.",
    "en": "Play it against the twin:   gladi simulate {file}\n"
    "Play it on a live stack:    gladi rehearse {file}\n"
    "What stands behind a # is for people; what is said of keys comes from gladi's own code.",
}


def text_of(wish: Wish, parts: list[Part], file: str, schema_beside: bool = True) -> str:
    """The whole file. `file` is its name, for the commands at its head."""
    known = {table.path: table for table in tables(schema("scenario"))}
    lines = [f"#:schema ./{file_name('scenario')}"] if schema_beside else []
    lines += [
        f"# {wish.title}",
        "#",
        *(f"# {line}" for line in _HEAD[wish.lang].format(file=file).split("\n")),
    ]
    for name, group in groupby(parts, key=lambda part: part[0]):
        several = [values for _, values in group]
        lines += ["", *_comment(HEADS[name][wish.lang])]
        for number, values in enumerate(several):
            last = number == len(several) - 1
            lines += ([""] if number else []) + _written(known[name], values, more=last)
        lines += _inside(name, known)
    lines += ["", "", *_comment(_MORE[wish.lang])]
    there = {name for name, _ in parts}
    for table in known.values():
        if table.path and table.path.split(".")[0] not in there:
            lines += ["", *_left_out(table)]
    return "\n".join(lines) + "\n"


def _inside(name: str, known: dict[str, Table]) -> list[str]:
    """Tables within this one, behind a #."""
    inner = [table for path, table in known.items() if path.startswith(f"{name}.")]
    return [line for table in inner for line in ("", *_left_out(table))]


def _written(table: Table, values: dict[str, Value], more: bool) -> list[str]:
    lines = [table.head]
    for key in table.keys:
        if key.name in values:
            value = values[key.name]
            line = f"{key.name} = {_toml(value.value)}"
            lines.append(f"{line:<32}# {value.comment}" if value.comment else line)
    left = [key for key in table.keys if key.name not in values] if more else []
    return lines + [line for key in left for line in _behind(key)]


def _left_out(table: Table) -> list[str]:
    lines = [*_comment(table.says.split("\n\n")[0]), f"# {table.head}"]
    return lines + [line for key in table.keys for line in _behind(key)]


def _behind(key: Key) -> list[str]:
    """A key that may be written: what it is, then the line itself."""
    line = f"# {key.name} = {key.default if key.default is not None else toml(key.example)}"
    if not key.says:
        return [f"{line:<32}# {key.holds}"]
    told = textwrap.wrap(" ".join(key.says.split()), _WIDTH - 4)
    return [*(f"#   {one}" for one in told), f"{line:<32}# {key.holds}"]


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), _WIDTH - 2)]


def _toml(value: object) -> str:
    if isinstance(value, Moment):
        return str(value)
    if isinstance(value, str) and len(value) > 80:
        return '"""\n' + "\n".join(textwrap.wrap(value.replace('"', "'"), _WIDTH)) + '\n"""'
    return toml(value)
