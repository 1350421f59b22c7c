"""Clears away what a dead run has left: open faults, a stack, processes. All it knows is the ledger.

Called by the reaper the moment the conductor dies, and by `gladi heal RUN` at any time afterwards.
"""

import fcntl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from chaos.fault import FaultError, registered
from chaos.ledger import Down, Ledger, LedgerError, LedgerState, OpenFault, read_ledger, what_is_left
from chaos.process import ProcessId, end, wait_gone
from chaos.site import Site
from chaos.stack import StackError, read_stack, run_command, running_components, starts_under_way


@dataclass(slots=True)
class HealReport:
    """What was done. `problems` is empty when nothing of the run is left; each is a line for a person."""

    ledger: Path
    healed: list[str] = field(default_factory=list)
    taken_down: list[str] = field(default_factory=list)
    ended_pids: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    already_closed: bool = False
    faults_s: float = 0.0
    took_s: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether nothing is left."""
        return not self.problems


def heal(ledger_path: Path, budget_s: float = 60.0) -> HealReport:
    """Heals, takes down and ends all that the ledger of a dead run holds open, in about `budget_s` at most.

    Raises LedgerError: no readable ledger, or its run is still going.
    """
    state = read_ledger(ledger_path)
    if not state.closed and state.conductor.alive:
        raise LedgerError(
            f"the run of {ledger_path} is still going: stop pid {state.conductor.pid}, it heals by itself"
        )
    return clear_away(ledger_path, budget_s, by="heal")


def clear_away(ledger_path: Path, budget_s: float, by: str) -> HealReport:
    """As `heal`, without asking whether the conductor lives; one at a time, later callers find it done.

    Faults are given up after half of the budget, taking down after six sevenths. Raises LedgerError.
    """
    began = time.monotonic()
    report = HealReport(ledger_path)
    try:
        lock = ledger_path.open("rb")
    except OSError as error:
        raise LedgerError(f"the ledger {ledger_path} cannot be read: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = read_ledger(ledger_path)
        if state.closed:
            report.already_closed = True
            return report
        ledger = Ledger(ledger_path)
        _heal_faults(state, ledger, report, began + budget_s / 2, by)
        report.faults_s = time.monotonic() - began
        _take_down(state, report, began + budget_s * 6 / 7)
        _end_processes(state, ledger, report, patience_s=budget_s / 14)
        report.took_s = time.monotonic() - began
        _note(report, lambda: ledger.append("cleared", by=by, problems=report.problems, took_s=report.took_s))
        if report.ok:
            _note(report, lambda: _close(ledger, report, by))
    return report


def _heal_faults(state: LedgerState, ledger: Ledger, report: HealReport, deadline: float, by: str) -> None:
    """All at once, the youngest first: a fault that hangs must not keep the others open."""
    stack_goes_down = any(down.is_stack for down in state.downs)
    why: dict[str, str | None] = dict.fromkeys(state.open_faults, "healing did not end in time")

    def work(one: OpenFault) -> None:
        why[one.id] = _heal_one(state.site, one, stack_goes_down, deadline)
        if why[one.id] is None:
            _note(report, lambda: ledger.healed(one.id, by))

    workers = [
        threading.Thread(target=work, args=(one,), daemon=True)
        for one in reversed(list(state.open_faults.values()))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(max(0.0, deadline + 0.2 - time.monotonic()))
    for fault_id, problem in dict(why).items():
        if problem is None:
            report.healed.append(fault_id)
        else:
            report.problems.append(f"fault {fault_id} is not healed: {problem}")


def _heal_one(site: Site, one: OpenFault, stack_goes_down: bool, deadline: float) -> str | None:
    """None when healing is proved or moot, else why not; tries until the deadline."""
    fault = registered().get(one.fault)
    if fault is None:
        return f'this gladi knows no fault "{one.fault}"'
    problem: str | None = "no time was left"
    while time.monotonic() < deadline:
        try:
            if fault.moot(site, stack_goes_down):
                return None
            fault.heal(site, one.items, deadline - time.monotonic())
            proof = fault.healed(site, one.items)
        except FaultError as error:
            problem = str(error)
        except Exception as error:  # whatever it is, the rest must still be cleared away
            problem = repr(error)
        else:
            if proof.holds:
                return None
            problem = proof.why
        time.sleep(0.05)
    return problem


def _take_down(state: LedgerState, report: HealReport, deadline: float) -> None:
    """Runs the down commands, the last recorded first; what a stack's command leaves alive is killed."""
    for down in reversed(state.downs):
        problem = _run_down(state.site, down, deadline)
        if problem and down.is_stack:
            survivors = end(_stack_processes(state.site), patience_s=1.0)
            if not survivors:
                problem = None
        if problem:
            report.problems.append(f"{down.name} is not down: {problem}")
        else:
            report.taken_down.append(down.name)


def _run_down(site: Site, down: Down, deadline: float) -> str | None:
    if down.is_stack:  # a restart that the conductor left under way must not come after
        wait_gone(starts_under_way(site), (deadline - time.monotonic()) / 2)
    try:
        run_command(site, f"down-{down.name}", down.argv, min(down.timeout_s, deadline - time.monotonic()))
    except (StackError, OSError) as error:
        return str(error)
    if down.is_stack and running_components(site):
        return "its command succeeded, but processes of stack.json are still alive"
    return None


def _stack_processes(site: Site) -> list[ProcessId]:
    try:
        return [one for component in read_stack(site).components for one in component.process.tree()]
    except StackError:
        return []


def _end_processes(state: LedgerState, ledger: Ledger, report: HealReport, patience_s: float) -> None:
    """Ends recorded processes and what they have started; the pid is trusted only with its birth."""
    alive = [one.process for one in reversed(state.processes) if one.process.alive]
    families = [one for process in alive for one in process.tree()]
    survivors = end(families, patience_s)
    for process in alive:
        if process not in survivors:
            report.ended_pids.append(process.pid)
            _note(report, lambda process=process: ledger.ended(process))  # type: ignore[misc]
    report.problems += [f"pid {one.pid} survives SIGKILL" for one in survivors]


def _close(ledger: Ledger, report: HealReport, by: str) -> None:
    if not ledger.closed(by):
        report.problems += what_is_left(read_ledger(ledger.path))


def _note(report: HealReport, write: Callable[[], None]) -> None:
    """Writes to the ledger if it can be written; a full disk must not stop the healing."""
    try:
        write()
    except LedgerError as error:
        if str(error) not in report.problems:
            report.problems.append(str(error))
