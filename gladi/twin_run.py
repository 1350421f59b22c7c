"""`gladi simulate`: the scenario against the twin, in simulated time, into the same kind of run directory.

The same behaviour, population, timetable and fault plan as a rehearsal; the verdict and report are computed
by the same code. What it cannot show: photos are not sent, so nothing is proved about how a system stores
them.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from math import exp
from pathlib import Path

import pyarrow as pa
import simpy

from chaos import components_of
from gladi.facts import facts
from gladi.fault_facts import fault_facts
from gladi.mishaps import mishaps
from gladi.readback import recap_tables, write_recap
from gladi.recorder import Recorder, history
from gladi.runfolder import RunFolder
from gladi.setting import Setting
from gladi.tickets import tabled
from gladi.twin_faults import for_twin
from gladi.twin_server import facts_of, server_of
from reports.help_desk import FILE as HELP_DESK
from reports.schema import READBACK, RESOURCES
from scenarios.link_hours import speed_at
from simulators.cast import assemble
from simulators.desk import Ticket
from simulators.draws import normal_at, uniform
from simulators.meaning import PagesOf, Payload, StoredPage
from simulators.mishaps import Met
from simulators.operations import Operation
from simulators.recap import Recap
from simulators.server import ServerModel
from simulators.sheetlist import number_of, page_fields
from simulators.sheets import sent_numbers, votes
from simulators.twin import Twin

Progress = Callable[[float, float], None]
"""Called with run-clock seconds played, and of how many."""

_CHUNKS = 200
_SENDS = frozenset({"submit_page", "correct", "backup_page", "replace_photo"})

_LEAST_BYTES, _MORE_BYTES, _BYTES_SIGMA = 230_000, 238_000, 0.62
"""Size of a photograph, a shifted log-normal: quantiles of 1,529 that a rehearsal sent (5 % 312 kB, half
468 kB, 95 % 848 kB)."""


def simulate(
    setting: Setting, scenario_file: Path, folder: RunFolder, progress: Progress,
    server: ServerModel | None = None,
) -> None:  # fmt: skip
    """Play the scenario against the twin and write the run directory, verdict and report excepted.

    `server` is what the twin is of; None: the scenario's own, as it was, or the embedded reference stack.
    """
    faults = for_twin(setting.plan, components_of(setting.scenario.stack), setting.timeline.duration_s)
    about = facts(setting, "simulate", 1, {"kind": "twin", "url": ""})
    about |= fault_facts(setting.plan, faults.availability())
    setting.write(folder.path, scenario_file)

    env = simpy.Environment()
    scenario, timeline = setting.scenario, setting.timeline
    stand_in = server_of(scenario, timeline, server, len(setting.population) / setting.population.whole)
    about["server"] = facts_of(scenario, timeline, stand_in, server is not None)
    outages = [*faults.outages(stand_in.model.restart_s), *stand_in.outages]
    recorder = Recorder(folder.path / ".twin.rec", 0)
    twin = Twin(
        env, stand_in.model, setting.seed, outages, _payload(setting), recorder.write, stand_in.share,
        lambda run_s: speed_at(scenario.links.hours, timeline.local(run_s)), _pages_of(setting),
    )  # fmt: skip
    for tps in setting.population.tps.tolist():
        twin.recap.register(tps)
    met: list[Met] = []
    tickets: list[Ticket] = []
    assemble(
        env, twin, setting.scenario, setting.timeline, setting.seed, setting.population, setting.timetable,
        mishaps=mishaps(faults.played), tell=met.append, note=tickets.append,
    )  # fmt: skip
    end_s = setting.timeline.duration_s + setting.scenario.clock.drain
    for step in range(1, _CHUNKS + 1):
        env.run(until=end_s * step / _CHUNKS)
        progress(env.now, end_s)
    twin.close()
    recorder.close()

    folder.write_table("history.parquet", history([folder.path / ".twin.rec"]))
    (folder.path / ".twin.rec").unlink()
    folder.write_table("readback.parquet", _readback(twin))
    if scenario.pleno is not None:
        write_recap(folder, *recap_tables(_decisions(twin.recap), _d_hasil(twin.recap)))
    folder.write_table("resources.parquet", RESOURCES.empty_table())
    if scenario.help_desk is not None:
        folder.write_table(HELP_DESK, tabled(tickets))
    faults.write(folder.path / "faults.jsonl", met)
    folder.write_json("run.json", {**about, "ended": "complete"})


def _payload(setting: Setting) -> Payload:
    """Digest and size of a photo that is never drawn, and the real numbers of its page."""
    index = {str(code): number for number, code in enumerate(setting.population.tps)}

    def payload(operation: Operation) -> tuple[str, int, str, str]:
        if operation.decided is not None:
            return "", 0, operation.decided.digest, ""
        if operation.kind not in _SENDS or operation.actor == "iseng":
            return "", 0, "", ""
        text, digest = "", ""
        if operation.kind != "replace_photo":
            text, digest = sent_numbers(setting.population, index[operation.sheets_of], operation)
        if operation.kind == "correct":
            return "", 0, digest, text
        name = f"{setting.seed}:{operation.sheets_of}:{operation.form}:{operation.page}:{operation.operator}"
        if operation.install:
            name += f":{operation.install}"
        lot = 64 * number_of(operation.form) + operation.page
        z = normal_at(uniform(setting.seed, int(operation.sheets_of) * 8, lot))
        size = int(_LEAST_BYTES + _MORE_BYTES * exp(_BYTES_SIGMA * z))
        return sha256(name.encode()).hexdigest(), size, digest, text

    return payload


def _pages_of(setting: Setting) -> PagesOf:
    """How many pages a form has, as its sheets are laid out where a TPS lies."""
    people = setting.population
    index = {str(code): number for number, code in enumerate(people.tps)}
    return lambda tps, form: len(page_fields(people, index[tps], form)) if tps in index and form else 0


def _decisions(recap: Recap) -> Iterator[dict[str, object]]:
    """As `Recapping.decisions`."""
    for one in recap.decisions:
        yield {
            "kecamatan": one.kecamatan, "tps": one.tps, "form": one.form, "word": one.word, "key": one.key,
            "basis": one.basis, "entries": one.entries, "at": f"{one.at_s:.6f}",
        }  # fmt: skip


def _d_hasil(recap: Recap) -> Iterator[dict[str, object]]:
    """As `Recapping.d_hasil`."""
    for (kecamatan, form), decisions in recap.results().items():
        columns = {tps: json.loads(one.numbers) for tps, one in decisions.items()}
        totals: Counter[str] = Counter()
        for numbers in columns.values():
            totals.update(numbers)
        text = json.dumps(columns, sort_keys=True)
        yield {
            "kecamatan": kecamatan, "form": form, "version": 1, "state": "final",
            "sha256": sha256(text.encode()).hexdigest(), "columns": columns, "totals": dict(totals),
            "at": f"{recap.final[kecamatan, form]:.6f}",
        }  # fmt: skip


def _readback(twin: Twin) -> pa.Table:
    pages = list(twin.readback())
    newest: dict[tuple[str, str, int], int] = {}
    for page in pages:
        sheet = (page.tps, page.form, page.page)
        newest[sheet] = max(page.revision, newest.get(sheet, 0))

    def row(page: StoredPage) -> dict[str, object]:
        return {
            "tps": page.tps, "form": page.form, "page": page.page, "revision": page.revision,
            "current": page.revision == newest[page.tps, page.form, page.page],
            "receipt": page.receipt, "key": page.key,
            "account_tps": page.account_tps, "operator": page.operator,
            "content_sha256_claimed": page.content_sha256, "content_sha256_fetched": page.content_sha256,
            "content_bytes": page.content_bytes, "content_whole": True,
            "votes": votes(json.loads(page.numbers)), "numbers_sha256": page.numbers_sha256,
            "numbers": page.numbers, "stored_at": f"{page.stored_s:.6f}",
        }  # fmt: skip

    return pa.Table.from_pylist([row(page) for page in pages], schema=READBACK)
