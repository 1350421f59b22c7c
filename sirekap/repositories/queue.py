"""The durable queue of photos to read: one row a page revision, written with the page in one commit.

A worker takes a row for a while (the lease). If it dies the lease runs out and another takes the row again;
whoever finishes first has done it, and the row of the result is unique. A job that was taken too often
without being finished ends as failed.
"""

import json
from dataclasses import dataclass
from typing import Any

from sirekap.database.access import Database

TOPIC = "reading"
"""Woken when a page was stored; a hint only, the queue is also looked at every few moments."""


@dataclass(frozen=True)
class Job:
    """One photo to read, and what the phone sent with it; `tries` counts this one too."""

    revision_id: int
    tries: int
    tps: str
    form: str
    page: int
    sha256: str
    numbers: dict[str, int]


@dataclass(frozen=True)
class QueueHealth:
    """How many photos wait, are being read and could not be read; since when the oldest waits, and how often
    one that is not done was taken."""

    waiting: int
    taken: int
    failed: int
    oldest_waiting_s: float
    most_tries: int


class ReadingQueue:
    """Takes jobs for one worker, known by a name that no other process, living or dead, has or had."""

    def __init__(self, database: Database, worker: str, lease_s: float) -> None:
        self._database = database
        self._worker = worker
        self._lease_s = lease_s

    async def take(self) -> Job | None:
        """The oldest job that nobody has; None when there is none. It is ours until the lease ends."""
        row = await self._database.fetchrow(
            "WITH next AS (SELECT revision_id FROM reading_job"
            "  WHERE state IN ('waiting', 'taken') AND coalesce(taken_until, '-infinity') <= now()"
            "  ORDER BY revision_id LIMIT 1 FOR UPDATE SKIP LOCKED),"
            " mine AS (UPDATE reading_job j SET state = 'taken', tries = tries + 1, taken_by = $1,"
            "  taken_until = now() + make_interval(secs => $2)"
            "  FROM next WHERE j.revision_id = next.revision_id RETURNING j.revision_id, j.tries)"
            " SELECT mine.revision_id, mine.tries, p.tps, p.form, p.page, p.sha256, p.numbers"
            " FROM mine JOIN page_revision p ON p.id = mine.revision_id",
            self._worker,
            self._lease_s,
        )
        return _job(row)

    async def give_back(self, job: Job, after_s: float, *, counts: bool) -> None:
        """Let somebody else, or us, try again in `after_s`; `counts` is whether this was a try."""
        await self._database.fetch(
            "UPDATE reading_job SET state = 'waiting', taken_by = NULL,"
            " taken_until = now() + make_interval(secs => $3), tries = tries - $4"
            " WHERE revision_id = $1 AND taken_by = $2 AND state = 'taken'",
            job.revision_id,
            self._worker,
            after_s,
            0 if counts else 1,
        )

    async def free_those_of(self, name: str) -> int:
        """Let go what an earlier process of the worker called `name` had in hand; how many."""
        rows = await self._database.fetch(
            "UPDATE reading_job SET state = 'waiting', taken_by = NULL, taken_until = NULL"
            " WHERE state = 'taken' AND split_part(taken_by, '.', 1) = $1 AND taken_by <> $2"
            " RETURNING revision_id",
            name,
            self._worker,
        )
        return len(rows)


async def queue_health(database: Database) -> QueueHealth:
    """The state of the queue, for metrics; `oldest_waiting_s` is 0 when nothing waits."""
    row: Any = await database.fetchrow(
        "SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,"
        " count(*) FILTER (WHERE state = 'taken') AS taken,"
        " (SELECT count(*) FROM reading_job WHERE state = 'failed') AS failed,"
        " coalesce(extract(epoch FROM now() - min(queued_at)), 0)::float8 AS oldest_waiting_s,"
        " coalesce(max(tries), 0) AS most_tries"
        " FROM reading_job WHERE state IN ('waiting', 'taken')"
    )
    return QueueHealth(**row)


def _job(row: Any | None) -> Job | None:
    return Job(**{**row, "numbers": json.loads(row["numbers"])}) if row else None
