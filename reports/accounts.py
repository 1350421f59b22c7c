"""Accounts and sessions of a history as numbers, so that whole columns can be compared at once."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.joins import Codes, look_up, pair
from reports.rundir import RunDirectory
from reports.schema import ACCOUNT_HOLDERS

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_APART_S = 1e6
"""Longer than any run: moments of different accounts never meet when put on one line."""


@dataclass(frozen=True, eq=False)
class Accounts:
    """One entry a row of the history; -1 where it has no account or no session."""

    account: Codes
    session: Codes
    possible: Mask
    """It may have happened: acknowledged, unknown, or answered with 500 and above."""
    sound: Mask
    """Of an operator or of staff, and of the kind a sound system accepts."""


@lru_cache(maxsize=2)
def accounts_of(run: RunDirectory) -> Accounts:
    """Accounts and sessions of a run."""
    history = run.history
    return Accounts(
        account=pair(history.codes("account_tps"), history.numpy("operator")),
        session=history.codes("session"),
        possible=history.is_in("outcome", "ok", "unknown") | (history.numpy("status") >= 500),
        sound=history.is_in("expect", "accept") & history.is_in("actor", *ACCOUNT_HOLDERS),
    )


def earliest(keys: Codes, at_s: Floats, of: Codes) -> Floats:
    """For each of `of` the earliest moment among the rows with that key; infinite where there is none."""
    order = np.argsort(at_s, kind="stable")
    first = look_up(of, keys[order])
    found: Floats = np.append(at_s[order], np.inf)[first]  # of -1 is the last entry
    return found


def on_one_line(*accounts: tuple[Codes, Floats]) -> list[Floats]:
    """Moments of each account one after the other: sorted and searched first by account, then by time."""
    together = np.concatenate([account for account, _ in accounts])
    rank = np.unique(together, return_inverse=True)[1] * _APART_S
    ranks = np.split(rank, np.cumsum([len(account) for account, _ in accounts])[:-1])
    return [mine + at_s for mine, (_, at_s) in zip(ranks, accounts, strict=True)]
