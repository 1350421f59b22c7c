"""Forgotten: was a session refused that a login had given and nothing had ended?

A phone that used a session (its fingerprint is in the history) and was answered 401 has been thrown out. It
is explained, and no violation, when

* a logout of that session had begun, whatever became of it;
* the account may have been logged in, or activated, once more since: a further login may push out an older
  session, and one that was never answered may have happened;
* the session was a day old, or a clock of the system had been set on purpose since it was given;
* the phone was being swapped for another one, which ends its sessions.

A crash, a power cut or a restart explains nothing: a session is a promise too.
"""

import numpy as np

from reports.accounts import Accounts, Floats, Mask, accounts_of, earliest, on_one_line
from reports.checkers.registry import checker
from reports.finding import Example, Finding, conclude
from reports.joins import Codes, look_up
from reports.rundir import RunDirectory
from reports.troubles import clock_was_set, swapped_phone
from reports.words import Text, number

DAY_S = 86_400.0
_ROUNDING_S = 60.0
_IN_WORK_S = 15.0
"""A login whose phone was cut off may still be in the system's queue, and be served so much later."""


@checker(
    "forgotten",
    Text("Sesi terlupa", "Forgotten session"),
    Text(
        "Sesi dari sebuah login tetap berlaku sampai keluar, kecuali terdesak login lain.",
        "A session that a login gave holds until it is logged out or pushed out by another login.",
    ),
)
def forgotten(run: RunDirectory) -> Finding:
    """Answers of 401 to a session that nothing had ended."""
    history, accounts = run.history, accounts_of(run)
    ok, login = history.is_in("outcome", "ok"), history.is_in("kind", "login")
    given = np.flatnonzero(login & ok & accounts.sound & (accounts.session >= 0))
    uses = accounts.sound & ~login & ~history.is_in("kind", "logout") & (accounts.session >= 0)
    uses &= (ok | history.is_in("outcome", "fail")) & (history.numpy("status") > 0)
    rows = np.flatnonzero(uses)
    by = look_up(accounts.session[rows], accounts.session[given])
    rows, by = rows[by >= 0], given[by[by >= 0]]
    refused = history.numpy("status")[rows] == 401
    checked = len(rows)
    rows, by = rows[refused], by[refused]
    unexplained = ~_explained(run, accounts, rows, by)
    wrong, by = rows[unexplained], by[unexplained]
    examples = [
        _example(run, row, login) for row, login in zip(wrong[:10].tolist(), by[:10].tolist(), strict=True)
    ]
    nothing = Text("tidak ada sesi yang dipakai lagi", "no session was used again")
    return conclude(run, len(wrong), checked, examples, readback=False, nothing=nothing)


def _explained(run: RunDirectory, accounts: Accounts, rows: Codes, by: Codes) -> Mask:
    """Of each refused row whether something may have ended the session that the login `by` gave."""
    history = run.history
    started, ended = history.numpy("started_s"), history.numpy("ended_s")
    out = np.flatnonzero(history.is_in("kind", "logout"))
    logged_out = earliest(accounts.session[out], started[out], accounts.session[rows]) < ended[rows]
    old = started[rows] - ended[by] > DAY_S - _ROUNDING_S
    swapped = swapped_phone(run, rows)
    clock = clock_was_set(run, started[by], ended[rows])
    explained: Mask = logged_out | old | swapped | clock | _renewed(run, accounts, rows, by, started, ended)
    return explained


def _renewed(
    run: RunDirectory, accounts: Accounts, rows: Codes, by: Codes, started: Floats, ended: Floats
) -> Mask:
    """Whether the account may have been logged in or activated anew between the login and the refusal."""
    kinds = run.history.is_in("kind", "login", "activate")
    new = np.flatnonzero(kinds & accounts.possible & accounts.sound)
    account = accounts.account
    unheard = np.where(run.history.is_in("outcome", "unknown")[new], _IN_WORK_S, 0.0)
    starts, ends, login, refused = on_one_line(
        (account[new], started[new]),
        (account[new], np.where(run.history.is_in("kind", "login")[new], ended[new] + unheard, started[new])),
        (account[by], started[by]),
        (account[rows], ended[rows]),
    )
    order = np.argsort(starts, kind="stable")
    starts, until = starts[order], np.maximum.accumulate(ends[order])
    first = np.searchsorted(starts, login, side="left")
    later = np.searchsorted(starts, refused, side="left") - first > 1  # the login itself is one of them
    renewed: Mask = later | ((first > 0) & (np.append(-np.inf, until)[first] > login))
    return renewed


def _example(run: RunDirectory, row: int, login: int) -> Example:
    history = run.history
    since = float(history.numpy("ended_s")[login])
    age = float(history.numpy("started_s")[row]) - since
    return Example(
        op_ids=(int(history.numpy("op_id")[login]), int(history.numpy("op_id")[row])),
        tps=history.text("account_tps", row),
        form=history.text("form", row),
        page=int(history.numpy("page")[row]),
        at_s=round(float(history.numpy("ended_s")[row]), 3),
        expected=Text(
            f"sesi dari login pada detik {since:.1f} masih berlaku",
            f"the session of the login at second {since:.1f} still holds",
        ),
        found=Text(
            f"ditolak (401) setelah {number(age, 'id', 1)} detik",
            f"refused (401) after {number(age, 'en', 1)} s",
        ),
    )
