"""A test of claims from top to bottom: can it be decided, try the generator, play, read back, keep it all."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaos import FaultEvent
from gladi.address import Address
from gladi.claims import deciding, facts, faults
from gladi.claims.playing import WARM_S, Notes, calm_down, played, tried
from gladi.consent import authorise
from gladi.cores import divide
from gladi.failures import CannotRunError
from gladi.offering.ground import Ground
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
    Evidence,
)
from reports.claims.judging import judged
from reports.words import Text
from scenarios import Scenario
from scenarios.claims import Claim, Claims

CONSENT = "claim"
"""What a system must name as its scenario in order to consent."""

Undecided = dict[str, dict[str, str]]
"""By claim: why it could not be tried, in both languages."""

_TPS_LEAST = 100
_TPS_SPARE = 20
_PHOTO_BYTES = 700_000
_CALM_S = 3.0
"""What was in hand when the load ended is stored or given up by then."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line decides. `address` None starts a stack of ours; `text` is the file as it is."""

    file: str
    text: str
    claims: Claims
    scenario: Scenario
    address: Address | None
    kind: str
    secrets: Path | None
    seed: int
    minutes: float


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
    undecided: Undecided = about["undecided"]
    notes = Notes()
    table: pa.Table | None = None
    try:
        todo = _hopeful(choices, rate_most, undecided, show)
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
        tps = min(deciding.TPS_MOST, tps) + _TPS_SPARE
        folder.need_room(3 * tps * _PHOTO_BYTES // 2)
        with stage(choices, tps, CONSENT, show) as here:
            ground, allowed = here.ground, here.allowed
            if choices.address is None:
                about["target"]["url"] = ground.address.url
            about["target"]["version"] = facts.says_version(ground.address)
            deadline = time.monotonic() + choices.minutes * 60.0
            for claim in todo:
                trouble = _one(
                    claim, plans[claim.id], ground, choices, folder, notes, undecided, deadline, allowed, show
                )
                if trouble:
                    raise CannotRunError(trouble)
            table = _read_back(todo, ground, show)
    finally:
        keep(folder, notes, table, about)


def _hopeful(choices: Choices, rate_most: float, undecided: Undecided, show: Show) -> list[Claim]:
    """The claims that could be decided here, as far as one can say before anything is started."""
    todo = []
    for claim in choices.claims.claim:
        why = deciding.before_all(
            claim, 3 * deciding.TPS_MOST, choices.minutes, choices.address is None, rate_most
        )
        if why:
            _undecided(claim, why, undecided, show)
        else:
            todo.append(claim)
    return todo


def _one(
    claim: Claim,
    events: list[FaultEvent],
    ground: Ground,
    choices: Choices,
    folder: RunFolder,
    notes: Notes,
    undecided: Undecided,
    deadline: float,
    allowed: Callable[[], None],
    show: Show,
) -> str:
    """One claim until it is decided or its time is over; returns why others cannot be tried, or ""."""
    if why := deciding.with_ground(events, ground):
        _undecided(claim, why, undecided, show)
        return ""
    allowed()
    with show.stage(f"{claim.id}: {claim.title}"[:60]) as advance:
        try:
            if why := deciding.after_trial(claim, tried(claim, ground, choices.seed, notes)):
                _undecided(claim, why, undecided, show)
                return ""
            undecided.pop(claim.id, None)
            for play in range(deciding.plays(claim, choices.minutes)):
                if play and time.monotonic() + WARM_S + claim.hold > deadline:
                    break
                played(claim, events, ground, choices.seed + play, folder.path, notes, allowed, advance)
                if _decided(claim, choices, folder, notes):
                    break
        except CannotRunError as error:
            undecided[claim.id] = asdict(Text(str(error), str(error)))
            return "" if "recovered" in str(error) else str(error)
    return ""


def _decided(claim: Claim, choices: Choices, folder: RunFolder, notes: Notes) -> bool:
    """Whether playing it again would change nothing: judged from what is known, promises left aside."""
    alone = claim.model_copy(update={"lost": None})
    so_far = Evidence(
        folder.path, choices.text, choices.claims.model_copy(update={"claim": [alone]}), {},
        notes.record.trials(), notes.record.attempts(), pa.Table.from_pylist([], SENT), None, _lines(notes),
    )  # fmt: skip
    return str(judged(so_far)["answer"]) != "undecided"


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


def _undecided(claim: Claim, why: Text, undecided: Undecided, show: Show) -> None:
    undecided[claim.id] = asdict(why)
    show.warn(f"belum pasti / undecided: {claim.id}: {why.id} / {why.en}")


def _lines(notes: Notes) -> list[dict[str, Any]]:
    """faults.jsonl of every trial, each line with its trial."""
    return [
        {"trial": trial, **json.loads(line)}
        for trial, path in notes.faults
        if path.exists()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def keep(folder: RunFolder, notes: Notes, table: pa.Table | None, about: dict[str, Any]) -> None:
    """Everything the judgement needs, however the test ended."""
    notes.record.write(folder)
    folder.write_table(SENT_FILE, pa.Table.from_pylist(notes.sent, schema=SENT))
    if table is not None:
        folder.write_table(READBACK_FILE, table)
    lines = _lines(notes)
    with whole_file(folder.path / FAULTS_FILE) as unfinished:
        unfinished.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    for _, path in notes.faults:
        path.unlink(missing_ok=True)
    folder.write_json(ABOUT_FILE, about)
