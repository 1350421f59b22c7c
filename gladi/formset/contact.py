"""Contact sheets: many small photos on one picture, with what each is, for people who look at a set."""

import textwrap
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import cv2
import simplejpeg
from PIL import Image, ImageDraw, ImageFont

from fakeforms.paper.printing import NOTICE
from gladi.formset.folder import truth_of
from gladi.formset.work import Made
from gladi.runfolder import whole_file

COLUMNS, ROWS = 6, 3
MOST_SHEETS = 12
"""Larger sets are shown by every n-th photo."""

_THUMB_PX = (300, 460)
_CAPTION_PX, _HEAD_PX, _GAP_PX = 86, 64, 14
_LETTERS, _CAPTION_LINES = 40, 5
_PAPER, _INK, _FAINT, _ALARM = (246, 245, 242), (32, 32, 36), (110, 110, 116), (160, 40, 30)


def write_contact_sheets(folder: Path, stem: str, files: Sequence[Made]) -> list[Path]:
    """`<stem>-01.jpg`, ... in the folder, of the photos in it; gives their paths."""
    per_sheet = COLUMNS * ROWS
    every = max(1, -(-len(files) // (per_sheet * MOST_SHEETS)))
    shown = sorted(files, key=_in_reading_order)[::every]
    sheets = -(-len(shown) // per_sheet)
    paths = []
    for number in range(sheets):
        part = shown[number * per_sheet : (number + 1) * per_sheet]
        of = f"{number + 1} dari {sheets}" + (f", setiap foto ke-{every}" if every > 1 else "")
        path = folder / f"{stem}-{number + 1:02d}.jpg"
        with whole_file(path) as unfinished:
            _sheet(folder, part, of).save(unfinished, "JPEG", quality=86)
        paths.append(path)
    return paths


def _in_reading_order(one: Made) -> tuple[str, int]:
    """By TPS and form, and page 2 before page 10."""
    before, _, page = Path(one.name).stem.rpartition("-")
    return before, int(page)


def _sheet(folder: Path, files: Sequence[Made], of: str) -> Image.Image:
    columns = min(COLUMNS, len(files))
    rows = -(-len(files) // columns)
    wide, high = _THUMB_PX
    size = (
        max(900, columns * (wide + _GAP_PX) + _GAP_PX),
        _HEAD_PX + rows * (high + _CAPTION_PX + _GAP_PX) + _GAP_PX,
    )
    sheet = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, size[0], _HEAD_PX - 14), fill=_INK)
    draw.text((_GAP_PX, 10), NOTICE, font=_font("VeraBd", 24), fill="white")
    draw.text((size[0] - _GAP_PX, 16), f"lembar {of}", font=_font("Vera", 17), fill="white", anchor="ra")
    for number, one in enumerate(files):
        row, column = divmod(number, columns)
        left, top = _GAP_PX + column * (wide + _GAP_PX), _HEAD_PX + row * (high + _CAPTION_PX + _GAP_PX)
        truth = truth_of(folder / one.name)
        thumb = _thumb(folder / one.name)
        if thumb is None:
            draw.rectangle((left, top, left + wide, top + high), outline=_ALARM)
            draw.text((left + 10, top + 10), "berkas tidak terbaca", font=_font("Vera", 14), fill=_ALARM)
        else:
            sheet.paste(thumb, (left + (wide - thumb.width) // 2, top + (high - thumb.height) // 2))
        for line, (words, colour, face) in enumerate(_caption(truth)):
            at = (left + 2, top + high + 3 + 16 * line)
            draw.text(at, words, font=_font(face, 12 if line else 13), fill=colour)
    return sheet


def _caption(truth: dict[str, Any]) -> Iterator[tuple[str, tuple[int, int, int], str]]:
    yield f"{truth['tps']}  {truth['form']}  hal. {truth['page']}", _INK, "VeraBd"
    camera = truth["camera"]
    yield (
        f"{camera['scene']}, {camera['megapixels']:.1f} MP, {truth['photo']['bytes'] / 1e6:.2f} MB",
        _FAINT,
        "Vera",
    )
    wrong = []
    if camera["faults"]:
        wrong.append("foto: " + ", ".join(camera["faults"]))
    if truth["mistakes"]:
        wrong.append("isian: " + ", ".join(mistake["name"] for mistake in truth["mistakes"]))
    lines = [line for words in wrong for line in textwrap.wrap(words, _LETTERS)]
    room = _CAPTION_LINES - 2
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1][: _LETTERS - 2] + " ..."]
    for line in lines:
        yield line, _ALARM, "Vera"


def _thumb(path: Path) -> Image.Image | None:
    """The photo, small; what is missing of a truncated file is grey."""
    wide, high = _THUMB_PX
    try:
        pixels = simplejpeg.decode_jpeg(
            path.read_bytes(), "RGB", min_width=wide, min_height=high, strict=False
        )
    except ValueError:
        return None
    scale = min(wide / pixels.shape[1], high / pixels.shape[0])
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    return Image.fromarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    path = resources.files("reportlab").joinpath("fonts", f"{face}.ttf")
    return ImageFont.truetype(str(path), size)
