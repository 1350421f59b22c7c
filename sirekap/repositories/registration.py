"""Registration by KPU: regions, TPS, accounts, contests and layouts, as one idempotent upsert."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sirekap.database.access import Database
from sirekap.forms.contests import Contest, contestants_json
from sirekap.repositories.contests import area_rows
from sirekap.security.nesting import NotNestingError
from sirekap.security.roles import NATION

REGISTRATION_WAIT_S = 300.0  # the whole nation in one statement each

# what another registration of an account leaves as it is
_KEPT = (
    "activation_code_hmac = CASE WHEN account.activated_at IS NULL AND account.resets = 0"
    " THEN EXCLUDED.activation_code_hmac ELSE account.activation_code_hmac END,"
    " initialised_at = CASE WHEN account.region = EXCLUDED.region THEN account.initialised_at END"
)

LEVELS = ("provinsi", "kab_kota", "kecamatan", "kel_desa")


@dataclass(frozen=True)
class Region:
    """One region; `parent` is the code of the region above."""

    code: str
    level: str
    name: str
    parent: str | None


@dataclass(frozen=True)
class Station:
    """One TPS with its DPT (registered voters, men and women)."""

    code: str
    number: int
    kecamatan: str
    kel_desa: str
    dpt_l: int
    dpt_p: int


@dataclass(frozen=True)
class Operator:
    """One account of a KPPS operator; the activation code only as its HMAC."""

    account: str
    tps: str
    operator: int
    activation_code_hmac: bytes


@dataclass(frozen=True)
class StaffMember:
    """One account above the TPS, confined to `region`."""

    account: str
    role: str
    region: str
    activation_code_hmac: bytes


@dataclass(frozen=True)
class RegisteredLayout:
    """A layout as it was given, under its digest."""

    digest: str
    form: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Registry:
    """All that one registration gives; each entry once."""

    regions: Sequence[Region] = ()
    stations: Sequence[Station] = ()
    operators: Sequence[Operator] = ()
    staff: Sequence[StaffMember] = ()
    layouts: Sequence[RegisteredLayout] = ()
    contests: Sequence[Contest] = ()


class CountedContestError(ValueError):
    """A contest of which pages are stored was registered with other sheets."""


class Registration:
    """Writes what KPU registers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, registry: Registry) -> None:
        """Insert or update all, in one transaction.

        An activated account keeps its password. A registered activation code counts until the account is
        activated or reset: from then on codes come from the help desk, and an old one stays void. An account
        that moves elsewhere must initialise anew.

        Raises:
            NotNestingError: a staff account stands at a region that is not registered.
            CountedContestError: other sheets for a contest of which pages are stored.
            asyncpg.IntegrityConstraintViolationError: a TPS names an unknown region, an account an unknown
                TPS, a contest an unknown layout, or two contests of a form the same area.
        """
        async with self._database.transaction(REGISTRATION_WAIT_S) as connection:
            await _put_regions(connection, registry.regions)
            await _put_stations(connection, registry.stations)
            await _put_operators(connection, registry.operators)
            await _put_staff(connection, registry.staff)
            await _put_layouts(connection, registry.layouts)
            await _put_contests(connection, registry.contests)


async def _put_regions(connection: Any, regions: Sequence[Region]) -> None:
    if not regions:
        return
    await connection.execute(
        "INSERT INTO region (code, level, name, parent)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])"
        " ON CONFLICT (code) DO UPDATE"
        " SET level = EXCLUDED.level, name = EXCLUDED.name, parent = EXCLUDED.parent",
        [r.code for r in regions],
        [r.level for r in regions],
        [r.name for r in regions],
        [r.parent for r in regions],
        timeout=REGISTRATION_WAIT_S,
    )


async def _put_stations(connection: Any, stations: Sequence[Station]) -> None:
    await connection.execute(
        "INSERT INTO tps (code, number, kecamatan, kel_desa, dpt_l, dpt_p)"
        " SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::int[], $6::int[])"
        " ON CONFLICT (code) DO UPDATE SET number = EXCLUDED.number, kecamatan = EXCLUDED.kecamatan,"
        " kel_desa = EXCLUDED.kel_desa, dpt_l = EXCLUDED.dpt_l, dpt_p = EXCLUDED.dpt_p",
        [t.code for t in stations],
        [t.number for t in stations],
        [t.kecamatan for t in stations],
        [t.kel_desa for t in stations],
        [t.dpt_l for t in stations],
        [t.dpt_p for t in stations],
        timeout=REGISTRATION_WAIT_S,
    )
    await connection.execute(
        "UPDATE tps SET kab_kota = kab.code, provinsi = prov.code"
        " FROM region kec"
        " LEFT JOIN region kab ON kab.code = kec.parent AND kab.level = 'kab_kota'"
        " LEFT JOIN region prov ON prov.code = kab.parent AND prov.level = 'provinsi'"
        " WHERE kec.code = tps.kecamatan"
        " AND (tps.kab_kota, tps.provinsi) IS DISTINCT FROM (kab.code, prov.code)",
        timeout=REGISTRATION_WAIT_S,
    )


