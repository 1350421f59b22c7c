"""Among pages that are stored together the numbers slip by one place: each has those of its neighbour.

Pages of one kind slip among themselves, so that every page has the fields it should have.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sirekap.defects._in_company import InCompany
from sirekap.planting import Defect
from sirekap.repositories.pages import DatabasePageRows, PageRow, Revision


class Slips(InCompany):
    """Page rows whose columns are not as long as each other."""

    async def _stored(self, revisions: Sequence[Revision]) -> Sequence[PageRow | None]:
        alike: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for at, (write, _) in enumerate(revisions):
            alike[write.form, write.page].append(at)
        mixed = list(revisions)
        for places in alike.values():
            for at, neighbour in zip(places, (*places[1:], places[0]), strict=True):
                write, number = revisions[at]
                mixed[at] = Revision(replace(write, numbers=revisions[neighbour].write.numbers), number)
        return await super()._stored(mixed)


DEFECT = Defect("pages that are stored together get each other's numbers", DatabasePageRows, Slips)
