"""All votes of each contestant of a region, out of its sums."""

from collections.abc import Mapping

from sirekap.forms.fields import BY_PARTY, total_of
from sirekap.portal.counting import SEVERAL
from sirekap.portal.shown import Ballot


def totals(form: str, ballot: Ballot, contest: str, sums: Mapping[str, int]) -> dict[int, int]:
    """Votes by contestant's number; empty where several contests meet and nothing can be compared."""
    if contest == SEVERAL and form not in BY_PARTY:
        return {}
    return {one.number: sums.get(total_of(form, one.number), 0) for one in ballot.contestants}
