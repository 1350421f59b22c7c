"""Blocks of pixels to the bytes between two restart markers, and the marker segments around them.

With a restart interval of one, a block's bytes depend on nothing but its own pixels (ITU-T T.81, E.1.4 and
F.1.1.5.1: prediction starts anew after each marker). They are the same as those of a picture that consists of
this block alone, so the ordinary encoder makes them.
"""

import struct

import numpy as np
import simplejpeg
from numpy.typing import NDArray

END = b"\xff\xd9"
_RESTART = 0xD0


class Encoder:
    """The JPEG encoder at one quality."""

    def __init__(self, quality: int) -> None:
        self.quality = quality
        alone = self._picture(np.full(384, 128, np.uint8))
        self._scan_at = _segments(alone)[-1][1]
        self._tables = alone[: self._scan_at]

    def scan(self, block: NDArray[np.uint8]) -> bytes:
        """The entropy-coded bytes of one block (384 samples: luma, Cb, Cr)."""
        return self._picture(block)[self._scan_at : -len(END)]

    def head(self, width_px: int, height_px: int) -> bytes:
        """Everything before the first block of a photo, start marker included, with restart interval 1."""
        out = [self._tables[:2]]
        for start, end in _segments(self._tables):
            segment = self._tables[start:end]
            kind = segment[1]
            if kind == 0xC0:  # frame header: lines and samples per line follow length and precision
                segment = segment[:5] + struct.pack(">HH", height_px, width_px) + segment[9:]
            if kind == 0xDA:
                out.append(b"\xff\xdd" + struct.pack(">HH", 4, 1))
            out.append(segment)
        return b"".join(out)

    def _picture(self, block: NDArray[np.uint8]) -> bytes:
        luma, cb, cr = block[:256].reshape(16, 16), block[256:320].reshape(8, 8), block[320:].reshape(8, 8)
        jpeg: bytes = simplejpeg.encode_jpeg_yuv_planes(luma, cb, cr, quality=self.quality, fastdct=False)
        return jpeg


def restart(number: int) -> bytes:
    """The marker between block `number` and the next."""
    return bytes((0xFF, _RESTART + number % 8))


def _segments(jpeg: bytes) -> list[tuple[int, int]]:
    """Where the marker segments begin and end, from the one after the start marker to the scan header."""
    found, at = [], 2
    while True:
        if jpeg[at] != 0xFF:
            raise ValueError(f"splice: byte {at} of the encoder's header is {jpeg[at]:#x}, expected a marker")
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        found.append((at, end))
        if jpeg[at + 1] == 0xDA:
            return found
        at = end
