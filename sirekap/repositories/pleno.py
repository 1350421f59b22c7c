"""Tables of the recap: what is open, what is stored and decided of each TPS, and the acts, append-only.

Locks: whoever writes what a D.Hasil is made of holds `pleno_lock` of its region and form shared, whoever
finalises or reopens holds it alone (migration 0009 says the same for pages). Locks are taken from the bottom
up, in the order of codes within a level, so that no two can wait for each other.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from sirekap.database.access import Database
from sirekap.pleno.decisions import ChangedMeanwhileError
from sirekap.pleno.levels import all_above
from sirekap.pleno.standing import Decided, Decision, Numbers, Station, StoredPage
from sirekap.repositories.ledger import PlenoFinalError
from sirekap.security.roles import NATION, NATION_NAME

PLENO_WAIT_S = 30.0  # for a lock that others hold, and for the largest kecamatan


class NotFinalError(Exception):
    """There is no final D.Hasil to reopen."""


class ActKeyReusedError(Exception):
    """The idempotency key belongs to another act or decision."""


@dataclass(frozen=True)
class Place:
    """A region that may hold a pleno."""

    code: str
    level: str
    name: str


@dataclass(frozen=True)
class Opened:
    """An open pleno."""

    region: str
    level: str
    account: str
    opened_at: datetime


@dataclass(frozen=True)
class FormState:
    """How a form stands in a region: `version` counts its D.Hasil."""

    version: int = 0
    state: str = "open"


@dataclass(frozen=True)
class LowerState:
    """How a form stands in one region of the level below."""

    code: str
    name: str
    version: int
    state: str


@dataclass(frozen=True)
class PhotoReading:
    """What the machine made of a photo."""

    needs_look: bool
    flags: Sequence[str]
    disagreements: Sequence[Mapping[str, Any]]  # "field", "sent", "read", "confidence"
    trouble: str | None  # why it could not be read
    numbers: Mapping[str, int | None]


@dataclass(frozen=True)
class FormCount:
    """How many TPS of a kecamatan stand how, for one form."""

    form: str
    stored: int  # at least one page
    decided: Mapping[str, int]  # by the decision's word; only decisions that hold
    late: int  # pages that came after the D.Hasil


class Plenos:
    """Reads and writes the pleno."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # regions

    async def place(self, code: str) -> Place | None:
        """A registered region, or the nation."""
        if code == NATION:
            return Place(NATION, "nasional", NATION_NAME)
        row = await self._database.fetchrow("SELECT code, level, name FROM region WHERE code = $1", code)
        return Place(**row) if row else None

    async def above(self, code: str) -> list[Place]:
        """The regions above, nearest first."""
        rows = await self._database.fetch(
            "SELECT code, level, name FROM region WHERE code = ANY ($1::text[])", list(all_above(code))
        )
        known = {row["code"]: Place(**row) for row in rows}
        nation = Place(NATION, "nasional", NATION_NAME)
        return [known.get(upper, nation) for upper in all_above(code) if upper in known or upper == NATION]

    async def stations(self, kecamatan: str, tps: str | None = None) -> list[Station]:
        """The TPS of a kecamatan, or one of them, in the order of codes."""
        rows = await self._database.fetch(
            "SELECT t.code, t.number, t.kel_desa, r.name AS kel_desa_name"
            " FROM tps t JOIN region r ON r.code = t.kel_desa"
            f" WHERE t.kecamatan = $1 AND {_chosen(tps, '$2')} ORDER BY t.code",
            kecamatan,
            tps,
        )
        return [Station(**row) for row in rows]

    # opening

    async def open(self, region: str, level: str, account: str) -> Opened:
        """Open a pleno; opening it again changes nothing."""
        async with self._database.transaction(PLENO_WAIT_S) as connection:
            made = await connection.fetchrow(
                "INSERT INTO pleno (region, level, account) VALUES ($1, $2, $3)"
                " ON CONFLICT (region) DO NOTHING RETURNING region, level, account, opened_at",
                region,
                level,
                account,
            )
            if made:
                await connection.execute(
                    "INSERT INTO pleno_act (region, act, account) VALUES ($1, 'open', $2)", region, account
                )
                return Opened(**made)
        opened = await self.opened(region)
        assert opened is not None
        return opened

    async def opened(self, region: str) -> Opened | None:
        """The open pleno of a region."""
        row = await self._database.fetchrow(
            "SELECT region, level, account, opened_at FROM pleno WHERE region = $1", region
        )
        return Opened(**row) if row else None

    async def form_states(self, region: str) -> dict[str, FormState]:
        """How the forms stand that were finalised at least once."""
        rows = await self._database.fetch(
            "SELECT form, version, state FROM pleno_form WHERE region = $1", region
        )
        return {row["form"]: FormState(row["version"], row["state"]) for row in rows}

    async def form_state(self, region: str, form: str) -> FormState:
        """How one form stands."""
        return (await self.form_states(region)).get(form, FormState())

    # what a kecamatan looks at

    async def counts(self, kecamatan: str) -> dict[str, FormCount]:
        """How the TPS of a kecamatan stand, in one statement."""
        rows = await self._database.fetch(
            "WITH pages AS ("
            "  SELECT p.tps, p.form, p.page, max(p.revision) AS revision,"
            "   count(*) FILTER (WHERE p.after_final) AS late"
            "  FROM page_revision p JOIN tps t ON t.code = p.tps WHERE t.kecamatan = $1 GROUP BY 1, 2, 3),"
            " stored AS ("
            "  SELECT tps, form, jsonb_object_agg(page::text, revision) AS basis, sum(late) AS late"
            "  FROM pages GROUP BY tps, form),"
            " decided AS ("
            "  SELECT DISTINCT ON (form, tps) form, tps, decision, basis FROM pleno_decision"
            "  WHERE region = $1 ORDER BY form, tps, id DESC)"
            " SELECT form, count(s.basis) AS stored, coalesce(sum(s.late), 0)::int AS late,"
            "  count(*) FILTER (WHERE d.decision = 'sesuai') AS sesuai,"
            "  count(*) FILTER (WHERE d.decision = 'dikoreksi') AS dikoreksi,"
            "  count(*) FILTER (WHERE d.decision = 'entri') AS entri"
            " FROM stored s FULL JOIN (SELECT d.form, d.tps, d.decision FROM decided d LEFT JOIN stored n"
            "   ON n.tps = d.tps AND n.form = d.form WHERE d.basis = coalesce(n.basis, '{}')) d"
            " USING (tps, form) GROUP BY form",
            kecamatan,
        )
        return {
            row["form"]: FormCount(
                row["form"],
                row["stored"],
                {str(word): row[str(word)] for word in Decided},
                row["late"],
            )
            for row in rows
        }

    async def pages(self, kecamatan: str, form: str, tps: str | None = None) -> list[StoredPage]:
        """Current revisions of a form's pages in a kecamatan, or of one TPS in it."""
        async with self._database.transaction(PLENO_WAIT_S) as connection:
            rows = await connection.fetch(
                "SELECT c.tps, c.page, c.revision, c.key, c.numbers, c.sha256, c.stored_at,"
                "  f.numbers AS first, coalesce(f.after_final, c.after_final) AS after_final"
                " FROM (SELECT DISTINCT ON (p.tps, p.page) p.*"
                "  FROM page_revision p JOIN tps t ON t.code = p.tps"
                f"  WHERE t.kecamatan = $1 AND p.form = $2 AND {_chosen(tps, '$3')}"
                "  ORDER BY p.tps, p.page, p.revision DESC) c"
                " LEFT JOIN page_revision f ON c.revision > 1 AND f.tps = c.tps AND f.form = c.form"
                "  AND f.page = c.page AND f.revision = 1",
                kecamatan,
                form,
                tps,
                timeout=PLENO_WAIT_S,
            )
        return [_stored_page(row) for row in rows]

    async def readings(
        self, kecamatan: str, form: str, tps: str | None = None
    ) -> dict[tuple[str, int], PhotoReading]:
        """What the machine read of the photos, by TPS and page; the numbers only for a single TPS."""
        rows = await self._database.fetch(
            "SELECT DISTINCT ON (r.tps, r.page) r.tps, r.page, r.flags, r.disagreements, r.trouble,"
            "  r.needs_look, CASE WHEN $3::text IS NOT NULL THEN r.content->'numbers' END AS numbers"
            " FROM reading r JOIN tps t ON t.code = r.tps"
            f" WHERE t.kecamatan = $1 AND r.form = $2 AND {_chosen(tps, '$3')}"
            " ORDER BY r.tps, r.page, r.revision_id DESC",
            kecamatan,
            form,
            tps,
        )
        return {
            (row["tps"], row["page"]): PhotoReading(
                row["needs_look"],
                tuple(row["flags"]),
                json.loads(row["disagreements"]),
                row["trouble"],
                json.loads(row["numbers"]) if row["numbers"] else {},
            )
            for row in rows
        }

    async def decisions(self, region: str, form: str, tps: str | None = None) -> dict[str, Decision]:
        """The last decision on each TPS, whether it still holds or not."""
        rows = await self._database.fetch(
            f"SELECT DISTINCT ON (tps) {DECISION} FROM pleno_decision t"
            f" WHERE region = $1 AND form = $2 AND {_chosen(tps, '$3', 'tps')} ORDER BY tps, id DESC",
            region,
            form,
            tps,
        )
        return {row["tps"]: _decision(row) for row in rows}

    async def history(self, region: str, form: str, tps: str) -> list[Decision]:
        """Every decision on one TPS, oldest first."""
        rows = await self._database.fetch(
            f"SELECT {DECISION} FROM pleno_decision WHERE region = $1 AND form = $2 AND tps = $3 ORDER BY id",
            region,
            form,
            tps,
        )
        return [_decision(row) for row in rows]

    async def decision_under(self, key: str) -> Decision | None:
        """The decision stored under an idempotency key."""
        row = await self._database.fetchrow(f"SELECT {DECISION} FROM pleno_decision WHERE key = $1", key)
        return _decision(row) if row else None

    async def decide(self, region: str, decision: Decision) -> Decision:
        """Store a decision, unless the form is final or the pages are no longer those it was taken on.

        Raises:
            PlenoFinalError, ChangedMeanwhileError, ActKeyReusedError.
        """
        async with self._database.transaction(PLENO_WAIT_S) as connection:
            await connection.execute(
                "SELECT pg_advisory_xact_lock_shared(pleno_lock($1, $2))",
                region,
                decision.form,
                timeout=PLENO_WAIT_S,
            )
            if await _is_final(connection, region, decision.form):
                raise PlenoFinalError
            rows = await connection.fetch(
                "SELECT page, max(revision) AS revision FROM page_revision"
                " WHERE tps = $1 AND form = $2 GROUP BY page",
                decision.tps,
                decision.form,
            )
            present = {row["page"]: row["revision"] for row in rows}
            if present != dict(decision.basis):
                raise ChangedMeanwhileError(present)
            row = await connection.fetchrow(
                "INSERT INTO pleno_decision (region, tps, form, decision, basis, entries, changes,"
                " violations, reason, request, key, account)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
                f" ON CONFLICT (key) DO NOTHING RETURNING {DECISION}",
                region,
                decision.tps,
                decision.form,
                str(decision.decision),
                json.dumps(decision.basis),
                json.dumps(decision.entries),
                json.dumps(decision.changes),
                json.dumps(list(decision.violations)),
                decision.reason,
                decision.request,
                decision.key,
                decision.account,
            )
        if row is None:
            raise ActKeyReusedError
        return _decision(row)

    # what the levels above look at

    async def lowers(self, region: str, level_below: str, form: str) -> list[LowerState]:
        """The regions below that vote with this form, and how they stand.

        One votes with it when it has a TPS and some contest's area meets it; before any contest is registered
        everybody votes with PPWP.
        """
        rows = await self._database.fetch(
            "SELECT r.code, r.name, coalesce(f.version, 0) AS version, coalesce(f.state, 'open') AS state"
            " FROM region r LEFT JOIN pleno_form f ON f.region = r.code AND f.form = $3"
            " WHERE r.level = $2 AND ($1 = '0' OR r.parent = $1)"
            # the level is one of three words by pleno/levels.py, and each is a column of tps
            f" AND EXISTS (SELECT FROM tps t WHERE t.{level_below} = r.code)"
            " AND (EXISTS (SELECT FROM contest_area a WHERE a.form = $3"
            "   AND (starts_with(replace(r.code, '.', ''), a.area)"
            "    OR starts_with(a.area, replace(r.code, '.', ''))))"
            "  OR $3 = 'ppwp' AND NOT EXISTS (SELECT FROM contest_area))"
            " ORDER BY r.code",
            region,
            level_below,
            form,
        )
        return [LowerState(**row) for row in rows]

    async def final_counts(self, region: str) -> list[dict[str, Any]]:
        """How many regions below have a final D.Hasil, by form and level: the pace of the recap."""
        rows = await self._database.fetch(
            "SELECT f.form, p.level, count(*) AS final FROM pleno_form f JOIN pleno p USING (region)"
            " WHERE f.state = 'final' AND p.region <> $1"
            " AND ($1 = '0' OR starts_with(replace(p.region, '.', ''), replace($1, '.', '')))"
            " GROUP BY f.form, p.level ORDER BY f.form, p.level",
            region,
        )
        return [dict(row) for row in rows]

    # reopening

    async def reopen(self, region: str, form: str, reason: str, key: str, account: str) -> bool:
        """Reopen a final form; every final D.Hasil above becomes stale. False when the key did so before.

        Raises:
            NotFinalError, ActKeyReusedError.
        """
        uppers = list(all_above(region))
        async with self._database.transaction(PLENO_WAIT_S) as connection:
            for code in (region, *uppers):
                await connection.execute(
                    "SELECT pg_advisory_xact_lock(pleno_lock($1, $2))", code, form, timeout=PLENO_WAIT_S
                )
            earlier = await connection.fetchrow("SELECT region, form FROM pleno_act WHERE key = $1", key)
            if earlier:
                if (earlier["region"], earlier["form"]) != (region, form):
                    raise ActKeyReusedError
                return False
            version = await connection.fetchval(
                "UPDATE pleno_form SET state = 'open' WHERE region = $1 AND form = $2 AND state = 'final'"
                " RETURNING version",
                region,
                form,
            )
            if version is None:
                raise NotFinalError
            await connection.execute(
                "INSERT INTO pleno_act (region, form, version, act, reason, key, account)"
                " VALUES ($1, $2, $3, 'reopen', $4, $5, $6)",
                region,
                form,
                version,
                reason,
                key,
                account,
            )
            await connection.execute(
                "WITH marked AS (UPDATE pleno_form SET state = 'stale'"
                "  WHERE region = ANY ($1::text[]) AND form = $2 AND state = 'final'"
                "  RETURNING region, form, version)"
                " INSERT INTO pleno_act (region, form, version, act, reason, account)"
                " SELECT region, form, version, 'stale', $3, $4 FROM marked",
                uppers,
                form,
                f"{region} dibuka kembali: {reason}",
                account,
            )
        return True

    async def log(self, after: int, limit: int) -> Sequence[dict[str, Any]]:
        """Acts, decisions and results as one list, in the order in which they were numbered."""
        rows = await self._database.fetch(
            "SELECT id, body FROM ("
            " (SELECT id, to_jsonb(a) AS body FROM pleno_act a WHERE id > $1 ORDER BY id LIMIT $2)"
            " UNION ALL (SELECT id, to_jsonb(d) - 'request' || '{\"act\": \"decide\"}' FROM pleno_decision d"
            "  WHERE id > $1 ORDER BY id LIMIT $2)"
            " UNION ALL (SELECT id, to_jsonb(h) - 'content' || '{\"act\": \"finalise\"}' FROM d_hasil h"
            "  WHERE id > $1 ORDER BY id LIMIT $2)) log ORDER BY id LIMIT $2",
            after,
            limit,
        )
        return [json.loads(row["body"]) for row in rows]


