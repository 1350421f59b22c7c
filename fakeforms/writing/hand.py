"""The hands of one TPS: who fills the sheet, and how each signer signs.

A hand is a pure function of (seed, TPS): the same on all sheets of the TPS, different between TPS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from fakeforms.draws import Draws
from fakeforms.writing.alphabet import Alphabet, learned
from fakeforms.writing.signatures import Point, signature

# How many people write each variant of a digit; open 4, plain 7 and a hooked 1 are what most people write.
# Which variants there are is known from the field notes (7.1: 4 open or closed, 1 with hat and foot, barred
# 7); the shares are assumed.
_VARIANTS: dict[str, tuple[tuple[str, float], ...]] = {
    "0": (("0", 0.44), ("0.loop", 0.2), ("0.open", 0.16), ("0.slim", 0.2)),
    "1": (("1", 0.25), ("1.hook", 0.22), ("1.flag", 0.22), ("1.wedge", 0.17), ("1.foot", 0.14)),
    "2": (("2", 0.3), ("2.loop", 0.2), ("2.swan", 0.2), ("2.angular", 0.14), ("2.small", 0.16)),
    "3": (("3", 0.36), ("3.flat", 0.14), ("3.deep", 0.26), ("3.small", 0.24)),
    "4": (("4", 0.34), ("4.closed", 0.18), ("4.sail", 0.12), ("4.cup", 0.24), ("4.ring", 0.12)),
    "5": (("5", 0.34), ("5.one", 0.22), ("5.hat", 0.24), ("5.round", 0.2)),
    "6": (("6", 0.3), ("6.straight", 0.26), ("6.lean", 0.24), ("6.curl", 0.2)),
    "7": (("7", 0.26), ("7.bar", 0.24), ("7.serif", 0.12), ("7.both", 0.18), ("7.wave", 0.2)),
    "8": (("8", 0.28), ("8.rings", 0.16), ("8.lean", 0.22), ("8.open", 0.18), ("8.slim", 0.16)),
    "9": (
        ("9", 0.2),
        ("9.curl", 0.17),
        ("9.stick", 0.15),
        ("9.hook", 0.18),
        ("9.tail", 0.16),
        ("9.lean", 0.14),
    ),
}
_SIGNING_MM = 1.15  # nobody signs small cells with the broad side of a marker
_HASTY = 0.25  # how many write in a hurry, night after day: chosen so that a reader of real digits stumbles
_EXCEPTION = 0.09  # how often a hand writes a digit in its second way
_BUNDLES = ("tally.5", "tally.5.short", "tally.5.over", "tally.5.falling", "tally.5.flat")
_BUBBLES = ("bubble.zigzag", "bubble.spiral", "bubble.hatch", "bubble.rub")

# Four ways of writing a number that is zero are seen (field notes 2.6 and 11.3); the shares are assumed.
ZEROS = (("crosses", 0.62), ("nought", 0.22), ("noughts", 0.10), ("blank", 0.06))
# What goes into unused leading boxes: by the rule an X; the others are seen, their shares assumed.
_UNUSED = (("X", 0.92), ("dash", 0.05), ("0", 0.03))
_CASES = (("capitals", 0.5), ("mixed", 0.28), ("lapsing", 0.22))
_FILL_SHARES = (
    ("fill.Z", 0.42), ("fill.Z-round", 0.2), ("fill.Z-long", 0.14), ("fill.slash", 0.14), ("fill.wave", 0.1),
)  # fmt: skip
FILLS = tuple(name for name, _ in _FILL_SHARES)
_CROSSES = (("X", 0.64), ("X.loose", 0.2), ("X.one", 0.16))


@dataclass(frozen=True, slots=True)
class Hand:
    """How one person writes. Lengths in mm, shares of a glyph's cell where not said otherwise."""

    slant: float  # x per y, positive leans right
    size: float  # against the size the form suggests
    figure: float  # height of its digits against the box
    width: float  # of its digits, against those learned
    pen_mm: float  # width of the marker's line
    pressure: float  # 0..1, density of the ink
    dry: float  # 0..1, how much the marker streaks
    habit: float  # how far the letters differ from those learned
    slip: float  # how far one letter differs from the next
    spacing: float  # between letters, share of their height
    wander: float  # how far the baseline of words wanders, share of their height
    shrink: float  # how much smaller words end than they begin, 0..1
    blue: float  # 1 blue marker, 0 black
    case: str  # names in "capitals", in "mixed" case, or in capitals "lapsing" into small letters
    joins: bool  # small letters hang together
    follows_dots: bool  # segment digits on the dotted boxes
    zero: str  # a number that is zero: "crosses" X X X, "nought" X X 0, "noughts" 0 0 0, or "blank"
    unused: str  # in unused leading boxes: "X", "dash" or "0"
    writes_words: bool  # fills the free cells for words on the vote page
    cross: str  # glyph of an X
    bundle: str  # glyph of five tally marks
    bundle_slip: float  # how unevenly the tally is marked
    fill: str  # glyph through unused tally cells
    bubble: str  # glyph that blackens a bubble
    strike: str  # glyph that strikes out
    key: int
    variants: Mapping[str, str]  # digit -> glyph
    seconds: Mapping[str, str]  # digit -> glyph that it is written with now and then

    def digit(self, digit: str, draws: Draws) -> str:
        """The glyph for a digit this time."""
        return self.seconds[digit] if draws.chance(_EXCEPTION) else self.variants[digit]

    def with_habits(self, habits: Mapping[str, object]) -> "Hand":
        """This hand with habits changed: attributes by name, variants as `digit.4`."""
        if not habits:
            return self
        digits = {name[6:]: str(value) for name, value in habits.items() if name.startswith("digit.")}
        others = {name: value for name, value in habits.items() if not name.startswith("digit.")}
        return replace(
            self,
            variants={**self.variants, **digits},
            seconds={**self.seconds, **digits},
            **others,  # type: ignore[arg-type]
        )

    def described(self) -> dict[str, object]:
        """What the ground truth tells about the writer."""
        return {
            "slant": round(self.slant, 3),
            "size": round(self.size, 3),
            "figure": round(self.figure, 3),
            "width": round(self.width, 3),
            "pen_mm": round(self.pen_mm, 2),
            "pressure": round(self.pressure, 3),
            "dry": round(self.dry, 3),
            "habit": round(self.habit, 3),
            "slip": round(self.slip, 3),
            "ink": "blue" if self.blue > 0.5 else "black",
            "case": self.case,
            "follows_dots": self.follows_dots,
            "zero": self.zero,
            "unused": self.unused,
            "variants": dict(self.variants),
        }


