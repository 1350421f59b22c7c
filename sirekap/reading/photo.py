"""A photo as bytes: may it be decoded at all, and its luma.

Whatever a phone sends is hostile until shown otherwise: a JPEG of a few bytes may announce 65,535 x 65,535
pixels. Its size is therefore read from the header, without a decoder, before any picture is allocated.
"""

from dataclasses import dataclass

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from sirekap.photos.dimensions import dimensions

MAX_MEGAPIXELS = 50.0
WORKING_SIDE_PX = 1_600
"""A photo is decoded so that its longer side has at least this many pixels, if it has them: sheets are read
from 1.2 px a millimetre upwards, and more than 3 only cost time."""

_SHRINKS = (1, 2, 4, 8)  # those that the decoder does faster than the whole picture; 7/8 takes twice as long

Luma = NDArray[np.uint8]
"""Shape (height, width)."""


class UnreadablePhotoError(ValueError):
    """Not a photo that can be read; `code` says why.

    photo_not_jpeg: no JPEG header, or one that announces nothing. photo_too_large: more pixels than allowed.
    photo_incomplete: it breaks off. photo_broken: the data contradict themselves.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is known of a photo that can be decoded to its end."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """The luma of a photo, perhaps smaller than the photo; `shrunk` is by how much (1.0: not at all)."""

    luma: Luma
    shrunk: float
    facts: PhotoFacts


def inspect(jpeg: bytes, max_megapixels: float = MAX_MEGAPIXELS) -> PhotoFacts:
    """Size of a JPEG that is whole; memory stays below 1 MB for any that is allowed.

    The header is checked first; then the whole picture is decoded at an eighth of its size (about 5 ms for
    3 MP), which reads every coded bit. Raises UnreadablePhotoError.
    """
    facts = size_of(jpeg, max_megapixels)
    _decoded(jpeg, facts, 8, "GRAY")
    return facts


def decode(jpeg: bytes, max_megapixels: float = MAX_MEGAPIXELS) -> DecodedPhoto:
    """The luma in working size. Raises UnreadablePhotoError, also if the data break off."""
    facts = size_of(jpeg, max_megapixels)
    shrink = max(by for by in _SHRINKS if by == 1 or max(facts.width, facts.height) >= by * WORKING_SIDE_PX)
    luma = np.ascontiguousarray(_decoded(jpeg, facts, shrink, "GRAY")[:, :, 0])
    return DecodedPhoto(luma, facts.width / luma.shape[1], facts)


def decode_colours(jpeg: bytes, shrink: int, max_megapixels: float = MAX_MEGAPIXELS) -> NDArray[np.uint8]:
    """RGB, shape (height, width, 3), at 1/`shrink` of the size: 1, 2, 4 or 8. Raises as `decode`."""
    return _decoded(jpeg, size_of(jpeg, max_megapixels), shrink, "RGB")


def size_of(jpeg: bytes, max_megapixels: float = MAX_MEGAPIXELS) -> PhotoFacts:
    """The size that the header announces, if it is allowed. Raises UnreadablePhotoError."""
    facts = _announced(jpeg)
    if facts.width * facts.height > max_megapixels * 1e6:
        raise UnreadablePhotoError(
            "photo_too_large",
            f"the photo announces {facts.width} x {facts.height} pixels, at most {max_megapixels:g} "
            "megapixels are taken",
        )
    return facts


def _announced(jpeg: bytes) -> PhotoFacts:
    """Width and height as the frame header says."""
    if not jpeg.startswith(b"\xff\xd8"):
        raise UnreadablePhotoError("photo_not_jpeg", f"the {len(jpeg)} bytes do not begin as a JPEG")
    found = dimensions(jpeg)
    if found is None:
        raise UnreadablePhotoError("photo_not_jpeg", f"the {len(jpeg)} bytes announce no picture")
    return PhotoFacts(*found)


def _decoded(jpeg: bytes, facts: PhotoFacts, shrink: int, colours: str) -> NDArray[np.uint8]:
    least = {"min_width": -(-facts.width // shrink), "min_height": -(-facts.height // shrink)}
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(jpeg)
        if (width, height) != (facts.width, facts.height):
            raise ValueError(f"its decoder sees {width} x {height} pixels")
        picture: NDArray[np.uint8] = simplejpeg.decode_jpeg(jpeg, colours, strict=True, **least)
    except (ValueError, MemoryError) as error:
        short = "premature" in str(error).lower()
        raise UnreadablePhotoError(
            "photo_incomplete" if short else "photo_broken", f"the photo cannot be decoded: {error}"
        ) from error
    return picture
