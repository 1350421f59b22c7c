"""Whose hands were full on another machine is not believed, as on the conductor's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from reports import RunDirectory, RunDirectoryError, check, elsewhere
from reports.generator import generator_of
from reports.page import html
from tests.reports.invented import Rehearsal
from tests.reports.test_survivability import steady


def use(cpu: float, own_cores: float) -> dict[str, Any]:
    return {
        "cpu": cpu, "machine": own_cores / 2, "own_cores": own_cores, "rss_bytes": 200 << 20,
        "open_files": 345, "count_cores": 8, "count_own_cores": 2,
    }  # fmt: skip


def saved(rehearsal: Rehearsal, folder: Path, *uses: dict[str, Any]) -> Path:
    """A run whose workers were elsewhere, and took this much at most."""
    run = rehearsal.save(folder / "run")
    about = json.loads((run / "run.json").read_text())
    said = [
        {"index": index, "host": f"mesin-{index}", "elsewhere": True, "use": one, "operations": 0}
        for index, one in enumerate(uses)
    ]
    about |= {"workers": len(uses), "load": {"workers": said, "not_offered": []}}
    (run / "run.json").write_text(json.dumps(about))
    return run


def sampled(rehearsal: Rehearsal, component: str, cores: list[float]) -> None:
    used_s = 0.0
    for second, more in enumerate([0.0, *cores]):
        used_s += more
        rehearsal.resources.append(
            {"t_s": float(second), "component": component, "pid": 9, "cpu_s": used_s, "rss_bytes": 0}
        )


@pytest.mark.parametrize(
    ("component", "busy", "free", "most"),
    [("load-worker-0", 0.95, 0.5, use(0.95, 0.5)), ("load-cores-0", 1.9, 1.0, use(0.5, 0.95))],
)
def test_seconds_in_which_a_worker_had_its_hands_full_are_not_held_against_the_server(
    component: str, busy: float, free: float, most: dict[str, Any], tmp_path: Path
) -> None:
    rehearsal = steady(seconds=20)
    sampled(rehearsal, component, [busy if second in (4, 5) else free for second in range(20)])
    found = generator_of(RunDirectory.open(saved(rehearsal, tmp_path, most)))
    assert found.saturated.nonzero()[0].tolist() == [4, 5]
    assert found.as_json()["seconds_workers_elsewhere_busy"] == 2


def test_one_that_carries_less_than_a_hundredth_spoils_no_second(tmp_path: Path) -> None:
    rehearsal = steady(seconds=20)
    sampled(rehearsal, "load-worker-1", [1.0] * 20)
    found = generator_of(RunDirectory.open(saved(rehearsal, tmp_path, use(0.1, 0.1), use(1.0, 0.5))))
    assert not found.saturated.any(), "everything on record is by worker 0"


def test_the_page_has_every_machine_and_what_it_gave(tmp_path: Path) -> None:
    run = saved(steady(seconds=20), tmp_path, use(0.42, 0.97), use(0.2, 0.3))
    info = RunDirectory.open(run).info
    assert elsewhere.told(info, "en").startswith(
        "The load came from 2 workers on other machines. The busiest was "
    )
    assert "number 0 on mesin-0: at most 42" in elsewhere.told(info, "en")
    page = html(check(run), [], "en")
    assert "Open files" in page
    assert page.count('<td>mesin-0 <span class="no">full</span></td>') == 1, (
        "worker 1 did nothing in this run"
    )
    assert '<td class="n">42</td><td class="n">97</td><td class="n">200</td><td class="n">345</td>' in page


def test_a_use_of_another_shape_is_no_run(tmp_path: Path) -> None:
    run = saved(steady(seconds=2), tmp_path, {"cpu": "much"})
    with pytest.raises(RunDirectoryError, match=r"each use in load.workers must have the numbers cpu, "):
        RunDirectory.open(run)


def test_a_run_of_the_conductors_own_workers_says_nothing_of_others(tmp_path: Path) -> None:
    info = RunDirectory.open(steady(seconds=2).save(tmp_path / "run")).info
    assert elsewhere.told(info, "id") == ""
    assert elsewhere.rows(info) == {}
