"""The help desk: calls by hour of the predicted days, the people they need, and the people there are."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from reports.readiness.ages import days
from reports.readiness.answer import GO, NO_GO, UNKNOWN, Answer, OpenRisk, State
from reports.readiness.demand import further
from reports.readiness.erlang import answered, staff_for
from reports.readiness.rundir import Gathered
from reports.readiness.telling import clock
from reports.words import Text, number, percent


@dataclass(frozen=True, slots=True)
class Hour:
    """Calls in one hour of the predicted day: mean over the seeds, where a further day's would lie (95 %),
    and people needed for the high end. `why` is the mean by reason."""

    hour: datetime
    calls: float
    low: float
    high: float
    staff: int
    why: dict[str, float]


def hours(gathered: Gathered) -> tuple[Hour, ...]:
    """Every hour with a call, in order; of the whole region."""
    times = gathered.tps / gathered.asked["forecast"]["tps"]
    seeds = gathered.asked["forecast"]["seeds"]
    by_hour: dict[datetime, Counter[int]] = defaultdict(Counter)
    reasons: dict[datetime, Counter[str]] = defaultdict(Counter)
    for row in gathered.calls.to_pylist():
        by_hour[row["hour"]][row["seed"]] += row["count"]
        reasons[row["hour"]][row["why"]] += row["count"]
    found = []
    for hour in sorted(by_hour):
        mean, low, high = further([times * by_hour[hour][seed] for seed in seeds])
        needed = staff_of(gathered, high if len(seeds) > 1 else mean)
        why = {name: times * count / len(seeds) for name, count in sorted(reasons[hour].items())}
        found.append(Hour(hour, mean, low, high, needed, why))
    return tuple(found)


def staff_of(gathered: Gathered, calls_per_h: float) -> int:
    """People for so many calls in an hour."""
    wanted = gathered.wanted
    return staff_for(calls_per_h / 3600.0, wanted.call_length, wanted.answer_within, wanted.answered)


def judge_desk(gathered: Gathered) -> Answer:
    """Compare the people there are with those that the busiest hour needs."""
    found, wanted, there = hours(gathered), gathered.wanted, gathered.wanted.staff
    worst = max(found, key=lambda one: (one.staff, one.calls), default=None)
    needed = worst.staff if worst else 0
    goal = (
        f"{percent(wanted.answered, 'id', 0)} panggilan dijawab dalam {days(wanted.answer_within, 'id')}",
        f"{percent(wanted.answered, 'en', 0)} of calls answered within {days(wanted.answer_within, 'en')}",
    )
    state: State = UNKNOWN if there is None else GO if there >= needed else NO_GO
    when = Text("", "")
    if worst:
        at = clock(worst.hour, "id"), clock(worst.hour, "en")
        calls = number(worst.calls, "id"), number(worst.high, "id")
        when = Text(
            f"Jam tersibuk {at[0]}: {calls[0]} panggilan (sampai {calls[1]}), perlu {needed} petugas.",
            f"Busiest hour {at[1]}: {number(worst.calls, 'en')} calls (up to {number(worst.high, 'en')}), "
            f"which need {needed} people.",
        )
    why = {
        UNKNOWN: Text("Jumlah petugas belum diberikan: --staff N.",
"The number of people was not given: --staff N."),
        GO: Text(f"Ada {there}.", f"There are {there}."),
        NO_GO: Text(f"Hanya ada {there}.", f"There are only {there}."),
    }[state]  # fmt: skip
    rule = Text(
        f"siap bila petugas cukup agar {goal[0]} pada jam tersibuk (Erlang C, lama panggilan "
        f"{days(wanted.call_length, 'id')}; tiada yang menutup telepon)",
        f"go if there are people enough for {goal[1]} in the busiest hour (Erlang C, calls of "
        f"{days(wanted.call_length, 'en')}; nobody hangs up)",
    )
    kept = 0.0
    if worst and there is not None:
        kept = answered(worst.high / 3600.0, wanted.call_length, there, wanted.answer_within)
    figures: dict[str, Any] = {
        "staff": there, "needed": needed, "answered_with_staff": kept if there is not None else None,
        "calls": sum(one.calls for one in found), "basis": gathered.asked["forecast"].get("calls", ""),
        "hours": [{**asdict(one), "hour": one.hour.isoformat()} for one in found],
    }  # fmt: skip
    risks = []
    if state != GO:
        said = (
            Text("belum diketahui", "not known") if there is None else Text(f"hanya {there}", f"only {there}")
        )
        risks.append(
            OpenRisk(
                Text(f"Petugas help desk {said.id}; jam tersibuk perlu {needed}",
                     f"People at the help desk: {said.en}; the busiest hour needs {needed}"),
                "medium" if there is None else "high",
                Text("jadwalkan petugas pada jam itu, lalu --staff N",
"roster people for that hour, then --staff N"),
            )
        )  # fmt: skip
    return Answer(
        "help_desk", Text("Help desk", "Help desk"), state,
        Text(f"{'?' if there is None else there} / {needed}",
f"{'?' if there is None else there} / {needed}"),
        Text(f"{when.id} {why.id}".strip(), f"{when.en} {why.en}".strip()), rule, figures, tuple(risks),
    )  # fmt: skip
