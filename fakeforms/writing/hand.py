"""The hands of one TPS: who fills the sheet, and how each signer signs.

A hand is a pure function of (seed, TPS): the same on all sheets of the TPS, different between TPS.
"""

from dataclasses import dataclass
from functools import lru_cache

from fakeforms.draws import Draws
from fakeforms.writing.alphabet import Alphabet, learned

Point = tuple[float, float]

# Chance of each variant of a digit; open 4, plain 7 and a hooked 1 are what most people write.
_VARIANTS: dict[str, tuple[tuple[str, float], ...]] = {
    "0": (("0", 0.7), ("0.loop", 0.3)),
    "1": (("1", 0.5), ("1.hook", 0.4), ("1.foot", 0.1)),
    "2": (("2", 0.7), ("2.loop", 0.3)),
    "3": (("3", 0.8), ("3.flat", 0.2)),
    "4": (("4", 0.6), ("4.closed", 0.4)),
    "5": (("5", 1.0),),
    "6": (("6", 1.0),),
    "7": (("7", 0.6), ("7.bar", 0.28), ("7.serif", 0.12)),
    "8": (("8", 0.7), ("8.rings", 0.3)),
    "9": (("9", 0.6), ("9.curl", 0.4)),
}


@dataclass(frozen=True, slots=True)
class Hand:
    """How one person writes. Lengths in mm, shares of a glyph's cell where not said otherwise."""

    slant: float  # x per y, positive leans right
    size: float  # against the size the form suggests
    pen_mm: float  # width of the marker's line
    pressure: float  # 0..1, density of the ink
    habit: float  # how far the letters differ from those learned
    slip: float  # how far one letter differs from the next
    spacing: float  # between letters, share of their height
    blue: float  # 1 blue marker, 0 black
    mixed_case: bool  # names in Mixed Case although the form asks for capitals
    follows_dots: bool  # segment digits on the dotted boxes
    zero_as_crosses: bool  # a zero is X X X
    writes_words: bool  # fills the free cells for words on the vote page
    key: int
    variants: dict[str, str]  # digit -> glyph

    def described(self) -> dict[str, object]:
        """What the ground truth tells about the writer."""
        return {
            "slant": round(self.slant, 3),
            "size": round(self.size, 3),
            "pen_mm": round(self.pen_mm, 2),
            "pressure": round(self.pressure, 3),
            "habit": round(self.habit, 3),
            "slip": round(self.slip, 3),
            "ink": "blue" if self.blue > 0.5 else "black",
            "mixed_case": self.mixed_case,
            "follows_dots": self.follows_dots,
            "variants": dict(self.variants),
        }


@dataclass(frozen=True, slots=True)
class Crew:
    """All hands of a TPS, and the alphabet with the signatures of its signers added.

    Signature glyphs are `sig:kpps:1` ... and `sig:saksi:1` ...; `signers` has the same keys.
    """

    writer: Hand
    signers: dict[str, Hand]
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
            signers[f"sig:{who}:{index}"] = _hand(draws, writer)
            glyphs[f"sig:{who}:{index}"] = _signature(draws)
    return Crew(writer, signers, learned().extended(glyphs))


def _hand(draws: Draws, writer: Hand | None) -> Hand:
    """A hand; a signer borrows the writer's marker more often than not."""
    own_pen = writer is None or draws.chance(0.35)
    pen_mm = draws.uniform(1.0, 1.75) if writer is None else draws.uniform(0.55, 1.1)
    return Hand(
        slant=draws.bell(0.06, 0.11),
        size=draws.bell(0.98, 0.08),
        pen_mm=pen_mm if own_pen or writer is None else writer.pen_mm,
        pressure=draws.uniform(0.78, 0.97),
        habit=draws.uniform(0.05, 0.17),
        slip=draws.uniform(0.045, 0.11),
        spacing=draws.uniform(0.10, 0.24),
        blue=1.0 if writer is None or not own_pen or draws.chance(0.6) else 0.0,
        mixed_case=draws.chance(0.3),
        follows_dots=draws.chance(0.85),
        zero_as_crosses=draws.chance(0.75),
        writes_words=draws.chance(0.6),
        key=draws.key(),
        variants={digit: _variant(draws, options) for digit, options in _VARIANTS.items()},
    )


def _variant(draws: Draws, options: tuple[tuple[str, float], ...]) -> str:
    left = draws.uniform()
    for name, chance in options:
        left -= chance
        if left < 0:
            return name
    return options[-1][0]


