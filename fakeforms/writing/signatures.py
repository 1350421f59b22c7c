"""Invented signatures: strokes of eleven kinds in a unit cell, never a copy of anyone's."""

from fakeforms.draws import Draws

Point = tuple[float, float]
Strokes = list[list[Point]]


def signature(draws: Draws) -> Strokes:
    """The signature of one person; smooth strokes, mostly within 0..1, y down."""
    strokes = draws.pick(_KINDS)(draws)
    if draws.chance(0.4):  # a first part and another after it, in one movement or two
        strokes = _followed(strokes, draws.pick(_KINDS)(draws), draws)
    if draws.chance(0.12):
        strokes.append(_ring(draws))
    ornament = draws.uniform()
    if ornament < 0.28:
        strokes.append(_underline(draws))
    elif ornament < 0.38:
        strokes += [_underline(draws), _underline(draws)]
    elif ornament < 0.5:  # the tail runs back under the name, in one movement
        x, y = strokes[-1][-1]
        low = draws.uniform(0.85, 1.1)
        strokes[-1] += [(x + 0.1, 0.5 * (y + low)), (0.5, low), (draws.uniform(0.0, 0.25), low - 0.06)]
    if draws.chance(0.25):
        x, y = draws.uniform(0.5, 1.0), draws.uniform(0.0, 0.95)
        strokes.append([(x, y), (x + 0.02, y + 0.03)])
    return _placed(strokes, draws)


def _followed(first: Strokes, then: Strokes, draws: Draws) -> Strokes:
    share = draws.uniform(0.35, 0.6)
    small, low = draws.uniform(0.5, 0.9), draws.uniform(0.1, 0.4)
    out = [[(share * x, y) for x, y in stroke] for stroke in first]
    tail = [[(share - 0.06 + (1.02 - share) * x, low + small * y) for x, y in stroke] for stroke in then]
    if draws.chance(0.6):
        out[-1] += tail[0]
        return out + tail[1:]
    return out + tail


def _ring(draws: Draws) -> list[Point]:
    """One sweep around the whole name."""
    left, top = draws.uniform(-0.08, 0.05), draws.uniform(-0.12, 0.05)
    right, low = draws.uniform(0.95, 1.1), draws.uniform(0.92, 1.1)
    return [
        (0.3, low), (left, 0.5 * (top + low)), (0.35, top), (0.8, top + 0.05), (right, 0.5),
        (0.75, low), (draws.uniform(0.2, 0.5), low - 0.02),
    ]  # fmt: skip


def _placed(strokes: Strokes, draws: Draws) -> Strokes:
    """Written uphill or downhill, stretched or cramped."""
    climb, wide, tall = draws.bell(-0.12, 0.16), draws.uniform(0.72, 1.12), draws.uniform(0.66, 1.16)
    return [
        [(0.5 + wide * (x - 0.5), 0.5 + tall * (y - 0.5) + climb * (x - 0.5)) for x, y in stroke]
        for stroke in strokes
    ]


def _underline(draws: Draws) -> list[Point]:
    y, tail = draws.uniform(0.76, 1.02), draws.uniform(-0.16, 0.1)
    return [(draws.uniform(-0.05, 0.3), y), (0.5, y + 0.3 * tail), (draws.uniform(0.7, 1.1), y + tail)]


def _waves(draws: Draws) -> Strokes:
    """A capital stroke that runs out in a flattening wave."""
    points = [(0.05, 0.9), (0.12, draws.uniform(-0.1, 0.15)), (0.2, 0.85)]
    x, height = 0.24, draws.uniform(0.3, 0.55)
    while x < 0.9:
        points += [(x, 0.62 - height), (x + draws.uniform(0.02, 0.05), 0.66)]
        x += draws.uniform(0.07, 0.12)
        height *= draws.uniform(0.7, 0.95)
    points.append((draws.uniform(0.95, 1.15), draws.uniform(0.35, 0.7)))
    return [points]


def _loops(draws: Draws) -> Strokes:
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


def _initial(draws: Draws) -> Strokes:
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


def _knot(draws: Draws) -> Strokes:
    """A dense scribble that goes over itself."""
    points = [(draws.uniform(0.2, 0.4), draws.uniform(0.2, 0.8))]
    steps, tall = draws.whole(5, 13), draws.uniform(0.3, 0.95)
    for step in range(steps):
        side = 0.75 if step % 2 else 0.2
        drift = 0.3 * step / steps
        points.append((side + drift + draws.uniform(-0.2, 0.15), 0.5 + tall * draws.uniform(-0.5, 0.5)))
    points.append((1.05, draws.uniform(0.4, 0.9)))
    return [points]


