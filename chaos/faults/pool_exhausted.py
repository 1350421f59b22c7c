"""All of the database's connections are taken: idle in transaction, by somebody who forgot to commit.

A leaking report, a crashed migration, one service too many on the same server. What the stack has in hand
goes on; what it leaves idle it loses, and every new connection is refused at once.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

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


class PoolExhaustedSettings(Settings):
    """`leave`: connections, of all that the stack has together, that it may keep."""

    leave: Annotated[int, Field(ge=0)] = 2


@register("pool_exhausted")
class PoolExhausted(Fault):
    """Takes every connection of PostgreSQL but a few."""

    settings = PoolExhaustedSettings
    deadline_s = 15.0
    felt_within_s = 15.0
    tries = frozenset({"lost", "duplicated", "false_refusal", "untruthful"})
    excludes = OF_COMPONENTS | {"power_cut", "disk_read_only"}

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """The database."""
        return {name: (name,) for name in ground.components if name == "postgres"}

    def availability(self, site: Site) -> Availability:
        """Needs the driver, and a stack.json that says where the database is."""
        return database_availability(site)

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """The name under which connections will be held."""
        read_database(site)
        name = holder_name(site, self.name)
        return [{"key": f"connections:{name}", "holder": name, "leave": settings.leave}]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """A small process takes them."""
        holder = [hold_sessions(site, item["holder"], "connections", str(item["leave"])) for item in items]
        return {"holder_pids": [one.pid for one in holder]}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """A new connection is refused because there are too many."""
        import asyncpg

        async def nothing(connection: Any) -> None:
            return None

        try:
            ask(read_database(site), nothing)
        except asyncpg.TooManyConnectionsError as error:
            return Proof(True, str(error))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            return Proof(False, f"the database does not answer at all: {error!r}")
        return Proof(False, "the database still grants a new connection")

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Ends the process, and the sessions it may have left."""
        for item in items:
            let_go(site, item["holder"], budget_s)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """A new connection is granted, and finds none of ours."""
        for item in items:
            proof = sessions_left(site, item["holder"])
            if not proof.holds:
                return proof
        return Proof(True)

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """Without the database there are no connections."""
        return moot_without_holder(site, holder_name(site, self.name), stack_goes_down)
