"""What the public may read: tallies of regions, single TPS, and whether a photo belongs to a stored page.

`as_of` is the time up to which everything committed is counted (see `tallies`). It is read with the regions,
in one statement; what is read after it can only be newer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from sirekap.database.access import Database
from sirekap.forms.contests import Contestant, builtin_contest, load
from sirekap.forms.fields import ELECTION
from sirekap.forms.layout import builtin
from sirekap.portal.counting import SEVERAL
from sirekap.portal.shown import Ballot, RegionLine, Shown, StationLine
from sirekap.security.roles import NATION, NATION_NAME, TPS_DIGITS

LENGTHS = {1: "nasional", 2: "provinsi", 4: "kab_kota", 6: "kecamatan", 10: "kel_desa"}
"""Digits of a region's code, and its level; the nation is "0"."""


@dataclass(frozen=True)
class CurrentPages:
    """One TPS with the current revision of each page of a form."""

    identity: Mapping[str, Any]
    as_of: datetime
    confirmed: bool
    pages: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class StoredPhoto:
    """A photo by its digest, and the digest of its web-size copy once the worker has made one."""

    sha256: str
    web: str | None


class NotPublishedError(Exception):
    """Nothing was counted yet: the publisher has not had its first round."""


class PublicResults:
    """Reads what is counted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def region(self, form: str, digits: str) -> Shown | None:
        """A region of any level with the regions or TPS below it; None when it is not registered.

        Raises:
            NotPublishedError: nothing was counted yet.
        """
        path = path_of(digits)
        if path is None:
            return None
        shown = await self._regions(form, path)
        if shown is None or shown.region.level != "kel_desa":
            return shown
        rows = await self._database.fetch(
            f"{STATIONS}, '{{}}' AS pages {OF_STATIONS} WHERE t.kel_desa = $2 ORDER BY t.number, t.code",
            form,
            shown.region.code,
        )
        return replace(shown, stations=[_station(row) for row in rows])

    async def station(self, form: str, tps: str) -> Shown | None:
        """One TPS, with its pages; None when it is not registered.

        Raises:
            NotPublishedError: nothing was counted yet.
        """
        path = path_of(tps[:10])
        shown = await self._regions(form, path) if path and len(tps) == TPS_DIGITS else None
        if shown is None:
            return None
        rows = await self._database.fetch(
            f"{STATIONS}, coalesce(s.pages, '{{}}') AS pages {OF_STATIONS} WHERE t.code = $2", form, tps
        )
        return replace(shown, below=(), stations=[_station(row) for row in rows]) if rows else None

    async def place(self, form: str, digits: str) -> tuple[Shown, Ballot] | None:
        """A region or, with `TPS_DIGITS`, a TPS, and who stands there; None when it is not registered.

        Raises:
            NotPublishedError: nothing was counted yet.
        """
        shown = await (self.station if len(digits) == TPS_DIGITS else self.region)(form, digits)
        return (shown, await self.contestants(form, shown.region)) if shown else None

    async def contestants(self, form: str, region: RegionLine) -> Ballot:
        """Who stands in a region; the parties where it has several contests, nobody else."""
        if region.contest == SEVERAL:
            rows = await self._database.fetch(
                "SELECT number, name FROM public_party WHERE form = $1 ORDER BY number", form
            )
            return Ballot("", tuple(Contestant(row["number"], row["name"]) for row in rows), 0)
        row = await self._database.fetchrow(
            "SELECT c.contest, c.form, c.title, c.areas, c.layout, c.contestants,"
            " jsonb_array_length(l.content->'pages') AS pages"
            " FROM contest c JOIN layout l ON l.digest = c.layout WHERE c.contest = $1",
            region.contest,
        )
        if row is None:
            found, pages = builtin_contest(), len(builtin("ppwp").pages)
        else:
            found, pages = load({**row, "contestants": orjson.loads(row["contestants"])}), row["pages"]
        return Ballot(found.title, found.contestants, pages)

    async def photo_of(self, tps: str, form: str, beginning: str) -> str | None:
        """Digest of a stored photo of this TPS and form that begins so."""
        row = await self._database.fetchrow(
            "SELECT sha256 FROM page_revision WHERE tps = $1 AND form = $2 AND starts_with(sha256, $3)"
            " LIMIT 1",
            tps,
            form,
            beginning,
        )
        return row["sha256"] if row else None

    async def current_pages(self, tps: str, form: str) -> CurrentPages | None:
        """The pages of one TPS as they are stored this moment, counted or not; None when it is unknown."""
        row = await self._database.fetchrow(CURRENT_PAGES, tps, form)
        if row is None:
            return None
        identity = {name: row[name] for name in IDENTITY}
        return CurrentPages(identity, row["as_of"], row["sesuai"] is True, orjson.loads(row["pages"] or "{}"))

    async def photo(self, sha256: str) -> StoredPhoto | None:
        """The photo of a stored page; None when no page has it: without a row it is nobody's result."""
        row = await self._database.fetchrow(
            "SELECT (SELECT web_sha256 FROM reading WHERE sha256 = $1 AND web_sha256 IS NOT NULL LIMIT 1)"
            " AS web FROM page_revision WHERE sha256 = $1 LIMIT 1",
            sha256,
        )
        return StoredPhoto(sha256, row["web"]) if row else None

    async def _regions(self, form: str, path: Sequence[str]) -> Shown | None:
        rows = await self._database.fetch(
            BELOW_NATION if len(path) == 1 else BELOW_REGION, form, list(path[1:]), path[-1], list(ELECTION)
        )
        lines = {row["code"]: _line(row) for row in rows}
        if any(code not in lines for code in path):
            return None
        first = rows[0]
        if first["as_of"] is None:
            raise NotPublishedError
        below = [line for code, line in sorted(lines.items()) if code not in path]
        found = frozenset(first["forms"])
        return Shown(
            form,
            tuple(one for one in ELECTION if one in found),
            first["as_of"],
            first["age_s"],
            [lines[code] for code in path],
            below,
            (),
        )


