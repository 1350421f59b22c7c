"""What is calibrated: a reference stack started for it, or a system that already runs; and who may ask there.

The operators of a stack of our own enter while its password hash costs next to nothing, and the stack is then
started again as it will be measured: thousands of hashes would take minutes and teach nothing.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from chaos import Ledger, ReaperProcess, Site, registered
from chaos.stack import read_stack
from gladi import stack
from gladi.address import Address
from gladi.cores import Cores
from gladi.elsewhere import for_workers
from gladi.failures import CannotRunError
from gladi.offering.crowd import Ask, Crowd, Photos
from gladi.offering.elsewhere import Elsewhere
from gladi.offering.generator import Generator
from gladi.runfolder import RunFolder
from gladi.show import Advance, Show
from gladi.targeting import probe
from gladi.targets import System, TargetError, broke, connect
from scenarios import Scenario
from scenarios.model import Region
from simulators.operations import Kind
from simulators.population import Population, population
from simulators.registered import registered as with_counts

_CHEAP_HASH: dict[str, str | int | float | bool] = {"argon2_memory_kib": 64, "argon2_passes": 1}
_REGION = "32.04"
"""Kabupaten Bandung, 11,034 TPS (Pilkada 5,800): for who needs more than the scenario's region has."""
_TOGETHER = 8
_ENTER_S = 240.0


@dataclass(slots=True)
class Ground:
    """A system with its crowd entered. `pids` are the API's processes, empty where they are not ours.

    `restart` kills what serves, starts it and says how many seconds that took; None where it is not ours.
    `site` and `ledger` are what a fault needs, None where it is not ours to break. `system` reads back. With
    `hands` elsewhere the crowd here is a few TPS, to look at the system with.
    """

    address: Address
    generator: Generator
    crowd: Crowd
    photo_bytes: float
    pids: Callable[[], list[int]]
    entering: dict[str, list[float]]
    max_rate_per_s: float = 0.0
    restart: Callable[[], float] | None = None
    system: System | None = None
    site: Site | None = None
    ledger: Ledger | None = None
    hands: Elsewhere | None = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The API does not move inside the block; Linux lets it go on afterwards."""
        pids = self.pids()
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)


def people(scenario: Scenario, seed: int, tps: int) -> tuple[Scenario, Population]:
    """So many TPS of the scenario's region, or of a larger one where it has not so many, if there is one."""
    if tps > (own := _tps_of(scenario)):
        links = scenario.links.model_copy(update={"no_signal_kecamatan": []})
        region = Region(code=_REGION)
        larger = scenario.model_copy(update={"region": region, "links": links})
        scenario = larger if _tps_of(larger) > own else scenario
        tps = min(tps, _tps_of(scenario))
    return scenario, population(scenario, seed, float(tps))


def _tps_of(scenario: Scenario) -> int:
    """TPS of the scenario's places in its election."""
    return sum(place.tps for place in with_counts(scenario))


@contextmanager
def own_stack(
    scenario: Scenario, seed: int, tps: int, cores: Cores, show: Show, command: str = "calibrate",
    hands: Elsewhere | None = None,
) -> Iterator[Ground]:  # fmt: skip
    """A reference stack on its own cores, ended with the block, come what may."""
    folder = RunFolder.create(None, f"{command}-{os.getpid()}")
    home = folder.path / "stack"
    scenario, crowded = people(scenario, seed, tps)
    wanted = scenario.stack
    with ExitStack() as held:
        held.callback(folder.discard)
        site = Site(str(folder.path), stack_json=str(home / "stack.json"))
        ledger = Ledger.create(folder.path / "ledger.jsonl", site)
        reaper = ReaperProcess(ledger.path)
        held.callback(reaper.release)
        held.callback(ledger.closed, "gladi")
        ledger.down("stack", stack.down_command(home), timeout_s=12.0, is_stack=True)
        held.callback(stack.down, home)

        def up(settings: Mapping[str, str | int | float | bool]) -> stack.RunningStack:
            (home / "settings.toml").unlink(missing_ok=True)
            reached = hands.settings(home, command) if hands is not None else {}
            return stack.up(
                home, 0, wanted.api_workers, wanted.defects, cores.stack, wanted.profile,
                workers=wanted.workers, settings={**settings, **reached},
            )  # fmt: skip

        def api() -> list[int]:
            parts = read_stack(site).components
            return [one.process.pid for one in parts if one.name.startswith("api")]

        with show.stage("Sistem rujukan (sirekap)"):
            running = up({**wanted.settings, **_CHEAP_HASH})
        address = Address(running.url)
        secrets = str(home / "secrets.json")
        system = _registered(scenario, seed, crowded, address, secrets, show)
        generator = Generator(system, address)
        held.callback(generator.close)
        photos = Photos(scenario, seed, crowded)
        crowd = Crowd(scenario, seed, crowded, photos)
        mine = _own(crowd, hands)
        with show.stage("Operator masuk") as advance:
            enter(generator, crowd, mine, advance)
            if hands is not None:
                hands.enter("sirekap", for_workers(hands.joining.listen, address), advance)
        with show.stage("Sistem dengan sandi sungguhan"):
            stack.down(home)
            running = up(wanted.settings)
            address = Address(running.url)
            generator.moves(address)
            if hands is not None:
                hands.moves("sirekap", for_workers(hands.joining.listen, address))
                hands.settle()
            entering = enter_slowly(generator, crowd, mine)

        yield Ground(
            address, generator, crowd, photos.mean_bytes, api, entering,
            restart=lambda: _restarted(site), system=connect("sirekap", address, seed, secrets), site=site,
            ledger=ledger, hands=hands,
        )  # fmt: skip


