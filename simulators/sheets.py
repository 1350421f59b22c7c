"""From a TPS of the population to the order for its sheets: what is written, by whom, and when."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache

from fakeforms.orders import SheetOrder
from scenarios import FORMS_OF_ELECTION as FORMS_OF
from scenarios import Scenario
from simulators import ballots
from simulators.contests import ELECTION, FORMS_OF_ELECTION, forms_of
from simulators.draws import subseed, uniform
from simulators.operations import Operation
from simulators.population import Population
from simulators.sheetlist import page_fields, stands_in
from simulators.submission import as_hasty, as_misread
from simulators.witnesses import kpps, saksi

__all__ = ["canonical", "forms_of", "numbers_sha256", "order", "page_numbers", "sent_numbers"]

ELECTION_DAY = {
    "pemilu-2024": dt.date(2024, 2, 14),
    "pilkada-2024": dt.date(2024, 11, 27),
    "pilkada-2020": dt.date(2020, 12, 9),
}

_DAYS = ("SENIN", "SELASA", "RABU", "KAMIS", "JUMAT", "SABTU", "MINGGU")
_COUNT_BEGINS_AFTER_MIN = 60
"""Within an hour of the close of voting the count begins (assumed)."""
_NEXT_COUNT_AFTER_MIN = 15
"""Within a quarter of an hour of the end of one count the next begins (assumed)."""
_CLOSE_S, _COUNT_S = 13 * 3_600.0, 110 * 60.0
"""Close of voting and length of a count on the sheets of a scenario that plays no day of voting (assumed)."""
_LAST_BEGIN_S = 86_100
"""No count is begun after 23:55 (assumed), however many went before it; it may end on the next day."""


def order(population: Population, index: int, scenario: Scenario, form: str = "ppwp") -> SheetOrder:
    """The order for the sheets of one form of the TPS at `index`.

    A form of the scenario's own election is dated with the scenario's day of voting; one of the other
    election with the day that one was held (14 February or 27 November 2024), at the scenario's hours.
    Raises ContestError for a form the region does not vote with (`forms_of` tells those it does).
    """
    tps = str(population.tps[index])
    day = _day(scenario, form)
    place = population.place_of(tps)
    stands = stands_in(population, index, form)
    return SheetOrder(
        seed=population.seed,
        tps=tps,
        form=form,
        provinsi=place.province,
        kab_kota=place.name,
        kecamatan=str(population.kecamatan_name[index]),
        kel_desa=str(population.desa_name[index]),
        nomor_tps=int(population.number[index]),
        hari=_DAYS[day.weekday()],
        tanggal=day,
        jam_pungut=("07:00", _clock(_close_s(scenario))),
        jam_hitung=_count_hours(population, tps, scenario, form),
        values=ballots.values(population, index, form),
        kpps=kpps(population.seed, tps, ELECTION[form]),
        saksi=saksi(stands, tps),
        contestants=stands.contestants,
        dapil=stands.dapil,
    )


def page_numbers(population: Population, index: int, page: int, form: str = "ppwp") -> dict[str, int]:
    """Numbers of one page of a form of the TPS at `index`, by field id."""
    values = _values(population, index, form)
    return {field: values[field] for field in page_fields(population, index, form)[page - 1]}


@lru_cache(maxsize=256)
def _values(population: Population, index: int, form: str) -> dict[str, int]:
    """All numbers of a form; kept for a while, since its pages are sent one after another."""
    return ballots.values(population, index, form)


def numbers_sha256(values: Mapping[str, int]) -> str:
    """Digest of one page's numbers, independent of the order of its fields."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def canonical(values: Mapping[str, int]) -> str:
    """One page's numbers as JSON that has only one spelling."""
    plain = {field: int(value) for field, value in values.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


_OF_A_CONTESTANT = re.compile(r"(?:suara|suara_calon|jumlah_partai_calon)_(\d+)")
"""All votes of a contestant: of a pair, of a candidate for the DPD, of a party with its candidates."""


def votes(numbers: Mapping[str, int]) -> list[int]:
    """Of the numbers of a page the votes of each contestant, by their number; [] on a page without votes."""
    found = {
        int(named[1]): int(count)
        for field, count in numbers.items()
        if (named := _OF_A_CONTESTANT.fullmatch(field))
    }
    return [found[number] for number in sorted(found)]


def sent_numbers(population: Population, index: int, operation: Operation) -> tuple[str, str]:
    """What `operation` of the TPS at `index` sends as numbers: canonical JSON and its digest."""
    numbers = page_numbers(population, index, operation.page, operation.form)
    if operation.variant in {"misread", "late_retry"}:
        numbers = as_misread(numbers)
    elif operation.variant == "hasty":
        numbers = as_hasty(numbers)
    return canonical(numbers), numbers_sha256(numbers)


def _day(scenario: Scenario, form: str) -> dt.date:
    election = scenario.scenario.election
    if form in ELECTION and form not in FORMS_OF[election]:
        return ELECTION_DAY[ELECTION[form]]
    if scenario.voting is None:
        return ELECTION_DAY[election]
    return scenario.phase(scenario.voting.phase).start.date()


def _close_s(scenario: Scenario) -> float:
    return scenario.voting.close if scenario.voting is not None else _CLOSE_S


def _count_hours(population: Population, tps: str, scenario: Scenario, form: str) -> tuple[str, str]:
    """When the count of a form began and ended as the KPPS write it, to five minutes: one after another."""
    begin_s = end_s = 0.0
    count_s = scenario.voting.count_median if scenario.voting is not None else _COUNT_S
    for counted in FORMS_OF_ELECTION[ELECTION[form]]:
        purpose = "count-hours" if counted == "ppwp" else f"count-hours-{counted}"
        seed = subseed(population.seed, purpose)
        if not end_s:
            pause_min, last_s = _COUNT_BEGINS_AFTER_MIN, _close_s(scenario)
        else:
            pause_min, last_s = _NEXT_COUNT_AFTER_MIN, end_s
        begin_s = last_s + 300 * int(uniform(seed, int(tps), 0) * pause_min / 5)
        if end_s:
            begin_s = min(begin_s, _LAST_BEGIN_S)
        length_s = count_s * (0.75 + 0.5 * uniform(seed, int(tps), 1))
        end_s = begin_s + 300 * round(length_s / 300)
        if counted == form:
            break
    return _clock(begin_s), _clock(end_s)


def _clock(moment_s: float) -> str:
    minutes = int(moment_s // 60) % 1_440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
