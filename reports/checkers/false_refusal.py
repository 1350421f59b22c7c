"""False refusal: was something sound refused that nothing explains?

* The right password, refused (401, 403) or locked out (423, 429), though the account's activation had been
  acknowledged. Explained by the phone being swapped; a lockout also by `OWN_TRIES` wrong tries of the
  operator's own before it. Guesses by strangers explain nothing: they must not lock an operator out. The
  record does not say on which phone a password was guessed, but of guesses in a row only the last one, after
  which the operator goes on, was typed on the operator's own (`simulators.operator`).
* A sound page or correction, refused with 4xx. Not judged here: 401 (see forgotten), 408 and reasons that say
  the phone's own link was too slow or broke, 429 (no room). Explained by a swapped phone, and by a key
  that was also used for other content. (A photo damaged on the way is a probe.)
* 409: of a first submission, explained when any other write of the page that may have happened had begun
  before the answer, such as the other operator's; of a correction that "has no page", when none had been
  acknowledged, or it is no longer stored (lost).
* Unavailable (5xx other than `overloaded`), from anybody, while no fault had been in force for as long as the
  run expects recovery to take (`expect.recover_within`); and of the portal when all had settled.

Junk is refused rightly, and its sender never complains.
"""

import numpy as np
from numpy.typing import NDArray

from reports.accounts import accounts_of, earliest
from reports.checkers.registry import checker
from reports.evidence import of_operation
from reports.finding import Example, Finding, conclude
from reports.joins import Codes, look_up, pair
from reports.portal import portal_of
from reports.rundir import RunDirectory
from reports.schema import ACCOUNT_HOLDERS, PROBE_WRONG_PASSWORD, WRITES
from reports.troubles import disturbed, swapped_phone
from reports.words import Text
from reports.writes import writes_of

OWN_TRIES = 3
"""Wrong passwords in a row that any system may answer with a lockout."""
RECOVER_S = 15.0
"""Where the run does not say how long recovery may take."""

_LOCKED_OUT = (401, 403, 423, 429)
_NOT_THE_PAGE = (401, 408, 409, 425, 429, 499)
_OF_THE_LINK = ("too_slow", "broken_off", "link_lost", "timeout")
_MISSING = "page_missing"

Mask = NDArray[np.bool_]


@checker(
    "false_refusal",
    Text("Salah tolak", "False refusal"),
    Text(
        "Yang benar tidak ditolak tanpa sebab: sandi benar, halaman utuh, layanan tanpa gangguan.",
        "Nothing sound is refused without cause: right passwords, whole pages, service without faults.",
    ),
)
def false_refusal(run: RunDirectory) -> Finding:
    """Sound operations that were refused and that nothing explains."""
    history, accounts = run.history, accounts_of(run)
    wrong = np.unique(
        np.concatenate([_logins(run), _pages(run), _already_there(run), _not_there(run), _unavailable(run)])
    )
    answered = int((accounts.sound & (history.numpy("status") > 0)).sum())
    examples = [_example(run, row) for row in wrong[:10].tolist()]
    settled, told = _portal(run)
    nothing = Text("tidak ada permintaan yang dijawab", "no request was answered")
    return conclude(run, len(wrong) + settled, answered, examples + told, readback=False, nothing=nothing)


def _refused(run: RunDirectory, *kinds: str) -> Mask:
    out: Mask = (
        accounts_of(run).sound & run.history.is_in("kind", *kinds) & run.history.is_in("outcome", "fail")
    )
    return out


def _logins(run: RunDirectory) -> Codes:
    history, account = run.history, accounts_of(run).account
    status, started = history.numpy("status"), history.numpy("started_s")
    rows = np.flatnonzero(_refused(run, "login") & np.isin(status, _LOCKED_OUT))
    ready = np.flatnonzero(history.is_in("kind", "activate", "login") & history.is_in("outcome", "ok"))
    known = earliest(account[ready], history.numpy("ended_s")[ready], account[rows]) < started[rows]
    rows = rows[known & ~swapped_phone(run, rows)]
    logins = np.flatnonzero(history.is_in("kind", "login") & history.is_in("actor", *ACCOUNT_HOLDERS))
    logins = logins[np.lexsort((started[logins], account[logins]))]
    guess = history.is_in("reason", PROBE_WRONG_PASSWORD)
    first = np.searchsorted(account[logins], account[rows], side="left")
    last = np.searchsorted(account[logins], account[rows], side="right")
    own_doing = np.zeros(len(rows), bool)
    for at in np.flatnonzero(np.isin(status[rows], (423, 429))).tolist():
        mine = logins[first[at] : last[at]]
        guessed = guess[mine[started[mine] <= started[rows[at]]]]
        own_doing[at] = (guessed[:-1] & ~guessed[1:]).sum() >= OWN_TRIES
    return rows[~own_doing]


