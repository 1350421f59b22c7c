"""What has been counted for the public, and what has not yet: the tables of the publisher.

A `Round` is one transaction with one snapshot of the database. What it counts and how far it has come are
committed together, so a publisher that dies at any instant has either counted and noted it, or neither. Its
commit waits for the disk: a count that was shown and then lost with the power would seem to go down.
"""

import contextlib
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from sirekap.database.access import Database
from sirekap.forms.contests import Contest, builtin_contest, load
from sirekap.forms.fields import BY_PARTY
from sirekap.portal.counting import SEVERAL, Change, added
from sirekap.repositories.snapshots import cut_after

# one advisory lock, so that only one publisher counts at a time; whoever is there first in a round does it
LOCK = 0x7A_11_7A_11

Key = tuple[str, str]
"""A form and a region, or a TPS and a form."""


@dataclass(frozen=True)
class Mark:
    """How far the publisher had come when the round began; times by the database's clock.

    `seen` is None when nothing was ever counted in this database cluster.
    """

    seen: str | None
    as_of: datetime | None
    contests: str | None
    snapshot: str  # the round's own
    began_at: datetime  # everything committed before is in the snapshot
    registered: bool  # KPU has registered something since
    moved: bool  # the database was restored into another cluster, with other transaction numbers

    @property
    def age_s(self) -> float:
        """Seconds since the state that was last counted; infinite when none was."""
        return (self.began_at - self.as_of).total_seconds() if self.as_of else float("inf")


@dataclass(frozen=True, slots=True)
class Revision:
    """A stored revision of a page; `content` is what the public is shown of it."""

    tps: str
    form: str
    page: str
    revision: int
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """Revisions not counted before. `seen` notes them as counted; `whole` when there are no more."""

    revisions: Sequence[Revision]
    seen: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Station:
    """A form of one TPS as counted; `pages` holds what is shown of each page, by its number as text."""

    tps: str
    form: str
    contest: str
    regions: tuple[str, ...]
    is_in: bool
    votes: Mapping[str, int]  # contestant -> all their votes, once the TPS is in
    pages: Mapping[str, Mapping[str, Any]]


