"""How officials got in: accounts of PPS, PPK and KPU, who came when all were told to, who was in and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from reports.rundir import RunDirectory
from reports.schema import STAFF


@dataclass(frozen=True, slots=True)
class Logins:
    """`accounts` by role. Of those told to log in: how many came, were in when the window closed, and in the
    end.

    `half_in_s` and `last_in_s` are moments of the run clock at which half of those who came, and the last of
    them who got in, were in; None for nobody.
    """

    accounts: Mapping[str, int]
    came: int
    in_window: int
    in_at_last: int
    opens_s: float | None
    closes_s: float | None
    half_in_s: float | None
    last_in_s: float | None

    def as_json(self, run: RunDirectory) -> dict[str, Any]:
        """Plain values, with local times beside the run clock."""

        def local(at_s: float | None) -> str | None:
            return None if at_s is None else run.info.local(at_s).isoformat(timespec="minutes")

        return {
            "accounts": dict(self.accounts),
            "came": self.came,
            "in_window": self.in_window,
            "in_at_last": self.in_at_last,
            "window": [local(self.opens_s), local(self.closes_s)],
            "half_in": local(self.half_in_s),
            "last_in": local(self.last_in_s),
        }


@lru_cache(maxsize=2)
def logins_of(run: RunDirectory) -> Logins | None:
    """None for a run without officials."""
    facts = staff_facts(run).get("officials")
    if not facts:
        return None
    told = facts.get("login")
    if told is None:
        return Logins(facts["accounts"], 0, 0, 0, None, None, None, None)
    history = run.history
    rows = np.flatnonzero(
        history.is_in("kind", "login") & history.is_in("outcome", "ok") & history.is_in("actor", *STAFF)
    )
    first: dict[str, float] = {}
    until_s = run.info.phase_at(told["opens_s"]).run_end_s
    for row in rows.tolist():
        ended_s = float(history.numpy("ended_s")[row])
        if told["opens_s"] <= ended_s <= until_s:
            account = f"{history.text('actor', row)} {history.text('account_tps', row)}"
            first[account] = min(ended_s, first.get(account, ended_s))
    moments = sorted(first.values())
    half = (told["came"] + 1) // 2
    return Logins(
        facts["accounts"],
        told["came"],
        sum(1 for at_s in moments if at_s <= told["closes_s"]),
        len(moments),
        told["opens_s"],
        told["closes_s"],
        moments[half - 1] if 0 < half <= len(moments) else None,
        moments[-1] if moments else None,
    )


@lru_cache(maxsize=2)
def staff_facts(run: RunDirectory) -> Mapping[str, Any]:
    """What run.json says of officials and pleno (`gladi.staff_facts`); nothing in an older run."""
    table = json.loads((run.path / "run.json").read_text(encoding="utf-8"))
    return {name: table[name] for name in ("officials", "pleno") if isinstance(table.get(name), dict)}
