"""What each class of work may take of one worker, in one table; whoever asks for more is told to come back.

Two guards stand before every class:

- its `Admission`: places, slots and a predicted end of its own, so that one class can never fill another's
  queue;
- the lateness of the event loop, which all classes share: the later it is, the more classes give way, the
  portal first and the phones of election day last. So a flood of one class costs the others a wait they can
  bear, and no more.

Logins compete for the cores with their hashes alone: those run in threads of lower priority (see
security/passwords.py). Probes are never refused.
"""

import contextlib
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sirekap.overload.admission import Admission
from sirekap.overload.lateness import Lateness
from sirekap.overload.work import Work
from sirekap.settings import Settings


class StoppingError(Exception):
    """This process finishes what it has and takes nothing new."""


STRAINED_S = 0.025  # a loop this late is what requests wait for
SLOT_INSIDE = frozenset({Work.LOGIN, Work.UPLOAD})  # they take their slot where the scarce thing is


@dataclass(frozen=True)
class Share:
    """The share of one class."""

    at_once: int  # slots
    waiting: float  # places besides
    end_limit_s: float  # predicted end
    lateness_limit_s: float  # of the event loop
    typical_s: float  # first guess of the time a slot is held


def shares(settings: Settings) -> dict[Work, Share]:
    """Every class that can be refused and its share."""
    s = settings
    return {
        Work.LOGIN: Share(s.hash_threads + 1, s.hash_queue, s.hash_wait_limit_s, s.phone_lateness_s, 0.05),
        Work.UPLOAD: Share(
            s.disk_threads, s.uploads_in_flight - s.disk_threads, s.upload_end_s, s.phone_lateness_s, 0.02
        ),
        Work.PHONE: Share(s.phone_at_once, s.phone_waiting, s.phone_end_s, s.phone_lateness_s, 0.005),
        Work.STAFF: Share(s.staff_at_once, s.staff_waiting, s.staff_end_s, s.staff_lateness_s, 0.02),
        Work.PORTAL: Share(s.portal_at_once, s.portal_waiting, s.portal_end_s, s.portal_lateness_s, 0.002),
        Work.OFFICE: Share(s.office_at_once, s.office_waiting, math.inf, s.staff_lateness_s, 0.1),
    }


class Shares:
    """The gates of one worker."""

    def __init__(self, settings: Settings) -> None:
        self.lateness = Lateness()
        self.stopping = False
        self._shares = shares(settings)
        self.gates = {
            work: Admission(
                work,
                slots=share.at_once,
                queue_limit=share.waiting,
                wait_limit_s=share.end_limit_s,
                typical_s=share.typical_s,
                strained=self.strained,
            )
            for work, share in self._shares.items()
        }

    def refuse_if_late(self, work: Work) -> None:
        """Raise `OverloadedError` when the event loop is too late for this class."""
        lateness_s = self.lateness.seconds
        if lateness_s > self._shares[work].lateness_limit_s:
            raise self.gates[work].refusal(lateness_s)

    def too_late(self, work: Work) -> bool:
        """Whether `refuse_if_late` would refuse."""
        return self.lateness.seconds > self._shares[work].lateness_limit_s

    @contextlib.asynccontextmanager
    async def admitted(self, work: Work) -> AsyncIterator[None]:
        """Do one request of this class in the block.

        Raises:
            OverloadedError: not now.
            StoppingError: not here any more.
        """
        if work is Work.PROBE:
            yield
            return
        if self.stopping:
            raise StoppingError
        self.refuse_if_late(work)
        gate = self.gates[work]
        if work in SLOT_INSIDE:
            with gate.place():
                yield
        else:
            async with gate.admit():
                yield

    def strained(self) -> bool:
        """Whether the event loop is late enough to be what requests wait for."""
        return self.lateness.seconds > STRAINED_S
