"""A whole nation in one table, as large as the real one."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.regions import regencies
from simulators.country.importing.gazetteer import gazetteer
from simulators.country.importing.mapping import mapping_of
from simulators.country.importing.tables import Table, import_tables
from simulators.country.roll import Roll
from simulators.frame import frame

MAPPING = """
[columns]
province = "PROVINSI"
regency = "KAB/KOTA"
desa_code = "KODE"
desa = "DESA"
tps = "TPS"
men = "L"
women = "P"
dpt = "JML"
"""


@pytest.mark.slow
def test_the_nation_is_imported_and_one_bad_line_in_it_is_found(tmp_path: Path) -> None:
    lines, tps, dpt = ["PROVINSI;KAB/KOTA;KODE;DESA;TPS;L;P;JML"], [], []
    for province in gazetteer().provinces:
        for place in regencies(province):
            frames, desa = frame(place, seed=1), place.desa
            above = f"{place.province.upper()};{place.name.upper()};"
            for index, code, voters in zip(
                frames.desa, frames.tps.tolist(), frames.dpt.tolist(), strict=True
            ):
                one = desa[index]
                lines.append(
                    f"{above}{one.code};{one.name};{code % 1_000:03d};"
                    f"{voters // 2};{voters - voters // 2};{voters}"
                )
            tps.append(frames.tps)
            dpt.append(frames.dpt)
    content = "\n".join(lines).encode()
    mapping = mapping_of(MAPPING, "map.toml")
    outcome = import_tables([Table("nation.csv", content)], mapping, MAPPING, "")
    assert outcome.roll is not None and outcome.problems == []
    order = np.argsort(np.concatenate(tps))
    assert len(outcome.roll) == 820_161
    assert np.array_equal(outcome.roll.tps, np.concatenate(tps)[order])
    assert np.array_equal(outcome.roll.dpt, np.concatenate(dpt)[order])
    outcome.roll.to_parquet(tmp_path / "roll.parquet")
    assert Roll.from_parquet(tmp_path / "roll.parquet").digest() == outcome.roll.digest()
    lines[699_999] = lines[699_999].replace(";", ",")
    broken = import_tables([Table("nation.csv", "\n".join(lines).encode())], mapping, MAPPING, "")
    assert broken.roll is None
    assert [(one.kind, one.lines) for one in broken.problems] == [("delimiter", (700_000,))]
