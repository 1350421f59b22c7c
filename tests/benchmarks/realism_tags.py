"""Judge 1: OpenCV's own detector, with its default settings, looks for the AprilTag of each sheet.

Its corners, made sub-pixel by OpenCV's `cornerSubPix`, also judge the truth: how far away it says they are.
"""

from collections import Counter
from dataclasses import dataclass, field

import cv2
import numpy as np
from scipy.stats import beta

from tests.benchmarks.realism_album import Taken

_DETECTOR = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10))
_AROUND_PX = (3, 3)  # wider, and the words printed beside the tag pull at its corners
_ENDS = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 60, 0.005)


@dataclass
class Tags:
    """What was found, over the photos shown so far."""

    shown: int = 0
    found: int = 0
    away_px: list[float] = field(default_factory=list)  # every corner of every found tag
    missed: list[str] = field(default_factory=list)
    missed_by: Counter[str] = field(default_factory=Counter)

    def look(self, taken: Taken) -> bool:
        """Judge one photo; whether exactly its own tag was found."""
        tag = taken.truth["sheet"]["tag"]
        corners, ids, _ = _DETECTOR.detectMarkers(taken.luma)
        self.shown += 1
        if ids is None or ids.ravel().tolist() != [tag["id"]]:
            camera = taken.truth["camera"]
            self.missed.append(f"{taken.order.tps}-{taken.order.form}-{taken.page} ({taken.size})")
            self.missed_by.update((taken.order.form, taken.size, str(camera.get("scene"))))
            return False
        self.found += 1
        turn = taken.order.template.page(taken.page).tag.turn // 90
        printed = np.roll(corners[0][0], turn, axis=0)  # the detector's first corner is the tag's own
        sharp = cv2.cornerSubPix(taken.luma, printed.reshape(-1, 1, 2).copy(), _AROUND_PX, (-1, -1), _ENDS)
        gaps = np.hypot(*(sharp.reshape(4, 2) - np.array(tag["quad"])).T)
        self.away_px += gaps.tolist()
        return True

    @property
    def share(self) -> float:
        """Found of shown."""
        return self.found / self.shown if self.shown else 0.0

    def at_least(self) -> float:
        """The lower 95 % bound of the share (Clopper and Pearson, one-sided)."""
        return float(beta.ppf(0.05, self.found, self.shown - self.found + 1)) if self.found else 0.0

    def at_most(self) -> float:
        """The upper 95 % bound of the share (the same)."""
        if self.found == self.shown:
            return 1.0
        return float(beta.ppf(0.95, self.found + 1, self.shown - self.found))
