"""Take aim: decide everything about the photo of one page, from the seed alone.

One TPS photographs all its sheets in one place and one light; the hand, the moment and the sheet differ.
"""

import datetime as dt
from dataclasses import replace

import numpy as np

from fakeforms.camera import fault, scenes
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.scenes import Ground, Scene, Tape
from fakeforms.camera.settings import PUBLISHED, Camera
from fakeforms.camera.shot import GRID_PX, Curl, Shot, Silhouette, Strip
from fakeforms.draws import Draws
from fakeforms.orders import SheetOrder

Corners = tuple[tuple[float, float], ...]

_WIDTHS_PX = (1008, 1008, 1008, 1008, 1056, 1056, 1104, 1152, 1200, 1296, 1392, 1488)  # published: 1000
_MARGIN_PX = 8.0
_MESSENGER_SHARE = 0.14  # photos that went through a messenger before the app; a guess
_UNSTEADY_SHARE = 0.05  # clean photos on which the hand moved a little; a guess


def aim(
    order: SheetOrder,
    page: int,
    camera: Camera = PUBLISHED,
    *,
    shown: tuple[SheetOrder, int] | None = None,
    faults: tuple[str, ...] = (),
) -> Shot:
    """The shot of `page` of `order`, or of what is `shown` in its place, with the `faults` in it."""
    form, form_page = (shown[0].template, shown[1]) if shown else (order.template, page)
    subject = f"{order.form}-{page}"
    draws = Draws(order.seed, order.tps, f"camera-{subject}")
    place = Draws(order.seed, order.tps, "place")
    scene = _scene(place, camera)
    ground = place.pick(scenes.GROUNDS)
    tape = place.pick(scenes.TAPES) if ground.upright else None
    shot = _clean(order, (form.width_mm, form.height_mm), camera, scene, ground, tape, place, draws)
    shot = replace(shot, faults=faults, taken_at=_taken_at(order, page, draws))
    for name in faults:
        own = Draws(order.seed, order.tps, f"change-{name}-{subject}")
        shot = fault.called(name)(shot, fault.Scope(form.page(form_page), own))
    return shot


def _clean(
    order: SheetOrder,
    sheet_mm: tuple[float, float],
    camera: Camera,
    scene: Scene,
    ground: Ground,
    tape: Tape | None,
    place: Draws,
    draws: Draws,
) -> Shot:
    width, height = _frame(draws, camera)
    turn, zoom = draws.uniform(-1.0, 1.0), draws.uniform(0.7, 1.4)
    ground_cast = place.pick(ground.casts)
    lean = _lean(draws, ground)
    angle = _slant(draws)
    relief, curls = _relief(draws), _curls(draws, sheet_mm, ground, tape)
    # a phone's white balance misses towards amber or blue, hardly ever towards green or magenta
    amber = draws.bell(0, scene.cast_spread)
    cast = (scene.cast[0] - amber, scene.cast[1] + 0.5 * amber + draws.bell(0, 0.6))
    ambient = draws.uniform(*scene.ambient)
    ink = scene.ink * draws.uniform(0.85, 1.1)
    moved = draws.uniform(1.6, 3.2) if draws.chance(_UNSTEADY_SHARE) else 0.0
    way = _unit(draws)
    shot = Shot(
        sheet_mm=sheet_mm,
        width_px=width,
        height_px=height,
        corners_px=_corners(draws, (width, height), sheet_mm, lean),
        bend_mm=(draws.bell(0, 2.4), draws.bell(0, 1.6), draws.bell(0, 2.4), draws.bell(0, 1.6)),
        relief_mm=relief,
        curls=curls,
        viewer_mm=(
            sheet_mm[0] * draws.bell(0.5, 0.06), sheet_mm[1] * (draws.bell(0.5, 0.06) + 1.5 * lean[1]),
            draws.uniform(850, 1250),
        ),
        lens_k1=draws.bell(-0.004, 0.006),
        scene=scene.name,
        ground=ground.name,
        ground_luma=place.uniform(*ground.luma),
        ground_cast=(float(ground_cast[0]), float(ground_cast[1])),
        ground_turn=(zoom * (1 - 0.5 * turn * turn * 0.02), zoom * turn * 0.14),
        ground_offset=(draws.whole(0, 511), draws.whole(0, 511)),
        paper_luma=draws.uniform(*scene.paper_luma),
        cast=cast,
        gradient=(draws.uniform(-1, 1) * scene.gradient, draws.uniform(-1, 1) * scene.gradient),
        lamp=(
            draws.uniform(0.1, 0.9), draws.uniform(-0.1, 0.5),
            scene.lamp * draws.uniform(0.5, 1.0), draws.uniform(0.3, 0.7),
        ),
        torch=(draws.uniform(0.36, 0.64), draws.uniform(0.34, 0.58), draws.uniform(0.42, 0.58), ambient),
        vignette=draws.uniform(0.02, 0.08),
        shadow=_shadow(draws, scene),
        cast_shadow_mm=(draws.uniform(-9, 9), draws.uniform(2, 10), draws.uniform(0.15, 0.4)),
        slant=angle,
        crease=draws.uniform(0.20, 0.55),
        crumple=draws.uniform(0.012, 0.045),
        tapes=_taped(draws, sheet_mm, tape, scene) if tape else (),
        covers=(),
        fingers=(),
        screen=None,
        flare=draws.whole(*scene.flare),
        ink_luma=draws.uniform(58, 88),
        ink_cast=(draws.uniform(30, 42) * ink, draws.uniform(-21, -12) * ink),
        blur_px=draws.uniform(0.63, 0.84),
        defocus_px=0.0,
        motion_px=(moved * way[0], moved * way[1], 0.0),
        noise=draws.uniform(*scene.noise),
        quality=camera.quality or draws.whole(89, 95),
        earlier_quality=draws.whole(58, 78) if draws.chance(_MESSENGER_SHARE) else 0,
        kept=1.0,
        faults=(),
        taken_at=dt.datetime.min,
        key=draws.key(),
    )  # fmt: skip
    return _within_frame(shot)


