"""What comes in: multipart taken apart in one go as the streaming parser would; frame headers; clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart.multipart import MultipartParser

from sirekap.api.multipart import plain_fields
from sirekap.api.phone_time import judged
from sirekap.photos.dimensions import dimensions
from sirekap.settings import Settings
from tests.sirekap.kpps_phone import jpeg_head

NOW = datetime(2024, 2, 14, 20, 0, tzinfo=UTC)


def streamed(body: bytes, boundary: bytes) -> list[bytes]:
    """The contents of the parts, as the streaming parser finds them."""
    parts: list[bytes] = []
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": lambda: parts.append(b""),
            "on_part_data": lambda data, start, end: parts.append(parts.pop() + data[start:end]),
        },
    )
    parser.write(body)
    return parts


nasty = st.lists(
    st.sampled_from([b"\r", b"\n", b"-", b"--", b"\r\n", b"\r\n--", b"batas", b"--batas", b"x", b"\0"]),
    max_size=8,
).map(b"".join)


@given(numbers=nasty, photo=nasty, swapped=st.booleans())
def test_both_ways_find_the_same_fields(numbers: bytes, photo: bytes, swapped: bool) -> None:
    fields = [(b"numbers", numbers), (b"photo", photo)]
    body = b"".join(
        b'--batas\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + content + b"\r\n"
        for name, content in (reversed(fields) if swapped else fields)
    )
    body += b"--batas--\r\n"
    found = plain_fields(body, b"batas")
    if found is not None:
        as_sent = [bytes(found[1]), found[0]] if swapped else [found[0], bytes(found[1])]
        assert as_sent == streamed(body, b"batas")
    if b"--batas" not in numbers + b"|" + photo:
        assert found is not None, "what phones send is plain"
        assert (found[0], bytes(found[1])) == (numbers, photo)


@given(body=st.binary(max_size=200) | nasty)
def test_any_bytes_are_plain_or_not_but_never_a_crash(body: bytes) -> None:
    plain_fields(body, b"batas")
    plain_fields(b"--batas\r\n" + body, b"batas")
    dimensions(b"\xff\xd8\xff" + body)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (jpeg_head(3000, 4000), (3000, 4000)),
        (jpeg_head(65_535, 65_535), (65_535, 65_535)),
        (b"\xff\xd8\xff\xe1\xff\xff" + b"e" * 65_533 + jpeg_head(8, 16)[2:], (8, 16)),
        (b"\xff\xd8\xff\xff\xff" + jpeg_head(8, 16)[3:], (8, 16)),
        (jpeg_head(0, 16), None),
        (jpeg_head(8, 16)[:25], None),
        (b"\xff\xd8\xff\xda\x00\x08", None),
        (b"\xff\xd8\xff\xe0\x00\x00" * 9, None),
        (b"", None),
    ],
)
def test_dimensions(head: bytes, expected: tuple[int, int] | None) -> None:
    assert dimensions(head) == expected


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("captured_at", "sent_at", "delayed", "suspect"),
    [
        (None, None, False, False),
        (NOW - MINUTE, NOW, False, False),
        (NOW - 20 * MINUTE, NOW, True, False),
        (NOW - 20 * MINUTE, None, True, False),
        (NOW + 2 * MINUTE, None, False, False),
        (NOW + 10 * MINUTE, None, False, True),
        (NOW.replace(year=1970), NOW, True, True),
        # the clock is wrong by an hour, but one clock alone tells how long ago it was
        (NOW + 59 * MINUTE, NOW + 60 * MINUTE, False, True),
        (NOW - 120 * MINUTE, NOW - 60 * MINUTE, True, True),
    ],
)
def test_a_phone_clock_is_judged_and_never_refused(
    captured_at: datetime | None, sent_at: datetime | None, delayed: bool, suspect: bool
) -> None:
    found = judged(captured_at, sent_at, NOW, Settings())
    assert (found.delayed, found.suspect) == (delayed, suspect)
    assert found.captured_at == captured_at
    assert found.skew_ms == (None if sent_at is None else (sent_at - NOW) / timedelta(milliseconds=1))
