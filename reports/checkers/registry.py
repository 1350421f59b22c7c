"""The protocol of a checker, the list of those that exist, and how several make one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from reports.finding import Finding, merge
from reports.rundir import RunDirectory, RunDirectoryError
from reports.words import Text


class Checker(Protocol):
    """A pure function of the run directory."""

    def __call__(self, run: RunDirectory, /) -> Finding:
        """Judge one property of the run."""
        ...


@dataclass(frozen=True, slots=True)
class Registered:
    """A checker with what people call it: `title` names it, `proves` says what a True answer means.

    `of_a_system` tells that it judges what only a real system has (a portal, gauges): a simulation, which
    claims nothing about these, is not asked.
    """

    name: str
    title: Text
    proves: Text
    check: Checker
    of_a_system: bool = False

    def __call__(self, run: RunDirectory, /) -> Finding:
        """Judge; a crash is "unknown" with its reason. A run that cannot be read is the caller's error."""
        try:
            return self.check(run)
        except RunDirectoryError:
            raise
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            why = Text(f"pemeriksa {self.name} gagal: {what}", f"checker {self.name} crashed: {what}")
            return Finding("unknown", 0, 0, why)


_REGISTER: dict[str, Registered] = {}


def checker(
    name: str, title: Text, proves: Text, *, of_a_system: bool = False
) -> Callable[[Checker], Checker]:
    """Register a checker under `name`; raises ValueError if the name is taken."""

    def register(check: Checker) -> Checker:
        if name in _REGISTER:
            raise ValueError(f'two checkers are called "{name}"; each property has one file and one name')
        _REGISTER[name] = Registered(name, title, proves, check, of_a_system)
        return check

    return register


def registered() -> dict[str, Registered]:
    """Every checker by name, in order of name."""
    return {name: _REGISTER[name] for name in sorted(_REGISTER)}


def compose(checkers: Mapping[str, Checker]) -> Checker:
    """All of `checkers` as one: valid is the worst of theirs, counts add up, `parts` keeps each answer."""

    def check(run: RunDirectory, /) -> Finding:
        parts = {name: one(run) for name, one in checkers.items()}
        unwell = [name for name, part in parts.items() if part.valid is not True]
        named = ", ".join(f"{name}: {parts[name].why.en}" for name in unwell)
        bernama = ", ".join(f"{name}: {parts[name].why.id}" for name in unwell)
        return Finding(
            valid=merge(part.valid for part in parts.values()),
            count=sum(part.count for part in parts.values()),
            checked=sum(part.checked for part in parts.values()),
            why=Text(bernama or "semua terpenuhi", named or "all hold"),
            examples=tuple(example for part in parts.values() for example in part.examples),
            parts=parts,
        )

    return check