def _frame(draws: Draws, camera: Camera) -> tuple[int, int]:
    """Width and height in px, whole grid cells."""
    width, tall = float(draws.pick(_WIDTHS_PX)), draws.uniform(1.44, 1.60)
    if camera.megapixels is not None:
        width, tall = (camera.megapixels * 1e6 * 0.75) ** 0.5, 4 / 3
    return GRID_PX * round(width / GRID_PX), GRID_PX * round(width * tall / GRID_PX)


def _scene(draws: Draws, camera: Camera) -> Scene:
    left = draws.uniform()
    if camera.scene is not None:
        return scenes.scene(camera.scene)
    for scene in scenes.SCENES:
        left -= scene.weight
        if left < 0:
            return scene
    return scenes.SCENES[-1]


def _lean(draws: Draws, ground: Ground) -> tuple[float, float]:
    """How perspective narrows the sheet to the right and to the top, as shares of its size.

    People stand at the foot of a sheet on the floor, and on a chair before one on the wall.
    """
    strong = draws.chance(0.12 if ground.upright else 0.40)
    steep = draws.uniform(0.035, 0.12)
    right, top = draws.bell(0, 0.014), draws.bell(0, 0.017)
    if strong:
        top = steep if not ground.upright or draws.chance(0.5) else -steep
    return right, top


def _corners(
    draws: Draws, photo_px: tuple[int, int], sheet_mm: tuple[float, float], lean: tuple[float, float]
) -> Corners:
    """A hand-held frame: the sheet nearly fills it, a little turned and not quite parallel."""
    width, height = photo_px
    margin = draws.uniform(0.025, 0.06) * width
    turn, drift = draws.bell(0, 0.010), (draws.bell(0, 0.010) * width, draws.bell(0, 0.014) * height)
    half_w, half_h = sheet_mm[0] / 2, sheet_mm[1] / 2 * (1 - 1.1 * abs(lean[1]))
    raw = []
    for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x = u * half_w * (1 + lean[1] * v) + draws.bell(0, 0.002) * sheet_mm[0]
        y = v * half_h * (1 + lean[0] * u) + draws.bell(0, 0.002) * sheet_mm[0]
        raw.append((x - turn * y, y + turn * x))
    left, right = min(x for x, _ in raw), max(x for x, _ in raw)
    top, bottom = min(y for _, y in raw), max(y for _, y in raw)
    scale = min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top))
    # drift only as far as the frame allows
    play = (width - scale * (right - left)) / 2 - 18, (height - scale * (bottom - top)) / 2 - 18
    cx = width / 2 - scale * (left + right) / 2 + min(play[0], max(-play[0], drift[0]))
    cy = height / 2 - scale * (top + bottom) / 2 + min(play[1], max(-play[1], drift[1]))
    return tuple((cx + scale * x, cy + scale * y) for x, y in raw)


def _within_frame(shot: Shot) -> Shot:
    """The same shot from a little further away, if bend or lens pushed a corner out of the frame."""
    width_mm, height_mm = shot.sheet_mm
    ends = np.array([[0.0, 0.0], [width_mm, 0.0], [width_mm, height_mm], [0.0, height_mm]])
    middle_x, middle_y = (shot.width_px - 1) / 2, (shot.height_px - 1) / 2
    for _ in range(6):
        most = 0.0
        for x, y in Geometry(shot).to_photo(ends).tolist():
            most = max(
                most, abs(x - middle_x) / (middle_x - _MARGIN_PX), abs(y - middle_y) / (middle_y - _MARGIN_PX)
            )
        if most <= 1.0:
            break
        nearer = 0.997 / most
        shot = replace(
            shot,
            corners_px=tuple(
                (middle_x + (x - middle_x) * nearer, middle_y + (y - middle_y) * nearer)
                for x, y in shot.corners_px
            ),
        )
    return shot