def _peaks(draws: Draws) -> Strokes:
    """A row of sharp peaks with one tall stroke."""
    tall = draws.whole(1, 4)
    points: list[Point] = [(0.0, 0.75)]
    for step in range(draws.whole(4, 8)):
        x = 0.08 + 0.11 * step
        peak = draws.uniform(-0.2, 0.0) if step == tall else draws.uniform(0.25, 0.5)
        points += [(x, peak), (x + 0.01, peak + 0.02), (x + 0.05, draws.uniform(0.65, 0.85))]
    points.append((1.0, draws.uniform(0.5, 0.75)))
    return [points]


def _name(draws: Draws) -> Strokes:
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


def _check(draws: Draws) -> Strokes:
    """A quick tick and a long line: hardly a signature, and common."""
    low, out = draws.uniform(0.65, 0.95), draws.uniform(0.7, 1.2)
    points = [(0.1, draws.uniform(0.3, 0.6)), (0.22, low), (0.34, draws.uniform(0.0, 0.3))]
    points += [(0.4 + 0.08 * step, draws.uniform(0.4, 0.7)) for step in range(draws.whole(0, 3))]
    points.append((out, draws.uniform(0.2, 0.6)))
    return [points]


def _tall(draws: Draws) -> Strokes:
    """Narrow loops that reach high and low, like an f or a g written many times over."""
    points: list[Point] = [(0.1, 0.6)]
    x = 0.2
    for _ in range(draws.whole(2, 4)):
        up, down = draws.uniform(-0.15, 0.15), draws.uniform(0.85, 1.15)
        points += [(x + 0.08, up), (x, up + 0.1), (x + 0.02, down), (x - 0.06, down - 0.08), (x + 0.1, 0.56)]
        x += draws.uniform(0.14, 0.24)
    points.append((x + 0.2, draws.uniform(0.4, 0.62)))
    return [points]


def _letters(draws: Draws) -> Strokes:
    """Two or three initials, each by itself, cut across by one stroke."""
    strokes: Strokes = []
    x = 0.08
    for _ in range(draws.whole(2, 3)):
        top, low = draws.uniform(0.0, 0.2), draws.uniform(0.72, 0.95)
        kind = draws.whole(0, 3)
        if kind == 0:
            strokes.append([(x + 0.2, top), (x, 0.5 * (top + low)), (x + 0.22, low)])
        elif kind == 1:
            strokes.append([(x, low), (x + 0.1, top), (x + 0.2, low)])
        elif kind == 2:
            strokes.append([(x + 0.04, top), (x + 0.02, low)])
            strokes.append([(x, top), (x + 0.2, top + 0.12), (x + 0.04, 0.5), (x + 0.22, 0.7), (x, low)])
        else:
            strokes.append([(x + 0.18, top), (x + 0.02, top + 0.2), (x + 0.2, 0.6), (x + 0.02, low)])
        x += draws.uniform(0.2, 0.32)
    y = draws.uniform(0.3, 0.7)
    strokes.append([(-0.05, y + 0.1), (0.5, y), (draws.uniform(0.9, 1.2), y - draws.uniform(0.0, 0.25))])
    return strokes


def _flat(draws: Draws) -> Strokes:
    """A long shallow wave, all speed."""
    points: list[Point] = [(0.0, draws.uniform(0.4, 0.6)), (0.06, draws.uniform(0.1, 0.35))]
    x = 0.1
    while x < 1.0:
        points += [(x, draws.uniform(0.52, 0.66)), (x + 0.04, draws.uniform(0.38, 0.5))]
        x += draws.uniform(0.07, 0.16)
    points.append((1.18, draws.uniform(0.3, 0.6)))
    return [points]


_COMPASS = (
    (0.0, -1.0), (0.62, -0.7), (0.86, 0.0), (0.6, 0.72),
    (0.0, 1.0), (-0.6, 0.7), (-0.86, 0.0), (-0.62, -0.72),
)  # fmt: skip


def _spiral(draws: Draws) -> Strokes:
    """Rings around one middle that end in a line outwards."""
    points: list[Point] = []
    size, turns = draws.uniform(0.2, 0.34), draws.whole(2, 3)
    for turn in range(turns):
        grown = size * (1.0 + 0.35 * turn)
        points += [(0.42 + grown * dx + draws.uniform(-0.03, 0.03), 0.5 + grown * dy) for dx, dy in _COMPASS]
    points += [(0.5, 0.2), (draws.uniform(0.9, 1.15), draws.uniform(0.3, 0.9))]
    return [points]


_KINDS = (_waves, _loops, _initial, _knot, _peaks, _name, _check, _tall, _letters, _flat, _spiral)
