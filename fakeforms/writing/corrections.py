"""Slips that were noticed and put right, in the way of the election.

Pemilu 2024: correction fluid over the wrong figure, the right one on top. Pilkada 2024 abolished the fluid:
the wrong figure is struck out ("garis dan sama dengan") and stays visible, the right one stands above it and
the chair's initials beside it. How often is an assumption: fluid is seen on some boxes of the one published
sheet.
"""

from collections.abc import Callable

from fakeforms.orders import SheetOrder
from fakeforms.templates.template import Box
from fakeforms.writing.filled import Filled
from fakeforms.writing.scribe import Scribe

CHANCE = 0.025  # per number
_SHOWS_THROUGH = 0.4  # how often the wrong figure is still faintly seen under the fluid
_ALL_BOXES = 0.3  # how often a whole number is put right where one box would do

WriteInBox = Callable[..., None]
"""`boxes.in_box`."""


def correct(scribe: Scribe, out: Filled, in_box: WriteInBox) -> None:
    """Perhaps put a number right: mark its boxes in `out`, and draw all but the final digits.

    Where the figure is struck out, the final digit is drawn here too, small and above.
    """
    draws = scribe.draws
    if not draws.chance(CHANCE) or not any(c.isdigit() for c in out.written):
        return
    style = _style(scribe.order)
    boxes = [number for number, character in enumerate(out.written) if character.isdigit()]
    if not draws.chance(_ALL_BOXES):
        boxes = [draws.pick(boxes)]
    for number in boxes:
        box, right = out.field.boxes[number], out.written[number]
        wrong = str((int(right) + draws.whole(1, 9)) % 10)
        if style == "strike":
            out.struck[number] = wrong
            out.classes[number] = "struck-out"
            _strike(scribe, box, wrong, right, out.field.style, in_box)
        else:
            out.tipexed.append(number)
            _dab(scribe, box)
            if draws.chance(_SHOWS_THROUGH):
                in_box(scribe, wrong, box, out.field.style, pressure=draws.uniform(0.06, 0.2))
    if out.struck:
        _initials(scribe, out.field.boxes[boxes[-1]])


def _style(order: SheetOrder) -> str:
    """How the election of this form wants a slip put right: "tip-ex" or "strike"."""
    return order.template.correction


def _strike(scribe: Scribe, box: Box, wrong: str, right: str, style: str, in_box: WriteInBox) -> None:
    hand, draws = scribe.hand, scribe.draws
    x, y, width, height = box
    low = (x, y + 0.16 * height, width, height * 0.84) if style != "dotted" else box
    in_box(scribe, wrong, low, style)
    lines = (x + 0.06 * width, y + draws.uniform(0.44, 0.54) * height, 0.88 * width, 0.22 * height)
    scribe.put(f"m:{draws.pick(('equals', hand.strike))}", lines, hand, slip=0.7, slant=0.0)
    above = (x + draws.uniform(0.42, 0.6) * width, y - 0.24 * height, 0.5 * width, 0.5 * height)
    in_box(scribe, right, above, "ordinary", size=1.15)


def _initials(scribe: Scribe, box: Box) -> None:
    """The chair's signature made small, beside the last corrected box."""
    chair = "sig:kpps:1"
    if chair not in scribe.ids:
        return
    draws = scribe.draws
    x, y, width, height = box
    cell = (x + width * draws.uniform(0.84, 0.95), y - height * 0.1, 0.55 * width, 0.4 * height)
    scribe.put(chair, cell, scribe.people.signers[chair], slip=1.2)


def _dab(scribe: Scribe, box: Box) -> None:
    """Correction fluid on a box: one brush stroke, sometimes two, not quite where it should be."""
    x, y, width, height = box
    draws = scribe.draws
    for _ in range(2 if draws.chance(0.3) else 1):
        scribe.patches.append(
            (
                x + width * draws.uniform(0.42, 0.58), y + height * draws.uniform(0.42, 0.58),
                width * draws.uniform(0.38, 0.6), height * draws.uniform(0.38, 0.62), draws.uniform(249, 254),
            )
        )  # fmt: skip
