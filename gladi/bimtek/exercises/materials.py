"""What one trainee has on the table: a sheet to read, cases to check, photos to judge, a story to fill from.

Everything is drawn from (seed, trainee), so neighbours have other sheets, other mistakes and other photos.
Two officials of one TPS (`--pairs`) share the story of their count, as they share the sheet on the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fakeforms.orders import SheetOrder
from fakeforms.writing.entries import Made
from fakeforms.writing.hand import crew
from fakeforms.writing.mistakes import written_down
from gladi.bimtek import arithmetic
from gladi.bimtek.album import Picture
from gladi.bimtek.breaking import Case, broken, sound
from gladi.bimtek.ground import Ground
from gladi.bimtek.lots import lots, shuffled
from gladi.bimtek.story import Story, story

SLIPS = {
    "unused-box-blank": "Kotak di depan angka dibiarkan kosong, seharusnya diberi tanda X",
    "left-aligned": "Angka ditulis mulai dari kotak pertama, seharusnya rapat ke kanan",
    "two-bubbles": "Dua bulatan dihitamkan pada satu kolom",
    "bubble-missing": "Bulatan di bawah salah satu kotak tidak dihitamkan",
    "bubble-disagrees": "Bulatan yang dihitamkan tidak sama dengan angka di kotaknya",
    "words-disagree": "Angka dan huruf (terbilang) tidak sama",
    "signature-missing": "Ada anggota KPPS atau saksi yang belum menandatangani",
    "row-total-wrong": "Jumlah pada satu baris turus tidak sama dengan turusnya",
}
"""Ways of writing that the rules forbid and that no hand has by itself, by the name of fakeforms' mistake."""

_CASES = 3
_OPEN_FOURS = {"4", "4.cup"}
_HASTY_SLIP = 0.17
_SOUND_CASE = 0.4
"""How often one of the cases to check has nothing wrong: who looks for a mistake must not be sure of one."""


@dataclass(frozen=True, slots=True)
class Materials:
    """Of one trainee. `slip` is what the writer of the sheet to read did wrong, None for nothing."""

    own: SheetOrder
    story: Story
    sheet: SheetOrder  # to read
    slip: Made | None
    cases: tuple[Case, ...]  # the first is printed, the others stand as a table in the booklet
    pictures: tuple[Picture, ...]


def materials(
    ground: Ground, trainee: str, own: int, others: Sequence[int], pictures: Sequence[Picture]
) -> Materials:
    """Deal for one trainee. `others`: TPS to take sheets from, at least four, in the order to take them."""
    printed = sorted(others, key=lambda index: _trouble(ground, index))[:2]
    sheet, slip = _with_slip(ground, trainee, printed[0])
    others = [printed[1], *(index for index in others if index not in printed)]
    return Materials(
        own=ground.order(own),
        story=story(ground.order(own), ground.pages, ground.seed),
        sheet=sheet,
        slip=slip,
        cases=_cases(ground, trainee, others),
        pictures=tuple(pictures),
    )


def _trouble(ground: Ground, index: int) -> int:
    """How far a hand is from one that all read alike: the key must be what everybody sees.

    Some leave a zero blank; a 4 that is closed, and hasty writing, are taken for other digits.
    """
    order = ground.order(index)
    hand = crew(order.seed, order.tps, len(order.kpps), len(order.saksi)).writer
    closed = not {hand.variants["4"], hand.seconds["4"]} <= _OPEN_FOURS
    return 4 * (hand.zero == "blank") + 2 * closed + (hand.slip > _HASTY_SLIP)


def _with_slip(ground: Ground, trainee: str, index: int) -> tuple[SheetOrder, Made | None]:
    """A sheet with sound numbers and one thing written as it should not be, that is seen on its pages."""
    plain = ground.order(index)
    pages = [plain.template.page(number) for number in ground.pages]
    for name in shuffled(lots(ground.seed, trainee, "slip"), tuple(SLIPS)):
        order = replace(plain, mistakes={name: 1.0})
        for made in written_down(order).made:
            if any(made.on(page) is not None for page in pages):
                return order, made
    return plain, None


def _cases(ground: Ground, trainee: str, others: Sequence[int]) -> tuple[Case, ...]:
    draws = lots(ground.seed, trainee, "cases")
    wanted = shuffled(draws, arithmetic.rules_of(ground.form))
    at_rest = draws.whole(1, _CASES - 1) if draws.chance(_SOUND_CASE) else None
    cases: list[Case] = []
    for number in range(_CASES):
        order = ground.order(others[number])
        if number == at_rest:
            cases.append(sound(order))
            continue
        # a tally is only seen on the printed sheet
        possible = [rule for rule in wanted if rule != "R10" or number == 0]
        made = (
            (rule, broken(order, rule, ground.pages, lots(ground.seed, f"{trainee}-{number}", rule)))
            for rule in possible
        )
        rule, case = next(((rule, case) for rule, case in made if case is not None), ("", sound(order)))
        wanted = [one for one in wanted if one != rule]
        cases.append(case)
    return tuple(cases)
