"""`sheets.parquet`: every sheet that a run's TPS have to send, and what is truly written on it."""

import pyarrow as pa

from reports.schema import SHEETS
from scenarios import Scenario
from simulators.population import Population
from simulators.sheetlist import sheets_of, stands_in
from simulators.sheets import numbers_sha256, page_numbers, votes


def answer_key(scenario: Scenario, people: Population) -> pa.Table:
    """A row a sheet, TPS by TPS in the order of counting; none where a scenario plays no day of voting."""
    columns: dict[str, list[object]] = {name: [] for name in SHEETS.names}
    for index in range(len(people)) if scenario.voting is not None else ():
        tps = str(people.tps[index])
        for form, page in sheets_of(people, index, scenario):
            numbers = page_numbers(people, index, page, form)
            row = (
                tps, form, page, f"{form}-{stands_in(people, index, form).district}", votes(numbers),
                numbers_sha256(numbers),
            )  # fmt: skip
            for name, value in zip(SHEETS.names, row, strict=True):
                columns[name].append(value)
    return pa.table({name: pa.array(columns[name], SHEETS.field(name).type) for name in SHEETS.names})
