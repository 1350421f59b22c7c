"""Where the sheet lies in the photo: from the tag to the corner marks to a plane in perspective.

Where two squares of a corner mark touch is a saddle point, which OpenCV finds to a fraction of a pixel. The
tag alone says roughly where to look (it is small: at the far corner it is 30 mm off), so marks are sought
from the nearest to the farthest, and each one that is found improves the guess for the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sirekap.forms.layout import Layout, SheetPage
from sirekap.reading.photo import Luma
from sirekap.reading.tag import FoundTag, Points

_SAMPLE_PX_PER_MM = 1.0  # of the straightened surroundings in which a mark is sought
_NEAR_MM, _FAR = 8.0, 0.05  # marks are sought so near, and by so much of their distance from the tag farther;
_WIDER = 4.0  # then so many times as far: a phone held at a slant shows the far end 150 mm from the guess
_ALIKE = 0.65  # correlation with a drawn mark from which on it is one
_MISFIT_MM = 4.0  # of 679 sheets whose marks were right none had more than 2.6, one with a wrong mark 6.8
_NEAR_PX = 4  # the window in which a saddle is made sharp, to each side
_SMOOTH_PX = 1.0  # noise of a dark photo has edges too; a saddle stays where it is
_ENDS = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 40, 0.01)

Matrix = NDArray[np.float64]
"""(3, 3), sheet mm to photo px."""


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """How a sheet lies in a photo.

    `plane`: sheet mm to photo px. `marks`: where the saddle of each corner mark of the layout was found, None
    for those that were not. `corners`: the corners of the paper (4, 2), clockwise from the printed top left,
    worked out from the plane. `px_per_mm` around the tag.
    """

    plane: Matrix
    marks: tuple[tuple[float, float] | None, ...]
    corners: Points
    px_per_mm: float

    def px(self, mm: Points) -> Points:
        """Points (n, 2) of the sheet to the photo."""
        return projected(self.plane, mm)


def projected(plane: Matrix, points: Points) -> Points:
    """Points (n, 2) through a plane in perspective."""
    return np.asarray(cv2.perspectiveTransform(points.reshape(1, -1, 2).astype(np.float64), plane)[0])


def lie(luma: Luma, tag: FoundTag, page: SheetPage, layout: Layout) -> FoundSheet:
    """How the sheet with this tag lies in the photo."""
    x, y, width, height = page.tag.box
    sight = _Sight(
        luma=luma,
        page=page,
        tag_mm=np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)]),
        tag_px=tag.printed(page.tag.turn),
        saddles=tuple(saddle_points(page)),
    )
    found = _believable(sight, _marks(sight))
    plane = sight.plane(found)
    paper_mm = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * (layout.width_mm, layout.height_mm)
    px_per_mm = float(np.sqrt(cv2.contourArea(tag.corners.astype(np.float32)) / (width * height)))
    marks = tuple(found.get(number) for number in range(len(sight.saddles)))
    return FoundSheet(plane, marks, projected(plane, paper_mm), px_per_mm)


Found = Mapping[int, tuple[float, float]]
"""Number of a saddle -> where it is, in px."""


@dataclass(frozen=True)
class _Sight:
    """A photo with a tag, and what is to be found on it."""

    luma: Luma
    page: SheetPage
    tag_mm: Points
    tag_px: Points
    saddles: tuple[Points, ...]

    def plane(self, found: Found) -> Matrix:
        """What may be concluded from the tag and these marks."""
        fit = _FITS[min(len(found), len(_FITS) - 1)]
        return fit(*self._points(found))

    def misfit_mm(self, found: Found) -> float:
        """How far the tag or one of these marks is from where all of them together say, at most."""
        mm, px = self._points(found)
        back = np.asarray(np.linalg.inv(self.plane(found)), np.float64)
        return float(np.hypot(*(projected(back, px) - mm).T).max())

    def away_mm(self, number: int) -> float:
        """From the tag to a mark."""
        return float(np.hypot(*(self.saddles[number] - self.tag_mm.mean(axis=0))))

    def seek(self, number: int, plane: Matrix, times: float = 1.0) -> tuple[float, float] | None:
        """A mark, near where the plane says or so many times as far."""
        reach_mm = _NEAR_MM + _FAR * self.away_mm(number)
        return _saddle(self.luma, plane, self.saddles[number], times * reach_mm, self.page)

    def _points(self, found: Found) -> tuple[Points, Points]:
        mm = np.vstack([self.tag_mm, *(self.saddles[number] for number in found)])
        return mm, np.vstack([self.tag_px, *found.values()])


def _marks(sight: _Sight) -> dict[int, tuple[float, float]]:
    """Every mark that can be seen, from the nearest to the farthest."""
    found: dict[int, tuple[float, float]] = {}
    nearest = sorted(range(len(sight.saddles)), key=sight.away_mm)
    for number in (*nearest, *nearest):  # again: what others have told may show one that was missed
        if number not in found:
            plane = sight.plane(found)
            point = sight.seek(number, plane) or sight.seek(number, plane, _WIDER)
            if point is not None:
                found[number] = point
    return found


def _believable(sight: _Sight, found: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """The marks without one that contradicts the others (a tile looks like one), sought anew near them."""
    if len(found) < 3 or sight.misfit_mm(found) <= _MISFIT_MM:
        return found
    without = [{k: point for k, point in found.items() if k != odd} for odd in found]
    without.sort(key=sight.misfit_mm)
    for rest in without:  # three marks and a tag nearly always fit; four do when the right one was left out
        (odd,) = found.keys() - rest.keys()
        again = sight.seek(odd, sight.plane(rest))
        if again is not None and sight.misfit_mm(rest | {odd: again}) <= _MISFIT_MM:
            return rest | {odd: again}
    return without[0]


def saddle_points(page: SheetPage) -> list[Points]:
    """In mm: the points where the lower right corner of one square is the upper left corner of another."""
    ends = {(round(x + w, 2), round(y + h, 2)) for x, y, w, h in page.corner_marks}
    return [np.array([x, y]) for x, y, _, _ in page.corner_marks if (round(x, 2), round(y, 2)) in ends]


def _affine(mm: Points, px: Points) -> Matrix:
    """The best parallel projection: no perspective can be seen in a tag of 50 px."""
    columns = np.column_stack([mm, np.ones(len(mm))])
    solved, *_ = np.linalg.lstsq(columns, px, rcond=None)
    return np.vstack([solved.T, [0.0, 0.0, 1.0]])


def _alike(mm: Points, px: Points) -> Matrix:
    """The best turn, scale and shift: two marks of the same edge say nothing of the other direction."""
    (x, y), (u, v) = mm.T, px.T
    none, one = np.zeros_like(x), np.ones_like(x)
    rows = np.vstack([np.column_stack([x, -y, one, none]), np.column_stack([y, x, none, one])])
    (a, b, c, d), *_ = np.linalg.lstsq(rows, np.concatenate([u, v]), rcond=None)
    return np.array([[a, -b, c], [b, a, d], [0.0, 0.0, 1.0]])


def _plane(mm: Points, px: Points) -> Matrix:
    plane, _ = cv2.findHomography(mm, px, 0)
    return _affine(mm, px) if plane is None else np.asarray(plane, np.float64)


_FITS = (_affine, _affine, _alike, _plane)
"""What may be concluded from the tag and none, one, two, three or more marks."""


def _saddle(
    luma: Luma, plane: Matrix, at: Points, reach_mm: float, page: SheetPage
) -> tuple[float, float] | None:
    """Where the mark that should lie at `at` (mm) is found, at most `reach_mm` from there; px."""
    side = page.corner_marks[0][2]
    half = reach_mm + side
    width = round(2 * half * _SAMPLE_PX_PER_MM)
    step = np.array(
        [[1 / _SAMPLE_PX_PER_MM, 0, at[0] - half], [0, 1 / _SAMPLE_PX_PER_MM, at[1] - half], [0, 0, 1]]
    )
    around = cv2.warpPerspective(
        luma, plane @ step, (width, width), flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP, borderValue=128
    )
    drawn = _drawn_mark(round(side * _SAMPLE_PX_PER_MM))
    alike = cv2.matchTemplate(cv2.blur(around, (3, 3)), cv2.blur(drawn, (3, 3)), cv2.TM_CCOEFF_NORMED)
    _, best, _, (left, top) = cv2.minMaxLoc(alike)
    if best < _ALIKE:
        return None
    middle = (drawn.shape[0] - 1) / 2
    guess = projected(plane @ step, np.array([[left + middle, top + middle]]))[0]
    if not (6 <= guess[0] < luma.shape[1] - 6 and 6 <= guess[1] < luma.shape[0] - 6):
        return None
    reach_px = side * float(
        np.hypot(*(projected(plane, at + np.array([[1.0, 0.0]])) - projected(plane, at))[0])
    )
    return _sharpened(luma, guess, reach_px / 2)


def _sharpened(luma: Luma, guess: Points, reach_px: float) -> tuple[float, float]:
    """The saddle itself, found from far and then from near; the guess where it leads too far away."""
    reach = max(_NEAR_PX, round(reach_px))
    corner = np.maximum(np.floor(guess).astype(int) - 3 * reach, 0)
    x, y = (int(one) for one in corner)
    smooth = cv2.GaussianBlur(luma[y : y + 6 * reach, x : x + 6 * reach], (0, 0), _SMOOTH_PX)
    start = (guess - corner).astype(np.float32).reshape(1, 1, 2)
    sharp = start.copy()
    for around in ((reach, reach), (_NEAR_PX, _NEAR_PX)):
        sharp = cv2.cornerSubPix(smooth, sharp, around, (-1, -1), _ENDS)
    point = (sharp if float(np.hypot(*(sharp - start)[0, 0])) <= reach else start)[0, 0]
    return (float(point[0]) + x, float(point[1]) + y)


def _drawn_mark(side: int) -> Luma:
    mark = np.full((2 * side + 4, 2 * side + 4), 200, np.uint8)
    mark[2 : 2 + side, 2 : 2 + side] = 40
    mark[2 + side : -2, 2 + side : -2] = 40
    return mark
