"""Is this photo whole? A link that breaks in the middle leaves a JPEG without its end."""

from sirekap.photos.store import Received

START_OF_IMAGE = b"\xff\xd8\xff"
END_OF_IMAGE = b"\xff\xd9"


class IncompletePhotoError(ValueError):
    """What came is not a whole JPEG or not the one that was announced; `code` names which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_whole(received: Received, announced_sha256: str) -> None:
    """Raise `IncompletePhotoError` unless it begins and ends as a JPEG does and has the announced digest."""
    if not received.head.startswith(START_OF_IMAGE):
        raise IncompletePhotoError(
            "photo_not_jpeg", f"the photo ({received.size_bytes} bytes) does not begin as a JPEG"
        )
    if not received.tail.endswith(END_OF_IMAGE):
        raise IncompletePhotoError(
            "photo_incomplete",
            f"the photo breaks off after {received.size_bytes} bytes: no end-of-image marker",
        )
    if received.sha256 != announced_sha256:
        raise IncompletePhotoError(
            "digest_differs",
            f"X-Photo-SHA256 says {announced_sha256}, but the {received.size_bytes} bytes that came "
            f"have {received.sha256}",
        )
