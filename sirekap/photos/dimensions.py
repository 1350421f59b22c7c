"""How large a JPEG says it is: read from its frame header, without a decoder and without numpy.

A file of a few bytes may announce 65,535 x 65,535 pixels. Whoever decodes it first pays, so the announcement
is looked at before anything is kept.
"""

from sirekap.photos.store import Piece

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15; C4, C8 and CC are tables
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_SCAN, _END = 0xDA, 0xD9


def dimensions(head: Piece) -> tuple[int, int] | None:
    """Width and height as the first frame header in `head` has them (ITU T.81, B.2.2); None without one."""
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _FRAMES:
            return _of_frame(head, at)
        elif marker in (_SCAN, _END):
            return None
        else:
            at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return None


def _of_frame(head: Piece, at: int) -> tuple[int, int] | None:
    height, width = head[at + 5 : at + 7], head[at + 7 : at + 9]
    if len(width) < 2 or not any(width) or not any(height):
        return None
    return int.from_bytes(width, "big"), int.from_bytes(height, "big")
