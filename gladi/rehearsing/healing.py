"""Healing, whichever way a run has ended."""

from gladi.rehearsing.asked import Rehearsal
from gladi.rehearsing.beside import Beside
from gladi.rehearsing.stage import Stage

_PATIENCE_S = 5.0


def heal(run: Rehearsal, stage: Stage, beside: Beside) -> None:
    """Every fault first, then load and network; what cannot be healed is the run's problem.

    The network goes before anybody looks at what is stored: a slow link would go on delivering what the proxy
    had taken in, long after its phone is gone. Then the witness may look once more, at a run that was played
    to its end.
    """
    outcome = run.outcome
    beside.hours.stop()
    beside.faults.heal_all()
    beside.consent.stop()
    if not outcome.complete:
        stage.driver.stop(patience_s=_PATIENCE_S)
    stage.driver.end()
    stage.network.stop()
    if beside.faults.in_force:
        unhealed = f"faults that could not be healed: {', '.join(beside.faults.in_force)}"
        outcome.problem = f"{outcome.problem}; {unhealed}" if outcome.problem else unhealed
    beside.witness.healed() if outcome.complete else beside.witness.give_up()