def _pages(run: RunDirectory) -> Codes:
    history = run.history
    status = history.numpy("status")
    refused = _refused(run, *WRITES) & (status >= 400) & (status < 500) & ~np.isin(status, _NOT_THE_PAGE)
    rows = np.flatnonzero(refused & ~history.is_in("reason", *_OF_THE_LINK))
    own = history.codes("tps")[rows] == history.codes("account_tps")[rows]
    rows = rows[own & ~swapped_phone(run, rows)]
    fresh: Codes = rows[~_reused(run, rows)]
    return fresh


def _already_there(run: RunDirectory) -> Codes:
    """409 to a first submission of a page that nobody could have stored."""
    history, writes = run.history, writes_of(run)
    started, ended = history.numpy("started_s")[writes.row], history.numpy("ended_s")[writes.row]
    refused = _refused(run, "submit_page") & (history.numpy("status") == 409)
    index = np.flatnonzero(refused[writes.row])
    possible = np.flatnonzero(writes.possible)
    first = earliest(writes.place[possible], started[possible], writes.place[index])
    rows: Codes = writes.row[index[first >= ended[index]]]
    fresh: Codes = rows[~_reused(run, rows)]
    return fresh


def _not_there(run: RunDirectory) -> Codes:
    """A correction refused for want of a page that had been acknowledged, and is stored."""
    history, writes = run.history, writes_of(run)
    refused = _refused(run, "correct") & history.is_in("reason", _MISSING)
    index = np.flatnonzero(refused[writes.row])
    place = writes.place
    promised = np.flatnonzero(writes.promised)
    since = earliest(place[promised], history.numpy("ended_s")[writes.row[promised]], place[index])
    there = look_up(place[index], writes.s_place) >= 0
    return writes.row[index[there & (since < history.numpy("started_s")[writes.row[index]])]]


def _unavailable(run: RunDirectory) -> Codes:
    history = run.history
    down = (history.numpy("status") >= 500) & history.is_in("expect", "accept")
    rows = np.flatnonzero(down & ~history.is_in("reason", "overloaded") & ~history.is_in("actor", "iseng"))
    patience_s = run.info.expect.get("recover_within", RECOVER_S)
    quiet = ~disturbed(run, history.numpy("started_s")[rows] - patience_s, history.numpy("ended_s")[rows])
    return rows[quiet]


def _portal(run: RunDirectory) -> tuple[int, list[Example]]:
    """Settled answers that were server errors, with no fault within the promised time before."""
    portal = portal_of(run)
    if portal is None:
        return 0, []
    rows = np.flatnonzero(portal.settled & (portal.status >= 500))
    rows = rows[
        ~disturbed(run, portal.asked_s[rows] - 0.9 * run.info.slo["shown_s"], portal.answered_s[rows])
    ]
    examples = [
        Example(
            op_ids=(),
            tps="" if portal.region[row] else portal.table.text("place", row),
            form=portal.table.text("form", row),
            page=0,
            at_s=round(float(portal.asked_s[row]), 3),
            expected=Text(
                "portal menjawab setelah semuanya pulih", "the portal answers after all has healed"
            ),
            found=Text(f"status {portal.status[row]}", f"status {portal.status[row]}"),
        )
        for row in rows[:10].tolist()
    ]
    return len(rows), examples


def _reused(run: RunDirectory, rows: Codes) -> Mask:
    """Of refused rows whether their key was also used for another page, photo or numbers."""
    if not len(rows):
        return np.zeros(0, bool)
    history = run.history
    asked = history.codes("key")[rows]
    same = np.flatnonzero(look_up(history.codes("key"), asked) >= 0)
    sent = pair(history.codes("tps")[same], history.numpy("page")[same])
    for name in ("content_sha256", "numbers_sha256"):
        sent = pair(sent, np.maximum(history.codes(name)[same], 0))
    keys = history.codes("key")[same]
    of_key = look_up(keys, keys)  # the first row with the same key
    differs = keys[sent != sent[of_key]]
    out: Mask = look_up(asked, differs) >= 0
    return out


def _example(run: RunDirectory, row: int) -> Example:
    history = run.history
    kind, status, reason = (
        history.text("kind", row),
        history.numpy("status")[row],
        history.text("reason", row),
    )
    return of_operation(
        run,
        row,
        expected=Text(f"{kind} diterima", f"{kind} is accepted"),
        found=Text(f"ditolak {status} {reason}".strip(), f"refused {status} {reason}".strip()),
    )
