"""What the practice site says of faulty photos: `python -m tests.benchmarks bimtek`.

Photos of PPWP, DPD and KWK gubernur with one fault each and others without, of draws that no limit of the
site was set on, taken at 8 MP and made small as the page on the phone does (1600 px, JPEG 82). The stack's
reader and the site's own look see them; a fault is *named* if what the trainee is told says it, and *led
to* if something else is told that makes the trainee take the photo again. Truth is what the camera of
fakeforms did.
"""

import argparse
import io
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from PIL import Image

from fakeforms import Camera, photograph
from gladi.bimtek.serving.marking.faults import faults
from gladi.bimtek.serving.marking.look import look
from sirekap.forms.layout import Layout, load
from sirekap.reading import UnreadablePhotoError, read
from tests.sirekap.filled_sheets import order, sheet_layout

FORMS = ("ppwp", "dpd", "kwk-gubernur")
SEED = 71_003  # limits were set on others
SIDE_PX, QUALITY = 1600, 82
NAMED_BY = {
    "blurred": {"blurred"},
    "too-dark": {"dark"},
    "upside-down": {"turned"},
    "photo-of-screen": {"screen"},
    "cropped-corner": {"cut_off", "tag_unseen"},  # "tertutup, terpotong" where the tag was cut off
    "covered-tag": {"tag_unseen"},
    "wrong-page": {"wrong_page"},
    "wrong-form": {"wrong_form"},
    "finger": {"cut_off"},  # "terpotong atau tertutup jari"
    "truncated-file": {"broken"},
}
SOUND = "none"


@dataclass
class Count:
    """Photos of one fault."""

    photos: int = 0
    named: int = 0
    led: int = 0
    told: Counter[str] = field(default_factory=Counter)

    def row(self, fault: str) -> str:
        """One line of the table."""
        told = ", ".join(f"{name} {count}" for name, count in self.told.most_common())
        return f"| {fault} | {self.photos} | {self.named} | {self.led} | {told} |"


@cache
def layout_of(form: str) -> Layout:
    """As the stack knows it."""
    return load(sheet_layout(form))


def told(form: str, page: int, jpeg: bytes) -> list[str]:
    """The faults that a trainee is told of, by name."""
    known = [layout_of(one) for one in FORMS]
    try:
        seen = read(jpeg, layout_of(form).page(page), layout_of(form), known=known)
    except UnreadablePhotoError as error:
        reading: dict[str, Any] = {"state": "done", "trouble": error.code}
    else:
        content = seen.to_json()
        reading = {
            "state": "done",
            "trouble": None,
            "flags": content["flags"],
            "numbers": content["numbers"],
            "unread": {name: one["why"] for name, one in content["fields"].items() if one["why"]},
        }
    looked = look(jpeg)
    return [one.name for one in faults(form, page, reading, looked.to_json() if looked else None)]


def small(jpeg: bytes) -> bytes:
    """As the page on the phone sends it."""
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    scale = min(1.0, SIDE_PX / max(picture.size))
    shrunk = picture.resize(tuple(round(side * scale) for side in picture.size), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    shrunk.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def taken(fault: str, number: int) -> tuple[str, int, bytes]:
    """Form and page that were asked for, and the photo as it arrives."""
    form = FORMS[number % len(FORMS)]
    other = order(FORMS[(number + 1) % len(FORMS)], number, SEED)
    sheets = order(form, number, SEED)
    pages = [one.number for one in sheets.template.pages]
    page = pages[number // len(FORMS) % len(pages)]
    camera = Camera(megapixels=8.0, faults={} if fault == SOUND else {fault: 1.0})
    jpeg = photograph(sheets, page, camera, other).jpeg
    # A browser makes a whole JPEG of what it could decode, so a file that broke off is only seen as it is.
    return form, page, jpeg if fault == "truncated-file" else small(jpeg)


def measure(each: int, sound: int, skip: tuple[str, ...] = ()) -> dict[str, Count]:
    """`each` photos of every fault, and `sound` ones without."""
    found: dict[str, Count] = defaultdict(Count)
    for fault, right in NAMED_BY.items():
        for number in range(1, (0 if fault in skip else each) + 1):
            names = told(*taken(fault, number))
            one = found[fault]
            one.photos += 1
            one.named += bool(right & set(names))
            one.led += bool(names) and not right & set(names)
            one.told.update(names or ["nothing"])
    for number in range(501, 501 + sound):
        names = told(*taken(SOUND, number))
        one = found[SOUND]
        one.photos += 1
        one.named += not names
        one.led += bool(names)
        one.told.update(names or ["nothing"])
    return dict(found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=30, help="photos of every fault")
    parser.add_argument("--sound", type=int, default=60, help="photos without a fault")
    given = parser.parse_args()
    found = measure(given.each, given.sound)
    print("| fault | photos | rightly named | something else told | told |")
    print("|---|---|---|---|---|")
    for fault, one in found.items():
        print(one.row("*(none)*: nothing told is right" if fault == SOUND else fault))
    faulty = [one for fault, one in found.items() if fault != SOUND]
    named, photos = sum(one.named for one in faulty), sum(one.photos for one in faulty)
    print(f"\nrightly named: {named} of {photos} faulty photos, {100 * named / photos:.0f} of 100")
    print(f"wrongly accused: {found[SOUND].led} of {found[SOUND].photos} sound ones")


if __name__ == "__main__":
    main()
