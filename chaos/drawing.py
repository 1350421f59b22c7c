"""Schedules drawn from the seed: the [[chaos]] tables of a scenario, written out as faults of the plan.

A table is drawn in groups of faults that belong together: one (single), two or three that overlap, or the
whole series (flapping, areas, cascade). Each group has its own stretch of the table's time, and its own
draws; a group that would put faults together that exclude each other is drawn again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chaos.aiming import fault_named, named_targets, parts_of, valid_settings
from chaos.event import FaultEvent, PlanError
from chaos.exclusion import exclusive
from chaos.fault import Fault, Ground, Settings
from chaos.luck import Luck
from scenarios import ChaosSpec, Condition, Timeline

_TRIES = 64
"""How often a group is drawn before its table is said to have no room."""
_ALIKE_TRIES = 32
"""How many of these insist that faults which overlap differ."""
_OFF_SHARE = 0.2
"""Of a flapping fault's stretch, what is at least left in peace."""
_RECOVERY_S = (0.2, 2.0)
"""When the next fault of a cascade strikes: real seconds after the last is healed, while queues are long."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A fault that may be drawn, and the names of the targets it may be drawn for."""

    where: str
    fault: Fault
    settings: Settings
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Stroke:
    """One fault of a group before it has an id; `after` is the index in its group that must heal first."""

    choice: _Choice
    target: str
    strike_s: float
    heal_s: float
    after: int | None = None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Table:
    """A [[chaos]] table with its times on the run clock and its faults looked up."""

    where: str
    prefix: str
    spec: ChaosSpec
    start_s: float
    end_s: float
    choices: tuple[_Choice, ...]
    timeline: Timeline
    ground: Ground
    luck: Luck

    def lengths_s(self, at_s: float) -> tuple[float, float]:
        """Shortest and longest, in seconds of the run clock, of a fault that strikes at `at_s`."""
        real = self.spec.length_real
        if real is not None:
            return real[0], real[1]
        human = self.spec.length or [0.0, 0.0]
        return self.timeline.after(at_s, human[0]) - at_s, self.timeline.after(at_s, human[1]) - at_s

    def stretches(self, count: int) -> list[tuple[float, float]]:
        """The table's time in `count` equal parts."""
        width = (self.end_s - self.start_s) / count
        return [(self.start_s + width * k, self.start_s + width * (k + 1)) for k in range(count)]

    def no_room(self, needed_s: float, has_s: float) -> PlanError:
        """Too much for the time between `from` and `until`."""
        return PlanError(
            self.where,
            f'{self.spec.count} faults, "{self.spec.draw}", do not fit: each stretch has {has_s:.2f} s of '
            f"the run clock and needs {needed_s:.2f} s; lower count, shorten length, or widen from and until",
        )


_Group = Callable[[Luck], list[_Stroke]]


def drawn(
    number: int, spec: ChaosSpec, timeline: Timeline, seed: int, ground: Ground, planned: Sequence[FaultEvent]
) -> list[FaultEvent]:
    """The faults of the `number`-th [[chaos]] table, none excluding another or one already planned.

    `ground` is where TPS of this run are: what nobody would feel is not drawn. Raises PlanError.
    """
    table = _table(number, spec, timeline, seed, ground)
    events: list[FaultEvent] = []
    for count, group in enumerate(_groups(table)):
        events += _accepted(table, group, table.luck.of(str(count)), len(events), [*planned, *events])
    return events


def _table(number: int, spec: ChaosSpec, timeline: Timeline, seed: int, ground: Ground) -> _Table:
    where = f"chaos[{number}]"
    phase = timeline.phase(spec.phase)
    start_s = phase.run_start_s if spec.start is None else timeline.run_s(spec.phase, spec.start)
    end_s = phase.run_end_s if spec.until is None else timeline.run_s(spec.phase, spec.until)
    if end_s <= start_s:
        raise PlanError(f"{where}.until", "must be later than from")
    choices = []
    for k, candidate in enumerate(spec.faults, start=1):
        place = f"{where}.faults[{k}]"
        fault = fault_named(place, candidate.fault)
        if fault.by_the_clock and spec.draw == "cascade":
            raise PlanError(
                f'{place}.fault = "{fault.name}"',
                "happens to people by the plan's clock and cannot wait for a healing; draw it in another way",
            )
        if candidate.target is not None:
            names = named_targets(place, fault, candidate.target, ground)
        else:
            known = fault.targets(ground)
            names = list({parts: name for name, parts in reversed(list(known.items()))}.values())[::-1]
            if not names:
                raise PlanError(f"{place}.target", f"there is nothing here that {fault.name} could hit")
        settings = valid_settings(place, fault, candidate.settings)
        choices.append(_Choice(place, fault, settings, tuple(names)))
    luck = Luck(seed, f"chaos/{number}")
    return _Table(where, f"c{number}", spec, start_s, end_s, tuple(choices), timeline, ground, luck)


