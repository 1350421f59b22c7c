"""From wishes to a finished pack, which appears whole or not at all.

wishes -> ground, places, album, deals -> photos | trainees -> prints of each class -> guide, tables, pages
-> paket.json -> the folder takes its name
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from fakeforms.delivery import deliver
from fakeforms.paper.printing import NOTICE
from gladi import __version__
from gladi.bimtek import darkroom, guide, jobs, pages, roster, sheets, tables, workbook
from gladi.bimtek.album import VERDICTS, Picture, album
from gladi.bimtek.composing import Deal, blank_name, deals
from gladi.bimtek.ground import Ground, ground
from gladi.bimtek.jobs import Composed, Site
from gladi.bimtek.model import KEY_FOLDER, PACK_FILE, Class, Key, Pack, as_bytes
from gladi.bimtek.roster import Place
from gladi.bimtek.wishes import Wishes
from gladi.failures import CannotRunError, UsageError
from gladi.hands import Job, Spread, hands
from gladi.interruption import interruptible
from gladi.runfolder import full_disk_told
from gladi.show import Advance, Show

_PHOTOS_A_JOB, _TRAINEES_A_JOB, _BOOKLETS_A_FILE = 6, 5, 10
_ROOM_A_TRAINEE, _ROOM_BYTES = 3_000_000, 60_000_000
"""What a trainee takes on disk, and a pack by itself; measured, with a half to spare."""


@dataclass
class Making:
    """A pack in the making."""

    ground: Ground
    site: Site
    places: tuple[Place, ...]
    pictures: tuple[Picture, ...]
    deals: tuple[Deal, ...]
    blanks: dict[int, str] = field(default_factory=dict)  # index of a TPS -> its unfilled sheets
    prints: list[guide.Print] = field(default_factory=list)

    @property
    def names(self) -> Mapping[str, str]:
        """Of those whom the organiser's list names."""
        return {place.id: place.name for place in self.places}

    @property
    def model(self) -> str:
        """What the form is called."""
        return self.ground.order(0).template.model


