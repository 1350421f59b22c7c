"""Which nation is played: a scenario file, changes to it, and the server that stands in for the real one."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from gladi.failures import UsageError
from scenarios import Nation, ScenarioError, change, load_nation, value_of
from simulators.country.roll import Roll, RollError
from simulators.server import ModelError, ServerModel, read_model


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario file (absolute) and lines such as `server.servers = 12`; rebuilt alike in every process."""

    file: str
    changed: tuple[str, ...] = ()

    def with_changes(self, more: Sequence[str]) -> "Asked":
        """The same with further changes after those there are."""
        return Asked(self.file, (*self.changed, *more))

    def nation(self) -> Nation:
        """With every change made; raises UsageError that names all problems."""
        try:
            return load_nation(Path(self.file), self.changed)
        except ScenarioError as error:
            raise UsageError(str(error)) from error

    def model(self, nation: Nation) -> ServerModel:
        """The server as its file has it; raises UsageError."""
        name = nation.server.model
        known = {path.stem: path for path in _models().glob("*.json")}
        path = known.get(name) or Path(self.file).parent / name
        if not path.is_file():
            near = difflib.get_close_matches(name, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(sorted(known))}"
            raise UsageError(
                f'{self.file}: server.model = "{name}": no such model, and no such file beside the scenario; '
                f"{hint} `gladi calibrate` measures others"
            )
        try:
            return read_model(path)
        except ModelError as error:
            raise UsageError(str(error)) from error

    def roll(self, nation: Nation) -> Roll | None:
        """The imported TPS, where the scenario names some; raises UsageError."""
        name = nation.population.roll
        if name is None:
            return None
        path = Path(self.file).parent / name
        if not path.is_file():
            raise UsageError(
                f'{self.file}: population.roll = "{name}": no such file beside the scenario ({path}); '
                "`gladi population import` makes one"
            )
        try:
            return Roll.from_parquet(path)
        except RollError as error:
            raise UsageError(f"{self.file}: population.roll: {error}") from error


def _models() -> Path:
    return Path(str(files("simulators"))) / "server"


def asked_for(
    file: Path, settings: Sequence[str], scale: float | None, areas: Sequence[str], model: Path | None
) -> Asked:
    """From the options of the command line: --set, --scale, --area, --server; raises UsageError."""
    lines = [_setting(one) for one in settings]
    if scale is not None:
        lines.append(change("population.scale", float(scale)))
    if areas:
        lines.append(change("population.areas", list(areas)))
    if model is not None:
        lines.append(change("server.model", str(model.resolve())))
    return Asked(str(file), tuple(lines))


def _setting(text: str) -> str:
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or not value.strip():
        raise UsageError(f"--set {text}: must be KEY=VALUE, such as server.servers=12 or persons.rest=30m")
    return change(key.strip(), value_of(value.strip()))
