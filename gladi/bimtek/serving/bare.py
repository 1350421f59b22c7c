"""A pack of nothing but `paket.json` and keys, for a class that has its paper from elsewhere, and for tests.

The same trainees, accounts and answers as `gladi bimtek pack` gives of the same scenario, seed and numbers,
so sheets and cards may be printed later. Without its photos the questions about them cannot be shown on a
phone.
"""

from pathlib import Path

from gladi.bimtek.album import album
from gladi.bimtek.composing import blank_name, composed, deals
from gladi.bimtek.ground import ground
from gladi.bimtek.model import KEY_FOLDER, PACK_FILE, Class, Pack, as_bytes
from gladi.bimtek.roster import evenly
from gladi.bimtek.wishes import Wishes
from gladi.runfolder import whole_file


def write_bare(wishes: Wishes) -> None:
    """Into the folder of the wishes; UsageError for wishes that cannot be."""
    drawn = ground(wishes.scenario, wishes.form, wishes.seed)
    places = evenly(wishes.trainees or 20, wishes.classes or 1)
    material = drawn.dealt(len(places))[1]
    made = [
        composed(drawn, deal, blank_name(drawn.form, 1))
        for deal in deals(drawn, places, wishes.pairs, album(drawn, len(places), material))
    ]
    rooms = sorted({trainee.class_number for trainee, _, _ in made})
    pack = Pack(
        seed=drawn.seed,
        scenario=wishes.scenario,
        region=drawn.people.place.name,
        form=drawn.form,
        pages=drawn.pages,
        site=wishes.site,
        classes=tuple(
            Class(
                room,
                tuple(trainee for trainee, _, _ in made if trainee.class_number == room),
                f"kelas-{room:02d}",
            )
            for room in rooms
        ),
        notice="SIMULASI: latihan, bukan hasil pemilu",
    )
    folder = wishes.out
    (folder / KEY_FOLDER).mkdir(parents=True, exist_ok=True)
    _write(folder / "scenario.toml", drawn.file.read_bytes())
    for trainee, key, _ in made:
        _write(folder / KEY_FOLDER / f"{trainee.id}.json", as_bytes(key))
    _write(folder / PACK_FILE, as_bytes(pack))


def _write(path: Path, content: bytes) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
