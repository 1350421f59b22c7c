"""The work of a pack in pieces that any process can do: some photos, some trainees, one print.

A piece writes whole files into the unfinished pack and gives back only what the others need.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import segno

from fakeforms.delivery import deliver
from gladi.bimtek import darkroom, pages, sheets
from gladi.bimtek.album import Picture
from gladi.bimtek.composing import SHEET_A, SHEET_B, Deal, composed
from gladi.bimtek.ground import Ground, ground
from gladi.bimtek.labels import SEXES, label, rows_of
from gladi.bimtek.model import KEY_FOLDER, Class, Key, Question, Trainee, as_bytes
from gladi.bimtek.tables import answer_told
from gladi.bimtek.view import booklet
from gladi.failures import CannotRunError
from reports.printed import CannotPrintError, pdf

PHOTOS, SMALL = "foto", "foto/kecil"


@dataclass(frozen=True)
class Site:
    """What every piece needs to know: from what, and into which folder."""

    scenario: str
    form: str
    seed: int
    folder: str
    paper: str
    address: str  # of the practice site, "" without

    @property
    def ground(self) -> Ground:
        """The TPS, read once in a process."""
        return _ground(self.scenario, self.form, self.seed)

    @property
    def path(self) -> Path:
        """The unfinished pack."""
        return Path(self.folder)


@dataclass(frozen=True, slots=True)
class Composed:
    """A trainee as made: also the booklet as it is printed, and where the practice TPS is."""

    trainee: Trainee
    key: Key
    booklet: str
    where: str


@lru_cache(maxsize=2)
def _ground(scenario: str, form: str, seed: int) -> Ground:
    return ground(scenario, form, seed)


def take_photos(site: Site, pictures: Sequence[Picture]) -> int:
    """Photos into foto/, their truth into kunci/foto/."""
    for picture in pictures:
        darkroom.take(site.ground, picture, site.path / PHOTOS, site.path / KEY_FOLDER / "foto")
    return len(pictures)


def make_trainees(site: Site, deals: Sequence[Deal], blanks: Sequence[str]) -> list[Composed]:
    """Folder, sheets, page and key of some trainees."""
    out = []
    for deal, blank in zip(deals, blanks, strict=True):
        trainee, key, cards = composed(site.ground, deal, blank)
        book = booklet(site.ground, trainee, cards)
        folder = site.path / trainee.folder
        folder.mkdir(parents=True, exist_ok=True)
        whose = f"SIMULASI - kelas {trainee.class_number} - tempat {trainee.seat} - Lembar"
        for name, letter, order in ((SHEET_A, "A", cards.sheet), (SHEET_B, "B", cards.cases[0].order)):
            made = sheets.filled([(order, f"{whose} {letter}")], site.ground.pages, site.paper)
            deliver(folder, name, made)
        body = pages.exercises(book, lambda file: f"../../{file}", single=True)
        title = f"Latihan kelas {trainee.class_number}, tempat {trainee.seat} - SIMULASI"
        deliver(folder, "index.html", pages.page(title, body, site.seed).encode())
        deliver(site.path / KEY_FOLDER, f"{trainee.id}.json", as_bytes(key))
        printed = pages.exercises(book, lambda file: file.replace(f"{PHOTOS}/", f"{SMALL}/"), single=False)
        out.append(Composed(trainee, key, printed, book.where))
    return out


def print_sheets(site: Site, room: Class, deals: Sequence[Deal], name: str) -> int:
    """The filled sheets A and B of a class in one book, in the order of the seats; how many pages."""
    todo = []
    for trainee, deal in zip(room.trainees, deals, strict=True):
        _, _, cards = composed(site.ground, deal, "")
        whose = f"SIMULASI - kelas {room.number} - tempat {trainee.seat} - Lembar"
        todo += [(cards.sheet, f"{whose} A"), (cards.cases[0].order, f"{whose} B")]
    deliver((site.path / name).parent, Path(name).name, sheets.filled(todo, site.ground.pages, site.paper))
    return len(todo) * len(site.ground.pages)


def print_page(site: Site, title: str, body: str, name: str) -> int:
    """A page as PDF; how many pages it has. CannotRunError where this machine cannot print.

    Photos go in as data: a PDF names its pictures after their addresses, which are other ones in each run.
    """
    try:
        made = pdf(pages.page(title, _with_photos(body, site.path), site.seed), site.path)
    except CannotPrintError as error:
        raise CannotRunError(str(error)) from error
    deliver((site.path / name).parent, Path(name).name, made)
    return count_pages(made)


def _with_photos(body: str, folder: Path) -> str:
    def data(found: re.Match[str]) -> str:
        return f'src="data:image/jpeg;base64,{b64encode((folder / found[1]).read_bytes()).decode()}"'

    return re.sub(rf'src="({SMALL}/[^"]+)"', data, body)


def count_pages(document: bytes) -> int:
    """Pages of a PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(document) as opened:
        return len(opened)


def cards(room: Class, where: Mapping[str, str], names: Mapping[str, str], site: str) -> str:
    """The account cards of a class as HTML; the QR code opens the practice site and names the account."""
    qr = {
        one.id: segno.make(f"{site.rstrip('/')}/#{one.account}", error="m").svg_data_uri(scale=4, border=2)
        for one in room.trainees
        if site
    }
    return pages.rendered("cards", room=room, where=where, names=names, site=site, qr=qr)


def key_body(found: Ground, room: Class, keys: Mapping[str, Key]) -> str:
    """The answer key of a class as HTML."""
    lines = {
        one.id: [
            {
                "id": question.id,
                "answer": answer_told(keys[one.id].solution(question.id).answer),
                "says": _option(question, keys[one.id]),
                "points": question.points,
                "why": keys[one.id].solution(question.id).why,
            }
            for exercise in one.exercises
            for question in exercise.questions
        ]
        for one in room.trainees
    }
    sheets = {one.id: numbers_told(found, keys[one.id]) for one in room.trainees}
    return pages.rendered("key", room=room, lines=lines, sheets=sheets)


def numbers_told(found: Ground, key: Key) -> dict[str, list[tuple[str, str, list[int]]]]:
    """What a trainee's own sheet must say, page by page: part, name, men, women and both, or one number."""
    order, rows = found.order(0), rows_of(key.form)
    out: dict[str, list[tuple[str, str, list[int]]]] = {}
    for page, values in key.own_sheet.items():
        told: dict[str, tuple[str, str, list[int]]] = {}
        for field, value in values.items():
            row, _, sex = field.rpartition("_")
            if row in rows and sex in SEXES:
                told.setdefault(row, (*rows[row], []))[2].append(value)
            else:
                one = label(order, field)
                told[field] = (one.part, one.says, [value])
        out[page] = list(told.values())
    return out


def _option(question: Question, key: Key) -> str:
    """The text of the right option, for who marks by heart."""
    answer = key.solution(question.id).answer
    return next((one.says for one in question.options if one.id == answer), "")