DECISION = "id, tps, form, decision, basis, entries, changes, violations, reason, request, key, account, at"


def _chosen(tps: str | None, parameter: str, column: str = "code") -> str:
    """One TPS or all, said so that the plan for one does not read all."""
    return f"{parameter}::text IS NULL" if tps is None else f"t.{column} = {parameter}"


def _stored_page(row: Any) -> StoredPage:
    numbers = orjson.loads(row["numbers"])
    first = orjson.loads(row["first"]) if row["first"] else numbers
    return StoredPage(**{**row, "numbers": numbers, "first": first})


async def _is_final(connection: Any, region: str, form: str) -> bool:
    return bool(
        await connection.fetchval(
            "SELECT true FROM pleno_form WHERE region = $1 AND form = $2 AND state = 'final'", region, form
        )
    )


def _decision(row: Any) -> Decision:
    entries: dict[str, Numbers] = json.loads(row["entries"])
    changes: dict[str, list[int]] = json.loads(row["changes"])
    return Decision(
        tps=row["tps"],
        form=row["form"],
        decision=Decided(row["decision"]),
        basis={int(page): revision for page, revision in json.loads(row["basis"]).items()},
        entries={int(page): numbers for page, numbers in entries.items()},
        changes={name: (before, after) for name, (before, after) in changes.items()},
        violations=tuple(json.loads(row["violations"])),
        reason=row["reason"],
        key=row["key"],
        account=row["account"],
        request=row["request"],
        id=row["id"],
        at=row["at"],
    )
