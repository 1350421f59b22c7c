"""What faults that hit components share: which targets there are, what is held, and bringing it back."""

import os
import signal
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from chaos.fault import Availability, FaultError, Ground, Item, Proof
from chaos.ledger import LedgerError, read_ledger
from chaos.process import ProcessId, wait_gone
from chaos.site import Site
from chaos.stack import Component, StackError, read_stack, ready, run_command, start_component

ALL = "all"
"""The target that stands for every component of the stack."""

OF_COMPONENTS = frozenset(
    {
        "clock_jump",
        "cpu_starved",
        "lock_held",
        "memory_limit",
        "pool_exhausted",
        "process_kill",
        "process_pause",
        "process_restart",
        "process_stop",
    }
)
"""Faults that need the very process they were aimed at: of one component only one of them at a time."""

_KEY = "component:"


def component_targets(ground: Ground) -> dict[str, tuple[str, ...]]:
    """Each component by its name, "api" for all of "api-1", "api-2", ..., and "all"."""
    targets: dict[str, tuple[str, ...]] = {ALL: ground.components} if ground.components else {}
    for name in ground.components:
        kind, _, number = name.rpartition("-")
        if number.isdigit():
            targets[kind] = (*targets.get(kind, ()), name)
        targets[name] = (name,)
    return dict(sorted(targets.items()))


def process_availability(site: Site) -> Availability:
    """Whether stack.json names processes, and each may be signalled by us."""
    try:
        stack = read_stack(site)
    except StackError as error:
        return Availability("unavailable", str(error))
    for component in stack.components:
        if not component.process.alive:
            continue
        try:
            os.kill(component.process.pid, 0)
        except PermissionError:
            return Availability(
                "unavailable", f"{component.name} (pid {component.process.pid}) belongs to another user"
            )
        except ProcessLookupError:
            continue
    return Availability("available")


def restart_availability(site: Site) -> Availability:
    """As `process_availability`, and each component must come with a command that starts it again."""
    found = process_availability(site)
    if found.state == "unavailable":
        return found
    lame = [one.name for one in read_stack(site).components if not one.start]
    if lame:
        return Availability("degraded", f"no start command in stack.json for {', '.join(lame)}")
    return found


def startable(site: Site, target: Collection[str]) -> list[Component]:
    """The named components in starting order, each with a command to start it again; raises FaultError."""
    try:
        stack = read_stack(site)
        wanted = [stack.component(name) for name in target]
    except StackError as error:
        raise FaultError(str(error)) from error
    for one in wanted:
        if not one.start:
            raise FaultError(f"stack.json gives no command to start {one.name} again, so it is spared")
    return [one for one in stack.components if one in wanted]


def components_to_restart(site: Site, target: Collection[str]) -> list[Item]:
    """One item a component, in the order in which they must be started again; raises FaultError."""
    return [
        {"key": f"{_KEY}{one.name}", "component": one.name, **one.process.to_json()}
        for one in startable(site, target)
    ]


def start_again(site: Site, names: Iterable[str], budget_s: float) -> None:
    """Starts those of the named components that are dead, stores first; raises FaultError."""
    deadline = time.monotonic() + budget_s
    wanted = tuple(names)
    try:
        stack = read_stack(site)
        dead = [one.name for one in stack.components if not one.process.alive]
        if len(dead) > 1 and stack.start_all and set(dead) <= set(wanted):
            run_command(site, "start-all", stack.start_all, budget_s)
            return
        for name in wanted:
            component = read_stack(site).component(name)
            if not component.process.alive:
                start_component(site, component, deadline - time.monotonic())
    except StackError as error:
        raise FaultError(str(error)) from error


def running_again(site: Site, names: Iterable[str]) -> Proof:
    """Each named component has a live process, and the stack says that it is ready."""
    try:
        stack = read_stack(site)
        dead = [name for name in names if not stack.component(name).process.alive]
    except StackError as error:
        return Proof(False, str(error))
    if dead:
        return Proof(False, f"not running: {', '.join(dead)}")
    if not ready(stack.url):
        return Proof(False, f"GET {stack.url}/readyz is not answered with 200")
    return Proof(True)


def components(site: Site) -> tuple[Component, ...]:
    """Every component, in starting order; raises FaultError."""
    try:
        return read_stack(site).components
    except StackError as error:
        raise FaultError(str(error)) from error


def bystanders(site: Site) -> list[str]:
    """Components that no open fault holds down, in starting order: a fault of the disk may have felled
    them, and its healing starts them; one that another fault keeps dead is left to that. Raises FaultError.
    """
    try:
        open_faults = read_ledger(Path(site.run_dir) / "ledger.jsonl").open_faults.values()
    except LedgerError:
        open_faults = {}.values()
    held = {item.get("key") for one in open_faults for item in one.items}
    return [one.name for one in components(site) if f"{_KEY}{one.name}" not in held]


def halt(roots: Iterable[ProcessId]) -> list[ProcessId]:
    """SIGSTOP to each with all it has started, parents first so that no child is born behind our back;
    returns those that were alive.
    """
    standing = list(roots)
    for root in standing:
        root.send(signal.SIGSTOP)
    families = [one for root in standing for one in root.tree()]
    for one in families:
        one.send(signal.SIGSTOP)
    return families


def kill(processes: Collection[ProcessId], within_s: float = 1.5) -> None:
    """SIGKILL to each; raises FaultError when one is still there after `within_s`."""
    for one in processes:
        one.send(signal.SIGKILL)
    left = wait_gone(processes, within_s)
    if left:
        raise FaultError(f"still alive after SIGKILL: pid {', '.join(str(one.pid) for one in left)}")


def stop_gracefully(site: Site, items: list[Item]) -> dict[str, Any]:
    """Asks the components of the items to end, each by its own signal; what is still there after the item's
    `patience_s` is killed. Returns what happened, as JSON for the record; raises FaultError.
    """
    began = time.monotonic()
    signals = {one.name: one.stop_signal for one in components(site)}
    families: dict[str, tuple[ProcessId, ...]] = {}
    for item in items:
        root = ProcessId.from_json(item)
        families[item["component"]] = root.tree()
        root.send(signals[item["component"]])
    stubborn = []
    for item in items:
        left_s = began + item["patience_s"] - time.monotonic()
        if wait_gone(families[item["component"]], max(0.0, left_s)):
            stubborn.append(item["component"])
    everyone = [one for family in families.values() for one in family]
    kill(everyone)
    return {
        "stopped_pids": [one.pid for one in everyone],
        "killed": stubborn,
        "dead_before": [name for name, family in families.items() if not family],
        "took_s": round(time.monotonic() - began, 4),
    }


def none_alive(items: list[Item]) -> Proof:
    """None of the processes that the items name lives; others may have taken their place."""
    alive = [item["component"] for item in items if ProcessId.from_json(item).alive]
    return Proof(False, f"alive: {', '.join(alive)}") if alive else Proof(True)
