"""Who stands in the nation's contests, as columns: what the votes of each position mean."""

from collections.abc import Iterable
from typing import Any

from simulators.contests import BY_PARTY, Contest
from simulators.country.results import fields_of


def candidates(contests: Iterable[Contest]) -> dict[str, list[Any]]:
    """One row a cell of a ballot: `position` counts from 1 in the order of the votes.

    `field` is the id on the form. A party's own mark has candidate_number 0 and no name; where people stand
    without a party party_number is 0. A pair is written "one / other".
    """
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "form", "district", "dapil", "position", "field",
            "party_number", "party", "candidate_number", "candidate",
        )
    }  # fmt: skip
    for stands in contests:
        fields = fields_of(stands)
        count = len(fields)
        columns["form"] += [stands.form] * count
        columns["district"] += [stands.district] * count
        columns["dapil"] += [stands.dapil] * count
        columns["position"] += range(1, count + 1)
        columns["field"] += fields
        for one in stands.contestants:
            if stands.form in BY_PARTY:
                listed = 1 + len(one.candidates)
                columns["party_number"] += [one.number] * listed
                columns["party"] += [one.names[0]] * listed
                columns["candidate_number"] += range(listed)
                columns["candidate"] += ["", *one.candidates]
            else:
                columns["party_number"].append(0)
                columns["party"].append("")
                columns["candidate_number"].append(one.number)
                columns["candidate"].append(" / ".join(one.names))
    return columns
