"""Somebody holds a lock on the table of the pages: writes wait, and with the strongest lock reads do too.

A change of the schema at the wrong hour, a backup that locks, a session left open by a person.
"""

from collections.abc import Mapping
from typing import Any, Literal

from chaos.components import OF_COMPONENTS
from chaos.database import (
    ask,
    database_availability,
    hold_sessions,
    holder_name,
    let_go,
    moot_without_holder,
    read_database,
    sessions_left,
)
from chaos.fault import Availability, Fault, Ground, Item, Proof, Settings, register
from chaos.site import Site

_WAIT_MS = 300
_HEALED_WAIT_MS = 1_000


class LockHeldSettings(Settings):
    """`keeps_out`: "writes", or "everything", reads too."""

    keeps_out: Literal["writes", "everything"] = "writes"


@register("lock_held")
class LockHeld(Fault):
    """Locks the table that every page is inserted into."""

    settings = LockHeldSettings
    deadline_s = 15.0
    felt_within_s = 15.0
    tries = frozenset({"lost", "duplicated", "false_refusal", "unbounded"})
    excludes = OF_COMPONENTS | {"power_cut", "disk_read_only"}

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """The database."""
        return {name: (name,) for name in ground.components if name == "postgres"}

    def availability(self, site: Site) -> Availability:
        """Needs the driver, and a stack.json that says where the database is."""
        return database_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """The name under which the lock will be held."""
        read_database(site)
        name = holder_name(site, self.name)
        return [{"key": f"lock:{name}", "holder": name, "keeps_out": settings.keeps_out}]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """A small process takes it, once whoever writes now is done."""
        holder = [hold_sessions(site, item["holder"], "lock", item["keeps_out"]) for item in items]
        return {"holder_pids": [one.pid for one in holder]}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """The lock that an insert needs is not had."""
        said = _insert_waits(site, _WAIT_MS)
        if said is None:
            return Proof(False, "an insert does not wait")
        return Proof(said == "", said or f"an insert waits for more than {_WAIT_MS} ms")

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Ends the process, and the session it may have left."""
        for item in items:
            let_go(site, item["holder"], budget_s)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """No session of ours is left, and an insert gets its lock."""
        for item in items:
            proof = sessions_left(site, item["holder"])
            if not proof.holds:
                return proof
        said = _insert_waits(site, _HEALED_WAIT_MS)
        return Proof(True) if said is None else Proof(False, said or "an insert still waits")

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """Without the database there is no lock."""
        return moot_without_holder(site, holder_name(site, self.name), stack_goes_down)


def _insert_waits(site: Site, wait_ms: int) -> str | None:
    """None when the lock of an insert is had within `wait_ms`, "" when not, else why it cannot be told."""
    import asyncpg

    database = read_database(site)
    table = database.pages.replace('"', '""')

    async def take(connection: Any) -> None:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL lock_timeout = {wait_ms}")
            await connection.execute(f'LOCK TABLE "{table}" IN ROW EXCLUSIVE MODE')

    try:
        ask(database, take)
    except asyncpg.LockNotAvailableError:
        return ""
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return f"the database does not answer: {error!r}"
    return None
