"""Write the metadata of a photo: a small EXIF block and a JPEG comment, both saying SIMULASI.

Only what these photos need (EXIF 2.32, sections 4.6.2 and 4.6.5; TIFF 6.0 little-endian).
"""

import datetime as dt
import struct

MAKE = "SIMULASI"
MODEL = "gladi fakeforms"
COMMENT = "SIMULASI gladi - LATIHAN - BUKAN HASIL RESMI"

_ASCII, _SHORT, _LONG, _UNDEFINED = 2, 3, 4, 7
_SIZES = {_ASCII: 1, _SHORT: 2, _LONG: 4, _UNDEFINED: 1}
_IFD0_OFFSET = 8

Entry = tuple[int, int, bytes]
"""Tag, type, value as bytes."""


def marked(jpeg: bytes, taken_at: dt.datetime, width_px: int, height_px: int, subject: str) -> bytes:
    """`jpeg` with EXIF and comment right after its start marker; `subject` says what is in the picture."""
    if jpeg[:2] != b"\xff\xd8":
        raise ValueError("exif: not a JPEG, it does not begin with FF D8")
    exif = b"Exif\x00\x00" + _tiff(taken_at, width_px, height_px, subject)
    segments = _segment(0xE1, exif) + _segment(0xFE, f"{COMMENT} - {subject}".encode("ascii", "replace"))
    return b"".join((jpeg[:2], segments, jpeg[2:]))


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _tiff(taken_at: dt.datetime, width_px: int, height_px: int, subject: str) -> bytes:
    moment = _text(taken_at.strftime("%Y:%m:%d %H:%M:%S"))
    detail: list[Entry] = [
        (0x9003, _ASCII, moment),  # DateTimeOriginal
        (0x9004, _ASCII, moment),  # DateTimeDigitized
        (0x9286, _UNDEFINED, b"ASCII\x00\x00\x00" + f"{COMMENT} - {subject}".encode("ascii", "replace")),
        (0xA002, _LONG, struct.pack("<I", width_px)),
        (0xA003, _LONG, struct.pack("<I", height_px)),
    ]
    main: list[Entry] = [
        (0x010E, _ASCII, _text(f"{COMMENT} - {subject}")),  # ImageDescription
        (0x010F, _ASCII, _text(MAKE)),
        (0x0110, _ASCII, _text(MODEL)),
        (0x0112, _SHORT, struct.pack("<H", 1)),  # Orientation: upright
        (0x0131, _ASCII, _text("SIMULASI gladi")),  # Software
        (0x0132, _ASCII, moment),  # DateTime
        (0x8769, _LONG, b"\x00\x00\x00\x00"),  # where the detail block begins, known once main has its size
    ]
    detail_offset = _IFD0_OFFSET + len(_ifd(main, _IFD0_OFFSET))
    main[-1] = (0x8769, _LONG, struct.pack("<I", detail_offset))
    return (
        b"II*\x00" + struct.pack("<I", _IFD0_OFFSET) + _ifd(main, _IFD0_OFFSET) + _ifd(detail, detail_offset)
    )


def _text(words: str) -> bytes:
    return words.encode("ascii", "replace") + b"\x00"


def _ifd(entries: list[Entry], offset: int) -> bytes:
    """One directory at `offset`, with the values that do not fit in four bytes behind it."""
    table = struct.pack("<H", len(entries))
    values = b""
    values_offset = offset + 2 + 12 * len(entries) + 4
    for tag, kind, value in entries:
        count = len(value) // _SIZES[kind]
        if len(value) <= 4:
            table += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\x00")
        else:
            table += struct.pack("<HHII", tag, kind, count, values_offset + len(values))
            values += value + b"\x00" * (len(value) % 2)
    return table + struct.pack("<I", 0) + values
