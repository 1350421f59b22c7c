"""One trial: a whole short rehearsal of one seed, perhaps with a planted defect, and its verdict in brief."""

import json
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gladi.failures import CannotRunError, UsageError
from gladi.rehearsing.asked import Choices
from gladi.rehearsing.story import rehearse
from gladi.runfolder import RunFolder
from gladi.setting import arrange
from gladi.show import Show
from gladi.verdicts import judged

_HEAVY = ("photos", "stack")
"""Folders that a trial leaves behind only when somebody may want to look."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What to play; `defect` '' plays the sound stack, "one+other" plants two for different checkers."""

    scenario: str
    seed: int
    scale: float
    defect: str
    out: str
    keep: bool = False
    in_company: bool = True
    """Other trials run beside this one."""

    @property
    def name(self) -> str:
        """Unique within a series."""
        return f"{self.defect or 'clean'}-{self.seed}"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a trial. `word` is the verdict, or "none" where there was none (see `problem`).

    `checkers` maps each name to (valid, violations, run-clock second of the first one or None).
    """

    defect: str
    seed: int
    word: str
    took_s: float
    played_s: float = 0.0
    problem: str = ""
    run: str = ""
    checkers: dict[str, tuple[Any, int, float | None]] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    """Of each checker and expectation that does not hold, its own words."""

    def as_line(self) -> str:
        """One line of the record."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> "Result":
        """What `as_line` wrote; raises ValueError, TypeError."""
        table = json.loads(line)
        table["checkers"] = {name: tuple(one) for name, one in table["checkers"].items()}
        return cls(**table)


def play(trial: Trial) -> Result:
    """Play it; whatever goes wrong is in the Result."""
    began = time.monotonic()
    folder = Path(trial.out)
    try:
        outcome = _rehearse(trial, folder)
        verdict = judged(folder).table
    except (CannotRunError, UsageError, OSError, RuntimeError) as error:
        return Result(
            trial.defect, trial.seed, "none", time.monotonic() - began, problem=str(error), run=str(folder)
        )
    if not trial.keep:
        for name in _HEAVY:
            shutil.rmtree(folder / name, ignore_errors=True)
    checkers = {
        name: (one["valid"], one["count"], _first_s(one["examples"]))
        for name, one in verdict["checkers"].items()
    }
    everything = {**verdict["checkers"], **verdict["expectations"]}
    return Result(
        trial.defect,
        trial.seed,
        verdict["verdict"],
        round(time.monotonic() - began, 2),
        json.loads((folder / "run.json").read_text())["duration_s"],
        outcome,
        str(folder),
        checkers,
        {name: one["why"] for name, one in everything.items() if one["valid"] is not True},
    )


def _rehearse(trial: Trial, folder: Path) -> str:
    """The problem of the run, '' for none."""
    scenario = Path(trial.scenario)
    setting = arrange(scenario, trial.seed, trial.scale)
    if trial.defect:
        setting = setting.with_defects(tuple(trial.defect.split("+")))
    choices = Choices(
        scenario_file=scenario,
        scale=trial.scale,
        workers=setting.scenario.load.workers,
        address=None,
        kind="sirekap",
        secrets=None,
        port=0,
        in_company=trial.in_company,
    )
    shutil.rmtree(folder, ignore_errors=True)
    return rehearse(setting, choices, RunFolder.create(folder, setting.scenario.id), Show(quiet=True)).problem


def _first_s(examples: list[dict[str, Any]]) -> float | None:
    moments = [one["at_s"] for one in examples if one["at_s"] is not None]
    return min(moments) if moments else None
