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

CLOSED = "closed"
"""Reason of a call that came while nobody was there: it needs other hours, not more people."""


@dataclass(frozen=True, slots=True)
class Hour:
    """Calls in one hour of the predicted day: mean over the seeds, where a further day's would lie (95 %),
    and people needed for the mean and for the high end. `why` is the mean by reason."""

    hour: datetime
    calls: float
    low: float
    high: float
    staff_mean: int
    staff: int
    why: dict[str, float]


def hours(gathered: Gathered) -> tuple[Hour, ...]:
    """Every hour with a call while the desk is open, in order; of the whole region."""
    times = gathered.tps / gathered.asked["forecast"]["tps"]
    seeds = gathered.asked["forecast"]["seeds"]
    by_hour: dict[datetime, Counter[int]] = defaultdict(Counter)
    reasons: dict[datetime, Counter[str]] = defaultdict(Counter)
    for row in gathered.calls.to_pylist():
        if row["why"] != CLOSED:
            by_hour[row["hour"]][row["seed"]] += row["count"]
            reasons[row["hour"]][row["why"]] += row["count"]
    found = []
    for hour in sorted(by_hour):
        mean, low, high = further([times * by_hour[hour][seed] for seed in seeds])
        most = high if len(seeds) > 1 else mean
        why = {name: times * count / len(seeds) for name, count in sorted(reasons[hour].items())}
        found.append(Hour(hour, mean, low, most, staff_of(gathered, mean), staff_of(gathered, most), why))
    return tuple(found)


def out_of_hours(gathered: Gathered) -> float:
    """Calls of a day that came while the desk was closed; of the whole region, mean over the seeds."""
    times = gathered.tps / gathered.asked["forecast"]["tps"]
    count = sum(row["count"] for row in gathered.calls.to_pylist() if row["why"] == CLOSED)
    return float(times * count / len(gathered.asked["forecast"]["seeds"]))


def staff_of(gathered: Gathered, calls_per_h: float) -> int:
    """People for so many calls in an hour."""
    wanted = gathered.wanted
    return staff_for(calls_per_h / 3600.0, wanted.call_length, wanted.answer_within, wanted.answered)


def judge_desk(gathered: Gathered) -> Answer:
    """Compare the people there are with those that the busiest hour needs, on a mean day and on a bad one."""
    found, there = hours(gathered), gathered.wanted.staff
    worst = max(found, key=lambda one: (one.staff, one.calls), default=None)
    needed, least = (worst.staff, max(one.staff_mean for one in found)) if worst else (0, 0)
    state: State = UNKNOWN
    if there is not None and (there >= needed or there < least):
        state = GO if there >= needed else NO_GO
    figure = f"{'?' if there is None else there} / {needed}"
    when, why = _when(worst, least), _why(there, state)
    return Answer(
        "help_desk",
        Text("Help desk", "Help desk"),
        state,
        Text(figure, figure),
        Text(f"{when.id} {why.id}".strip(), f"{when.en} {why.en}".strip()),
        _rule(gathered),
        _figures(gathered, found, worst, needed),
        tuple(_risks(gathered, state, needed)),
    )


def _when(worst: Hour | None, least: int) -> Text:
    if worst is None:
        return Text("Tidak ada panggilan yang diperkirakan.", "No call is predicted.")
    calls = {lang: (number(worst.calls, lang), number(worst.high, lang)) for lang in ("id", "en")}
    return Text(
        f"Jam tersibuk {clock(worst.hour, 'id')}: {calls['id'][0]} panggilan, perlu {least} petugas (sampai "
        f"{calls['id'][1]}, {worst.staff} petugas).",
        f"Busiest hour {clock(worst.hour, 'en')}: {calls['en'][0]} calls, which need {least} people (up to "
        f"{calls['en'][1]}, {worst.staff} people).",
    )


def _why(there: int | None, state: State) -> Text:
    if there is None:
        return Text(
            "Jumlah petugas belum diberikan: --staff N.", "How many there are was not given: --staff N."
        )
    if state == GO:
        return Text(f"Ada {there}.", f"There are {there}.")
    return Text(f"Hanya ada {there}.", f"There are only {there}.")


def _rule(gathered: Gathered) -> Text:
    wanted = gathered.wanted
    share, within = wanted.answered, wanted.answer_within
    goal = Text(
        f"{percent(share, 'id', 0)} panggilan dijawab dalam {days(within, 'id')}",
        f"{percent(share, 'en', 0)} of calls are answered within {days(within, 'en')}",
    )
    length = Text(days(wanted.call_length, "id"), days(wanted.call_length, "en"))
    return Text(
        f"siap bila {goal.id} pada jam tersibuk, juga pada hari yang buruk (ujung atas perkiraan); tidak "
        f"siap bila pada hari rata-rata pun tidak (Erlang C, lama panggilan {length.id}, tiada yang menutup "
        "telepon)",
        f"go if {goal.en} in the busiest hour, on a bad day too (the forecast's high end); no-go if not "
        f"even on a mean day (Erlang C, calls of {length.en}, nobody hangs up)",
    )


def _figures(gathered: Gathered, found: tuple[Hour, ...], worst: Hour | None, needed: int) -> dict[str, Any]:
    wanted, kept = gathered.wanted, None
    if worst is not None and wanted.staff is not None:
        kept = answered(worst.high / 3600.0, wanted.call_length, wanted.staff, wanted.answer_within)
    return {
        "staff": wanted.staff, "needed": needed, "answered_with_staff": kept,
        "calls": sum(one.calls for one in found), "out_of_hours": out_of_hours(gathered),
        "basis": gathered.asked["forecast"].get("calls", ""),
        "hours": [{**asdict(one), "hour": one.hour.isoformat()} for one in found],
    }  # fmt: skip


def _risks(gathered: Gathered, state: State, needed: int) -> list[OpenRisk]:
    there, late, out = gathered.wanted.staff, out_of_hours(gathered), []
    if state != GO:
        said = Text("belum diketahui", "not known")
        if there is not None:
            said = Text(f"hanya {there}", f"only {there}")
        out.append(
            OpenRisk(
                Text(
                    f"Petugas help desk: {said.id}; jam tersibuk perlu sampai {needed}",
                    f"People at the help desk: {said.en}; the busiest hour needs up to {needed}",
                ),
                "high" if state == NO_GO else "medium",
                Text(
                    "jadwalkan petugas pada jam itu, lalu --staff N",
                    "roster people for that hour, then --staff N",
                ),
            )
        )
    if late >= 1.0:
        out.append(
            OpenRisk(
                Text(
                    f"{number(late, 'id')} panggilan diperkirakan datang saat help desk tutup",
                    f"{number(late, 'en')} calls are predicted while the help desk is closed",
                ),
                "medium",
                Text("buka lebih lama, atau umumkan jamnya", "open for longer, or announce the hours"),
            )
        )
    return out
