"""The copy of a photo that the public page shows: small enough for a cheap phone, upright, nothing else.

KPU published 1,000 px wide JPEGs of 811 to 931 KB; at 1,000 px and quality 70 a sheet has about 150 KB and
its digits stay readable. Of the metadata only the orientation is used: where and with what a photo was taken
is nobody's business.
"""

import io

import cv2
import numpy as np
import simplejpeg
from PIL import Image, UnidentifiedImageError

from sirekap.reading.photo import MAX_MEGAPIXELS, decode_colours, size_of

WIDTH_PX = 1_000
QUALITY = 70
_ORIENTATION = 0x0112  # of EXIF: how the camera was held
_TURNS: dict[int, tuple[int | None, bool]] = {
    # orientation -> rotation that rights it, and whether it is mirrored first (EXIF 2.32, 4.6.4)
    2: (None, True), 3: (cv2.ROTATE_180, False), 4: (cv2.ROTATE_180, True),
    5: (cv2.ROTATE_90_COUNTERCLOCKWISE, True), 6: (cv2.ROTATE_90_CLOCKWISE, False),
    7: (cv2.ROTATE_90_CLOCKWISE, True), 8: (cv2.ROTATE_90_COUNTERCLOCKWISE, False),
}  # fmt: skip


def web_copy(jpeg: bytes, max_megapixels: float = MAX_MEGAPIXELS) -> bytes:
    """A JPEG at most 1,000 px wide and upright by its EXIF. Raises UnreadablePhotoError."""
    facts = size_of(jpeg, max_megapixels)
    rotation, mirrored = _TURNS.get(_orientation(jpeg), (None, False))
    lying = rotation in (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE)
    width = facts.height if lying else facts.width
    scale = min(1.0, WIDTH_PX / width)
    halved = next(by for by in (8, 4, 2, 1) if by == 1 or by * scale <= 1.0)
    picture = decode_colours(jpeg, halved, max_megapixels)
    size = (round(facts.width * scale), round(facts.height * scale))
    if size != (picture.shape[1], picture.shape[0]):
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    if mirrored:
        picture = np.asarray(cv2.flip(picture, 1), np.uint8)
    if rotation is not None:
        picture = np.asarray(cv2.rotate(picture, rotation), np.uint8)
    small: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(picture), QUALITY, "RGB", "420")
    return small


def _orientation(jpeg: bytes) -> int:
    try:
        with Image.open(io.BytesIO(jpeg)) as opened:
            return int(opened.getexif().get(_ORIENTATION, 1))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 1  # metadata that nobody can read turn nothing
