"""Is this photo whole, and one that may be decoded?

A link that breaks in the middle leaves a JPEG without its end.
"""

from sirekap.photos.dimensions import dimensions
from sirekap.photos.store import Received

START_OF_IMAGE = b"\xff\xd8\xff"
END_OF_IMAGE = b"\xff\xd9"


class UnfitPhotoError(ValueError):
    """What came is no whole JPEG, not the one that was announced, or a bomb; `code` names which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PhotoCheck:
    """What a photo must pass before it is kept."""

    def whole(self, received: Received, announced_sha256: str) -> None:
        """As `check_whole`."""
        check_whole(received, announced_sha256)


def check_whole(received: Received, announced_sha256: str) -> None:
    """Raise `UnfitPhotoError` unless it begins and ends as a JPEG does and has the announced digest."""
    if received.head[: len(START_OF_IMAGE)] != START_OF_IMAGE:
        raise UnfitPhotoError(
            "photo_not_jpeg", f"the photo ({received.size_bytes} bytes) does not begin as a JPEG"
        )
    if not received.tail.endswith(END_OF_IMAGE):
        raise UnfitPhotoError(
            "photo_incomplete",
            f"the photo breaks off after {received.size_bytes} bytes: no end-of-image marker",
        )
    if received.sha256 != announced_sha256:
        raise UnfitPhotoError(
            "digest_differs",
            f"X-Photo-SHA256 says {announced_sha256}, but the {received.size_bytes} bytes that came "
            f"have {received.sha256}",
        )


def check_dimensions(received: Received, max_megapixels: float) -> None:
    """Raise `UnfitPhotoError` when the header announces no picture, or one with more pixels than allowed."""
    announced = dimensions(received.head)
    if announced is None:
        raise UnfitPhotoError("photo_not_jpeg", f"no frame header in the first {len(received.head)} bytes")
    width, height = announced
    if width * height > max_megapixels * 1e6:
        raise UnfitPhotoError(
            "photo_too_large",
            f"the photo announces {width} x {height} pixels, at most {max_megapixels:g} megapixels are taken",
        )
