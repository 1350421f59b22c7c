"""The registry of human mistakes, and the one place where they are made.

A mistake is a pure function: it looks at the entries of a form and proposes a Change, or None. The engine
takes a proposal only if it fits the boxes, touches no field that an earlier mistake touched, and breaks
exactly the rules that the mistake is said to break (see `writing.rules`); otherwise it asks again.
So mistakes never undo or blur each other. One that finds no place on a form is not made and not reported.

Mistakes are made in the order in which they are registered: rows and sums, votes, boxes, words and marks,
places and signatures, habits. Whether one is made depends on (seed, TPS, form, name) alone, so all pages
of a form tell the same story.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from fakeforms.draws import Draws
from fakeforms.errors import OrderError
from fakeforms.writing import entries
from fakeforms.writing.entries import Change, Entries
from fakeforms.writing.rules import Rule

if TYPE_CHECKING:
    from fakeforms.orders import SheetOrder

Proposal = Callable[[Entries, Draws], Change | None]

_TRIES = 40  # proposals asked of a mistake before it counts as out of place


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of mistake.

    `breaks` are the kinds of rule that it breaks, all of them; `may_break` those it may break besides.
    `rate` is how often it is seen, share of forms (0: no figure found); `source` says where that is from.
    """

    name: str
    says: str  # what it is, for a list
    breaks: frozenset[str]
    may_break: frozenset[str]
    rate: float
    source: str
    propose: Proposal


MISTAKES: dict[str, Mistake] = {}
"""All mistakes by name, in the order in which they are made."""


def mistake(
    name: str,
    *,
    rate: float,
    source: str,
    breaks: tuple[str, ...] = (),
    may_break: tuple[str, ...] = (),
) -> Callable[[Proposal], Proposal]:
    """Register a proposal; its docstring says what the mistake is."""

    def register(propose: Proposal) -> Proposal:
        says = (propose.__doc__ or "").strip().splitlines()[0]
        MISTAKES[name] = Mistake(name, says, frozenset(breaks), frozenset(may_break), rate, source, propose)
        return propose

    return register


def checked(chances: Mapping[str, float], where: str) -> dict[str, float]:
    """The chances of an order; OrderError for a mistake that does not exist or a chance outside 0..1."""
    out: dict[str, float] = {}
    for name, chance in chances.items():
        if name not in MISTAKES:
            raise OrderError(f"mistakes of {where}: {name!r} is unknown; known: {', '.join(MISTAKES)}")
        sound = isinstance(chance, int | float) and not isinstance(chance, bool) and 0 <= chance <= 1
        if not sound:
            raise OrderError(
                f"mistakes[{name!r}] of {where}: {chance!r} is no chance; expected a number 0..1"
            )
        out[name] = float(chance)
    return out


def written_down(order: "SheetOrder") -> Entries:
    """Everything the people of an order set down on all pages of its form, mistakes included."""
    sheet = entries.intended(order)
    if order.mistakes:
        for kind in MISTAKES.values():
            chance = order.mistakes.get(kind.name, 0.0)
            purpose = f"mistake-{order.form}-{kind.name}"
            if chance and _roll(order.seed, order.tps, purpose) < chance:
                make(kind, sheet, Draws(order.seed, order.tps, purpose))
    return sheet


def _roll(seed: int, code: str, purpose: str) -> float:
    """One even draw from [0, 1), without the cost of a stream."""
    digest = blake2b(f"{seed}|{code}|{purpose}|made".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "little") / 2**48


def make(kind: Mistake, sheet: Entries, draws: Draws) -> None:
    """Make a mistake on these entries, if it finds a place."""
    for _ in range(_TRIES):
        change = kind.propose(sheet, draws)
        if change is not None and _sound(kind, sheet, change):
            sheet.fold(kind.name, change, newly_broken(sheet, change))
            return


def _sound(kind: Mistake, sheet: Entries, change: Change) -> bool:
    """Whether a proposal may be taken: see the module."""
    if not (sheet.touched.isdisjoint(change.touches) and sheet.habits.keys().isdisjoint(change.habits)):
        return False
    if any(value is not None and not sheet.fits(id, value) for id, value in change.numbers.items()):
        return False
    after = {**sheet.numbers, **change.numbers}
    if any(not rule.broken(after) for rule in sheet.broken):
        return False  # an earlier mistake would be undone
    new = {rule.kind for rule in newly_broken(sheet, change)}
    return kind.breaks <= new <= kind.breaks | kind.may_break


def newly_broken(sheet: Entries, change: Change) -> tuple[Rule, ...]:
    """The rules that a change breaks and that were whole before."""
    if not change.numbers:
        return ()
    after = {**sheet.numbers, **change.numbers}
    return tuple(rule for rule in sheet.places.rules if rule.broken(after) and not rule.broken(sheet.numbers))
