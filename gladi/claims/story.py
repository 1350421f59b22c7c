"""A test of claims from top to bottom: can it be decided, try the generator, play, read back, keep it all."""

import json
from dataclasses import asdict
from math import ceil, sqrt
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gladi.claims import deciding, facts, faults
from gladi.claims.playing import WARM_S, Notes, calm_down
from gladi.claims.testing import Bench, Choices, Undecided, fault_lines, leave_undecided
from gladi.consent import authorise
from gladi.cores import divide
from gladi.failures import CannotRunError
from gladi.offering.ground import Ground
from gladi.offering.several import offering
from gladi.offering.stage import stage
from gladi.readback import read_back
from gladi.runfolder import RunFolder, whole_file
from gladi.show import Show
from gladi.targets import TargetError
from reports.claims.evidence import (
    ABOUT_FILE,
    CLAIMS_FILE,
    FAULTS_FILE,
    READBACK_FILE,
    SENT,
    SENT_FILE,
)
from reports.offered.schema import TRIALS_FILE
from reports.words import Text
from scenarios.claims import Claim

CONSENT = "claim"
"""What a system must name as its scenario in order to consent."""

_TPS_LEAST = 100
_TPS_SPARE = 20
_PHOTO_BYTES = 700_000
_CALM_S = 3.0
"""What was in hand when the load ended is stored or given up by then."""


def put_to_the_test(choices: Choices, folder: RunFolder, show: Show) -> None:
    """Write the evidence of every claim into `folder`; raises UsageError, CannotRunError."""
    consent = authorise(choices.address, CONSENT) if choices.address else None
    rate_most = consent.max_rate_per_s if consent else 0.0
    plans = faults.planned(choices.claims.claim, choices.scenario, choices.file, WARM_S)
    with whole_file(folder.path / CLAIMS_FILE) as unfinished:
        unfinished.write_bytes(choices.text.encode())
    cores = divide(own_stack=choices.address is None)
    url = choices.address.url if choices.address else ""
    about = facts.about(
        choices.scenario.id, choices.seed, {"kind": choices.kind, "url": url, "version": ""},
        {"load_cores": list(cores.load), "stack_cores": list(cores.stack)},
    )  # fmt: skip
    generators = choices.joining.workers if choices.joining else choices.generators or len(cores.load)
    undecided: Undecided = about["undecided"]
    notes = Notes()
    table: pa.Table | None = None
    try:
        todo = _hopeful(choices, rate_most, generators, undecided, show)
        if not todo:
            return
        for one in todo:
            undecided[one.id] = asdict(
                Text(
                    "uji terputus sebelum klaim ini dimainkan", "the test was broken off before it was played"
                )
            )
        tps = max(
            _TPS_LEAST,
            sum(-(-deciding.pages_of(one) // 3) * deciding.plays(one, choices.minutes) for one in todo),
        )
        tps = min(deciding.TPS_MOST, tps + _uneven(tps, generators)) + _TPS_SPARE
        folder.need_room(3 * tps * _PHOTO_BYTES // 2)
        with (
            stage(choices, tps, CONSENT, show, watched=False) as here,
            offering(here.ground, generators, here.cores.load) as offered,
        ):
            here.allowed.watch()
            ground = here.ground
            if choices.address is None:
                about["target"]["url"] = ground.address.url
            about["target"]["version"] = facts.says_version(ground.address)
            bench = Bench(choices, here, offered, folder, notes, undecided, show)
            try:
                bench.tested(todo, plans)
                table = _read_back(todo, ground, show)
            finally:
                if ground.hands is not None:
                    about["generators"] = ground.hands.facts()
    finally:
        keep(folder, notes, table, about)


def _uneven(tps: int, generators: int) -> int:
    """TPS more, since kinds of a mix fall unevenly to generators, each of which has pages of its own.

    Three deviations of a Poisson count of the pages of each, three of them a TPS.
    """
    return ceil(sqrt(3 * tps * generators)) if generators > 1 else 0


def _hopeful(
    choices: Choices, rate_most: float, generators: int, undecided: Undecided, show: Show
) -> list[Claim]:
    """The claims that could be decided here, as far as one can say before anything is started."""
    todo = []
    for claim in choices.claims.claim:
        why = deciding.before_all(
            claim, 3 * deciding.TPS_MOST, choices.minutes, choices.address is None, rate_most,
            generators,
        )  # fmt: skip
        if why:
            leave_undecided(claim, why, undecided, show)
        else:
            todo.append(claim)
    for claim in todo:
        others = [one for one in todo if one is not claim]
        if said := deciding.forecast(claim, choices.minutes, others):
            show.warn(f"{claim.id}: {said.id} / {said.en}")
    return todo


def _read_back(todo: list[Claim], ground: Ground, show: Show) -> pa.Table | None:
    """What the system holds in the end, if a claim is about that; None where it cannot be read."""
    if ground.system is None or all(one.lost is None for one in todo):
        return None
    with show.stage("Baca balik"):
        try:
            calm_down(ground, _CALM_S)
            return read_back(ground.system)
        except (TargetError, CannotRunError) as error:
            show.warn(f"the system could not be read back: {error}")
            return None


def nothing_offered(folder: RunFolder) -> bool:
    """Whether the test ended before its first load: there is nothing that a certificate could be about."""
    path = folder.path / TRIALS_FILE
    return not path.exists() or not pq.read_metadata(path).num_rows


def keep(folder: RunFolder, notes: Notes, table: pa.Table | None, about: dict[str, Any]) -> None:
    """Everything the judgement needs, however the test ended."""
    notes.record.write(folder)
    folder.write_table(SENT_FILE, pa.concat_tables([SENT.empty_table(), *notes.sent]))
    if table is not None:
        folder.write_table(READBACK_FILE, table)
    lines = fault_lines(notes)
    with whole_file(folder.path / FAULTS_FILE) as unfinished:
        unfinished.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    for _, path in notes.faults:
        path.unlink(missing_ok=True)
    folder.write_json(ABOUT_FILE, about)