@dataclass(frozen=True, slots=True)
class Crew:
    """All hands of a TPS, and the alphabet with the signatures of its signers added.

    Signature glyphs are `sig:kpps:1` ... and `sig:saksi:1` ...; `signers` has the same keys.
    """

    writer: Hand
    signers: Mapping[str, Hand]
    alphabet: Alphabet


@lru_cache(maxsize=32)
def crew(seed: int, tps: str, kpps: int, saksi: int) -> Crew:
    """The hands of one TPS with that many KPPS members and witnesses."""
    writer = _hand(Draws(seed, tps, "hand"), None)
    signers: dict[str, Hand] = {}
    glyphs: dict[str, list[list[Point]]] = {}
    for who, count in (("kpps", kpps), ("saksi", saksi)):
        for index in range(1, count + 1):
            draws = Draws(seed, tps, f"signer-{who}-{index}")
            name = f"sig:{who}:{index}"
            signers[name] = _hand(draws, writer)
            glyphs[name] = signature(draws)
    return Crew(writer, signers, learned().extended(glyphs))


def _hand(draws: Draws, writer: Hand | None) -> Hand:
    """A hand; a signer borrows the writer's marker more often than not."""
    own_pen = writer is None or draws.chance(0.4)
    pen_mm = draws.uniform(0.95, 1.75) if writer is None else draws.uniform(0.4, 1.1)
    hasty = draws.chance(_HASTY)
    variants = {digit: _one(draws, options) for digit, options in _VARIANTS.items()}
    seconds = {digit: _one(draws, options) for digit, options in _VARIANTS.items()}
    return Hand(
        slant=draws.bell(0.06, 0.13),
        size=draws.bell(0.98, 0.1),
        figure=draws.uniform(0.56, 0.88),
        width=draws.bell(1.0, 0.11),
        pen_mm=pen_mm if own_pen or writer is None else min(writer.pen_mm, _SIGNING_MM),
        pressure=draws.uniform(0.7, 0.97),
        dry=draws.uniform(0.15, 0.75) if draws.chance(0.4) else draws.uniform(0.0, 0.1),
        habit=draws.uniform(0.15, 0.32) if hasty else draws.uniform(0.07, 0.25),
        slip=draws.uniform(0.17, 0.28) if hasty else draws.uniform(0.06, 0.17),
        spacing=draws.uniform(0.06, 0.26),
        wander=draws.uniform(0.01, 0.12),
        shrink=draws.uniform(0.05, 0.4) if draws.chance(0.45) else 0.0,
        blue=1.0 if writer is None or not own_pen or draws.chance(0.6) else 0.0,
        case=_one(draws, _CASES),
        joins=draws.chance(0.4),
        follows_dots=draws.chance(0.95),
        zero=_one(draws, ZEROS),
        unused=_one(draws, _UNUSED),
        writes_words=draws.chance(0.6),
        cross=_one(draws, _CROSSES),
        bundle=draws.pick(_BUNDLES),
        bundle_slip=draws.uniform(0.6, 1.7),
        fill=_one(draws, _FILL_SHARES),
        bubble=draws.pick(_BUBBLES),
        strike=draws.pick(("strike", "strike.wave", "strike.two")),
        key=draws.key(),
        variants=variants,
        seconds=seconds,
    )


def _one(draws: Draws, options: tuple[tuple[str, float], ...]) -> str:
    left = draws.uniform()
    for name, chance in options:
        left -= chance
        if left < 0:
            return name
    return options[-1][0]
