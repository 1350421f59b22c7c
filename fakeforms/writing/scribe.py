"""The scribe's arm: puts glyphs into cells and words onto lines, and collects what the ink will draw.

One scribe writes one page; its hand, its luck (`draws`) and the entries of the form come with it.
"""

from fakeforms.draws import Draws
from fakeforms.orders import SheetOrder
from fakeforms.templates import wording
from fakeforms.templates.template import Box, Line
from fakeforms.writing.alphabet import advance
from fakeforms.writing.entries import Entries
from fakeforms.writing.hand import Crew, Hand

_SPACE = 0.42  # width of a space against the height of letters
_LEAST_HEIGHT = 4.4  # of letters against the pen's line: who holds a broad marker writes large
_LAPSE = 0.2  # how often a lapsing hand writes a small letter among capitals


class Scribe:
    """Collects placements (see `ink.COLUMNS`) and dabs of correction fluid; one page's worth of state."""

    def __init__(self, order: SheetOrder, page: int, entries: Entries, people: Crew, draws: Draws) -> None:
        self.order = order
        self.page = page
        self.entries = entries
        self.people = people
        self.hand = people.writer.with_habits(entries.habits)
        self.ids = people.alphabet.ids
        self.draws = draws
        self._moment = draws.key() % (1 << 40)  # every glyph has its own trembling
        self._meant = wording.written(order)
        self.texts = self._meant | entries.texts
        self.placements: list[tuple[float, ...]] = []
        self.patches: list[tuple[float, ...]] = []

    def meant(self, field: str) -> str:
        """What should stand on a line."""
        return self._meant[field]

    def put(
        self, glyph: str, box: Box, hand: Hand, *, slip: float = 1.0, habit: float = 1.0,
        slant: float = 1.0, pressure: float = 1.0,
    ) -> None:  # fmt: skip
        """Place one glyph in a cell; the factors scale the hand's own looseness and pressure."""
        self._moment += 1
        self.placements.append(
            (
                self.ids[glyph], *box, hand.slant * slant, hand.habit * habit, hand.slip * slip,
                hand.pen_mm / 2, hand.pressure * pressure, hand.blue, hand.dry,
                hand.key % (1 << 40), self._moment,
            )
        )  # fmt: skip

    def text(self, words: str, line: Line, height: float, hand: Hand) -> None:
        """Write words on a line (x0, x1, baseline), squeezed if they would run past x1.

        Letters grow smaller towards the end if the hand does that, the baseline wanders, and small letters
        of a joining hand hang together.
        """
        draws, ids = self.draws, self.ids
        x0, x1, baseline = line
        height = max(height * hand.size, _LEAST_HEIGHT * hand.pen_mm)
        fall = hand.shrink / max(8, len(words)) if len(words) > 5 else 0.0
        units = [
            (_SPACE if c == " " else advance(c) + hand.spacing) * (1.0 - fall * k)
            for k, c in enumerate(words)
        ]
        length = sum(units) * height
        squeeze = min(1.0, (x1 - x0) / length) if length else 1.0
        if squeeze < 0.72:
            height *= squeeze / 0.72
            squeeze = min(1.0, (x1 - x0) / (sum(units) * height))
        x = x0 + draws.uniform(0.0, 0.35) * max(0.0, x1 - x0 - length * squeeze)
        y, drift, walk = baseline - draws.uniform(0.2, 1.1), draws.bell(0.0, 0.014), 0.0
        start, before = x, " "
        for k, (character, unit) in enumerate(zip(words, units, strict=True)):
            wide = unit * height * squeeze
            glyph = f"c:{hand.variants.get(character, character)}"
            if character != " " and glyph in ids:
                tall = height * (1.0 - fall * k)
                walk = 0.72 * walk + draws.uniform(-1.0, 1.0) * hand.wander * height
                top = y - tall + drift * (x - start) + walk
                self.put(glyph, (x, top, advance(character) * tall * squeeze, tall), hand, slip=0.9)
                if hand.joins and character.islower() and before.islower():
                    gap = wide * 0.42
                    self.put("m:join", (x - 0.8 * gap, top, gap, tall), hand, slip=0.4, pressure=0.92)
            before = character
            x += wide

    def cased(self, words: str, hand: Hand) -> str:
        """Words as this hand writes them: capitals as asked, Mixed Case, or capitals with a lapse."""
        if hand.case == "mixed":
            return words.title()
        capitals = words.upper()
        if hand.case == "capitals":
            return capitals
        return "".join(
            c.lower() if k and c.isalpha() and self.draws.chance(_LAPSE) else c
            for k, c in enumerate(capitals)
        )