def _accepted(
    table: _Table, group: _Group, luck: Luck, begun: int, planned: Sequence[FaultEvent]
) -> list[FaultEvent]:
    for attempt in range(_TRIES):
        strokes = group(luck.of(str(attempt)))
        alike = len({(one.choice.fault.name, one.target) for one in strokes}) < len(strokes)
        if alike and table.spec.draw == "overlapping" and attempt < _ALIKE_TRIES:
            continue
        events = _events(table, strokes, begun, luck)
        fixed = [*planned, *events]
        if not any(exclusive(one, other) for one in events for other in fixed if one is not other):
            return events
    names = ", ".join(sorted({choice.fault.name for choice in table.choices}))
    raise PlanError(
        table.where,
        f"found no way to draw {names} so that faults which exclude each other keep apart; name more targets "
        "or faults, or widen from and until",
    )


def _events(table: _Table, strokes: list[_Stroke], begun: int, luck: Luck) -> list[FaultEvent]:
    events: list[FaultEvent] = []
    for k, stroke in enumerate(strokes):
        fault = stroke.choice.fault
        event_id = f"{table.prefix}-{begun + k + 1:02d}-{fault.name}"
        parts = parts_of([stroke.target], fault.targets(table.ground))
        when = ""
        if stroke.after is not None:
            when = str(Condition("healed", fault=events[stroke.after].id, delay_s=stroke.delay_s))
        events.append(
            FaultEvent(
                event_id,
                fault.name,
                fault.draw(parts, stroke.choice.settings, luck.of(event_id).rank),
                stroke.strike_s,
                min(stroke.heal_s, table.timeline.duration_s),
                stroke.choice.settings.model_dump(mode="json"),
                fault.deadline_s,
                when,
                table.end_s if when else None,
            )
        )
    return events


def _groups(table: _Table) -> Iterator[_Group]:
    count = table.spec.count
    match table.spec.draw:
        case "single":
            for start_s, end_s in table.stretches(count):
                yield lambda luck, a=start_s, b=end_s: [_stroke(table, luck, a, b)]  # type: ignore[misc]
        case "overlapping":
            pairs = count // 2
            for k, (start_s, end_s) in enumerate(table.stretches(pairs)):
                size = 3 if count % 2 and k == pairs - 1 else 2
                yield lambda luck, a=start_s, b=end_s, n=size: _together(table, luck, a, b, n)  # type: ignore[misc]
        case "flapping":
            yield lambda luck: _flapping(table, luck)
        case "areas":
            yield lambda luck: _areas(table, luck)
        case "cascade":
            yield lambda luck: _cascade(table, luck)


def _stroke(table: _Table, luck: Luck, start_s: float, end_s: float) -> _Stroke:
    """One fault somewhere in a stretch, over before its end."""
    choice = luck.pick(table.choices, "fault")
    target = luck.pick(choice.targets, "target")
    shortest, longest = table.lengths_s(start_s)
    room_s = end_s - start_s
    if shortest > room_s:
        raise table.no_room(shortest, room_s)
    length_s = luck.between(shortest, min(longest, room_s), "length")
    strike_s = luck.between(start_s, end_s - length_s, "strike")
    return _Stroke(choice, target, strike_s, strike_s + length_s)


