"""The exercise in correcting begins with a form that was sent with one misread number, as apps did in 2024.

The photos are those of an earlier attempt of the same trainee, the numbers those of the key but for one.
"""

import json
from dataclasses import replace

from fakeforms.draws import Draws
from gladi.bimtek.misreading import misread
from gladi.bimtek.serving.entrance import told_kindly
from gladi.bimtek.serving.journal import Work
from gladi.bimtek.serving.requests import Refusal
from gladi.bimtek.serving.room import Room

_BOXES = 3


def plant(room: Room, work: Work) -> Work:
    """The attempt with its pages stored; Refusal if the trainee has photographed nothing yet."""
    photos = _photos(room, work.trainee)
    page, field, wrong = _misread(room, work)
    held: dict[str, dict[str, int]] = {}
    for number, digest in photos.items():
        numbers = room.lesson.own_numbers(work.trainee, number)
        right = numbers.get(field, 0)
        if number == page:
            numbers[field] = wrong
        jpeg = room.telephone.photo(digest)
        path = f"{work.tps}/forms/{room.lesson.pack.form}/pages/{number}"
        headers = {"Idempotency-Key": f"tanam-{work.tps}-{number}", "X-Photo-SHA256": digest}
        said = room.telephone.send_page(work.token, path, headers, json.dumps(numbers), jpeg)
        if not said.good:
            raise told_kindly(said)
        held[str(number)] = numbers
        if number == page:
            planted = {"page": page, "field": field, "right": right, "wrong": wrong}
    return replace(work, given={**planted, "numbers": held})


def _photos(room: Room, trainee: str) -> dict[int, str]:
    """By page the digest of a photo that the trainee has sent before, the latest whole form first."""
    for earlier in reversed(room.journal.works(trainee)):
        sent = room.journal.sent(earlier.id)
        found = {one.page: str(one.content["sha256"]) for one in sent if one.kind == "page" and one.good}
        if set(found) == set(room.lesson.pack.pages):
            return found
    raise Refusal(
        409, "photos_first", "Selesaikan dahulu latihan memotret: foto-foto Anda dipakai di latihan ini."
    )


def _misread(room: Room, work: Work) -> tuple[int, str, int]:
    """Page, field and wrong value: misread as numbers were in 2024; drawn by the attempt."""
    draws = Draws(room.lesson.pack.seed, work.tps, "bimtek-misread")
    pages = room.lesson.pack.pages
    page = pages[min(1, len(pages) - 1)]
    numbers = room.lesson.own_numbers(work.trainee, page)
    for _ in range(50):
        field = draws.pick(sorted(numbers))
        boxes = str(numbers[field]).rjust(_BOXES, "X")
        read = misread(boxes, draws)
        if read is not None and read.read != numbers[field]:
            return page, field, read.read
    field = sorted(numbers)[0]
    return page, field, numbers[field] + 1
