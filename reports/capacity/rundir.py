"""The directory of a capacity run: what was asked, and every answer worked out anew from its record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from reports.capacity.answer import Answer, answer
from reports.capacity.counting import CLIENTS
from reports.capacity.judging import Trial, invalid, judge
from reports.capacity.limits import Limits
from reports.capacity.nation import Sent
from reports.columns import RunDirectoryError
from reports.offered.schema import ATTEMPTS, ATTEMPTS_FILE, TRIALS, TRIALS_FILE
from reports.opened import json_of, table_of
from scenarios.thresholds import threshold

FILE = "capacity.json"
VERSION = 2
"""2: long trials count for the knee, a kind's growth is tested more sharply in a mix."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """`asked` is what the run was told, `about` the machine and the date, `found` what was written then."""

    path: Path
    asked: Mapping[str, Any]
    about: Mapping[str, Any]
    found: Mapping[str, Any]
    answers: tuple[Answer, ...]

    @property
    def agrees(self) -> bool:
        """Whether the answers that were written down are those that follow from the record."""
        return bool(json.loads(json.dumps(as_json(self.answers))) == self.found)

    @classmethod
    def open(cls, folder: Path) -> "Capacity":
        """Read and work out; raises RunDirectoryError that names the file."""
        content = json_of(folder / FILE)
        trials = table_of(folder / TRIALS_FILE, TRIALS).to_pylist()
        attempts = table_of(folder / ATTEMPTS_FILE, ATTEMPTS)
        try:
            if content["capacity_version"] != VERSION:
                raise RunDirectoryError(f"{folder / FILE}: capacity_version must be {VERSION}")
            asked = content["asked"]
            limits = limits_of(asked)
            columns = _by_trial(attempts, len(trials))
            answers = tuple(
                worked_out(what, [(row, columns[row["trial"]]) for row in trials if row["what"] == what],
                           limits, content["ended"].get(what, "interrupted"), asked)
                for what in asked["whats"]
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise RunDirectoryError(f"{folder}: is not the directory of a capacity run: {error}") from error
        return cls(folder, asked, content["about"], content.get("found", {}), answers)


def limits_of(asked: Mapping[str, Any]) -> Limits:
    """The limits by kind, from their words."""
    return {kind: tuple(threshold(text) for text in texts) for kind, texts in asked["limits"].items()}


def worked_out(
    what: str, rows: list[tuple[Mapping[str, Any], Mapping[str, Any]]], limits: Limits, ended: str,
    asked: Mapping[str, Any],
) -> Answer:  # fmt: skip
    """The answer for one kind of load; `rows` are (row of TRIALS, arrays of its ATTEMPTS)."""
    trials: list[Trial] = []
    clients: list[tuple[int, float]] = []
    for row, columns in rows:
        if row["purpose"] == CLIENTS:
            rate = _throughput(columns)
            kinds = [str(one) for one in np.unique(np.asarray(columns["kind"]))]
            if rate and not invalid(row, limits, kinds):
                clients.append((int(row["clients"]), rate))
        else:
            trials.append(judge(row, columns, limits))
    return answer(
        what, trials, clients, ended, asked["mixes"][what], sent_of(asked),
        _took_s([row for row, _ in rows]),
    )  # fmt: skip


def sent_of(asked: Mapping[str, Any]) -> Sent:
    """What a TPS of the scenario sends."""
    return Sent(tuple(asked["forms"]), float(asked["pages_a_tps"]), int(asked["region_tps"]))


def _took_s(rows: Sequence[Mapping[str, Any]]) -> float:
    """From the first trial to the end of the last."""
    if not rows:
        return 0.0
    return float(max(row["began_epoch_s"] + row["seconds"] for row in rows) - rows[0]["began_epoch_s"])


def _throughput(columns: Mapping[str, Any]) -> float:
    """Good answers a second of a closed step until nobody asked any more: one that came late is no rate."""
    due_s, ended_s = np.asarray(columns["due_s"], float), np.asarray(columns["ended_s"], float)
    until_s = float(due_s.max(initial=0.0))
    good = (np.asarray(columns["became"]) == "good") & (ended_s <= until_s)
    return float(good.sum()) / until_s if until_s else 0.0


def as_json(answers: tuple[Answer, ...]) -> dict[str, Any]:
    """By kind of load; what is not finite becomes null."""
    found = {}
    for one in answers:
        plain = asdict(one)
        plain["holds_per_s"] = one.holds_per_s
        if one.knee:
            plain["knee"]["spread"] = one.knee.spread
        if one.drift:
            plain["drift"]["moved"] = one.drift.moved
        found[one.what] = _plain(plain)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value


def _by_trial(attempts: pa.Table, trials: int) -> list[dict[str, Any]]:
    """Rows are in the order of their trials."""
    number = attempts.column("trial").to_numpy()
    if len(number) and (np.any(np.diff(number.astype(np.int64)) < 0) or number[-1] >= trials):
        raise ValueError(f"{ATTEMPTS_FILE} and {TRIALS_FILE} do not belong together")
    edges = np.searchsorted(number, np.arange(trials + 1))
    names = ("kind", "due_s", "ended_s", "became")
    whole = {name: attempts.column(name).to_numpy() for name in names}
    return [{name: whole[name][edges[i] : edges[i + 1]] for name in names} for i in range(trials)]