def _relief(draws: Draws) -> tuple[float, ...]:
    """Heights of a sheet that was folded in quarters and does not want to lie flat."""
    ridge = draws.uniform(3.0, 13.0)
    valley = 1.0 if draws.chance(0.7) else -1.0
    middle, sides = ridge * valley, ridge * 0.6
    return (
        draws.bell(0, 3.0), sides * draws.uniform(-0.3, 1.2), draws.bell(0, 3.0),
        sides * draws.uniform(-1.2, 0.6), middle, sides * draws.uniform(-1.2, 0.6),
        draws.bell(0, 3.0), sides * draws.uniform(-0.3, 1.2), draws.bell(0, 3.0),
    )  # fmt: skip


def _slant(draws: Draws) -> tuple[float, float]:
    """Light comes from a side and, more often than not, from above: what a slope of 1 gains by facing it."""
    across = draws.uniform(0.3, 1.1) * (1 if draws.chance(0.5) else -1)
    return across, draws.uniform(0.2, 1.1) * (-1 if draws.chance(0.75) else 1)


def _curls(
    draws: Draws, sheet_mm: tuple[float, float], ground: Ground, tape: Tape | None
) -> tuple[Curl, ...]:
    """Free corners curl where nothing holds the sheet; now and then a whole lower edge comes off."""
    width, height = sheet_mm
    rise, length = draws.uniform(8.0, 26.0), draws.uniform(55.0, 110.0)
    corner, chance, slope = draws.whole(0, 3), draws.uniform(), draws.uniform(0.5, 1.1)
    if tape is None and chance < 0.40:
        right, low = corner % 2, corner // 2
        norm = (1 + slope * slope) ** 0.5
        nx, ny = (1 if right else -1) / norm, (1 if low else -1) * slope / norm
        end = nx * width * right + ny * height * low
        return (Curl((nx, ny), end - length, length, rise),)
    if chance > 0.82:
        return (Curl((0.0, 1.0), height - length, length, 0.7 * rise),)
    return ()


def _taped(draws: Draws, sheet_mm: tuple[float, float], tape: Tape, scene: Scene) -> tuple[Strip, ...]:
    """Strips across the corners of a sheet on a wall; short enough to stay off marks and text."""
    strips = []
    for right, low in ((0, 0), (1, 0), (1, 1), (0, 1)):
        spare, lean = draws.chance(0.25), draws.bell(1.0, 0.12)
        inward, half = draws.uniform(2.0, 8.0), draws.uniform(24, 36)
        if low and spare:
            continue  # the lower corners are sometimes left hanging
        t = (
            -0.41421356 * (1.0 if right == low else -1.0) * lean
        )  # tangent of half the angle: about 45 degrees
        at = (sheet_mm[0] - inward if right else inward, sheet_mm[1] - inward if low else inward)
        along = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
        gloss = tape.gloss if scene.name == "senter" else 0.0
        strips.append(
            Strip(at, along, (half, tape.breadth_mm / 2), tape.luma, tape.opacity, tape.cast, gloss)
        )
    return tuple(strips)


def _shadow(draws: Draws, scene: Scene) -> Silhouette:
    """The photographer's head and shoulders on the sheet, from below or from a side."""
    depth = draws.uniform(0.08, 0.30) if draws.chance(scene.shadow) else 0.0
    lean, head, softness = draws.uniform(-0.5, 0.5), draws.uniform(0.16, 0.30), draws.uniform(0.05, 0.28)
    up = ((lean / (1 + lean * lean) ** 0.5), -1 / (1 + lean * lean) ** 0.5)
    return Silhouette((draws.uniform(0.1, 0.9), draws.uniform(0.55, 1.45)), up, head, depth, softness)


def _unit(draws: Draws) -> tuple[float, float]:
    """Any direction, near enough evenly."""
    x, y = draws.bell(0, 1.0), draws.bell(0, 1.0) + 1e-6
    norm = (x * x + y * y) ** 0.5
    return x / norm, y / norm


def _taken_at(order: SheetOrder, page: int, draws: Draws) -> dt.datetime:
    hour, minute = order.jam_hitung[1].split(":")
    ended = dt.datetime.combine(order.tanggal, dt.time(int(hour), int(minute)))
    ended += dt.timedelta(days=order.counted_past_midnight)
    return ended + dt.timedelta(seconds=draws.whole(600, 5400) + 70 * page)
