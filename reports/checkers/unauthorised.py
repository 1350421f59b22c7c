"""Unauthorised: did the system let somebody in whom it should not know?

The probes do what a thief would: a request without any session, one with a session that was logged out, a
login with a guessed password. Acknowledging one is the violation, whatever was asked for.

A session that ends may still be good elsewhere for a moment (other workers remember it), so the use of an
ended session is judged only when its logout was answered `slo.logged_out_s` before, and not at all where no
logout of that session was. A 401 answer to a logout says that the session had ended before. Without an
answer to the probe nothing is proved either way.
"""

import numpy as np

from reports.accounts import accounts_of, earliest
from reports.checkers.registry import checker
from reports.evidence import of_operation
from reports.finding import Example, Finding, conclude
from reports.rundir import RunDirectory
from reports.schema import PROBE_ENDED_SESSION, PROBE_NO_SESSION, PROBE_WRONG_PASSWORD
from reports.words import Text

_EXPECTED = {
    PROBE_NO_SESSION: Text("permintaan tanpa sesi ditolak", "a request without a session is refused"),
    PROBE_ENDED_SESSION: Text("sesi yang sudah keluar ditolak", "a session that was logged out is refused"),
    PROBE_WRONG_PASSWORD: Text("kata sandi tebakan ditolak", "a guessed password is refused"),
}
_ROUNDING_S = 0.25


@checker(
    "unauthorised",
    Text("Tanpa hak", "Unauthorised"),
    Text(
        "Tidak ada yang diterima tanpa sesi, dengan sesi yang sudah keluar, atau dengan kata sandi tebakan.",
        "Nobody is let in without a session, with one that was logged out, or with a guessed password.",
    ),
)
def unauthorised(run: RunDirectory) -> Finding:
    """Acknowledged probes of who may do anything at all."""
    history = run.history
    probes = history.is_in("expect", "reject") & history.is_in("reason", *_EXPECTED)
    rows = np.flatnonzero(probes & ~history.is_in("outcome", "unknown") & ~history.is_in("actor", "iseng"))
    ended = history.is_in("reason", PROBE_ENDED_SESSION)[rows]
    rows = rows[~ended | _over(run, rows)]
    wrong = rows[history.is_in("outcome", "ok")[rows]]
    nothing = Text(
        "tidak ada percobaan tanpa hak yang dijawab", "no attempt without authority was made and answered"
    )
    examples = [_example(run, row) for row in wrong[:10].tolist()]
    answered = int((history.numpy("status")[rows] > 0).sum())
    return conclude(run, len(wrong), answered, examples, readback=False, nothing=nothing)


def _over(run: RunDirectory, rows: np.ndarray) -> np.ndarray:
    """Of each row whether its session had ended for everybody when it was used."""
    history, accounts = run.history, accounts_of(run)
    answered = history.is_in("outcome", "ok") | (history.numpy("status") == 401)
    out = np.flatnonzero(history.is_in("kind", "logout") & answered)
    ended_s = earliest(accounts.session[out], history.numpy("ended_s")[out], accounts.session[rows])
    patience_s = run.info.slo["logged_out_s"] + _ROUNDING_S
    over: np.ndarray = history.numpy("started_s")[rows] > ended_s + patience_s
    return over


def _example(run: RunDirectory, row: int) -> Example:
    history = run.history
    kind = history.text("kind", row)
    return of_operation(
        run,
        row,
        expected=_EXPECTED[history.text("reason", row)],
        found=Text(f"{kind} diterima", f"{kind} was accepted"),
    )