def pack(wishes: Wishes, show: Show) -> Pack:
    """Make the pack of these wishes; UsageError, CannotRunError. Broken off, it leaves nothing behind."""
    places = _places(wishes)
    out = wishes.out
    if out.exists():
        raise UsageError(f"--out {out}: exists already; a pack never overwrites another: choose another name")
    found = ground(wishes.scenario, wishes.form, wishes.seed)
    stations = len({(p.class_number, (p.order - 1) // 2 if wishes.pairs else p.order) for p in places})
    _, rest = found.dealt(stations)
    pictures = album(found, len(places), rest)
    with _unfinished(out, len(places)) as folder, interruptible():
        site = Site(str(found.file), found.form, found.seed, str(folder), wishes.paper, wishes.site)
        making = Making(found, site, places, pictures, deals(found, places, wishes.pairs, pictures))
        with hands(wishes.workers) as spread:
            made = _made(making, wishes, show, spread)
        folder.rename(out)
    return made


def _places(wishes: Wishes) -> tuple[Place, ...]:
    if wishes.participants is not None:
        return roster.read(wishes.participants)
    return roster.evenly(wishes.trainees or 20, wishes.classes or 1)


@contextmanager
def _unfinished(out: Path, trainees: int) -> Iterator[Path]:
    """A folder beside `out`, which is removed unless it was renamed."""
    folder = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise CannotRunError(f"--out {out}: cannot be made: {error.strerror}") from error
    try:
        needed = _ROOM_BYTES + trainees * _ROOM_A_TRAINEE
        if shutil.disk_usage(folder).free < needed:
            raise CannotRunError(
                f"--out {out}: the disk has too little room; about {needed / 1e6:,.0f} MB needed"
            )
        with full_disk_told(out):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(making: Making, wishes: Wishes, show: Show, spread: Spread) -> Pack:
    site, folder = making.site, making.site.path
    for name in ("cetak", "pelatih", f"{KEY_FOLDER}/foto", jobs.SMALL):
        (folder / name).mkdir(parents=True)
    deliver(folder, "scenario.toml", making.ground.file.read_bytes())
    with show.stage("Foto latihan") as advance:
        todo = [(jobs.take_photos, (site, part)) for part in _parts(making.pictures, _PHOTOS_A_JOB)]
        spread(todo, _told(advance, len(todo)))
        _contact_sheets(making)
    with show.stage("Lembar kosong"):
        _blanks(making)
    with show.stage("Peserta, lembar, dan kunci") as advance:
        composed = _composed(making, advance, spread)
    classes = tuple(_classes(composed))
    keys = {one.trainee.id: one.key for one in composed}
    with show.stage("Buku latihan dan kartu") as advance:
        _prints(making, classes, composed, keys, advance, spread)
    with show.stage("Panduan, tabel, dan halaman"):
        whole = Pack(
            seed=making.ground.seed,
            scenario=making.ground.name,
            region=making.ground.region,
            form=making.ground.form,
            pages=making.ground.pages,
            site=wishes.site,
            classes=classes,
            notice=NOTICE,
            made_by=f"gladi {__version__}",
        )
        _rest(making, whole, keys)
    return _signed(whole, folder)


def _composed(making: Making, advance: Advance, spread: Spread) -> list[Composed]:
    todo = [
        (jobs.make_trainees, (making.site, part, [making.blanks[deal.own] for deal in part]))
        for part in _parts(making.deals, _TRAINEES_A_JOB)
    ]
    return [one for part in spread(todo, _told(advance, len(todo))) for one in part]


def _blanks(making: Making) -> None:
    """Unfilled sheets for every contest of the trainees' TPS, on A3, A4 and in true size."""
    numbers: dict[Any, int] = {}
    folder = making.site.path
    for deal in making.deals:
        order = making.ground.order(deal.own)
        number = numbers.setdefault(order.contestants, len(numbers) + 1)
        name = blank_name(making.ground.form, number)
        making.blanks[deal.own] = name
        if (folder / name).exists():
            continue
        for paper in sheets.BLANK_PAPERS:
            on_paper = name.replace("-a3.pdf", f"-{paper}.pdf")
            deliver(folder / "cetak", Path(on_paper).name, sheets.blank(order, making.ground.pages, paper))
    for name in dict.fromkeys(making.blanks.values()):
        users = sum(making.blanks[deal.own] == name for deal in making.deals)
        making.prints.append(
            (name, f"{making.model} kosong untuk diisi", len(making.ground.pages), f"A3, {users} kali")
        )


def _classes(composed: Sequence[Composed]) -> Iterator[Class]:
    for number in dict.fromkeys(one.trainee.class_number for one in composed):
        trainees = tuple(one.trainee for one in composed if one.trainee.class_number == number)
        yield Class(number, trainees, f"kelas-{number:02d}")


def _prints(
    making: Making,
    classes: Sequence[Class],
    composed: Sequence[Composed],
    keys: Mapping[str, Key],
    advance: Advance,
    spread: Spread,
) -> None:
    """What is printed for each class; the longest jobs first."""
    site, where = making.site, {one.trainee.id: one.where for one in composed}
    books = {one.trainee.id: one.booklet for one in composed}
    paper = site.paper.upper()
    todo: list[tuple[int, Job, guide.Print]] = []
    for room in classes:
        these = [deal for deal in making.deals if deal.place.class_number == room.number]
        no, folder = room.number, room.folder
        bodies = (
            *_books(room, books),
            (1, f"{KEY_FOLDER}/kunci-kelas-{no:02d}.pdf", "kunci jawaban", "A4, 1 kali untuk pelatih",
             jobs.key_body(making.ground, room, keys)),
            (3, f"{folder}/kartu-akun.pdf", "kartu akun, digunting", "A4 satu sisi, 1 kali",
             jobs.cards(room, where, making.names, site.address)),
            (4, f"{folder}/daftar-hadir.pdf", "daftar hadir", "A4, 1 kali",
             pages.rendered("attendance", room=room, names=making.names, named=any(making.names.values()))),
        )  # fmt: skip
        for rank, name, says, how, body in bodies:
            title = f"Kelas {no}: {says} - SIMULASI"
            job: Job = (jobs.print_page, (site, title, body, name))
            todo.append((rank, job, (name, f"Kelas {no}: {says}", 0, how)))
        name = f"{folder}/lembar-terisi.pdf"
        says = f"Kelas {no}: Lembar A dan B, menurut tempat duduk"
        todo.append((2, (jobs.print_sheets, (site, room, these, name)), (name, says, 0, f"{paper}, 1 kali")))
    ordered = sorted(todo, key=lambda one: one[0])
    counts = spread([job for _, job, _ in ordered], _told(advance, len(ordered)))
    for (_, _, told), count in zip(ordered, counts, strict=True):
        making.prints.append((told[0], told[1], count, told[3]))
    making.prints.sort(key=lambda one: (one[0].startswith(KEY_FOLDER), one[0]))


def _books(room: Class, books: Mapping[str, str]) -> Iterator[tuple[int, str, str, str, str]]:
    """The booklets of a class, ten in a file: as many pages as a process lays out in half a gigabyte."""
    parts = _parts(room.trainees, _BOOKLETS_A_FILE)
    for number, part in enumerate(parts, 1):
        name = "buku-latihan.pdf" if len(parts) == 1 else f"buku-latihan-{number}.pdf"
        seats = part[0].seat if len(part) == 1 else f"{part[0].seat} sampai {part[-1].seat}"
        yield (
            0, f"{room.folder}/{name}", f"buku latihan, tempat {seats}", "A4 bolak-balik, 1 kali",
            pages.together([books[one.id] for one in part]),
        )  # fmt: skip


def _rest(making: Making, whole: Pack, keys: Mapping[str, Key]) -> None:
    """Guide, tables, workbooks and pages."""
    site, folder = making.site, making.site.path
    text = guide.markdown(whole, making.model, making.prints, len(making.pictures))
    title = f"Panduan pelatih {whole.region} - SIMULASI"
    deliver(folder / "pelatih", "panduan.md", text.encode())
    body = guide.html(text)
    deliver(folder / "pelatih", "panduan.html", pages.page(title, body, whole.seed).encode())
    jobs.print_page(site, title, body, "pelatih/panduan.pdf")
    deliver(folder / "pelatih", "peserta.csv", tables.as_csv(tables.ACCOUNTS, tables.accounts(whole)))
    deliver(folder / "pelatih", "peserta.xlsx", workbook.accounts(whole))
    deliver(folder / KEY_FOLDER, "kunci.csv", tables.as_csv(tables.ANSWERS, tables.answers(whole, keys)))
    for room in whole.classes:
        deliver(folder / KEY_FOLDER, f"nilai-kelas-{room.number:02d}.xlsx", workbook.marks(room, keys))
        mine = [
            (name.removeprefix(f"{room.folder}/"), says.split(": ", 1)[1], count)
            for name, says, count, _ in making.prints
            if name.startswith(room.folder)
        ]
        body = pages.rendered("class", room=room, pack=whole, model=making.model, prints=mine)
        page = pages.page(f"Kelas {room.number} - SIMULASI", body, whole.seed)
        deliver(folder / room.folder, "index.html", page.encode())
    body = pages.rendered(
        "pack", pack=whole, model=making.model, prints=making.prints, photos=len(making.pictures)
    )
    page = pages.page(f"Paket Bimtek {whole.region} - SIMULASI", body, whole.seed)
    deliver(folder, "index.html", page.encode())


def _contact_sheets(making: Making) -> None:
    """One for everybody, with numbers only; one for the trainer, with what is wrong."""
    folder = making.site.path
    photos = folder / jobs.PHOTOS

    def plain(picture: Picture) -> str:
        return f"{Path(picture.name).stem}\ndiminta halaman {picture.page}"

    def told(picture: Picture) -> str:
        return f"{Path(picture.name).stem}, diminta halaman {picture.page}\n{VERDICTS[picture.fault][:38]}"

    deliver(photos, "kontak.jpg", darkroom.contact_sheet(photos, making.pictures, plain, "foto latihan"))
    key = darkroom.contact_sheet(photos, making.pictures, told, "kunci foto, hanya untuk pelatih")
    deliver(folder / KEY_FOLDER, "kontak-foto.jpg", key)


def _signed(whole: Pack, folder: Path) -> Pack:
    """The pack with the digest of every file; its manifest is written last."""
    files = {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    signed = Pack(**{**{name: getattr(whole, name) for name in whole.__slots__}, "files": files})
    deliver(folder, PACK_FILE, as_bytes(signed))
    return signed


def _parts(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[at : at + size] for at in range(0, len(items), size)]


def _told(advance: Advance, total: int) -> Callable[[int], None]:
    return lambda done: advance(done, total, f"{done}/{total}")