def _restarted(site: Site) -> float:
    """API and database, as the scenarios kill them; seconds until they are back."""
    fault = registered()["process_kill"]
    serving = [one.name for one in read_stack(site).components if one.name.startswith("api")]
    items = fault.aim(site, (*serving, "postgres"), fault.settings())
    fault.strike(site, items)
    began_s = time.monotonic()
    fault.heal(site, items, budget_s=fault.deadline_s)
    return round(time.monotonic() - began_s, 2)


@contextmanager
def running_system(
    scenario: Scenario,
    seed: int,
    tps: int,
    address: Address,
    kind: str,
    secrets: Path | None,
    max_rate_per_s: float,
    show: Show,
    hands: Elsewhere | None = None,
) -> Iterator[Ground]:
    """A system that already runs at `address`; it is left running."""
    scenario, crowded = people(scenario, seed, tps)
    for odd in probe(address, kind, seed, str(secrets or "")):
        show.warn(odd)
    system = _registered(scenario, seed, crowded, address, str(secrets or ""), show, kind)
    generator = Generator(system, address, max_rate_per_s)
    try:
        photos = Photos(scenario, seed, crowded)
        crowd = Crowd(scenario, seed, crowded, photos)
        mine = _own(crowd, hands)
        with show.stage("Operator masuk") as advance:
            enter(generator, crowd, mine, advance)
            if hands is not None:
                hands.enter(kind, address, advance)
        with show.stage("Akun untuk uji masuk"):
            entering = enter_slowly(generator, crowd, mine)
            if hands is not None:
                hands.settle()
        yield Ground(
            address, generator, crowd, photos.mean_bytes, lambda: [], entering, max_rate_per_s,
            system=system, hands=hands,
        )  # fmt: skip
    finally:
        generator.close()


def _registered(
    scenario: Scenario,
    seed: int,
    crowded: Population,
    address: Address,
    secrets: str,
    show: Show,
    kind: str = "sirekap",
) -> System:
    """A system that knows the crowd."""
    with show.stage("Pendaftaran TPS dan akun"):
        try:
            system = connect(kind, address, seed, secrets)
            system.prepare(crowded.place, crowded, scenario.scenario.forms)
        except TargetError as error:
            raise CannotRunError(str(error)) from error
        except Exception as error:  # a class that breaks is no verdict on the system
            raise CannotRunError(str(broke("prepare", error))) from error
    return system


def _own(crowd: Crowd, hands: Elsewhere | None) -> range:
    """The TPS that this process lets in: all, or a few where others have the rest."""
    if hands is None:
        return crowd.senders
    crowd.takes(hands.own)
    return hands.own


def enter(generator: Generator, crowd: Crowd, indices: range, advance: Advance) -> None:
    """Activate, log in, initialise the first operator of every TPS; each step again until it is let in."""
    steps: tuple[Kind, ...] = ("activate", "login", "tps")
    todo = [(index, 0) for index in reversed(indices)]
    done, began_s = 0, time.monotonic()

    def make() -> Ask | None:
        if not todo or time.monotonic() - began_s > _ENTER_S:
            return None
        index, at = todo.pop()
        ask = crowd.entering(steps[at], index, 1)

        def ended(good: bool) -> None:
            nonlocal done
            if good and at + 1 == len(steps):
                done += 1
            else:
                todo.append((index, at + good))

        return replace(ask, ended=ended)

    while done < len(indices):
        if time.monotonic() - began_s > _ENTER_S:
            raise CannotRunError(
                f"only {done} of {len(indices)} operators could enter in {_ENTER_S:g} s; try a smaller --tps"
            )
        generator.closed(_TOGETHER, 1.0, make)
        advance(done, len(indices), f"{done:,}/{len(indices):,} operator")


def enter_slowly(generator: Generator, crowd: Crowd, mine: range) -> dict[str, list[float]]:
    """The accounts for logins of some TPS, one after the other: latencies of an idle system, by kind."""
    found: dict[str, list[float]] = {}
    kinds: tuple[Kind, ...] = ("activate", "login")
    for kind in kinds:
        todo = [crowd.entering(kind, index, 2) for index in reversed(crowd.login_accounts) if index in mine]
        tries = 0
        while todo:
            # A refused one is tried again: who has just started may not answer at once.
            wanted = list(todo)
            step = generator.closed(1, 600.0, lambda todo=todo: todo.pop() if todo else None)  # type: ignore[misc]
            good = {one.number for one in step.attempts if one.became == "good"}
            todo = [ask for number, ask in enumerate(reversed(wanted)) if number not in good]
            found.setdefault(kind, []).extend(step.latencies_s())
            tries += 1
            if tries > 20:
                raise CannotRunError(f"the system lets nobody in: {kind} failed 20 times")
    return found
