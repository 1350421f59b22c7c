"""What is kept of a class, in one SQLite file: a power cut loses nothing that a phone was told is saved.

Times are seconds since 1970 by this machine's clock. Tokens of trainees are kept as digests only; what the
site itself must know to go on (its places of work at the stack) is kept as it is, and the file is its
owner's alone.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

FILE = "latihan.sqlite"

_TABLES = """
CREATE TABLE IF NOT EXISTS trainee (
  id TEXT PRIMARY KEY, device TEXT NOT NULL DEFAULT '', activated_at REAL, seen_at REAL,
  code TEXT NOT NULL DEFAULT '', resets INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS session (
  digest TEXT PRIMARY KEY, trainee TEXT NOT NULL, stack_token TEXT NOT NULL, opened_at REAL NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS work (
  id TEXT PRIMARY KEY, trainee TEXT NOT NULL, exercise INTEGER NOT NULL, attempt INTEGER NOT NULL,
  tps TEXT NOT NULL UNIQUE, token TEXT NOT NULL DEFAULT '', given TEXT NOT NULL DEFAULT '{}',
  opened_at REAL NOT NULL, finished_at REAL, mark TEXT, UNIQUE (trainee, exercise, attempt));
CREATE TABLE IF NOT EXISTS sent (
  number INTEGER PRIMARY KEY, work TEXT NOT NULL, kind TEXT NOT NULL, page INTEGER NOT NULL,
  key TEXT NOT NULL, status INTEGER NOT NULL, code TEXT NOT NULL, content TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS sent_of_work ON sent (work);
CREATE TABLE IF NOT EXISTS look (
  work TEXT NOT NULL, page INTEGER NOT NULL, sha256 TEXT NOT NULL, content TEXT NOT NULL,
  PRIMARY KEY (work, page, sha256));
CREATE TABLE IF NOT EXISTS answered (
  number INTEGER PRIMARY KEY, trainee TEXT NOT NULL, exercise INTEGER NOT NULL, round INTEGER NOT NULL,
  answers TEXT NOT NULL, mark TEXT NOT NULL, at REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt of a trainee at an exercise, with its place at the stack.

    `token`: the session of its account there. `given`: what the exercise put there beforehand.
    `mark` is None until it was marked.
    """

    id: str
    trainee: str
    exercise: int
    attempt: int
    tps: str
    token: str
    given: Mapping[str, Any]
    opened_at: float
    finished_at: float | None
    mark: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One answered request of an attempt: kind "page", "confirm" or "correct".

    Every answer is kept, refusals too; `content` is what was sent, without the photo.
    """

    kind: str
    page: int
    key: str
    status: int
    code: str
    content: Mapping[str, Any]
    at: float

    @property
    def good(self) -> bool:
        """Whether the stack took it."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to the questions of an exercise, and what they were worth."""

    trainee: str
    exercise: int
    round: int
    answers: Mapping[str, Any]
    mark: Mapping[str, Any]
    at: float


class Journal:
    """The file of a class; any thread may call."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = FULL")
        self._base.executescript(_TABLES)

    def close(self) -> None:
        """Leave the file whole, without the one beside it."""
        with self._lock:
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._base.close()

    # who

    def open_session(self, trainee: str, token: str, stack_token: str, device: str) -> None:
        """A phone has logged in; `token` is known to that phone alone."""
        now = time.time()
        with self._write() as base:
            base.execute(
                "INSERT INTO trainee (id, device, activated_at, seen_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET device = excluded.device, seen_at = excluded.seen_at, "
                "activated_at = COALESCE(trainee.activated_at, excluded.activated_at)",
                (trainee, device, now, now),
            )
            base.execute(
                "INSERT INTO session (digest, trainee, stack_token, opened_at) VALUES (?, ?, ?, ?)",
                (_digest(token), trainee, stack_token, now),
            )

    def whose(self, token: str) -> tuple[str, str] | None:
        """Trainee and stack token of a session that has not ended."""
        rows = self._read(
            "SELECT trainee, stack_token FROM session WHERE digest = ? AND NOT ended", (_digest(token),)
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def seen(self, trainee: str) -> None:
        """The trainee's phone has asked for something."""
        with self._write() as base:
            base.execute("UPDATE trainee SET seen_at = ? WHERE id = ?", (time.time(), trainee))

    def end_session(self, token: str) -> None:
        """A phone logged out."""
        with self._write() as base:
            base.execute("UPDATE session SET ended = 1 WHERE digest = ?", (_digest(token),))

    def freed(self, trainee: str, code: str) -> None:
        """The trainer freed the account from its phone: `code` activates the next one."""
        with self._write() as base:
            base.execute("UPDATE session SET ended = 1 WHERE trainee = ?", (trainee,))
            base.execute(
                "INSERT INTO trainee (id, code, resets) VALUES (?, ?, 1) "
                "ON CONFLICT (id) DO UPDATE SET code = excluded.code, resets = trainee.resets + 1, "
                "device = '', activated_at = NULL",
                (trainee, code),
            )

    def people(self) -> dict[str, dict[str, Any]]:
        """What is known of every trainee that was ever seen, by id."""
        rows = self._read("SELECT id, device, activated_at, seen_at, code, resets FROM trainee")
        names = ("device", "activated_at", "seen_at", "code", "resets")
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}

    # attempts

    def begin(self, work: Work) -> bool:
        """Keep a new attempt; False if this trainee has one of that number already."""
        try:
            with self._write() as base:
                base.execute(
                    "INSERT INTO work (id, trainee, exercise, attempt, tps, token, given, opened_at) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (work.id, work.trainee, work.exercise, work.attempt, work.tps, work.token,
                     json.dumps(work.given), work.opened_at),
                )  # fmt: skip
        except sqlite3.IntegrityError:
            return False
        return True

    def new_token(self, work: str, token: str) -> None:
        """The place of work has logged in at the stack (again)."""
        with self._write() as base:
            base.execute("UPDATE work SET token = ? WHERE id = ?", (token, work))

    def give(self, work: str, given: Mapping[str, Any]) -> None:
        """What the exercise put at the place of work."""
        with self._write() as base:
            base.execute("UPDATE work SET given = ? WHERE id = ?", (json.dumps(given), work))

    def finish(self, work: str) -> None:
        """The trainee is done; a second time changes nothing."""
        with self._write() as base:
            base.execute(
                "UPDATE work SET finished_at = ? WHERE id = ? AND finished_at IS NULL", (time.time(), work)
            )

    def mark(self, work: str, mark: Mapping[str, Any]) -> None:
        """What an attempt was worth."""
        with self._write() as base:
            base.execute("UPDATE work SET mark = ? WHERE id = ?", (json.dumps(mark), work))

    def work(self, id: str) -> Work | None:
        """One attempt."""
        found = self._works("WHERE id = ?", (id,))
        return found[0] if found else None

    def works(self, trainee: str | None = None) -> list[Work]:
        """Attempts in the order of their beginning, of one trainee or of all."""
        return self._works("", ()) if trainee is None else self._works("WHERE trainee = ?", (trainee,))

    def unmarked(self) -> list[Work]:
        """Finished, and not marked yet."""
        return self._works("WHERE finished_at IS NOT NULL AND mark IS NULL", ())

    def _works(self, where: str, values: tuple[Any, ...]) -> list[Work]:
        rows = self._read(
            "SELECT id, trainee, exercise, attempt, tps, token, given, opened_at, finished_at, mark "
            f"FROM work {where} ORDER BY opened_at, id", values,
        )  # fmt: skip
        return [
            Work(
                id,
                trainee,
                exercise,
                attempt,
                tps,
                token,
                json.loads(given),
                opened,
                finished,
                json.loads(mark) if mark else None,
            )
            for id, trainee, exercise, attempt, tps, token, given, opened, finished, mark in rows
        ]

    # what was sent, seen and answered

    def keep(self, work: str, sent: Sent) -> None:
        """One answered request."""
        with self._write() as base:
            base.execute(
                "INSERT INTO sent (work, kind, page, key, status, code, content, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (work, sent.kind, sent.page, sent.key, sent.status, sent.code,
                 json.dumps(sent.content), sent.at),
            )  # fmt: skip

    def sent(self, work: str) -> list[Sent]:
        """All of an attempt, in order."""
        rows = self._read(
            "SELECT kind, page, key, status, code, content, at FROM sent WHERE work = ? ORDER BY number",
            (work,),
        )
        return [
            Sent(kind, page, key, status, code, json.loads(content), at)
            for kind, page, key, status, code, content, at in rows
        ]

    def keep_look(self, work: str, page: int, digest: str, look: Mapping[str, Any]) -> None:
        """What a photo looks like."""
        with self._write() as base:
            base.execute(
                "INSERT OR REPLACE INTO look (work, page, sha256, content) VALUES (?, ?, ?, ?)",
                (work, page, digest, json.dumps(look)),
            )

    def looks(self, work: str) -> dict[tuple[int, str], dict[str, Any]]:
        """By page and digest of the photo."""
        rows = self._read("SELECT page, sha256, content FROM look WHERE work = ?", (work,))
        return {(row[0], row[1]): json.loads(row[2]) for row in rows}

    def answer(self, one: Answered) -> None:
        """Answers to questions."""
        with self._write() as base:
            base.execute(
                "INSERT INTO answered (trainee, exercise, round, answers, mark, at) VALUES (?, ?, ?, ?, "
                "?, ?)",
                (one.trainee, one.exercise, one.round, json.dumps(one.answers), json.dumps(one.mark), one.at),
            )

    def answered(self, trainee: str | None = None) -> list[Answered]:
        """In order."""
        where, values = ("", ()) if trainee is None else ("WHERE trainee = ?", (trainee,))
        rows = self._read(
            f"SELECT trainee, exercise, round, answers, mark, at FROM answered {where} ORDER BY number",
            values,
        )
        return [
            Answered(trainee, exercise, round, json.loads(answers), json.loads(mark), at)
            for trainee, exercise, round, answers, mark, at in rows
        ]

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def _read(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._base.execute(query, values).fetchall()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
