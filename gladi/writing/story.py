"""From a wish to a file on disk that validates; nothing is overwritten, nothing half-written."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from gladi.failures import UsageError
from gladi.runfolder import whole_file
from gladi.writing.figures import live_sample, tps_of
from gladi.writing.files import file_name, schema
from gladi.writing.parts import parts
from gladi.writing.scenario_text import text_of
from gladi.writing.schema import text_of as schema_text
from gladi.writing.wish import Wish
from scenarios import ScenarioError
from scenarios.loading import validate
from scenarios.regions import regions_of


@dataclass(frozen=True, slots=True)
class Written:
    """The file, the schema beside it (None: none was wanted, or another lies there), and sizes to tell."""

    path: Path
    schema: Path | None
    tps: int
    played: int
    run_s: float
    """Real length of a live run, without what comes before and after."""


def write_scenario(wish: Wish, out: Path, with_schema: bool = True) -> Written:
    """Write the scenario; raises UsageError if the file exists or what was wished cannot be played."""
    if out.exists():
        raise UsageError(f"{out}: exists already, and is left as it is; choose another --out")
    tps = tps_of(wish.code, wish.election)
    wish = replace(wish, sample=min(wish.sample, tps) if wish.sample else live_sample(tps, wish.forms))
    if wish.sample == tps:
        wish = replace(wish, sample=None)
    played = wish.sample or tps
    kecamatan = regions_of(wish.code)[0].kecamatan[0].code
    text = text_of(wish, parts(wish, tps, kecamatan), out.name, with_schema)
    try:
        scenario = validate(tomllib.loads(text), str(out))
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    try:
        with whole_file(out) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise UsageError(f"--out {out}: cannot be written there ({error.strerror})") from error
    from scenarios.timeline import Timeline

    run_s = Timeline(scenario.phases, scenario.clock.compression).duration_s
    return Written(out, _schema_beside(out.parent) if with_schema else None, tps, played, run_s)


def _schema_beside(folder: Path) -> Path | None:
    """The schema that the file's first line names; an older one of the same name is left as it is."""
    path = folder / file_name("scenario")
    if path.exists():
        return path if path.read_text(encoding="utf-8") == schema_text(schema("scenario")) else None
    with whole_file(path) as unfinished:
        unfinished.write_text(schema_text(schema("scenario")), encoding="utf-8")
    return path
