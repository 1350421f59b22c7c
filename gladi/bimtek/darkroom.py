"""Takes the photos of an album, each with its truth and a small copy for booklets; contact sheets of all."""

from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import orjson
import simplejpeg
from PIL import Image, ImageDraw, ImageFont

from fakeforms import Camera, photograph
from fakeforms.delivery import deliver
from fakeforms.paper.printing import NOTICE
from gladi.bimtek.album import Picture
from gladi.bimtek.ground import Ground

SMALL_PX = 560
"""Width of the copies: a booklet shows three beside each other on A4, at about 230 dots an inch."""
_DETAIL_PX = 200
_COLUMNS, _THUMB, _GAP, _HEAD, _LINE = 6, (250, 380), 12, 52, 34


def take(ground: Ground, picture: Picture, folder: Path, truths: Path) -> None:
    """The photo and its small copy into `folder`, what is true about it into `truths`."""
    order = ground.order(picture.index)
    other = ground.order(picture.index, ground.other_form) if ground.other_form else None
    camera = Camera(scene=picture.scene, faults={picture.fault: 1.0} if picture.fault else {})
    photo = photograph(order, picture.page, camera, other if picture.fault == "wrong-form" else None)
    deliver(folder, picture.name, photo.jpeg)
    deliver(folder / "kecil", picture.name, small(photo.jpeg, _boxes(photo.truth)))
    deliver(truths, picture.name.replace(".jpg", ".json"), orjson.dumps(photo.truth))


def small(jpeg: bytes, detail: tuple[float, float]) -> bytes:
    """The photo, smaller, and below it a piece as it is, about `detail` (px), where boxes with digits are.

    On paper a photo of this size does not show whether it is blurred. What is missing of a truncated file is
    grey, as phones show it.
    """
    whole = _shrunk(jpeg, (SMALL_PX, 2 * SMALL_PX))
    pixels = simplejpeg.decode_jpeg(jpeg, "RGB", strict=False)
    wide, high = min(SMALL_PX, pixels.shape[1]), min(_DETAIL_PX, pixels.shape[0])
    left = round(min(max(0.0, detail[0] - wide / 2), pixels.shape[1] - wide))
    top = round(min(max(0.0, detail[1] - high / 2), pixels.shape[0] - high))
    sheet = np.full((whole.shape[0] + _GAP + high, SMALL_PX, 3), 255, np.uint8)
    sheet[: whole.shape[0], (SMALL_PX - whole.shape[1]) // 2 :][:, : whole.shape[1]] = whole
    sheet[-high:, (SMALL_PX - wide) // 2 :][:, :wide] = pixels[top : top + high, left : left + wide]
    return _jpeg(sheet, 78)


def _boxes(truth: Mapping[str, Any]) -> tuple[float, float]:
    """The middle of some number's boxes in the photo, in px; of the photo where the page has none."""
    fields = [one for one in truth["fields"].values() if one["kind"] == "digits"]
    if not fields:
        return truth["photo"]["width"] / 2, truth["photo"]["height"] / 2
    corners = [corner for box in fields[len(fields) // 2]["boxes"] for corner in box["quad"]]
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)


def contact_sheet(
    folder: Path, pictures: Sequence[Picture], caption: Callable[[Picture], str], title: str
) -> bytes:
    """All photos on one picture, each with a caption."""
    rows = -(-len(pictures) // _COLUMNS)
    wide, high = _THUMB
    size = (_COLUMNS * (wide + _GAP) + _GAP, _HEAD + rows * (high + _LINE + _GAP) + _GAP)
    sheet = Image.new("RGB", size, (246, 245, 242))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, size[0], _HEAD - 12), fill=(32, 32, 36))
    draw.text((_GAP, 9), f"{NOTICE} - {title}", font=_font("VeraBd", 18), fill="white")
    for number, picture in enumerate(pictures):
        row, column = divmod(number, _COLUMNS)
        left, top = _GAP + column * (wide + _GAP), _HEAD + row * (high + _LINE + _GAP)
        thumb = Image.fromarray(_shrunk((folder / picture.name).read_bytes(), _THUMB))
        sheet.paste(thumb, (left + (wide - thumb.width) // 2, top + (high - thumb.height) // 2))
        for line, words in enumerate(caption(picture).split("\n")):
            face = "Vera" if line else "VeraBd"
            draw.text((left + 2, top + high + 3 + 15 * line), words, font=_font(face, 12), fill=(32, 32, 36))
    out = BytesIO()
    sheet.save(out, "JPEG", quality=84)
    return out.getvalue()


def _shrunk(jpeg: bytes, room: tuple[int, int]) -> Any:
    pixels = simplejpeg.decode_jpeg(jpeg, "RGB", min_width=room[0], min_height=room[1], strict=False)
    scale = min(1.0, room[0] / pixels.shape[1], room[1] / pixels.shape[0])
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _jpeg(pixels: Any, quality: int) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    path = resources.files("reportlab").joinpath("fonts", f"{face}.ttf")
    return ImageFont.truetype(str(path), size)