async def _put_operators(connection: Any, operators: Sequence[Operator]) -> None:
    await connection.execute(
        "INSERT INTO account (account, tps, region, operator, activation_code_hmac)"
        " SELECT account, tps, tps, operator, code"
        " FROM unnest($1::text[], $2::text[], $3::smallint[], $4::bytea[])"
        "  AS given (account, tps, operator, code)"
        " ON CONFLICT (account) DO UPDATE SET role = EXCLUDED.role, tps = EXCLUDED.tps,"
        f" region = EXCLUDED.region, operator = EXCLUDED.operator, {_KEPT}",
        [a.account for a in operators],
        [a.tps for a in operators],
        [a.operator for a in operators],
        [a.activation_code_hmac for a in operators],
        timeout=REGISTRATION_WAIT_S,
    )


async def _put_staff(connection: Any, staff: Sequence[StaffMember]) -> None:
    lost = await connection.fetchrow(
        "SELECT account, region FROM unnest($1::text[], $2::text[]) AS given (account, region)"
        " WHERE region <> $3 AND NOT EXISTS (SELECT 1 FROM region WHERE region.code = given.region) LIMIT 1",
        [a.account for a in staff],
        [a.region for a in staff],
        NATION,
    )
    if lost is not None:
        raise NotNestingError(f"staff {lost['account']}: register region {lost['region']} before its staff")
    await connection.execute(
        "INSERT INTO account (account, role, region, activation_code_hmac)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[])"
        " ON CONFLICT (account) DO UPDATE SET role = EXCLUDED.role, tps = NULL, region = EXCLUDED.region,"
        f" operator = NULL, {_KEPT}",
        [a.account for a in staff],
        [a.role for a in staff],
        [a.region for a in staff],
        [a.activation_code_hmac for a in staff],
        timeout=REGISTRATION_WAIT_S,
    )


async def _put_layouts(connection: Any, layouts: Sequence[RegisteredLayout]) -> None:
    await connection.execute(
        "INSERT INTO layout (digest, form, content)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[]) ON CONFLICT (digest) DO NOTHING",
        [one.digest for one in layouts],
        [one.form for one in layouts],
        [json.dumps(one.content) for one in layouts],
        timeout=REGISTRATION_WAIT_S,
    )


async def _put_contests(connection: Any, contests: Sequence[Contest]) -> None:
    """Contests whose areas replace those they had before.

    One that is being counted keeps its sheets: numbers that are stored must stay those of its form.
    """
    counted = await connection.fetchval(
        "SELECT c.contest FROM contest c"
        " JOIN unnest($1::text[], $2::text[]) AS given (contest, layout) USING (contest)"
        " WHERE c.layout <> given.layout AND EXISTS (SELECT FROM contest_area a JOIN page_revision p"
        "  ON p.form = a.form AND p.tps LIKE a.area || '%' WHERE a.contest = c.contest)",
        [one.contest for one in contests],
        [one.layout_digest for one in contests],
        timeout=REGISTRATION_WAIT_S,
    )
    if counted is not None:
        raise CountedContestError(
            f"contest {counted}: pages were stored with its layout; it must keep it, names may still change"
        )
    await connection.execute(
        "DELETE FROM contest_area WHERE contest = ANY ($1::text[])",
        [one.contest for one in contests],
        timeout=REGISTRATION_WAIT_S,
    )
    for one in contests:
        await connection.execute(
            "INSERT INTO contest (contest, form, title, areas, layout, contestants, stamp)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)"
            " ON CONFLICT (contest) DO UPDATE SET form = EXCLUDED.form, title = EXCLUDED.title,"
            " areas = EXCLUDED.areas, layout = EXCLUDED.layout, contestants = EXCLUDED.contestants,"
            " stamp = EXCLUDED.stamp",
            one.contest,
            one.form,
            one.title,
            list(one.areas),
            one.layout_digest,
            json.dumps(contestants_json(one)),
            one.stamp,
        )
    rows = [row for one in contests for row in area_rows(one)]
    await connection.execute(
        "INSERT INTO contest_area (form, area, contest)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::text[])",
        [form for form, _, _ in rows],
        [area for _, area, _ in rows],
        [contest for _, _, contest in rows],
        timeout=REGISTRATION_WAIT_S,
    )
