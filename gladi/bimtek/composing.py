"""From a place at the table to a trainee with six exercises, and apart from that the key.

Everything here is a pure function of (ground, place, what was dealt), so any process may compose any trainee.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gladi.bimtek.album import Picture, chosen
from gladi.bimtek.exercises.checking import check
from gladi.bimtek.exercises.correcting import correct
from gladi.bimtek.exercises.filling import fill
from gladi.bimtek.exercises.materials import Materials, materials
from gladi.bimtek.exercises.offline import send_offline
from gladi.bimtek.exercises.photos import photograph
from gladi.bimtek.exercises.reading import read
from gladi.bimtek.ground import Ground
from gladi.bimtek.labels import fields_of
from gladi.bimtek.lots import code, lots
from gladi.bimtek.model import Key, Trainee, as_bytes, digest
from gladi.bimtek.roster import Place

SHEET_A, SHEET_B = "lembar-a.pdf", "lembar-b.pdf"
_TAKEN = 12
"""TPS of the material that one trainee may take sheets from; four are used, two of them for their hands."""


@dataclass(frozen=True, slots=True)
class Deal:
    """What one place at the table gets, as indices of the population and photos of the album."""

    place: Place
    own: int
    operator: int
    others: tuple[int, ...]
    pictures: tuple[Picture, ...]


def deals(
    ground: Ground, places: Sequence[Place], pairs: bool, pictures: Sequence[Picture]
) -> tuple[Deal, ...]:
    """A deal for every place; with `pairs` two neighbours of a class are Sirekap 1 and 2 of one TPS."""
    seats = [(place, (place.order - 1) // 2 if pairs else place.order) for place in places]
    stations = list(dict.fromkeys((place.class_number, number) for place, number in seats))
    own, rest = ground.dealt(len(stations))
    out: list[Deal] = []
    taken: tuple[Picture, ...] = ()
    for number, (place, station) in enumerate(seats):
        pictures_here = chosen(pictures, ground.seed, place.id, taken)
        start = number * _TAKEN
        others = tuple(rest[(start + k) % len(rest)] for k in range(_TAKEN))
        at = own[stations.index((place.class_number, station))]
        operator = 2 if pairs and place.order % 2 == 0 else 1
        out.append(Deal(place, at, operator, others, pictures_here))
        taken = pictures_here
    return tuple(out)


def blank_name(form: str, number: int) -> str:
    """The unfilled sheets of a contest; `number` counts contests of a region that differ in who stands."""
    return f"cetak/{form}-kosong{f'-{number}' if number > 1 else ''}-a3.pdf"


def composed(ground: Ground, deal: Deal, blank: str) -> tuple[Trainee, Key, Materials]:
    """The trainee of a deal, the key, and the sheets to draw. `blank`: file of the unfilled sheets."""
    place = deal.place
    folder = f"kelas-{place.class_number:02d}/{place.id}"
    cards = materials(ground, place.id, deal.own, deal.others, deal.pictures)
    made = (
        read(ground, place.id, cards, f"{folder}/{SHEET_A}"),
        fill(ground, place.id, cards, blank),
        photograph(ground, place.id, cards),
        check(ground, place.id, cards, f"{folder}/{SHEET_B}"),
        send_offline(ground, place.id),
        correct(ground, place.id, cards, f"{folder}/{SHEET_A}"),
    )
    key = Key(
        trainee=place.id,
        tps=cards.own.tps,
        form=ground.form,
        own_sheet={
            str(page): {id: cards.own.values[id] for id in fields_of(cards.own, (page,))}
            for page in ground.pages
        },
        solutions=tuple(solution for _, solutions in made for solution in solutions),
    )
    trainee = Trainee(
        id=place.id,
        class_number=place.class_number,
        seat=place.seat,
        account=f"{cards.own.tps}-{deal.operator}",
        activation_code=code(lots(ground.seed, f"{cards.own.tps}-{deal.operator}", "activation")),
        tps=cards.own.tps,
        operator=deal.operator,
        folder=folder,
        kunci=digest(as_bytes(key)),
        exercises=tuple(exercise for exercise, _ in made),
    )
    return trainee, key, cards
