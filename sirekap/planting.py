"""Planting defects: where the honest stack makes its parts it says `plant(Sessions, settings.defects)(...)`.

Without defects that is `Sessions` itself, and no file of a defect is ever loaded. Every file in `defects` is
one and is found by its name; what it says of itself is a `Defect` called DEFECT. A stack with a defect says
so aloud at every start.
"""

import importlib
import logging
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar, cast

from sirekap.failures import WrongInputError

Part = TypeVar("Part")

FOLDER = Path(__file__).with_name("defects")
NAMES = tuple(
    sorted(file.name for file in pkgutil.iter_modules([str(FOLDER)]) if not file.name.startswith("_"))
)


@dataclass(frozen=True)
class Defect:
    """`wrong` is the class `honest`, but for one thing: `what`.

    `schema` are statements of SQL for the database once its tables are there; `only_in` is the profile whose
    stacks have such a part, where not all have.
    """

    what: str
    honest: type
    wrong: type
    schema: tuple[str, ...] = ()
    only_in: str = ""


def plant(honest: type[Part], defects: Sequence[str]) -> type[Part]:
    """The class `honest`, behind every named defect that concerns it; without any, `honest` itself."""
    wrong = [one.wrong for one in map(defect, defects) if one.honest is honest]
    if not wrong:
        return honest
    return cast(type[Part], type(f"Defective{honest.__name__}", (*wrong, honest), {}))


def schema_changes(defects: Sequence[str]) -> list[str]:
    """What defects do to the schema."""
    return [statement for name in defects for statement in defect(name).schema]


def refuse_unknown(defects: Sequence[str], profile: str) -> None:
    """Raise `WrongInputError` for what cannot be planted here: no sound stack must pass for a defective one.

    That is an unknown name, or a defect of a part that stacks of this profile do not have.
    """
    for name in defects:
        if name not in NAMES:
            raise WrongInputError(f"no defect is called {name!r}; known: {', '.join(NAMES)}")
        only_in = defect(name).only_in
        if only_in not in ("", profile):
            raise WrongInputError(f"the defect {name} can only be planted in the profile {only_in}")


def announce(defects: Sequence[str], stream: TextIO | None = None) -> None:
    """Say loudly, on `stream` or in the log, that this stack is wrong on purpose."""
    for name in defects:
        text = f"PLANTED DEFECT {name}: {defect(name).what}. Never use this stack for anything but tests."
        if stream is None:
            logging.getLogger("sirekap.planting").warning(text)
        else:
            print(f"sirekap: WARNING: {text}", file=stream)


def defect(name: str) -> Defect:
    """The defect of that name, which is one of NAMES."""
    found: Defect = importlib.import_module(f"sirekap.defects.{name}").DEFECT
    return found
