"""The behaviour tables as rows of numbers: what the kernel interprets.

One array for all tables, a row each: code (operation and argument in one number), then, otherwise. `END` rows
carry how it ended in place of `then`. Codes are constants, so that a compiled chain of ifs becomes a jump.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.behaviour import Row
from simulators.nation.table import CALLS, MOMENTS, TABLES, TESTS, check

UNTIL = 0
TEST = UNTIL + len(MOMENTS)
CALL = TEST + len(TESTS)
SIGNAL = CALL + len(CALLS)
SHOOT, BACKOFF, SKIP, END = range(SIGNAL + 1, SIGNAL + 5)
REST = END + 1
PAUSE = REST + 2
RESTS = ("activation", "upload")
PAUSES = ("help_desk", "reading", "stall", "between")

(UNTIL_ACTIVATION, UNTIL_TRAINING, UNTIL_LOGIN, UNTIL_MORNING, UNTIL_COUNT, UNTIL_STANDBY, UNTIL_SESSION,
 UNTIL_PLENO, UNTIL_BEAT) = range(UNTIL, TEST)  # fmt: skip
(IS_ACTIVATED, IS_LOGGED_IN, IS_PLANO_HERE, IS_ALL_AT_ONCE, IS_FORM_SHOT, IS_WAITING_FOR_ALL, IS_QUEUE_EMPTY,
 IS_NEXT_COUNTED, IS_FORM_WHOLE, IS_ANYTHING_MISSING, IS_ANYTHING_WANTED, IS_WRITING_BACKUP,
 IS_TPS_LEFT) = range(TEST, CALL)  # fmt: skip
ACTIVATE, LOGIN, TPS, PRACTICE, SUBMIT_PAGE, CONFIRM, STATUS, RECAP, READ = range(len(CALLS))
REST_ACTIVATION, REST_UPLOAD = range(REST, REST + 2)
PAUSE_HELP_DESK, PAUSE_READING, PAUSE_STALL, PAUSE_BETWEEN = range(PAUSE, PAUSE + 4)

CODE, THEN, OTHERWISE = range(3)

HOWS = ("", "horizon", "sent", "backup", "gave_up", "idle", "done")
"""How an actor ended; the first: it has not."""

RUNNING, HORIZON, SENT, BACKUP_GIVEN = range(4)


@dataclass(frozen=True, slots=True)
class Script:
    """`rows` (int16, rows x 3) of all tables, the first row of each table, and names for messages."""

    rows: NDArray[np.int16]
    starts: dict[str, int]
    names: tuple[str, ...]


def encode(tables: dict[str, tuple[Row, ...]] = TABLES) -> Script:
    """Raises ValueError if a table is not sound (`table.check`)."""
    rows: list[tuple[int, int, int]] = []
    starts: dict[str, int] = {}
    names: list[str] = []
    for title, table in tables.items():
        check(table)
        first = starts[title] = len(rows)
        at = {row.name: first + index for index, row in enumerate(table)} | {"": -1}
        for row in table:
            then = HOWS.index(row.arg) if row.op == "end" else at[row.then]
            rows.append((_code(row), then, at[row.otherwise]))
            names.append(f"{title}: {row.name}")
    return Script(np.array(rows, np.int16), starts, tuple(names))


def _code(row: Row) -> int:
    match row.op:
        case "until":
            return UNTIL + MOMENTS.index(row.arg)
        case "test":
            return TEST + TESTS.index(row.arg)
        case "call":
            return CALL + CALLS.index(row.arg)
        case "rest":
            return REST + RESTS.index(row.arg)
        case "pause":
            return PAUSE + PAUSES.index(row.arg)
        case "signal" | "shoot" | "backoff" | "skip" | "end":
            return {"signal": SIGNAL, "shoot": SHOOT, "backoff": BACKOFF, "skip": SKIP, "end": END}[row.op]
    raise ValueError(f"row {row.name}: the nation knows no operation {row.op!r}")
