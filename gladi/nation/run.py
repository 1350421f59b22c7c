"""`gladi simulate` of a nation: every TPS against the twin, hour by hour, into a run directory.

The kernel plays the people; what reaches the portal is worked out afterwards, for it acts back on nobody.
"""

import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from gladi import __version__
from gladi.nation.record import Left, latency_table, minutes_table, pools_table, tps_table
from gladi.runfolder import RunFolder, whole_file
from reports.nation.schema import ABORTED, COMPLETE, KIND, METASTABLE, NATION_VERSION, PIPE
from scenarios.nation import Nation
from simulators.country import Country, Roll, country
from simulators.nation.collapse import collapsed
from simulators.nation.kernel import Kernel
from simulators.nation.publishing import shown_at
from simulators.nation.results import LATENCY_EDGES_S, Results
from simulators.server import ServerModel, write_model

Progress = Callable[[float, float], None]
"""Called with run-clock seconds played, and of how many."""

STEP_S = 3600.0
VOTES_PAGE = 1
"""The page of votes of the first form: the second."""


def play(
    nation: Nation, file: Path, folder: RunFolder, progress: Progress, *,
    model: ServerModel, seed: int | None = None, changed: Sequence[str] = (), roll: Roll | None = None,
) -> str:  # fmt: skip
    """Play the nation and write its run directory, verdict and report excepted; returns how it ended.

    `file` is the scenario's, `changed` what was changed of it (already in `nation`), `model` the server as
    read: the scenario's own machines and overrides are applied here.
    """
    began, seed = time.monotonic(), nation.scenario.seed if seed is None else seed
    started_at = datetime.now(UTC)
    people = nation.population
    made = country(nation.scenario.election, seed, areas=people.areas, scale=people.scale, roll=roll)
    peopled = time.monotonic()
    kernel = Kernel(made, nation, model, seed)
    ended, evidence = _advance(kernel, nation, progress)
    played = time.monotonic()
    result = kernel.results()
    left = _left(nation, seed, made, kernel.model, result)
    with whole_file(folder.path / "scenario.toml") as unfinished:
        shutil.copyfile(file, unfinished)
    write_model(kernel.model, folder.path / "server.json")
    rows = write_tables(folder, made, left)
    folder.write_json(
        "run.json",
        {
            "nation_version": NATION_VERSION,
            "kind": KIND,
            "gladi_version": __version__,
            "mode": "simulate",
            "scenario": nation.id,
            "title": nation.scenario.title,
            "story": nation.scenario.story.strip(),
            "sources": nation.scenario.sources,
            "election": nation.scenario.election,
            "changed": list(changed),
            "seed": seed,
            "n_tps": len(made),
            "whole_n_tps": made.whole,
            "forms": list(made.forms),
            "provinces": dict(zip(made.province_codes, made.province_names, strict=True)),
            "regencies": dict(zip(made.regency_codes, made.regency_names, strict=True)),
            "server_model": kernel.model.name,
            "server_source": kernel.model.source,
            "latency_edges_s": LATENCY_EDGES_S[:-1].tolist(),
            "started_at": started_at.isoformat(timespec="seconds"),
            "played_until_s": nation.until_s if ended == COMPLETE else kernel.now,
            "ended": ended,
            "evidence": evidence,
            "events": result.events,
            "unheard": result.unheard,
            "rows": rows,
            "digests": {"population": made.digest(), "results": result.digest()},
            "wall_s": {
                "population": peopled - began,
                "simulation": played - peopled,
                "writing": time.monotonic() - played,
            },
            "peak_memory_bytes": peak_memory_bytes(),
        },
    )
    return ended


def write_tables(folder: RunFolder, made: Country, left: Left) -> dict[str, int]:
    """The four tables; returns the rows of each."""
    rows = {}
    for name, table in (
        ("tps.parquet", tps_table(made, left)),
        ("minutes.parquet", minutes_table(left)),
        ("pools.parquet", pools_table(left)),
        ("latency.parquet", latency_table(left)),
    ):
        folder.write_table(name, table)
        rows[name] = table.num_rows
    return rows


def peak_memory_bytes() -> int:
    """The most memory this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def _advance(kernel: Kernel, nation: Nation, progress: Progress) -> tuple[str, dict[str, Any] | None]:
    """Play to the end, to a collapse or until broken off: how it ended, and the evidence of a collapse."""
    end_s = nation.until_s
    try:
        while not kernel.done:
            kernel.advance(min(kernel.now + STEP_S, end_s))
            progress(kernel.now, end_s)
            if found := collapsed(kernel.health()):
                return METASTABLE, {"told": str(found), "at_s": found.at_s, **asdict(found.health)}
    except KeyboardInterrupt:  # what was played so far is kept
        return ABORTED, None
    return COMPLETE, None


def _left(nation: Nation, seed: int, made: Country, model: ServerModel, result: Results) -> Left:
    page_s, minutes = result.page_s, result.asked.shape[1]
    line = result.bytes_ * 8e-6 / model.pipe_mbit_s
    nothing = np.zeros((1, minutes))
    here = np.zeros((len(result.pools) + 1, minutes))
    here[-1] = result.bytes_
    return Left(
        page_s=page_s.T,
        whole_s=result.whole_s.T,
        shown_s=shown_at(nation, seed, made.tps, page_s[VOTES_PAGE].astype(np.float64)),
        stored_pages=result.stored,
        ended=result.how.T,
        ends=("busy", *result.hows[1:]),
        backup=np.isfinite(result.messenger_s),
        recap_s=result.recap_s,
        active_s=result.active_s.T,
        requests=result.requests,
        kinds=result.kinds,
        asked=result.asked,
        fresh=result.fresh,
        taken=result.taken,
        outcomes={name: result.outcome[:, number] for number, name in enumerate(result.outcomes)},
        pools=(*result.pools, PIPE),
        busy_s=np.vstack([result.busy_s, line[None]]),
        wasted_s=np.vstack([result.wasted_s, nothing]),
        wait_s=np.vstack([result.wait_s, nothing]),
        wait_max_s=np.vstack([result.longest_s, nothing]),
        bytes=here,
        latency=result.latency,
        latency_edges_s=LATENCY_EDGES_S[:-1],
    )
