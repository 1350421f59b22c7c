"""What a copy says: the current numbers of every page, how they came about, and a digest over all of it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sirekap.forms.contests import Contest
from sirekap.repositories.copies import Place
from sirekap.repositories.history import Revision, Said


@dataclass(frozen=True)
class CopiedPage:
    """The current revision of one page; `web` is the small copy of its photo, None while there is none."""

    page: int
    revision: int
    receipt: str
    sha256: str
    numbers: dict[str, int]
    web_sha256: str | None
    web: bytes | None


@dataclass(frozen=True)
class CopyContent:
    """Everything on a copy of one form of one TPS."""

    tps: str
    place: Place
    contest: Contest
    pages: Sequence[CopiedPage]
    revisions: Sequence[Revision]
    confirmations: Sequence[Said]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """All numbers of the form."""
        return {field: number for page in self.pages for field, number in page.numbers.items()}

    @property
    def corrections(self) -> list[Revision]:
        """What was stored on top of first submissions."""
        return [one for one in self.revisions if one.revision > 1]

    @property
    def as_of(self) -> datetime:
        """When the last thing on this copy was stored."""
        return max([one.stored_at for one in self.revisions] + [one.stored_at for one in self.confirmations])

    @cached_property
    def digest(self) -> str:
        """sha256, in hex, of the canonical JSON of what is stored; photos by their own digests."""
        text = json.dumps(self._stored(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def edition(self) -> str:
        """Names this copy byte by byte: a copy made before its photos were read lacks pictures."""
        pictures = [one.web_sha256 if one.web else None for one in self.pages]
        return hashlib.sha256(json.dumps([self.digest, pictures]).encode()).hexdigest()

    def _stored(self) -> dict[str, Any]:
        return {
            "tps": self.tps,
            "form": self.contest.form,
            "contest": self.contest.stamp,
            "pages": [
                {
                    "page": one.page,
                    "revision": one.revision,
                    "receipt": one.receipt,
                    "sha256": one.sha256,
                    "numbers": one.numbers,
                }
                for one in self.pages
            ],
            "revisions": [one.receipt for one in self.revisions],
            "confirmations": [[one.receipt, one.sesuai] for one in self.confirmations],
        }
