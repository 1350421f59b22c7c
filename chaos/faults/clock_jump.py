"""The wall clock of a component jumps, forth or back: a lost time server, a bad battery, a wrong time zone.

A component whose clock can be moved must have been started so: the first jump of one therefore restarts it,
and later ones, and every healing, do without. The clock of the machine, and of all else on it, stays true.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator

from chaos.clock import (
    borrowed_clock,
    clock_offsets_s,
    faketime_library,
    has_borrowed_clock,
    jump_file,
    tells_time,
    waits_survive,
)
from chaos.components import (
    OF_COMPONENTS,
    component_targets,
    restart_availability,
    start_again,
    startable,
    stop_gracefully,
)
from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, Settings, register
from chaos.site import Site
from chaos.stack import HANDED_ON, StackError, read_stack, start_component

_TOLERANCE_S = 2.0
"""A Date is in whole seconds, and may be a second old."""
_END_WITHIN_S = 3.0
_START_WITHIN_S = 30.0
_UNMOVABLE = ("worker", "nginx", "redis", "objects")
"""A worker tells nobody the time; nginx empties the environment that libfaketime reads; the object store is
a Go program, which asks the kernel without the C library; nothing that Redis does here hangs on the day."""


def _a_jump(jump_s: float) -> float:
    if abs(jump_s) < 2 * _TOLERANCE_S:
        raise ValueError(f"must be at least {2 * _TOLERANCE_S:g} s forth or back, or nobody can see it")
    return jump_s


class ClockJumpSettings(Settings):
    """`jump_s`: seconds forth, or back when negative; by itself an hour forth."""

    jump_s: Annotated[float, AfterValidator(_a_jump)] = 3600.0


@register("clock_jump")
class ClockJump(Fault):
    """Moves the wall clock of components, and of nothing else."""

    settings = ClockJumpSettings
    deadline_s = 45.0
    felt_within_s = 8.0
    tries = frozenset({"reordered", "forgotten", "unauthorised", "stale", "false_refusal"})
    excludes = OF_COMPONENTS - {"clock_jump"} | {"power_cut", "disk_read_only"}

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """A component whose clock can be moved ("api-1", "postgres"), or all that share a name ("api")."""
        movable = [name for name in ground.components if name.split("-")[0] not in _UNMOVABLE]
        return component_targets(replace(ground, components=tuple(movable)))

    def availability(self, site: Site) -> Availability:
        """Needs libfaketime, and components that may be ended and started again."""
        library = faketime_library()
        if library is None:
            return Availability("unavailable", "needs libfaketime; on Debian: `apt-get install libfaketime`")
        found = restart_availability(site)
        if found.state == "available" and not waits_survive(library):
            return Availability("degraded", "under this libfaketime Python's time.sleep fails")
        return found

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item a component: the file that will move its clock."""
        wanted = startable(site, target)
        for one in wanted:
            if one.process.alive and not tells_time(site, one):
                raise FaultError(f"{one.name} tells nobody the time, so a jump of its clock cannot be proved")
        return [
            {
                "key": f"clock:{one.name}",
                "component": one.name,
                "file": str(jump_file(site, one.name)),
                "jump_s": settings.jump_s,
            }
            for one in wanted
        ]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Writes the jump; who was not started to read it is started again."""
        library = faketime_library()
        if library is None:
            raise FaultError("libfaketime is gone")
        restarted = []
        try:
            for item in items:
                file = Path(item["file"])
                component = read_stack(site).component(item["component"])
                able = component.process.alive and has_borrowed_clock(component.process)
                if not able:
                    now = {"component": component.name, **component.process.to_json()}
                    stop_gracefully(site, [now | {"patience_s": _END_WITHIN_S}])
                    start_component(site, component, _START_WITHIN_S, borrowed_clock(library, file))
                    component = read_stack(site).component(item["component"])
                    if not has_borrowed_clock(component.process):
                        raise FaultError(f"the start command of {component.name} hands no {HANDED_ON} on")
                    restarted.append(component.name)
            for item in items:
                _write(Path(item["file"]), item["jump_s"])
        except StackError as error:
            raise FaultError(str(error)) from error
        return {"restarted": restarted}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """Every component tells a time that is off by the jump."""
        said = []
        for item in items:
            off = _told(site, item)
            if off is None:
                return Proof(False, f"{item['component']} does not tell the time")
            if abs(off - item["jump_s"]) > _TOLERANCE_S:
                return Proof(False, f"the clock of {item['component']} is off by {off:.1f} s")
            said.append(f"the clock of {item['component']} is off by {off:.1f} s")
        return Proof(True, "; ".join(said))

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Takes the files away; starts what is dead, for a strike may have been cut short."""
        for item in items:
            Path(item["file"]).unlink(missing_ok=True)
        start_again(site, [item["component"] for item in items], budget_s)

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """No file is left, and every component tells the true time."""
        for item in items:
            if Path(item["file"]).exists():
                return Proof(False, f"the clock of {item['component']} is still moved")
            off = _told(site, item)
            if off is None:
                return Proof(False, f"{item['component']} does not tell the time")
            if abs(off) > _TOLERANCE_S:
                return Proof(False, f"the clock of {item['component']} is off by {off:.1f} s")
        return Proof(True)


def _told(site: Site, item: Item) -> float | None:
    try:
        offsets = clock_offsets_s(site, read_stack(site).component(item["component"]))
    except StackError:
        return None
    return offsets[0] if offsets else None


def _write(file: Path, jump_s: float) -> None:
    """Whole, and never through a link that somebody else put in its place."""
    draft = file.with_name(f"{file.name}-{os.getpid()}")
    draft.unlink(missing_ok=True)
    with draft.open("x", encoding="ascii") as opened:
        opened.write(f"{jump_s:+.3f}\n")
    draft.chmod(0o644)
    draft.replace(file)