def _together(table: _Table, luck: Luck, start_s: float, end_s: float, size: int) -> list[_Stroke]:
    """A fault, and others that strike while it is in force."""
    first = _stroke(table, luck.of("0"), start_s, end_s)
    strokes = [first]
    for k in range(1, size):
        other = _stroke(table, luck.of(str(k)), start_s, end_s)
        length_s = other.heal_s - other.strike_s
        within = 0.1 * (first.heal_s - first.strike_s)
        strike_s = luck.of(str(k)).between(first.strike_s + within, first.heal_s - within, "within")
        strike_s = min(strike_s, end_s - length_s)  # so it still overlaps: it ends when the stretch does
        strokes.append(replace(other, strike_s=strike_s, heal_s=strike_s + length_s))
    return strokes


def _flapping(table: _Table, luck: Luck) -> list[_Stroke]:
    """One fault on one target that comes and goes, never twice as long."""
    choice = luck.pick(table.choices, "fault")
    target = luck.pick(choice.targets, "target")
    one = replace(table, choices=(replace(choice, targets=(target,)),))
    stretches = table.stretches(table.spec.count)
    return [
        _stroke(one, luck.of(str(k)), start_s, end_s - _OFF_SHARE * (end_s - start_s))
        for k, (start_s, end_s) in enumerate(stretches)
    ]


def _areas(table: _Table, luck: Luck) -> list[_Stroke]:
    """Areas that go one by one, and are healed in another order.

    All strike within one stretch of time and heal within another of the same width, so far apart that
    whichever strike is matched with whichever healing, the length lies between shortest and longest.
    """
    choice, areas = _area_choice(table, luck)
    count = table.spec.count
    shortest, longest = table.lengths_s(table.start_s)
    longest = min(longest, table.end_s - table.start_s)
    if longest <= shortest:
        raise table.no_room(shortest, longest)
    width = (longest - shortest) / 2
    begin_s = luck.between(table.start_s, table.end_s - longest, "begin")
    going = luck.shuffled(areas, "areas")[:count]
    coming = luck.shuffled(going, "healing")
    if coming == going:
        coming = [*coming[1:], coming[0]]

    def moment(first_s: float, k: int, name: str) -> float:
        return luck.between(first_s + width * k / count, first_s + width * (k + 1) / count, f"{name}/{k}")

    heals = {area: moment(begin_s + width + shortest, k, "heal") for k, area in enumerate(coming)}
    return [_Stroke(choice, area, moment(begin_s, k, "strike"), heals[area]) for k, area in enumerate(going)]


def _area_choice(table: _Table, luck: Luck) -> tuple[_Choice, list[str]]:
    """A fault that hits areas, and the targets of it that are one area each."""
    usable: list[tuple[_Choice, list[str]]] = []
    names = {*table.ground.areas, *table.ground.areas.values()}
    for choice in table.choices:
        known = choice.fault.targets(table.ground)
        alone = {known[name]: name for name in choice.targets if name in names}
        if len(alone) >= table.spec.count:
            usable.append((choice, list(alone.values())))
    if not usable:
        raise PlanError(
            f"{table.where}.count = {table.spec.count}",
            f'draw = "areas" needs a fault with so many areas as targets; the run has TPS in '
            f"{len(table.ground.areas)} ({', '.join(table.ground.areas)})",
        )
    return luck.pick(usable, "fault")


def _cascade(table: _Table, luck: Luck) -> list[_Stroke]:
    """A fault, and others that each strike while the system recovers from the one before.

    The first lies so that all would fit if every healing took no time; a later one waits for the real
    healing, and is skipped when that comes after `until`.
    """
    count = table.spec.count
    shortest, _ = table.lengths_s(table.start_s)
    room_s = (table.end_s - table.start_s - (count - 1) * _RECOVERY_S[1]) / count
    if shortest > room_s:
        raise table.no_room(shortest, room_s)
    strokes = [_stroke(table, luck.of("0"), table.start_s, table.start_s + room_s)]
    for k in range(1, count):
        drawn_here = luck.of(str(k))
        delay_s = drawn_here.between(*_RECOVERY_S, "recovery")
        begin_s = strokes[-1].heal_s + delay_s
        next_one = _stroke(table, drawn_here, begin_s, begin_s + room_s)
        length_s = next_one.heal_s - next_one.strike_s
        strokes.append(
            replace(next_one, strike_s=begin_s, heal_s=begin_s + length_s, after=k - 1, delay_s=delay_s)
        )
    return strokes