def _signature(draws: Draws) -> list[list[Point]]:
    """Invented strokes in a unit cell, of one of six kinds; never a copy of anyone's signature."""
    kind = draws.pick((_waves, _loops, _initial, _knot, _peaks, _name))
    strokes = kind(draws)
    if draws.chance(0.45):
        y = draws.uniform(0.78, 0.98)
        tail = draws.uniform(-0.16, 0.1)
        strokes.append(
            [(draws.uniform(0.0, 0.25), y), (0.5, y + 0.3 * tail), (draws.uniform(0.75, 1.05), y + tail)]
        )
    if draws.chance(0.25):
        x, y = draws.uniform(0.6, 0.95), draws.uniform(0.1, 0.9)
        strokes.append([(x, y), (x + 0.02, y + 0.03)])
    return strokes


def _waves(draws: Draws) -> list[list[Point]]:
    """A capital stroke that runs out in a flattening wave."""
    points = [(0.05, 0.9), (0.12, draws.uniform(-0.1, 0.15)), (0.2, 0.85)]
    x, height = 0.24, draws.uniform(0.3, 0.55)
    while x < 0.9:
        points += [(x, 0.62 - height), (x + draws.uniform(0.02, 0.05), 0.66)]
        x += draws.uniform(0.07, 0.12)
        height *= draws.uniform(0.7, 0.95)
    points.append((draws.uniform(0.95, 1.15), draws.uniform(0.35, 0.7)))
    return [points]


def _loops(draws: Draws) -> list[list[Point]]:
    """Rolling loops, as of a coil pulled apart."""
    points: list[Point] = []
    x, size = 0.1, draws.uniform(0.3, 0.5)
    for _ in range(draws.whole(3, 7)):
        wide = draws.uniform(0.1, 0.2)
        points += [(x, 0.6), (x + wide, 0.6 - size), (x - 0.3 * wide, 0.5 - size), (x - 0.2 * wide, 0.62)]
        x += draws.uniform(0.09, 0.16)
        size *= draws.uniform(0.75, 1.1)
    points.append((min(1.1, x + 0.25), draws.uniform(0.2, 0.8)))
    return [points]


def _initial(draws: Draws) -> list[list[Point]]:
    """One big round initial and a flourish through it."""
    top, right, low = draws.uniform(-0.2, 0.15), draws.uniform(0.3, 0.6), draws.uniform(0.7, 1.1)
    closed = draws.chance(0.5)
    body = [(right, draws.uniform(0.05, 0.3)), (0.55 * right, top), (0.05, 0.4), (0.4 * right, low)]
    if closed:  # an O or D, else a C that runs on
        body += [(right, 0.55), (0.8 * right, draws.uniform(0.0, 0.2))]
    x = right
    flourish = [(x, draws.uniform(0.5, 0.8))]
    for _ in range(draws.whole(1, 5)):
        x += draws.uniform(0.06, 0.14)
        flourish += [(x, draws.uniform(0.1, 0.5)), (x + 0.03, draws.uniform(0.55, 0.95))]
    return [[*body, *flourish, (max(1.0, x + 0.15), draws.uniform(0.2, 0.7))]]


def _knot(draws: Draws) -> list[list[Point]]:
    """A dense scribble that goes over itself."""
    points = [(draws.uniform(0.2, 0.4), draws.uniform(0.2, 0.8))]
    steps, tall = draws.whole(5, 13), draws.uniform(0.3, 0.95)
    for step in range(steps):
        side = 0.75 if step % 2 else 0.2
        drift = 0.3 * step / steps
        points.append((side + drift + draws.uniform(-0.2, 0.15), 0.5 + tall * draws.uniform(-0.5, 0.5)))
    points.append((1.05, draws.uniform(0.4, 0.9)))
    return [points]


def _peaks(draws: Draws) -> list[list[Point]]:
    """A row of sharp peaks with one tall stroke."""
    tall = draws.whole(1, 4)
    points: list[Point] = [(0.0, 0.75)]
    for step in range(draws.whole(4, 8)):
        x = 0.08 + 0.11 * step
        peak = draws.uniform(-0.2, 0.0) if step == tall else draws.uniform(0.25, 0.5)
        points += [(x, peak), (x + 0.01, peak + 0.02), (x + 0.05, draws.uniform(0.65, 0.85))]
    points.append((1.0, draws.uniform(0.5, 0.75)))
    return [points]


def _name(draws: Draws) -> list[list[Point]]:
    """Something like a short name in running script, with its own crossing stroke."""
    points: list[Point] = [(0.02, 0.3), (0.08, 0.05), (0.1, 0.8), (0.16, 0.5)]
    x = 0.22
    while x < 0.85:
        rise = draws.pick((0.42, 0.42, 0.1, 0.42))
        drop = draws.pick((0.7, 0.7, 0.72, 1.05))
        points += [(x, rise), (x - 0.03, 0.6), (x + 0.02, drop), (x + 0.05, 0.62)]
        x += draws.uniform(0.09, 0.13)
    points.append((1.0, draws.uniform(0.45, 0.75)))
    bar = draws.uniform(0.15, 0.35)
    return [points, [(0.0, bar), (draws.uniform(0.2, 0.5), bar - 0.06)]]
