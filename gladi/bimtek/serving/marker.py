"""Marks finished attempts, in a thread of its own: waits until the stack has read, looks, marks, keeps.

Everything it needs is in the journal and at the stack, so after a restart it goes on where it was.
"""

import logging
import threading
import time
from typing import Any

from gladi.bimtek.serving.desk import Desk
from gladi.bimtek.serving.journal import Journal, Work
from gladi.bimtek.serving.lesson import Lesson
from gladi.bimtek.serving.marking import work as marking
from gladi.bimtek.serving.marking.look import look
from gladi.bimtek.serving.telephone import Said, Telephone

_PATIENCE_S = 180.0  # for the stack to read the photos; then it is marked without
_POLL_S = 0.4
PRACTICE_POINTS = 20
"""What a practical part is worth, beside the questions of its exercise; points of a pack are for paper."""


class Marker:
    """One thread; `wake` tells it that something was finished."""

    def __init__(self, lesson: Lesson, telephone: Telephone, journal: Journal, desk: Desk) -> None:
        self._lesson = lesson
        self._telephone = telephone
        self._journal = journal
        self._desk = desk
        self._news = threading.Event()
        self._over = False
        self._hopeless: set[str] = set()
        self._thread = threading.Thread(target=self._loop, name="marker", daemon=True)

    def start(self) -> None:
        """Begin, with what was left unmarked."""
        self._thread.start()

    def wake(self) -> None:
        """Something was finished."""
        self._news.set()

    def stop(self) -> None:
        """End after the mark in hand."""
        self._over = True
        self._news.set()
        self._thread.join(10.0)

    def _loop(self) -> None:
        while not self._over:
            waiting = [work for work in self._journal.unmarked() if not self._tried(work)]
            self._news.wait(_POLL_S if waiting else 5.0)
            self._news.clear()

    def _tried(self, work: Work) -> bool:
        """Whether nothing is to be waited for; one that cannot be marked keeps nobody else waiting."""
        if work.id in self._hopeless:
            return True
        try:
            return self._mark(work)
        except Exception:
            logging.getLogger(__name__).exception("attempt %s cannot be marked", work.id)
            self._hopeless.add(work.id)
            return True

    def _mark(self, work: Work) -> bool:
        """Whether it is marked now."""
        trainee = self._lesson.trainee(work.trainee)
        exercise = self._lesson.exercise(work.trainee, work.exercise)
        reading = self.reading(work) if exercise.kind != "perbaiki" else {}
        waited_s = time.time() - (work.finished_at or 0.0)
        if reading is None or (waited_s < _PATIENCE_S and _unread(reading)):
            if waited_s < 10 * _PATIENCE_S:
                return False
            reading = {}
        looks = {
            int(page): self._look(work, int(page), str(one["sha256"]))
            for page, one in (reading.get("pages") or {}).items()
            if one.get("sha256")
        }
        record = marking.Record(
            self._lesson, trainee, exercise.kind, work, self._journal.sent(work.id), reading, looks
        )
        self._journal.mark(work.id, marking.mark(record, PRACTICE_POINTS))
        return True

    def reading(self, work: Work) -> dict[str, Any] | None:
        """What the stack says it read of an attempt; None while it does not answer."""
        path = f"{work.tps}/forms/{self._lesson.pack.form}"
        said = self._telephone.reading(work.token, path)
        if said.status == 401:
            token = self._desk.token(work.tps)
            if isinstance(token, Said):
                return None
            self._journal.new_token(work.id, token)
            said = self._telephone.reading(token, path)
        return dict(said.content) if said.good else None

    def _look(self, work: Work, page: int, digest: str) -> dict[str, Any] | None:
        known = self._journal.looks(work.id).get((page, digest))
        if known is not None:
            return known or None
        jpeg = self._telephone.photo(digest)
        if not jpeg:  # the stack is away just now; nothing is concluded from that
            return None
        seen = look(jpeg)
        told = {} if seen is None else seen.to_json()
        self._journal.keep_look(work.id, page, digest, told)
        return told or None


def _unread(reading: dict[str, Any]) -> bool:
    return any(one.get("state") in {"waiting", "taken"} for one in (reading.get("pages") or {}).values())
