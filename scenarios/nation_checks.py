"""What can be wrong within a nation's scenario beyond the types of its keys: order, places, names."""

import difflib
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from scenarios.forms import FORMS_OF_ELECTION as FORMS
from scenarios.mistakes import near_names
from scenarios.nation import Nation
from scenarios.regions import province_names, regency_names

ABROAD = "99"


def nation_problems(nation: Nation) -> Iterator[str]:
    """Each a line for a person that names the key."""
    yield from _stretches(nation)
    yield from _moments(nation)
    yield from _counts(nation)
    yield from _places(nation)
    yield from _curves(nation)


def _stretches(nation: Nation) -> Iterator[str]:
    """Starts and ends: in order, within the calendar, and not two at a time where only one can hold."""
    start, until = nation.calendar.start, nation.calendar.until
    apart: list[tuple[str, Sequence[tuple[datetime, datetime]]]] = [
        ("sessions", [(one.start, one.end) for one in nation.sessions]),
        ("server.windows", [(one.start, one.end) for one in nation.server.windows]),
        ("pleno.suspended", [(one.start, one.end) for one in nation.pleno.suspended]),
        ("publishing.frozen", [(one.start, one.end) for one in nation.publishing.frozen]),
    ]
    named = [(f"{key}[{i}]", *one) for key, many in apart for i, one in enumerate(many, start=1)]
    for where, begins, ends in [*named, ("portal", nation.portal.start, nation.portal.end)]:
        if begins >= ends:
            yield f"{where}: ends ({ends}) before it starts ({begins})"
        elif begins < start or ends > until:
            yield f"{where}: {begins} to {ends} is not within the calendar ({start} to {until})"
    for key, many in apart:
        for number, (before, after) in enumerate(pairwise(many), start=2):
            if after[0] < before[1] and before[0] < before[1]:
                yield (
                    f"{key}[{number}]: starts {after[0]}, before {key}[{number - 1}] has ended "
                    f"({before[1]}); they must follow one another"
                )
    for number, one in enumerate(nation.sessions, start=1):
        if one.start < nation.calendar.day:
            yield f"sessions[{number}].start = {one.start}: must be on or after election day"
    for number, window in enumerate(nation.server.windows, start=1):
        if window.capacity > 1:
            yield f"server.windows[{number}].capacity = {window.capacity:g}: must be at most 1 (itself)"


def _moments(nation: Nation) -> Iterator[str]:
    calendar, pleno = nation.calendar, nation.pleno
    before = [("activation.opens", nation.activation.opens), ("login.at", nation.login.at)]
    before += [(f"training[{number}].at", one.at) for number, one in enumerate(nation.training, start=1)]
    for key, moment in before:
        if not calendar.start <= moment < calendar.day:
            yield (
                f"{key} = {moment}: must be between calendar.start ({calendar.start}) and election day "
                f"({calendar.day})"
            )
    for key, moment in (("pleno.opens", pleno.opens), ("pleno.opens_latest", pleno.opens_latest)):
        if not calendar.day <= moment <= calendar.until:
            yield f"{key} = {moment}: must be between election day and calendar.until ({calendar.until})"
    if pleno.opens > pleno.opens_latest:
        yield f"pleno.opens_latest = {pleno.opens_latest}: is before pleno.opens ({pleno.opens})"
    if pleno.from_clock >= pleno.until_clock:
        yield "pleno.until_clock: must be later than pleno.from_clock"
    if not calendar.day < nation.expect.by <= calendar.until:
        yield (
            f"expect.by = {nation.expect.by}: must be after election day began ({calendar.day}) and not "
            f"after calendar.until ({calendar.until})"
        )
    if nation.morning.at >= calendar.close:
        yield "morning.at: must be before calendar.close"
    fitted = nation.reality.fitted_until
    if fitted is not None and not calendar.start <= fitted <= calendar.until:
        yield f"reality.fitted_until = {fitted}: is not within the calendar"


def _counts(nation: Nation) -> Iterator[str]:
    election, medians = nation.scenario.election, nation.counting.medians
    forms = FORMS[election]
    if missing := [form for form in forms if form not in medians]:
        yield f"counting.medians: no time for {', '.join(missing)}; {election} counts {', '.join(forms)}"
    for form in medians:
        if form not in forms:
            yield f"counting.medians.{form}: no form of {election}; {near_names(form, list(forms))}"
    if nation.population.scale > 1 and nation.population.scale != int(nation.population.scale):
        yield (
            f"population.scale = {nation.population.scale:g}: up to 1 a share of the TPS, above 1 a number, "
            "so a whole one"
        )
    if nation.persons.rest_most < nation.persons.rest:
        yield "persons.rest_most: must be at least persons.rest"
    if nation.app.backoff_max_s < nation.app.backoff_first_s:
        yield "app.backoff_max_s: must be at least app.backoff_first_s"
    if nation.unsteady.gap >= nation.unsteady.cycle:
        yield "unsteady.gap: must be shorter than unsteady.cycle"


def _places(nation: Nation) -> Iterator[str]:
    known = province_names() | regency_names()
    if nation.scenario.election == "pemilu-2024":
        known[ABROAD] = "Luar Negeri"
    asked = [("population.areas", one) for one in nation.population.areas]
    asked += [("reality.photo_areas", one) for one in nation.reality.photo_areas]
    for key, code in asked:
        if code in known:
            continue
        if code == ABROAD:
            yield f'{key}: "{ABROAD}": nobody votes abroad in {nation.scenario.election}'
            continue
        yield (
            f'{key}: no area has the code "{code}"; a province is two digits such as "17" (Bengkulu), a '
            f'regency such as "17.08" (Kepahiang){_meant(code, known)}'
        )


def _meant(given: str, known: dict[str, str]) -> str:
    """Areas whose code or name is near to what was written."""
    wanted = given.casefold()
    like = [code for code, name in known.items() if len(wanted) > 2 and wanted in name.casefold()][:3]
    like = like or difflib.get_close_matches(given, known, n=3)
    return "; near: " + ", ".join(f'"{code}" ({known[code]})' for code in like) if like else ""


def _curves(nation: Nation) -> Iterator[str]:
    curves = Path(str(files("scenarios"))) / "data" / "reality"
    known = sorted(path.stem for path in curves.glob("*.csv"))
    for key, name in (("progress", nation.reality.progress), ("photos", nation.reality.photos)):
        if name is not None and name not in known:
            yield f'reality.{key} = "{name}": no such curve; {near_names(name, known)}'
