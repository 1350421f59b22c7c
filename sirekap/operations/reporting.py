"""Copies how the gates of this process stand into its metrics once a second: no request pays for that."""

import asyncio

from sirekap.database.access import Database
from sirekap.operations.measures import Measures
from sirekap.overload.door import Door
from sirekap.overload.shares import Shares
from sirekap.overload.work import Work

EVERY_S = 1.0


async def keep_reporting(measures: Measures, shares: Shares, door: Door, database: Database) -> None:
    """Report until cancelled."""
    while True:
        for work, gate in shares.gates.items():
            measures.standing("admission_inside", gate.inside, work)
            measures.standing("admission_working", gate.working, work)
            measures.refused_so_far(work, gate.refused + (door.refused if work is Work.PORTAL else 0))
        measures.standing("connections", door.open)
        measures.standing("database_connections", database.in_use)
        measures.late(shares.lateness.seconds)
        await asyncio.sleep(EVERY_S)
