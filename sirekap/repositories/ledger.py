"""The rules of storing pages.

One first submission a page, harmless retries, corrections and replaced photos on top, never beneath.
"""

from dataclasses import dataclass, replace

from sirekap.repositories.pages import PageRow, PageRows, PageWrite

CORRECTION_TRIES = 8  # two corrections at once are rare; eight in a row lost to others are not believable


class PageExistsError(Exception):
    """The page was submitted before, under another key."""

    def __init__(self, row: PageRow) -> None:
        super().__init__(f"page {row.page} of {row.form} is there already; send a correction instead")
        self.receipt = row.receipt


class PageMissingError(Exception):
    """There is no such page to correct."""


class KeyReusedError(Exception):
    """The idempotency key was used before for something else."""


class PlenoFinalError(Exception):
    """The D.Hasil of this form is final: only a reopening by the level above lets anything change."""


class ContendedError(Exception):
    """Others kept correcting the same page at the same time."""


@dataclass(frozen=True)
class Stored:
    """A stored row; `replay` when it had been stored by an earlier request with the same key."""

    row: PageRow
    replay: bool


class PageLedger:
    """Submits and corrects pages over `rows`."""

    def __init__(self, rows: PageRows) -> None:
        self._rows = rows

    async def standing(self, tps: str, form: str, page: int, key: str, sha256: str) -> Stored | None:
        """What a submission would meet, known before its photo is stored: a replay, or None for a free page.

        Raises:
            PageExistsError: the page is there under another key.
            KeyReusedError: the key belongs to another page or another photo.
        """
        met = await self._rows.met(tps, form, page, key)
        if met.under_key:
            return _replay(met.under_key, tps, form, page, sha256)
        if met.current and met.current.key != key:
            raise PageExistsError(met.current)
        return None

    async def submit(self, write: PageWrite) -> Stored:
        """Store a first revision; committed when this returns.

        Raises:
            PageExistsError, KeyReusedError: as for `standing`; somebody may have been faster.
        """
        row = await self._rows.insert(write, 1)
        if row:
            return Stored(row, replay=False)
        standing = await self.standing(write.tps, write.form, write.page, write.key, write.sha256)
        if standing is None:
            raise ContendedError
        return standing

    async def replace(self, photo: PageWrite) -> Stored:
        """Store a further revision with another photo; the numbers stay, but for those in `photo.numbers`.

        Raises:
            PageMissingError: there is no photo to replace.
            KeyReusedError: the key belongs to another page, another photo or other numbers.
            PlenoFinalError: the D.Hasil of the kecamatan is final.
            ContendedError: too many changes at once.
        """
        return await self._on_top(photo, keeps_photo=False)

    async def correct(self, change: PageWrite) -> Stored:
        """Store a further revision; `change.numbers` replace those of the current one, field by field.

        The photo stays that of the current revision.

        Raises:
            PageMissingError: nothing to correct.
            KeyReusedError: the key belongs to another page, to its first submission or to other numbers.
            PlenoFinalError: the D.Hasil of the kecamatan is final.
            ContendedError: too many corrections at once.
        """
        return await self._on_top(change, keeps_photo=True)

    async def _on_top(self, change: PageWrite, *, keeps_photo: bool) -> Stored:
        """Store a further revision with the numbers of the current one but for those of `change`."""
        for _ in range(CORRECTION_TRIES):
            met = await self._rows.met(change.tps, change.form, change.page, change.key)
            if met.under_key:
                sha256 = met.under_key.sha256 if keeps_photo else change.sha256
                return _replayed_change(met.under_key, change, sha256)
            present = met.current
            if present is None:
                raise PageMissingError
            if met.final:
                raise PlenoFinalError
            whole = replace(change, numbers={**present.numbers, **change.numbers})
            if keeps_photo:
                whole = replace(
                    whole,
                    sha256=present.sha256,
                    photo_bytes=present.photo_bytes,
                    captured_at=present.captured_at,
                    skew_ms=present.skew_ms,
                    clock_suspect=present.clock_suspect,
                    delayed=present.delayed,
                )
            row = await self._rows.insert(whole, present.revision + 1)
            if row:
                return Stored(row, replay=False)
        raise ContendedError


def _replay(earlier: PageRow, tps: str, form: str, page: int, sha256: str) -> Stored:
    if (earlier.tps, earlier.form, earlier.page, earlier.sha256) != (tps, form, page, sha256):
        raise KeyReusedError("this Idempotency-Key was used before for another page or another photo")
    return Stored(earlier, replay=True)


def _replayed_change(earlier: PageRow, change: PageWrite, sha256: str) -> Stored:
    """A receipt says that these numbers are stored, so the key must be that of a change that has them."""
    if earlier.revision == 1 or not change.numbers.items() <= earlier.numbers.items():
        raise KeyReusedError("this Idempotency-Key was used before for another submission or correction")
    return _replay(earlier, change.tps, change.form, change.page, sha256)