def path_of(digits: str) -> tuple[str, ...] | None:
    """Codes from the nation down to the region with these digits; None when they cannot be a region's."""
    if digits == NATION:
        return (NATION,)
    if len(digits) not in LENGTHS or len(digits) == 1 or not (digits.isascii() and digits.isdigit()):
        return None
    prefixes = [digits[:length] for length in LENGTHS if 1 < length <= len(digits)]
    return (NATION, *(code_of(prefix) for prefix in prefixes))


def code_of(digits: str) -> str:
    """A region's code from its digits: that of a kab/kota has a dot."""
    return f"{digits[:2]}.{digits[2:]}" if len(digits) == 4 else digits


IDENTITY = ("code", "number", "provinsi", "kab_kota", "kecamatan", "kel_desa", "dpt_l", "dpt_p")

_REGIONS = f"""
WITH named AS (
    SELECT '{NATION}' AS code, 'nasional' AS level, '{NATION_NAME}' AS name
    UNION ALL SELECT code, level, name FROM region WHERE code = ANY ($2::text[])
    UNION ALL SELECT code, level, name FROM region WHERE {{below}} AND NOT code = ANY ($2::text[])
)
SELECT n.code, n.level, n.name, coalesce(t.contest, '') AS contest, coalesce(t.tps_total, 0) AS tps_total,
    coalesce(t.tps_in, 0) AS tps_in, coalesce(t.pages_in, 0) AS pages_in, t.changed_at,
    CASE WHEN n.code <> $3 AND (n.code = '{NATION}' OR n.code = ANY ($2::text[])) THEN '{{{{}}}}' ELSE t.sums
    END AS sums,
    p.as_of, extract(epoch FROM now() - p.as_of)::float8 AS age_s,
    ARRAY(SELECT form FROM tally WHERE form = ANY ($4::text[]) AND region = $3) AS forms
FROM publication p CROSS JOIN named n
    LEFT JOIN LATERAL (SELECT * FROM tally WHERE form = $1 AND region = n.code LIMIT 1) t ON true
"""
BELOW_NATION = _REGIONS.format(below="parent IS NULL")
BELOW_REGION = _REGIONS.format(below="parent = $3")

STATIONS = (
    "SELECT t.code, t.number, s.contest, s.is_in, s.votes, s.changed_at,"
    " (SELECT c.sesuai FROM confirmation c WHERE c.tps = t.code AND c.form = $1 ORDER BY c.id DESC LIMIT 1)"
    " AS sesuai"
)
# each found by its key: LIMIT keeps the planner from hashing a whole table that it believes to be small
OF_STATIONS = (
    "FROM tps t LEFT JOIN LATERAL"
    " (SELECT * FROM public_station WHERE tps = t.code AND form = $1 LIMIT 1) s ON true"
)

CURRENT_PAGES = (
    f"SELECT {', '.join(f't.{name}' for name in IDENTITY)}, now() AS as_of,"
    " (SELECT c.sesuai FROM confirmation c WHERE c.tps = t.code AND c.form = $2"
    "  ORDER BY c.id DESC LIMIT 1) AS sesuai,"
    " (SELECT jsonb_object_agg(p.page, jsonb_build_object('revision', p.revision, 'sha256', p.sha256,"
    "  'numbers', p.numbers, 'photo', '/public/v1/photos/' || p.sha256 || '.jpg',"
    "  'stored_at', p.stored_at)) FROM current_page p WHERE p.tps = t.code AND p.form = $2) AS pages"
    " FROM tps t WHERE t.code = $1"
)


def _line(row: Any) -> RegionLine:
    return RegionLine(
        row["code"],
        row["level"],
        row["name"],
        row["contest"],
        row["tps_total"],
        row["tps_in"],
        row["pages_in"],
        orjson.loads(row["sums"] or "{}"),
        row["changed_at"],
    )


def _station(row: Any) -> StationLine:
    return StationLine(
        row["code"],
        row["number"],
        row["contest"] or SEVERAL,
        bool(row["is_in"]),
        row["sesuai"] is True,
        orjson.loads(row["votes"] or "{}"),
        orjson.loads(row["pages"]),
        row["changed_at"],
    )
