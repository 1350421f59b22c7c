"""Polling stations as their operators see them."""

from dataclasses import dataclass

from sirekap.database.access import Database


@dataclass(frozen=True)
class StationIdentity:
    """Identity of a TPS and its DPT."""

    code: str
    number: int
    provinsi: str | None
    kab_kota: str | None
    kecamatan: str
    kecamatan_name: str
    kel_desa: str
    kel_desa_name: str
    dpt_l: int
    dpt_p: int


class Stations:
    """Reads stations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, code: str) -> StationIdentity | None:
        """One TPS, or None."""
        row = await self._database.fetchrow(
            "SELECT t.code, t.number, t.provinsi, t.kab_kota, t.kecamatan, kec.name AS kecamatan_name,"
            " t.kel_desa, kel.name AS kel_desa_name, t.dpt_l, t.dpt_p"
            " FROM tps t JOIN region kec ON kec.code = t.kecamatan JOIN region kel ON kel.code = t.kel_desa"
            " WHERE t.code = $1",
            code,
        )
        return StationIdentity(**row) if row else None
