"""Registration by KPU: regions, polling stations and accounts, as one idempotent upsert."""

from collections.abc import Sequence
from dataclasses import dataclass

from sirekap.database.access import Database

REGISTRATION_WAIT_S = 300.0  # the whole nation in one statement each

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


class Registration:
    """Writes what KPU registers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(
        self, regions: Sequence[Region], stations: Sequence[Station], operators: Sequence[Operator]
    ) -> None:
        """Insert or update all, in one transaction. An activated account keeps its password.

        Raises:
            asyncpg.ForeignKeyViolationError: a TPS names an unknown region or an account an unknown TPS.
        """
        async with self._database.transaction(REGISTRATION_WAIT_S) as connection:
            wait = {"timeout": REGISTRATION_WAIT_S}
            await connection.execute(
                "INSERT INTO region (code, level, name, parent)"
                " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])"
                " ON CONFLICT (code) DO UPDATE"
                " SET level = EXCLUDED.level, name = EXCLUDED.name, parent = EXCLUDED.parent",
                [r.code for r in regions],
                [r.level for r in regions],
                [r.name for r in regions],
                [r.parent for r in regions],
                **wait,
            )
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
                **wait,
            )
            await connection.execute(
                "UPDATE tps SET kab_kota = kab.code, provinsi = prov.code"
                " FROM region kec"
                " LEFT JOIN region kab ON kab.code = kec.parent AND kab.level = 'kab_kota'"
                " LEFT JOIN region prov ON prov.code = kab.parent AND prov.level = 'provinsi'"
                " WHERE kec.code = tps.kecamatan"
                " AND (tps.kab_kota, tps.provinsi) IS DISTINCT FROM (kab.code, prov.code)",
                **wait,
            )
            await connection.execute(
                "INSERT INTO account (account, tps, region, operator, activation_code_hmac)"
                " SELECT account, tps, tps, operator, code"
                " FROM unnest($1::text[], $2::text[], $3::smallint[], $4::bytea[])"
                "  AS given (account, tps, operator, code)"
                " ON CONFLICT (account) DO UPDATE SET tps = EXCLUDED.tps, region = EXCLUDED.region,"
                " operator = EXCLUDED.operator,"
                " activation_code_hmac = EXCLUDED.activation_code_hmac",
                [a.account for a in operators],
                [a.tps for a in operators],
                [a.operator for a in operators],
                [a.activation_code_hmac for a in operators],
                **wait,
            )
