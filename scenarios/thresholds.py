"""Limits in words, as k6 has them: "p95 < 2s", "success > 99%", "rate > 50/s". Units are never left out.

A threshold is about one kind of operation, or `all`; what it is held to is for the reader of a record to work
out. Times are held in seconds, shares between 0 and 1, rates a second.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from scenarios.durations import DurationS
from scenarios.section import Section

Op = Literal["<", "<=", ">", ">="]

TIMES = ("percentile", "mean", "max")
SHARES = ("success", "fail", "unknown", "late")

KINDS = (
    "activate", "login", "logout", "tps", "submit_page", "confirm", "correct", "status",
    "national", "region", "tps_page", "photo",
    "pleno_open", "pleno_tps", "pleno_decide", "pleno_finalise", "backup_page", "replace_photo",
)  # fmt: skip
"""Kinds of operations, as the record names them."""

GROUPS: dict[str, tuple[str, ...]] = {
    "all": KINDS,
    "read": ("national", "region", "tps_page", "photo"),
    "pleno": ("pleno_open", "pleno_tps", "pleno_decide", "pleno_finalise"),
}
"""Names for several kinds at once: everything, what the public reads, what a PPK does in its pleno."""

_EXAMPLES = '"p95 < 2s", "mean < 800ms", "success > 99%", "rate > 50/s" or "count >= 1000"'
_SHAPE = re.compile(r"\s*([A-Za-z]\w*(?:\.\d+)?(?:\([^)]*\))?)\s*(<=|>=|==|!=|<|>|=)\s*(.*?)\s*")
_VALUE = re.compile(r"(\d+(?:\.\d+)?)\s*(.*)")
_TIME_S = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_RATE_S = {"/s": 1.0, "/m": 1 / 60.0, "/min": 1 / 60.0, "/h": 1 / 3600.0}
_ELSEWHERE = {
    "avg": "mean", "med": "p50", "median": "p50", "average": "mean", "error": "fail", "errors": "fail",
    "failed": "fail", "rps": "rate", "ok": "success",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Threshold:
    """One limit. `percentile` is 99.9 of "p99.9", None for any other metric; `value` in SI units.

    Metrics: percentile, mean and max of the time from the intended moment; success, fail, unknown as shares;
    late, the share that the generator began too late; rate, of successes a second; count, of successes.
    """

    metric: str
    percentile: float | None
    op: Op
    value: float
    text: str

    def holds(self, found: float) -> bool:
        """Whether a value keeps to the limit."""
        if self.op == "<":
            return found < self.value
        if self.op == "<=":
            return found <= self.value
        return found > self.value if self.op == ">" else found >= self.value

    @property
    def upper(self) -> bool:
        """Whether the limit is one from above."""
        return self.op in ("<", "<=")

    @property
    def share(self) -> float:
        """The percentile as a share: 0.999 of "p99.9". Only of a percentile."""
        assert self.percentile is not None
        return self.percentile / 100.0


def threshold(text: object) -> Threshold:
    """Read a limit; raises ValueError that says what is missing and gives an example."""
    match = _SHAPE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"must be a metric, < <= > or >=, and a limit with its unit, such as {_EXAMPLES}")
    name, op, limit = match.groups()
    if op not in ("<", "<=", ">", ">="):
        raise ValueError(f'{name} {op} {limit}: "{op}" compares nothing that is measured; use < <= > or >=')
    metric, percentile = _metric(name)
    told = f"{name} {op} {limit}"
    value = _value(metric, told, op, name, limit)
    made: Op = op  # type: ignore[assignment]
    return Threshold(metric, percentile, made, value, told)


def _metric(name: str) -> tuple[str, float | None]:
    if name in (*TIMES[1:], *SHARES, "rate", "count"):
        return name, None
    if match := re.fullmatch(r"p(\d{1,2}(?:\.\d+)?)", name):
        percentile = float(match[1])
        if 0.0 < percentile < 100.0:
            return "percentile", percentile
    if match := re.fullmatch(r"p\((\d{1,2}(?:\.\d+)?)\)", name):
        raise ValueError(f"{name}: write p{match[1]}")
    if name == "p100":
        raise ValueError("p100: write max")
    near = f"write {_ELSEWHERE[name]}" if name in _ELSEWHERE else (
        "metrics are p50 to p99.999, mean, max, success, fail, unknown, late, rate and count"
    )  # fmt: skip
    raise ValueError(f"{name}: no such metric; {near}")


def _value(metric: str, told: str, op: str, name: str, limit: str) -> float:
    match = _VALUE.fullmatch(limit)
    if match is None:
        raise ValueError(f"{told}: the limit must be a number with its unit, such as {_EXAMPLES}")
    number, unit = float(match[1]), match[2]
    if metric in TIMES:
        if unit not in _TIME_S:
            raise ValueError(f"{told}: write the unit, such as {match[1]}s or 800ms{_odd(unit)}")
        return number * _TIME_S[unit]
    if metric in SHARES:
        if unit != "%":
            raise ValueError(
                f'{told}: write the unit, a percentage, such as "{name} {op} {_percent(op)}%"{_odd(unit)}'
            )
        if number > 100.0:
            raise ValueError(f"{told}: a share is at most 100%")
        if (op == "<" and not number) or (op == ">" and number == 100.0):
            raise ValueError(f'{told}: no share can be; write "{name} {op}= {match[1]}%"')
        return number / 100.0
    if metric == "rate":
        if unit not in _RATE_S:
            raise ValueError(f"{told}: write the unit, such as {match[1]}/s or {match[1]}/min{_odd(unit)}")
        return number * _RATE_S[unit]
    if unit or number != int(number):
        raise ValueError(f"{told}: a count is a whole number without a unit, such as count >= 1000")
    return number


def _percent(op: str) -> str:
    return "99" if op.startswith(">") else "1"


def _odd(unit: str) -> str:
    return f' ("{unit}" is not one that is known here)' if unit else ""


ThresholdText = Annotated[
    str,
    Field(
        title="threshold",
        pattern=(
            r"^\s*((p[0-9]{1,2}(\.[0-9]+)?|mean|max)\s*[<>]=?\s*[0-9]+(\.[0-9]+)?\s*(us|ms|s|m|min|h)"
            r"|(success|fail|unknown|late)\s*[<>]=?\s*[0-9]+(\.[0-9]+)?\s*%"
            r"|rate\s*[<>]=?\s*[0-9]+(\.[0-9]+)?\s*/(s|m|min|h)|count\s*[<>]=?\s*[0-9]+)\s*$"
        ),
        examples=["p95 < 2s", "success > 99%", "rate > 50/s", "count >= 1000"],
    ),
]
"""How a limit is written, for editors; `threshold` itself says more about what is wrong."""


class Check(Section):
    """One threshold of a scenario: what, over which phase, and whether its breach breaks the run off."""

    check: Annotated[Threshold, BeforeValidator(threshold, json_schema_input_type=ThresholdText)]
    phase: str | None = None
    """Only operations due in this phase; default: the whole run."""
    abort: bool = False
    """Break off a rehearsal as soon as the limit is surely missed (its evidence is kept)."""
    after: DurationS = 0.0
    """Real time from the first operation of the kind before `abort` may break anything off."""

    @model_validator(mode="after")
    def _seen_from_beats(self) -> "Check":
        if self.after and not self.abort:
            raise ValueError("after goes with abort = true: it says when that may begin to break off")
        if self.abort and self.check.metric not in ("percentile", "success", "fail", "unknown"):
            raise ValueError(
                f'abort = true needs a percentile or a share of answers, such as "p95 < 2s" or '
                f'"success > 99%": {self.check.metric} is known only when the run is over'
            )
        if self.abort and self.check.metric == "percentile" and not self.check.upper:
            raise ValueError('abort = true with a percentile needs < or <=, such as "p95 < 2s"')
        return self


def _as_table(given: Any) -> Any:
    return {"check": given} if isinstance(given, str) else given


def _as_list(given: Any) -> Any:
    if not isinstance(given, list) or not given:
        raise ValueError('must be a list of limits, such as ["p95 < 2s", "success > 99%"]')
    return given


_OneCheck = Annotated[Check, BeforeValidator(_as_table, json_schema_input_type=ThresholdText | Check)]
_SomeChecks = Annotated[list[ThresholdText | Check], Field(min_length=1)]
Checks = dict[str, Annotated[list[_OneCheck], BeforeValidator(_as_list, json_schema_input_type=_SomeChecks)]]
"""Thresholds by kind of operation: each a text, or a table with `check`."""


def kinds_of(name: str) -> tuple[str, ...]:
    """The kinds that a key of [thresholds] stands for; raises KeyError."""
    return GROUPS[name] if name in GROUPS else {one: (one,) for one in KINDS}[name]
