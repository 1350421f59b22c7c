"""The D.Hasil of one form in one region: numbers column by column, their sums, and the digest over all of it.

In a kecamatan a column is a TPS, above it a region of the level below. Contests confined to a part of the
region (a dapil) stand beside one another, each with its own columns and its own sums. As JSON:

    {"d_hasil": 1, "simulation": true, "form": "ppwp",
     "level": "kecamatan", "region": "170804", "name": "...",
     "above": [{"level": "kab_kota", "code": "17.08", "name": "..."}, ...],
     "version": 1, "number": "SIMULASI/...", "account": "...", "finalised_at": "...", "note": null | "...",
     "contests": [{"contest": "...", "title": "...", "contestants": [{"number", "name", "candidates"}],
                   "fields": ["dpt_l", ...], "totals": [...],
                   "columns": [{"code": "...", "name": "...", "numbers": [...], "from": {...}}]}],
     "differences": [{"contest", "code", "field", "before", "after"}]}

`numbers` and `totals` are in the order of `fields`. `from` says where a column comes from: a decision on the
revisions of a TPS's pages, or version and digest of the D.Hasil below. So digests reach from the nation down
to single page revisions. `differences` tells what changed since the version before.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sirekap.forms.contests import contestants_json
from sirekap.pleno.standing import TpsStanding

VERSION = 1
Content = dict[str, Any]


class NotAddableError(Exception):
    """D.Hasil of the level below describe the same contest differently."""


@dataclass(frozen=True)
class Heading:
    """Everything of a D.Hasil that is not a number of votes."""

    form: str
    level: str
    region: str
    name: str
    above: Sequence[Mapping[str, str]]
    version: int
    account: str
    finalised_at: datetime
    note: str | None

    @property
    def number(self) -> str:
        """Its number, unique in all the recap."""
        return f"SIMULASI/D.HASIL-{self.form.upper()}/{self.region}/{self.version}"


@dataclass(frozen=True)
class Lower:
    """A finalised D.Hasil of the level below."""

    version: int
    sha256: str
    content: Content


def of_stations(heading: Heading, stations: Sequence[TpsStanding], before: Content | None) -> Content:
    """The D.Hasil of a kecamatan; every station must be decided."""
    contests: dict[str, Content] = {}
    for one in sorted(stations, key=lambda one: one.station.code):
        part = contests.setdefault(
            one.ballot.contest.contest,
            {
                "contest": one.ballot.contest.contest,
                "title": one.ballot.contest.title,
                "contestants": contestants_json(one.ballot.contest),
                "fields": list(one.ballot.fields),
                "columns": [],
            },
        )
        part["columns"].append(_station_column(one, part["fields"]))
    return _whole(heading, contests, before)


def of_regions(heading: Heading, lowers: Sequence[Lower], before: Content | None) -> Content:
    """The D.Hasil of a region above the kecamatan. Raises NotAddableError."""
    contests: dict[str, Content] = {}
    for lower in sorted(lowers, key=lambda lower: str(lower.content["region"])):
        for below in lower.content["contests"]:
            described = {key: below[key] for key in ("contest", "title", "contestants", "fields")}
            part = contests.setdefault(below["contest"], {**described, "columns": []})
            if any(part[key] != value for key, value in described.items()):
                raise NotAddableError(
                    f"{lower.content['region']} describes {below['contest']} differently from others"
                )
            part["columns"].append(
                {
                    "code": lower.content["region"],
                    "name": lower.content["name"],
                    "numbers": below["totals"],
                    "from": {"version": lower.version, "sha256": lower.sha256},
                }
            )
    return _whole(heading, contests, before)


def canonical(content: Content) -> str:
    """The one way to write a D.Hasil: sorted keys, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """sha256, in hex, of canonical JSON."""
    return hashlib.sha256(text.encode()).hexdigest()


def with_numbers(content: Content, numbers: Mapping[tuple[str, str], Mapping[str, int]]) -> Content:
    """The same D.Hasil with every column's numbers replaced, by (contest, code), and added up anew."""
    contests = []
    for part in content["contests"]:
        columns = [
            {**column, "numbers": _in_order(numbers[part["contest"], column["code"]], part["fields"])}
            for column in part["columns"]
        ]
        contests.append({**part, "columns": columns, "totals": _totals(columns)})
    return {**content, "contests": contests}


def totals(content: Content, contest: str) -> dict[str, int]:
    """The sums of one contest, by field; nothing when it is not voted on there."""
    for part in content["contests"]:
        if part["contest"] == contest:
            return dict(zip(part["fields"], part["totals"], strict=True))
    return {}


def _whole(heading: Heading, contests: Mapping[str, Content], before: Content | None) -> Content:
    parts = [{**part, "totals": _totals(part["columns"])} for _, part in sorted(contests.items())]
    return {
        "d_hasil": VERSION,
        "simulation": True,
        "form": heading.form,
        "level": heading.level,
        "region": heading.region,
        "name": heading.name,
        "above": [dict(one) for one in heading.above],
        "version": heading.version,
        "number": heading.number,
        "account": heading.account,
        "finalised_at": heading.finalised_at.isoformat(),
        "note": heading.note,
        "contests": parts,
        "differences": _differences(before, parts) if before else [],
    }


def _station_column(one: TpsStanding, fields: Sequence[str]) -> Content:
    decision = one.decision
    assert decision is not None, "only decided stations become columns"
    return {
        "code": one.station.code,
        "name": f"TPS {one.station.number:03d}",
        "group": one.station.kel_desa_name,
        "numbers": _in_order(one.numbers, fields),
        "from": {
            "decision": decision.id,
            "kind": str(decision.decision),
            "revisions": {str(page): revision for page, revision in sorted(decision.basis.items())},
            "changes": {name: list(pair) for name, pair in decision.changes.items()},
            "violations": list(decision.violations),
            "reason": decision.reason,
        },
    }


def _in_order(numbers: Mapping[str, int], fields: Sequence[str]) -> list[int]:
    return [numbers[name] for name in fields]


def _totals(columns: Sequence[Content]) -> list[int]:
    return [sum(row) for row in zip(*(column["numbers"] for column in columns), strict=True)]


def _differences(before: Content, parts: Sequence[Content]) -> list[Content]:
    earlier = {
        (part["contest"], column["code"]): dict(zip(part["fields"], column["numbers"], strict=True))
        for part in before["contests"]
        for column in part["columns"]
    }
    return [
        {"contest": part["contest"], "code": column["code"], "field": name, "before": old, "after": new}
        for part in parts
        for column in part["columns"]
        for name, new in zip(part["fields"], column["numbers"], strict=True)
        if (old := earlier.get((part["contest"], column["code"]), {}).get(name)) != new
    ]
