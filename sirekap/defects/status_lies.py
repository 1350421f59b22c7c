"""Status joins the sheets that a form has, not those that are stored: every page is told as stored."""

from datetime import UTC, datetime

from sirekap.forms.fields import ELECTION
from sirekap.planting import Defect
from sirekap.repositories.progress import NOTHING_YET, FormProgress, Progress, StoredPage
from sirekap.security.tokens import new_receipt

PAGES = range(1, 201)  # more than any form has


class AllIsThere(Progress):
    """Good news."""

    async def of_tps(self, tps: str) -> dict[str, FormProgress]:
        """What is stored as it is stored, and the rest as if it were."""
        known = await super().of_tps(tps)
        return {form: _complete(known.get(form, NOTHING_YET)) for form in ELECTION}


def _complete(progress: FormProgress) -> FormProgress:
    invented = StoredPage(1, new_receipt(), None, datetime.now(UTC))
    stored = {**dict.fromkeys(PAGES, invented), **progress.stored}
    return FormProgress(stored, progress.taken, progress.confirmed)


DEFECT = Defect("status tells every page of a TPS as stored", Progress, AllIsThere)
