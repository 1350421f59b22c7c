"""Writes of the history joined with what the system holds: the common ground of the safety checkers.

An operation ends in one of three ways, and this module is where their meaning is decided:

* `ok`: acknowledged. The system promised; the promise binds.
* `fail`: refused, or never sent. It did not happen. One exception: an answer of 500 and above says that the
  server is in trouble, not that nothing was stored (a commit may have gone through before the error), so it
  counts as `unknown`. Reading it so can never raise a false alarm.
* `unknown`: it may or may not have happened. Both are allowed, so it explains a stored row, and its absence
  needs no explanation.

A *logical write* is one idempotency key: all attempts with the same key are one write, which is stored once
when any attempt was acknowledged, and at most once in any case.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.columns import Columns
from reports.joins import Codes, look_up, pair
from reports.rundir import RunDirectory
from reports.schema import PROBE_CORRUPTED, PROBE_FOREIGN, PROBE_TRUNCATED, STAFF, WRITES

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Writes:
    """Columns of the writes in a history, in its order, and, where there is a readback, of what is stored.

    Codes are fingerprints (-1 for ''): equal numbers, equal strings, on both sides.
    `s_` marks the stored side (one entry a row of the readback); all else is the history's side.
    """

    row: Codes
    """Row of the history."""
    correction: Mask
    ok: Mask
    possible: Mask
    """It may have happened: acknowledged, unknown, or answered with 500 and above."""
    probe: Mask
    broken_photo: Mask
    """A probe whose photo was cut off on the phone or damaged on the way."""
    foreign: Mask
    """A probe that writes for another TPS, or any write whose session belongs to another TPS; that of staff
    belongs to every TPS of their region."""
    promised: Mask
    """Acknowledged, and not a probe that should have been refused."""
    tps: Codes
    place: Codes
    """(TPS, form, page)."""
    key: Codes
    receipt: Codes
    content: Codes
    numbers: Codes
    promise: Codes
    """What identifies the acknowledged write: its receipt, or its key where the target gives no receipt."""
    page: NDArray[np.uint8]
    stored: Codes
    """Row of the readback that answers the promise, of the same page or TPS if there is one; -1 for none."""

    s_tps: Codes
    s_place: Codes
    s_key: Codes
    s_receipt: Codes
    s_claimed: Codes
    s_fetched: Codes
    s_numbers: Codes
    s_by_receipt: Codes
    """Acknowledged write with this receipt (index among the writes), one of the same TPS if there is one."""
    s_by_key: Codes
    """Possible write with this key, one of the same TPS if there is one."""
    s_misplaced: Mask
    """Stored under a TPS it does not belong to; see checker `crossed`."""
    s_torn: Mask
    """The photo that was fetched is not the one the row claims, or no whole JPEG."""
    s_linked: Mask
    """Some operation could have written it."""


@lru_cache(maxsize=2)
def writes_of(run: RunDirectory) -> Writes:
    """Join the writes of a run with its readback (an empty one if there is none)."""
    history = run.history
    corrected = history.is_in("kind", "pleno_decide") & (history.numpy("page") > 0)
    is_write = history.is_in("kind", *WRITES) | corrected
    row = np.flatnonzero(is_write).astype(np.int64)
    stored = run.readback
    ok = history.is_in("outcome", "ok")[row]
    unknown = history.is_in("outcome", "unknown")[row]
    probe = history.is_in("expect", "reject")[row]
    broken_photo = probe & history.is_in("reason", PROBE_TRUNCATED, PROBE_CORRUPTED)[row]
    for_another = probe & history.is_in("reason", PROBE_FOREIGN)[row]
    possible = ok | unknown | (~ok & (history.numpy("status")[row] >= 500))

    def sent(name: str) -> Codes:
        return history.codes(name)[row]

    def held(name: str) -> Codes:
        return np.zeros(0, np.int64) if stored is None else stored.codes(name)

    account, tps, s_tps, s_account = sent("account_tps"), sent("tps"), held("tps"), held("account_tps")
    key, s_key = sent("key"), held("key")
    receipt, s_receipt = sent("receipt"), held("receipt")
    content, s_claimed = sent("content_sha256"), held("content_sha256_claimed")
    s_fetched = held("content_sha256_fetched")
    numbers, s_numbers = sent("numbers_sha256"), held("numbers_sha256")
    page = history.numpy("page")[row]
    s_page = np.zeros(0, np.uint8) if stored is None else stored.numpy("page")
    place = pair(tps, pair(sent("form"), page))
    s_place = pair(s_tps, pair(held("form"), s_page))

    foreign = for_another | ((account >= 0) & (account != tps) & ~_in_region(history, row, STAFF))
    promised = ok & ~probe
    by_receipt = _nearest(s_receipt, s_tps, receipt, tps, ok)
    by_key = _nearest(s_key, s_tps, key, tps, possible)
    elsewhere = ((by_receipt >= 0) | (by_key >= 0)) & ~(
        _same_tps(by_receipt, tps, s_tps) | _same_tps(by_key, tps, s_tps)
    )
    owned = look_up(pair(s_tps, s_fetched), pair(tps, content), ~foreign) >= 0
    owned_elsewhere = ~owned & (look_up(s_fetched, content, ~foreign) >= 0)
    strange = (s_account >= 0) & (s_account != s_tps)
    if stored is not None and strange.any():
        strange &= ~_in_region(stored, np.arange(len(s_tps), dtype=np.int64))
    misplaced = strange | elsewhere | owned_elsewhere

    return Writes(
        row=row,
        correction=history.is_in("kind", "correct", "pleno_decide", "replace_photo")[row],
        ok=ok,
        possible=possible,
        probe=probe,
        broken_photo=broken_photo,
        foreign=foreign,
        promised=promised,
        tps=tps,
        place=place,
        key=key,
        receipt=receipt,
        content=content,
        numbers=numbers,
        promise=np.where(receipt >= 0, receipt, pair(key, 0)),
        page=page,
        stored=_filed((receipt, key, place, tps), (s_receipt, s_key, s_place, s_tps), promised),
        s_tps=s_tps,
        s_place=s_place,
        s_key=s_key,
        s_receipt=s_receipt,
        s_claimed=s_claimed,
        s_fetched=s_fetched,
        s_numbers=s_numbers,
        s_by_receipt=by_receipt,
        s_by_key=by_key,
        s_misplaced=misplaced,
        s_torn=_torn(stored, s_claimed, s_fetched),
        s_linked=(by_receipt >= 0) | (by_key >= 0),
    )


def _in_region(table: Columns, row: Codes, actors: tuple[str, ...] = ()) -> Mask:
    """Rows of staff whose own region the TPS lies in; without `actors` whoever has no operator is staff."""
    staff = table.is_in("actor", *actors)[row] if actors else table.numpy("operator")[row] == 0
    out = np.zeros(len(row), bool)
    for at in np.flatnonzero(staff).tolist():
        region = table.text("account_tps", int(row[at])).replace(".", "")
        out[at] = bool(region) and table.text("tps", int(row[at])).startswith(region)
    return out


def _torn(stored: Columns | None, claimed: Codes, fetched: Codes) -> Mask:
    if stored is None:
        return np.zeros(0, bool)
    out: Mask = (fetched >= 0) & (~stored.numpy("content_whole") | ((claimed >= 0) & (fetched != claimed)))
    return out


def _nearest(value: Codes, tps: Codes, there: Codes, there_tps: Codes, among: Mask | None = None) -> Codes:
    """Index of an equal value on the other side, first of the same TPS, else of any; -1 for none."""
    at_home = look_up(pair(tps, value), pair(there_tps, there), among)
    return np.where(at_home >= 0, at_home, look_up(value, there, among))


def _filed(ours: tuple[Codes, ...], theirs: tuple[Codes, ...], wanted: Mask) -> Codes:
    """Stored row that answers each wanted write: of the same page if there is one, else TPS, else any.

    `ours` and `theirs` are receipt, key, place and TPS of the two sides. The receipt decides; the key does
    where the target gave none.
    """
    receipt, key, place, tps = ours
    s_receipt, s_key, s_place, s_tps = theirs

    def found(value: Codes, there: Codes) -> Codes:
        here = look_up(pair(place, value), pair(s_place, there))
        if (here[wanted & (value >= 0)] >= 0).all():
            return here
        return np.where(here >= 0, here, _nearest(value, tps, there, s_tps))

    by_receipt = found(receipt, s_receipt)
    if (receipt[wanted] >= 0).all():
        return by_receipt
    return np.where(receipt >= 0, by_receipt, found(key, s_key))


def _same_tps(index: Codes, tps: Codes, s_tps: Codes) -> Mask:
    same: Mask = np.zeros(len(index), bool)
    if len(tps):
        same = (index >= 0) & (tps[index] == s_tps)
    return same
