"""The processor is taken away: a component gets only a share of one core, however many there are.

A neighbour on the same host, a container with too small a quota, a runaway backup: everything still works,
and everything is late.
"""

import time
from collections.abc import Mapping
from typing import Annotated, Any

import psutil
from pydantic import Field

from chaos.components import OF_COMPONENTS, component_targets, process_availability
from chaos.control_groups import (
    counters,
    enclose,
    group_availability,
    group_item,
    members,
    release,
    standing,
)
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, Settings, register
from chaos.site import Site
from chaos.stack import StackError, read_stack

_PERIOD_US = 100_000
_LOOK_S = 0.4
_TICK_SHARE = 0.05
"""What the clock of /proc (10 ms) can add to a share that was measured for so short a time."""


class CpuStarvedSettings(Settings):
    """`share`: of one core, for each component with all its processes together, 0.01 at least."""

    share: Annotated[float, Field(ge=0.01, le=1.0)] = 0.1


@register("cpu_starved")
class CpuStarved(Fault):
    """Holds components to a share of one core."""

    settings = CpuStarvedSettings
    deadline_s = 15.0
    felt_within_s = 10.0
    tries = frozenset({"lost", "duplicated", "stale", "false_refusal", "unbounded"})
    excludes = OF_COMPONENTS - {"cpu_starved", "memory_limit"} | {"power_cut", "disk_read_only"}

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A component ("api-1"), or all that share a name ("api")."""
        return component_targets(ground)

    def availability(self, site: Site) -> Availability:
        """Needs the cpu controller, and components that are ours."""
        here = group_availability("cpu", instead="process_pause stops a component altogether")
        return process_availability(site) if here.state == "available" else here

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item a component: the group it will be in, and the one it is in now."""
        try:
            components = [read_stack(site).component(name) for name in target]
        except StackError as error:
            raise FaultError(str(error)) from error
        items = [
            group_item("cpu", one) | {"share": settings.share} for one in components if one.process.alive
        ]
        if not items:
            raise FaultError(f"nothing to starve: {', '.join(target)} not running")
        return items

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """A group with a quota for each component; children are born into it."""
        return {"held_pids": {item["component"]: enclose("cpu", item, _quota(item)) for item in items}}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """Every component wanted more than it got (the kernel counts it), and got no more than its share."""
        used = _used_shares(items)
        said = []
        for item, share in zip(items, used, strict=True):
            name, times = item["component"], counters(item, "cpu.stat").get("nr_throttled", 0)
            if not times:
                return Proof(False, f"{name} has not wanted more than {item['share']:g} of a core")
            if share > item["share"] + _TICK_SHARE:
                return Proof(False, f"{name} gets {share:.2f} of a core, more than {item['share']:g}")
            said.append(f"{name} was held back {times} times and used {share:.2f} of a core")
        return Proof(True, "; ".join(said))

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """The quota is lifted first, then the processes go home."""
        for item in items:
            release([item], _FREE[item["version"]], budget_s)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """No group is left."""
        left = standing(items)
        return Proof(False, f"still held: {', '.join(left)}") if left else Proof(True)


_FREE = {1: {"cpu.cfs_quota_us": "-1"}, 2: {"cpu.max": "max"}}


def _quota(item: Item) -> dict[str, str]:
    quota_us = round(item["share"] * _PERIOD_US)
    if item["version"] == 2:
        return {"cpu.max": f"{quota_us} {_PERIOD_US}"}
    return {"cpu.cfs_period_us": str(_PERIOD_US), "cpu.cfs_quota_us": str(quota_us)}


def _used_shares(items: list[Item]) -> list[float]:
    """Of one core, by each item's group, measured now."""
    before, began = [_cpu_s(members(item)) for item in items], time.monotonic()
    time.sleep(_LOOK_S)
    took_s = time.monotonic() - began
    return [
        sum(max(0.0, after - had.get(pid, after)) for pid, after in _cpu_s(members(item)).items()) / took_s
        for item, had in zip(items, before, strict=True)
    ]


def _cpu_s(pids: list[int]) -> dict[int, float]:
    found = {}
    for pid in pids:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        found[pid] = times.user + times.system
    return found
