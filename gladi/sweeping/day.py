"""One nation, played into a run directory of its own, with what a person sees meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from gladi.failures import FAILED, OF_VERDICT, UNKNOWN, UsageError
from gladi.interruption import interruptible
from gladi.leaving import explained, means
from gladi.runfolder import RunFolder
from gladi.show import Show
from gladi.sweeping.asked import Asked


@dataclass(frozen=True, slots=True)
class Day:
    """What came of it; `ended` is complete, METASTABLE or aborted."""

    table: Mapping[str, Any]
    path: Path
    ended: str

    @property
    def code(self) -> int:
        """Exit code: a collapse has failed whatever else holds, and what was broken off is not known."""
        if self.ended == "METASTABLE":
            return FAILED
        return OF_VERDICT[self.table["verdict"]] if self.ended == "complete" else UNKNOWN


def play_day(asked: Asked, seed: int | None, out: Path | None, lang: Literal["id", "en"], show: Show) -> Day:
    """Play, judge and report; raises UsageError, CannotRunError. Broken off, it keeps its evidence."""
    if seed is not None and not 0 <= seed < 2**63:
        raise UsageError(f"--seed {seed}: must be between 0 and {2**63 - 1}")
    nation = asked.nation()
    model, roll = asked.model(nation), asked.roll(nation)
    from gladi.nation.judging import judged_nation, rendered_nation, summary_nation
    from gladi.nation.run import play

    folder = RunFolder.create(out, nation.id)
    means("nation")
    midnight = nation.calendar.start.replace(hour=0, minute=0, second=0)
    show.say(f"[bold]{nation.scenario.title}[/bold]\n  {folder.path}")
    try:
        with interruptible(), show.stage("Simulasi") as advance:
            ended = play(
                nation,
                Path(asked.file),
                folder,
                lambda now_s, end_s: advance(
                    now_s, end_s, f"{midnight + timedelta(seconds=now_s):%d %b %H.%M}"
                ),
                model=model,
                seed=seed,
                changed=asked.changed,
                roll=roll,
            )
        with show.stage("Putusan"):
            verdict = judged_nation(folder.path)
        with show.stage("Laporan"):
            rendered_nation(folder.path, lang, verdict)
    except BaseException as error:
        if not (folder.path / "run.json").exists():
            folder.discard()
        if isinstance(error, ValueError):  # more TPS than there are, a server that cannot be
            raise UsageError(f"{asked.file}: {error}") from error
        raise
    show.say(summary_nation(verdict, show.began))
    if ended == "METASTABLE":
        show.warn(
            "METASTABLE: server runtuh dan tidak pulih sendiri walaupun beban semula sudah lewat; simulasi "
            "dihentikan di situ"
        )
    elif ended != "complete":
        for line in explained():
            show.warn(line)
    return Day(verdict.table, folder.path, ended)
