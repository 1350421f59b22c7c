"""From a TPS of the population to the order for its sheets: what is written, by whom, and when."""

import hashlib
import json
from collections.abc import Mapping

from fakeforms.orders import Contestant, SheetOrder
from scenarios import Scenario
from simulators.draws import subseed, uniform
from simulators.names import kpps, paslon, saksi
from simulators.numbers import PAGES
from simulators.operations import Operation
from simulators.population import Population
from simulators.submission import as_misread

_DAYS = ("SENIN", "SELASA", "RABU", "KAMIS", "JUMAT", "SABTU", "MINGGU")
_COUNT_BEGINS_AFTER_MIN = 60
"""Within an hour of the close of voting the count begins (assumed)."""


def order(population: Population, index: int, scenario: Scenario) -> SheetOrder:
    """The order for the C.HASIL-PPWP sheets of the TPS at `index`."""
    tps = str(population.tps[index])
    day = scenario.phase(scenario.voting.phase).start
    return SheetOrder(
        seed=population.seed,
        tps=tps,
        form="ppwp",
        provinsi=population.place.province,
        kab_kota=population.place.name,
        kecamatan=str(population.kecamatan_name[index]),
        kel_desa=str(population.desa_name[index]),
        nomor_tps=int(population.number[index]),
        hari=_DAYS[day.weekday()],
        tanggal=day.date(),
        jam_pungut=("07:00", _clock(scenario.voting.close)),
        jam_hitung=_count_hours(population, tps, scenario),
        values=population.values(index),
        kpps=kpps(population.seed, tps),
        saksi=saksi(population.seed, tps),
        contestants=tuple(Contestant(n, pair) for n, pair in enumerate(paslon(population.seed), 1)),
    )


def page_numbers(population: Population, index: int, page: int) -> dict[str, int]:
    """Numbers of one page (1..3) of the TPS at `index`, by field id."""
    return {field: int(population.numbers[field][index]) for field in PAGES[page]}


def numbers_sha256(values: Mapping[str, int]) -> str:
    """Digest of one page's numbers, independent of the order of its fields."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def canonical(values: Mapping[str, int]) -> str:
    """One page's numbers as JSON that has only one spelling."""
    plain = {field: int(value) for field, value in values.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def sent_numbers(population: Population, index: int, operation: Operation) -> tuple[str, str]:
    """What `operation` of the TPS at `index` sends as numbers: canonical JSON and its digest."""
    numbers = page_numbers(population, index, operation.page)
    if operation.variant == "misread":
        numbers = as_misread(numbers)
    return canonical(numbers), numbers_sha256(numbers)


def _count_hours(population: Population, tps: str, scenario: Scenario) -> tuple[str, str]:
    """When the count began and ended as the KPPS write it, to five minutes."""
    seed = subseed(population.seed, "count-hours")
    begin_s = scenario.voting.close + 300 * int(uniform(seed, int(tps), 0) * _COUNT_BEGINS_AFTER_MIN / 5)
    length_s = scenario.voting.count_median * (0.75 + 0.5 * uniform(seed, int(tps), 1))
    return _clock(begin_s), _clock(begin_s + 300 * round(length_s / 300))


def _clock(moment_s: float) -> str:
    minutes = int(moment_s // 60) % 1_440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