class Round:
    """One transaction of the publisher."""

    def __init__(self, connection: Any, mark: Mark, contests: dict[str, Contest], wait_s: float) -> None:
        self._connection = connection
        self._wait_s = wait_s
        self._contests = contests
        self.mark = mark

    async def unseen(self, most: int) -> Batch:
        """The oldest revisions not counted yet, about `most`: a transaction's are never taken apart."""
        cut = await self._connection.fetchval(
            f"SELECT written_by::text FROM page_revision WHERE {UNSEEN}"
            " ORDER BY written_by OFFSET $2 LIMIT 1",
            self.mark.seen,
            most,
        )
        rows = await self._connection.fetch(
            f"SELECT {COLUMNS} FROM page_revision WHERE {UNSEEN}"
            " AND ($2::text IS NULL OR written_by <= $2::text::xid8)",
            self.mark.seen,
            cut,
        )
        seen = self.mark.snapshot if cut is None else cut_after(self.mark.snapshot, int(cut))
        return Batch([_revision(row) for row in rows], seen, whole=cut is None)

    async def every_page(self) -> AsyncIterator[list[Revision]]:
        """Every page there is by its current revision: the TPS in order, all pages of one TPS together."""
        chunk: list[Revision] = []
        async for row in self._connection.cursor(
            f"SELECT {COLUMNS} FROM page_revision ORDER BY tps, form, page, revision",
            prefetch=1000,
            timeout=self._wait_s,
        ):
            one = _revision(row)
            if chunk and _page(chunk[-1]) == _page(one):
                chunk[-1] = one
                continue
            if len(chunk) >= STATIONS_AT_ONCE and chunk[-1].tps != one.tps:
                yield chunk
                chunk = []
            chunk.append(one)
        if chunk:
            yield chunk

    async def stations(self, keys: Collection[Key]) -> dict[Key, Station]:
        """The stations counted before, of these TPS and forms."""
        rows = await self._connection.fetch(
            "SELECT s.tps, s.form, s.contest, s.regions, s.is_in, s.votes, s.pages"
            " FROM unnest($1::text[], $2::text[]) AS k (tps, form) JOIN public_station s USING (tps, form)",
            *_columns(keys, 2),
        )
        return {(row["tps"], row["form"]): _station(row) for row in rows}

    async def regions(self, codes: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Every region a TPS is counted in, the village first, the nation last."""
        rows = await self._connection.fetch(
            f"SELECT code, {REGIONS} AS regions FROM tps t WHERE code = ANY ($1::text[])", list(codes)
        )
        return {row["code"]: tuple(row["regions"]) for row in rows}

    async def contests_of(self, keys: Collection[Key]) -> dict[Key, str]:
        """The contest of each (form, region) that votes with that form; SEVERAL when it has more than one."""
        rows = await self._connection.fetch(
            "SELECT form, region, t.contest FROM unnest($1::text[], $2::text[]) AS k (form, region)"
            " JOIN tally t USING (form, region)",
            *_columns(keys, 2),
        )
        return {(row["form"], row["region"]): row["contest"] for row in rows}

    async def contests(self, names: Collection[str]) -> dict[str, Contest]:
        """Contests as they are registered in this round's snapshot."""
        rows = await self._connection.fetch(
            "SELECT contest, stamp FROM contest WHERE contest = ANY ($1::text[])", list(names)
        )
        stamps = {row["contest"]: row["stamp"] for row in rows}
        unknown = [name for name, stamp in stamps.items() if stamp not in self._contests]
        for row in await self._connection.fetch(
            "SELECT contest, form, title, areas, layout, contestants, stamp FROM contest"
            " WHERE contest = ANY ($1::text[])",
            unknown,
        ):
            self._contests[row["stamp"]] = load({**row, "contestants": orjson.loads(row["contestants"])})
        found = {name: self._contests[stamp] for name, stamp in stamps.items()}
        builtin = builtin_contest()
        if builtin.contest in names and builtin.contest not in found:
            found[builtin.contest] = builtin
        return found

    async def keep(self, stations: Sequence[Station]) -> None:
        """Write stations as they are now counted."""
        await self._connection.execute(
            "INSERT INTO public_station (tps, form, contest, regions, is_in, votes, pages, changed_at)"
            " SELECT tps, form, contest, string_to_array(regions, ' '), is_in, votes::jsonb, pages::jsonb,"
            " now() FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[],"
            "  $7::text[]) AS k (tps, form, contest, regions, is_in, votes, pages)"
            " ON CONFLICT (tps, form) DO UPDATE SET contest = EXCLUDED.contest, regions = EXCLUDED.regions,"
            " is_in = EXCLUDED.is_in, votes = EXCLUDED.votes, pages = EXCLUDED.pages,"
            " changed_at = EXCLUDED.changed_at",
            [one.tps for one in stations],
            [one.form for one in stations],
            [one.contest for one in stations],
            [" ".join(one.regions) for one in stations],
            [one.is_in for one in stations],
            [orjson.dumps(one.votes).decode() for one in stations],
            [orjson.dumps(one.pages).decode() for one in stations],
        )

    async def add(self, changes: Mapping[Key, Change]) -> None:
        """Add to the tallies, by form and region."""
        keys = [key for key, change in changes.items() if not change.is_nothing]
        rows = await self._connection.fetch(
            "SELECT form, region, t.sums FROM unnest($1::text[], $2::text[]) AS k (form, region)"
            " JOIN tally t USING (form, region)",
            *_columns(keys, 2),
        )
        sums = {
            (row["form"], row["region"]): added(
                orjson.loads(row["sums"]), changes[row["form"], row["region"]].sums
            )
            for row in rows
        }
        await self._connection.execute(
            "UPDATE tally t SET tps_in = t.tps_in + k.tps_in, pages_in = t.pages_in + k.pages_in,"
            " sums = k.sums::jsonb, changed_at = now()"
            " FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[])"
            "  AS k (form, region, tps_in, pages_in, sums)"
            " WHERE t.form = k.form AND t.region = k.region",
            *_columns(sums, 2),
            [changes[key].tps_in for key in sums],
            [changes[key].pages_in for key in sums],
            [orjson.dumps(value).decode() for value in sums.values()],
        )

    async def lay_out(self) -> bool:
        """Give every form and region its row, with its contest and how many TPS vote there.

        Whether all that was counted still counts as it did: False when the contests are others now, or a
        counted TPS belongs to other regions.
        """
        await self._connection.execute("DELETE FROM registration_change")
        contests = await self._connection.fetchval(CONTESTS)
        builtin = builtin_contest()
        await self._connection.execute(LAY_OUT, builtin.form, builtin.contest, SEVERAL, timeout=self._wait_s)
        moved = await self._connection.fetchval(
            "SELECT EXISTS (SELECT FROM public_station s JOIN tps t ON t.code = s.tps"
            f" WHERE s.regions IS DISTINCT FROM {REGIONS})",
            timeout=self._wait_s,
        )
        if contests != self.mark.contests:
            await self._connection.execute("DELETE FROM public_party")
            await self._connection.execute(PARTIES, sorted(BY_PARTY), timeout=self._wait_s)
            await self._connection.execute("UPDATE publication SET contests = $1", contests)
        return contests == self.mark.contests and not moved

    async def forget(self) -> None:
        """Take away all that was counted.

        Rows that a restored database brought from another cluster carry numbers of transactions that are
        still to come here; they are given 0, so that they are not taken for new when those come.
        """
        await self._connection.execute("DELETE FROM public_station", timeout=self._wait_s)
        await self._connection.execute("DELETE FROM tally", timeout=self._wait_s)
        if self.mark.moved:
            await self._connection.execute(
                "UPDATE page_revision SET written_by = '0'"
                " WHERE NOT pg_visible_in_snapshot(written_by, $1::text::pg_snapshot)",
                self.mark.snapshot,
                timeout=self._wait_s,
            )

    async def note(self, seen: str, as_of: datetime | None, revisions: int, recounts: int = 0) -> None:
        """Note how far this round has come."""
        await self._connection.execute(
            "UPDATE publication SET seen = $1::text::pg_snapshot, as_of = $2, revisions = revisions + $3,"
            " recounts = recounts + $4, cluster = (SELECT system_identifier::text FROM pg_control_system())",
            seen,
            as_of,
            revisions,
            recounts,
        )


class Tallies:
    """Opens rounds."""

    def __init__(self, database: Database, rounds: type[Round] = Round) -> None:
        self._database = database
        self._rounds = rounds
        self._contests: dict[str, Contest] = {}

    @contextlib.asynccontextmanager
    async def round(self, wait_s: float) -> AsyncIterator[Round | None]:
        """A round whose statements take at most `wait_s` each; None while another publisher has one.

        Raises:
            asyncpg.SerializationError: another publisher was faster; nothing has happened.
        """
        async with self._database.transaction(wait_s) as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            # a publisher that stands still in the middle must not keep the others out
            await connection.execute(
                f"SET LOCAL idle_in_transaction_session_timeout = {int(IDLE_LIMIT_S * 1000)}"
            )
            if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
                yield None
                return
            row = await connection.fetchrow(
                "SELECT seen::text, as_of, contests, pg_current_snapshot()::text AS snapshot,"
                " now() AS began_at, EXISTS (SELECT FROM registration_change) AS registered,"
                " cluster <> (SELECT system_identifier::text FROM pg_control_system()) AS moved"
                " FROM publication FOR UPDATE"
            )
            mark = Mark(**{**row, "moved": bool(row["moved"])})
            yield self._rounds(connection, mark, self._contests, wait_s)


IDLE_LIMIT_S = 10.0
STATIONS_AT_ONCE = 2000  # pages of a recount that are in memory at once, about

COLUMNS = "tps, form, page, revision, sha256, stored_at, numbers"

UNSEEN = (
    "written_by >= pg_snapshot_xmin($1::text::pg_snapshot)"
    " AND NOT pg_visible_in_snapshot(written_by, $1::text::pg_snapshot)"
)

REGIONS = "array_remove(ARRAY[t.kel_desa, t.kecamatan, t.kab_kota, t.provinsi, '0'], NULL)"

CONTESTS = "SELECT md5(coalesce(string_agg(contest || stamp, ' ' ORDER BY contest), '')) FROM contest"

PARTIES = (
    "INSERT INTO public_party (form, number, name)"
    " SELECT DISTINCT ON (form, number) form, (one->>'number')::int AS number, one->>'name'"
    " FROM contest, jsonb_array_elements(contestants) AS one WHERE form = ANY ($1::text[])"
    " ORDER BY form, number, contest"
)

LAY_OUT = """
WITH village AS (
    SELECT kel_desa, kecamatan, kab_kota, provinsi, left(code, 10) AS digits, count(*) AS stations
    FROM tps GROUP BY 1, 2, 3, 4, 5
), voting AS (
    SELECT DISTINCT ON (v.digits, v.kel_desa, v.kecamatan, v.kab_kota, v.provinsi, a.form)
        v.*, a.form, a.contest
    FROM village v JOIN contest_area a
        ON a.area IN ('', left(v.digits, 2), left(v.digits, 4), left(v.digits, 6), v.digits)
    ORDER BY v.digits, v.kel_desa, v.kecamatan, v.kab_kota, v.provinsi, a.form, length(a.area) DESC
), every AS (
    SELECT * FROM voting
    UNION ALL SELECT v.*, $1, $2 FROM village v WHERE NOT EXISTS (SELECT FROM contest)
)
INSERT INTO tally (form, region, contest, tps_total)
SELECT form, region, CASE WHEN min(contest) = max(contest) THEN min(contest) ELSE $3 END, sum(stations)
FROM every, unnest(ARRAY[kel_desa, kecamatan, kab_kota, provinsi, '0']) AS region
WHERE region IS NOT NULL GROUP BY form, region
ON CONFLICT (form, region) DO UPDATE SET contest = EXCLUDED.contest, tps_total = EXCLUDED.tps_total
WHERE (tally.contest, tally.tps_total) IS DISTINCT FROM (EXCLUDED.contest, EXCLUDED.tps_total)
"""


def _columns(keys: Iterable[Key], width: int) -> list[list[str]]:
    """Keys as one list a column, as `unnest` takes them."""
    return [list(column) for column in zip(*keys, strict=True)] or [[] for _ in range(width)]


def _page(revision: Revision) -> tuple[str, str, str]:
    return revision.tps, revision.form, revision.page


def _revision(row: Any) -> Revision:
    content = {
        "revision": row["revision"],
        "sha256": row["sha256"],
        "stored_at": row["stored_at"].isoformat(),
        "numbers": orjson.loads(row["numbers"]),
    }
    return Revision(row["tps"], row["form"], str(row["page"]), row["revision"], content)


def _station(row: Any) -> Station:
    parsed = {"votes": orjson.loads(row["votes"]), "pages": orjson.loads(row["pages"])}
    return Station(**{**row, **parsed, "regions": tuple(row["regions"])})
