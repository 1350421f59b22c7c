"""Many trials, some beside one another, each in a process of its own; every result is on disk at once.

The processes are forked from one that has imported everything, so that a trial costs what it plays and not
what Python takes to start. A trial that hangs is killed; its own reaper then clears its machine. A series
that was cut short goes on where it stopped: what is on record is not played again.
"""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from gladi.failures import UsageError
from gladi.interruption import interruptible
from gladi.soak.trial import Result, Trial, play

RECORD = "trials.jsonl"
_PATIENCE_S = 150.0
"""Longest that a trial of a minute may take with its making and clearing away."""


@dataclass(slots=True)
class _Running:
    trial: Trial
    process: ForkServerProcess
    answer: Connection
    deadline: float


def on_record(folder: Path) -> list[Result]:
    """Results of a series in `folder`; a last line that was cut off is left out; raises UsageError."""
    path = folder / RECORD
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    try:
        return [Result.from_line(line) for line in lines[:-1]]
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{path}: is no record of a soak ({error}); choose another --out") from error


def run_series(
    trials: Sequence[Trial], folder: Path, beside: int, ended: Callable[[Result], None]
) -> list[Result]:
    """Play the trials that are not on record, `beside` at a time; `ended` hears each as it ends.

    Returns all results, old and new. Ctrl-C lets running trials heal, and keeps the record.
    """
    done = on_record(folder)
    known = {(one.defect, one.seed) for one in done if one.word != "none"}
    waiting = [one for one in trials if (one.defect, one.seed) not in known]
    done = [one for one in done if one.word != "none"]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["gladi.soak.warm"])
    running: list[_Running] = []
    with (folder / RECORD).open("a", encoding="utf-8") as record, interruptible():
        try:
            while waiting or running:
                while waiting and len(running) < beside:
                    running.append(_begin(waiting.pop(0), context))
                for one, result in _finished(running):
                    running.remove(one)
                    done.append(result)
                    record.write(result.as_line() + "\n")
                    record.flush()
                    ended(result)
        finally:
            _stop(running)
    return done


def _begin(trial: Trial, context: ForkServerContext) -> _Running:
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_in_child, args=(trial, theirs), name=trial.name)
    process.start()
    theirs.close()
    return _Running(trial, process, ours, time.monotonic() + _PATIENCE_S)


def _in_child(trial: Trial, answer: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the series decides; it says so with SIGTERM
    answer.send(play(trial).as_line())


def _finished(running: list[_Running]) -> Iterable[tuple[_Running, Result]]:
    ready = wait([one.answer for one in running], timeout=0.5)
    for one in list(running):
        if one.answer in ready:
            try:
                result = Result.from_line(one.answer.recv())
            except EOFError:
                result = _nothing(one.trial, "its process ended without a word")
            one.process.join(10.0)
            yield one, result
        elif time.monotonic() > one.deadline:
            one.process.kill()
            one.process.join()
            yield one, _nothing(one.trial, f"was not over after {_PATIENCE_S:g} s, and was killed")


def _nothing(trial: Trial, why: str) -> Result:
    return Result(trial.defect, trial.seed, "none", _PATIENCE_S, problem=why, run=trial.out)


def _stop(running: list[_Running]) -> None:
    """SIGTERM counts as Ctrl-C in a rehearsal: it heals and keeps its evidence."""
    for one in running:
        one.process.terminate()
    for one in running:
        one.process.join(30.0)
        if one.process.is_alive():
            one.process.kill()
