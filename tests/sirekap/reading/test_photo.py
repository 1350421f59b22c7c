"""What a phone sends is hostile until shown otherwise."""

import io
import tracemalloc
import warnings

import numpy as np
import pytest
import simplejpeg
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from sirekap.reading import PhotoFacts, UnreadablePhotoError, inspect, web_copy
from sirekap.reading.photo import decode
from sirekap.reading.web import WIDTH_PX
from tests.sirekap.reading.sheets import take


@pytest.fixture(scope="module")
def sheet() -> bytes:
    return take("ppwp", 2).jpeg


def announcing(jpeg: bytes, width: int, height: int) -> bytes:
    """The same bytes with another size in the frame header."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + jpeg[at + 4 :]


def test_a_whole_photo_has_a_size(sheet: bytes) -> None:
    assert inspect(sheet) == PhotoFacts(width=1504, height=2000)


@pytest.mark.parametrize("side", [65_535, 65_000, 20_000])
def test_a_bomb_is_refused_before_anything_is_allocated(sheet: bytes, side: int) -> None:
    bomb = announcing(sheet, side, side)
    for look in (inspect, decode, web_copy):
        tracemalloc.start()
        with pytest.raises(UnreadablePhotoError) as caught:
            look(bomb)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert caught.value.code == "photo_too_large"
        assert most < 1_000_000


def test_the_limit_is_a_setting(sheet: bytes) -> None:
    with pytest.raises(UnreadablePhotoError, match="at most 2 megapixels"):
        inspect(sheet, max_megapixels=2)


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_photo_that_breaks_off_is_found_out(sheet: bytes, kept: float) -> None:
    with pytest.raises(UnreadablePhotoError) as caught:
        inspect(sheet[: int(len(sheet) * kept)])
    assert caught.value.code == "photo_incomplete"


def test_a_photo_without_its_end_marker_is_found_out(sheet: bytes) -> None:
    with pytest.raises(UnreadablePhotoError, match="Premature"):
        inspect(sheet[:-2])


def test_what_is_no_jpeg_is_told_so() -> None:
    png = io.BytesIO()
    Image.new("L", (40, 40)).save(png, "PNG")
    for content in (b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"GIF89a" * 50, png.getvalue()):
        with pytest.raises(UnreadablePhotoError) as caught:
            inspect(content)
        assert caught.value.code == "photo_not_jpeg"


def test_a_photo_of_no_size_is_none(sheet: bytes) -> None:
    with pytest.raises(UnreadablePhotoError) as caught:
        inspect(announcing(sheet, 0, 2000))
    assert caught.value.code == "photo_not_jpeg", "as whoever took it in would say"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_decoded_but_never_anything_else(data: st.DataObject) -> None:
    picture = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)
    damaged = bytearray(simplejpeg.encode_jpeg(picture, 70))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    for look in (inspect, decode, web_copy):
        try:
            look(bytes(damaged))
        except UnreadablePhotoError as error:
            assert error.code in {"photo_not_jpeg", "photo_too_large", "photo_incomplete", "photo_broken"}


def test_a_large_photo_is_decoded_at_half_its_size() -> None:
    picture = np.full((4000, 3000, 3), 200, np.uint8)
    photo = decode(simplejpeg.encode_jpeg(picture, 80))
    assert (photo.luma.shape, photo.shrunk) == ((2000, 1500), 2.0)
    assert photo.facts == PhotoFacts(3000, 4000)


def test_a_web_copy_is_narrow_small_and_says_nothing_of_the_phone(sheet: bytes) -> None:
    copy = web_copy(sheet)
    with Image.open(io.BytesIO(copy)) as opened:
        assert opened.width == WIDTH_PX
        assert not opened.getexif()
    assert len(copy) < 250_000
    assert inspect(copy).width == WIDTH_PX


def test_a_narrow_photo_is_not_enlarged() -> None:
    copy = web_copy(simplejpeg.encode_jpeg(np.full((300, 200, 3), 90, np.uint8), 80))
    assert inspect(copy) == PhotoFacts(200, 300)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_web_copy_stands_as_the_camera_was_held(sheet: bytes, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = io.BytesIO()
    with Image.open(io.BytesIO(sheet)) as opened:
        opened.resize((300, 400)).save(held, "JPEG", exif=exif, quality=90)
    with Image.open(held) as opened, warnings.catch_warnings():
        expected = np.asarray(ImageOps.exif_transpose(opened).convert("L"), np.int16)
    copy = simplejpeg.decode_jpeg(web_copy(held.getvalue()), "GRAY")[:, :, 0].astype(np.int16)
    assert copy.shape == expected.shape
    assert np.abs(copy - expected).mean() < 8
