"""The life of a rehearsal, from top to bottom.

`rehearse` reads as the story of a run: draw the population, render the photos, start the stack, lay the
network, plan the faults, load, break, heal, read back. Whatever is started is written in the ledger first,
and a reaper outside this process heals and ends everything should this process die.
"""

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from chaos import (
    FaultRunner,
    Ledger,
    Network,
    ProcessId,
    ReaperProcess,
    Site,
    Toxiproxy,
    ToxiproxyServer,
    find_server,
)
from chaos.stack import StackError, read_stack
from gladi import stack, unreadable
from gladi.address import Address
from gladi.breaches import watched
from gladi.consent import Consent, Watch, authorise, within_rate
from gladi.cores import Cores, divide, on
from gladi.elsewhere import Listening, for_workers, opened, refuse_unreachable
from gladi.facts import facts
from gladi.failures import CannotRunError
from gladi.fault_facts import fault_facts, say_faults
from gladi.formset.asked import Asked
from gladi.home import choose_home, make_home, settle_home
from gladi.interruption import interruptible, uninterrupted
from gladi.link_hours import HourlyLinks
from gladi.load.built import built
from gladi.load.driver import Driver, free_port
from gladi.load.order import Destination, LoadOrder
from gladi.not_offered import not_offered
from gladi.onlookers import NOBODY, Onlookers
from gladi.photos import digest_of, render
from gladi.prepare import prepare
from gladi.readback import read_back, read_recap, write_recap
from gladi.recorder import history
from gladi.resources import Sampler
from gladi.runfolder import RunFolder
from gladi.setting import Setting
from gladi.show import Show
from gladi.stopping import StopConditions
from gladi.targeting import Hopeless, probe
from gladi.targets import Recapping, System, TargetError, connect
from gladi.tickets import gathered
from gladi.watching import Watcher, places_of
from reports.help_desk import FILE as HELP_DESK
from scenarios import LINKS
from simulators.sheetlist import sheets_of

_PHOTO_BYTES = 700_000
"""Room one photo takes with its truth, for the check of the disk before a run."""

_ORDER = "load.json"
_LEAD_S = 1.5
"""From the start message to run clock 0."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line decides beside the setting. `address` None starts the reference stack.

    `photos` is a folder of photos rendered before; what it lacks is rendered into it. `plan` is the fault
    plan of another run, already in the setting.
    """

    scenario_file: Path
    scale: float
    workers: int
    address: Address | None
    kind: str
    secrets: Path | None
    port: int
    photos: Path | None = None
    plan: Path | None = None
    listen: Listening | None = None
    """Where workers from elsewhere join; None starts them here."""
    page_port: int = 0
    """Where Locust's own page is served; 0 for no page."""
    in_company: bool = False
    """Other rehearsals run beside this one: load and stack share all cores, photos take one process."""


@dataclass(slots=True)
class Outcome:
    """How a rehearsal ended: `problem` is empty unless it could not run or heal to the end."""

    ended: str = "complete"
    problem: str = ""


def rehearse(
    setting: Setting, choices: Choices, folder: RunFolder, show: Show, onlookers: Onlookers = NOBODY
) -> Outcome:
    """Play the scenario against a live system and write the run directory, verdict and report excepted.

    Raises UsageError, CannotRunError or ToxiproxyError before the first request; after it, every trouble is
    in the Outcome.
    """
    consent = _allowed(setting, choices, show)
    find_server()  # said now, before anything is made
    folder.need_room(_room_for_photos(setting))
    about = facts(
        setting, "rehearse", choices.workers,
        {"kind": choices.kind, "url": choices.address.url if choices.address else ""},
    )  # fmt: skip
    setting.write(folder.path, choices.scenario_file)
    if choices.listen is None:
        about["digests"]["photos"] = _render_photos(setting, choices, folder, show)

    cores = divide(own_stack=choices.address is None and not choices.in_company)
    about["load_cores"] = len(cores.load) if cores.apart else 0
    outcome = Outcome()
    with ExitStack() as held:
        held.enter_context(on(cores.load))
        stage = _raise_stage(setting, choices, folder, consent, outcome, show, held, cores)
        about["target"]["url"] = stage.address.url
        if choices.listen is not None:
            about["digests"]["photos"] = digest_of(stage.driver.photos)
        zero = time.time() + _LEAD_S
        clock = RunClock(zero)
        about["t0_epoch_s"] = zero
        onlookers.begin(zero, folder.path / "faults.jsonl")
        runner = FaultRunner(
            setting.plan, stage.site, stage.ledger, clock, folder.path / "faults.jsonl",
            lambda: stage.driver.reading(len(setting.population)),
        )  # fmt: skip
        say_faults(setting.plan, runner.available, show)
        about |= fault_facts(setting.plan, runner.available)
        folder.write_json("run.json", about)
        stop = StopConditions(
            setting.scenario.stop,
            choices.address is not None or setting.scenario.stop.every_run,
            watched(setting.scenario, setting.timeline),
        )
        watch = Watch(lambda: authorise(stage.address, setting.scenario.id))
        sampler = Sampler(stage.pids, clock, cores.load)
        witness = _witness(setting, choices, stage, consent, clock, zero)
        sampler.start()
        witness.start()
        hours = HourlyLinks.begin(setting, stage.network.url, clock, show)
        stage.driver.go(zero)
        runner.start()
        if consent is not None:
            watch.start()
        try:
            _play(setting, stage, watch, stop, clock, show, onlookers, outcome)
        finally:
            with show.stage("Pemulihan"), uninterrupted():
                _heal(runner, watch, hours, stage, outcome)
                witness.healed() if outcome.ended == "complete" else witness.give_up()
        _harvest(setting, stage.driver, sampler, folder, about, outcome)
        # First the portal, which waits until the system has had its time: what was in hand when load ended
        # is stored or given up by then, and cannot come between what is shown and what is read back.
        with show.stage("Mata saksi di portal"):
            _keep_what_was_seen(witness, folder)
        with show.stage("Baca balik"):
            problem = _read_back(stage.system(setting.seed, choices.kind), setting, folder)
        outcome.problem = outcome.problem or problem
    folder.write_json("run.json", {**about, "ended": outcome.ended})
    return outcome


def _allowed(setting: Setting, choices: Choices, show: Show) -> Consent | None:
    """The consent of a system that is not this machine, wide enough for the run; raises UsageError.

    A system that is not our own is then looked at: CannotRunError where a run would teach nothing.
    """
    refuse_unreachable(choices.listen, choices.address)
    consent = authorise(choices.address, setting.scenario.id) if choices.address else None
    if consent is not None:
        within_rate(consent, setting.intended_peak_per_s)
    if choices.address is not None:
        for odd in probe(choices.address, choices.kind, setting.seed, str(choices.secrets or "")):
            show.warn(odd)
    return consent


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that stands before the curtain rises."""

    site: Site
    ledger: Ledger
    driver: Driver
    network: ToxiproxyServer
    address: Address
    secrets: str

    def system(self, seed: int, kind: str) -> System:
        """The system under test, spoken to by its target."""
        return connect(kind, self.address, seed, self.secrets)

    def pids(self) -> dict[str, int]:
        """Process ids by component, as they are now."""
        return {
            **_stack_pids(self.site),
            **self.driver.pids,
            "gladi": os.getpid(),
            "toxiproxy": self.network.process.pid,
        }


def _raise_stage(
    setting: Setting,
    choices: Choices,
    folder: RunFolder,
    consent: Consent | None,
    outcome: Outcome,
    show: Show,
    held: ExitStack,
    cores: Cores,
) -> Stage:
    """Guard, load processes, stack and network; taken down in reverse, whatever happens."""
    logs = folder.sub("logs")
    site, ledger = _guard(setting, choices, folder, outcome, held)
    order = _order(setting, choices, consent)
    order.write(logs / _ORDER)
    local = choices.workers if choices.listen is None else 0
    driver = Driver(logs / _ORDER, choices.workers, local, logs)
    held.callback(driver.end)
    driver.launch(lambda name, pid: ledger.process(name, ProcessId.of(pid)))
    if choices.listen is not None:
        _await_workers(driver, choices.listen, choices.workers, show)
    address, secrets = _raise_stack(setting, choices, site, ledger, show, held, cores)
    network, routes = _lay_network(setting, choices, address, site, ledger, show, held)
    with show.stage("Pendaftaran TPS dan akun"):
        prepare(connect(choices.kind, address, setting.seed, secrets), setting)
    with show.stage("Pekerja beban (Locust)") as advance:
        driver.wait_ready(lambda words: advance(0.0, 1.0, words))
        their = for_workers(choices.listen, address) if choices.address is None else address
        photos = str(choices.photos or folder.path / "photos")
        driver.place(Destination(choices.kind, their, routes, photos, str(logs), secrets))
    for warning in driver.warnings:
        show.warn(warning)
    return Stage(site, ledger, driver, network, address, secrets)


def _await_workers(driver: Driver, listen: Listening, workers: int, show: Show) -> None:
    show.say(f"  menunggu {workers} pekerja: gladi worker {listen.host}:{listen.port}")
    with show.stage("Pekerja dari mesin lain") as advance:
        driver.wait_for_all(lambda words: advance(len(driver.came), workers, words))
    for one in driver.came:
        clock = f"{one['offset_s']:+.3f} s ± {one['uncertainty_s']:.3f} s"
        show.say(f"    {one['host']} (pid {one['pid']}), jam {clock}")


def _witness(
    setting: Setting,
    choices: Choices,
    stage: Stage,
    consent: Consent | None,
    clock: "RunClock",
    zero_epoch_s: float,
) -> Watcher:
    """Who looks at the portal and at the system's health beside the load."""
    return Watcher(
        stage.system(setting.seed, choices.kind),
        stage.address,
        places_of(setting.population),
        setting.scenario.scenario.forms,
        clock,
        zero_epoch_s,
        setting.scenario.slo.shown_s,
        consent.max_rate_per_s if consent else 0.0,
        every_s=min(1.0, max(0.5, setting.timeline.duration_s / 100.0)),
    )


def _keep_what_was_seen(witness: Watcher, folder: RunFolder) -> None:
    """portal.parquet and health.parquet, of a system that can be watched."""
    seen = witness.saw()
    if seen is not None:
        folder.write_table("portal.parquet", seen[0])
        folder.write_table("health.parquet", seen[1])


def _room_for_photos(setting: Setting) -> int:
    """Bytes that photos take on the disk, twice: as sent and as stored."""
    photographed = setting.scenario.voting is not None
    people = setting.population
    sheets = sum(len(sheets_of(people, one, setting.scenario)) for one in range(len(people)))
    return 2 * sheets * _PHOTO_BYTES if photographed else 0


def _render_photos(setting: Setting, choices: Choices, folder: RunFolder, show: Show) -> str:
    if setting.scenario.voting is None:
        return digest_of(())  # nobody photographs anything
    megapixels = setting.scenario.app.photo_megapixels
    asked = Asked(str(choices.scenario_file), setting.seed, choices.scale, megapixels=megapixels)
    photos, hands = choices.photos or folder.path / "photos", 1 if choices.in_company else 0
    with show.stage("Foto C.Hasil") as advance:
        digest = render(
            asked, setting.scenario.scenario.forms, len(setting.population), photos,
            lambda done, total: advance(done, total, f"{done:,}/{total:,} foto"), hands=hands,
        )  # fmt: skip
        if setting.scenario.backup is not None:
            unreadable.rendered(
                setting,
                photos,
                lambda done, total: advance(done, total, f"{done:,}/{total:,} foto buram"),
                hands,
            )
        return digest


def _heal(runner: FaultRunner, watch: Watch, hours: HourlyLinks, stage: Stage, outcome: Outcome) -> None:
    """Every fault first, then load and network; what cannot be healed is the run's problem.

    The network goes before anybody looks at what is stored: a slow link would go on delivering what the proxy
    had taken in, long after its phone is gone.
    """
    driver = stage.driver
    hours.stop()
    runner.heal_all()
    watch.stop()
    if outcome.ended != "complete":
        driver.stop(patience_s=5.0)
    driver.end()
    stage.network.stop()
    if runner.in_force:
        unhealed = f"faults that could not be healed: {', '.join(runner.in_force)}"
        outcome.problem = f"{outcome.problem}; {unhealed}" if outcome.problem else unhealed


def _guard(
    setting: Setting, choices: Choices, folder: RunFolder, outcome: Outcome, held: ExitStack
) -> tuple[Site, Ledger]:
    """Ledger and reaper: from here on, whatever is started or broken is on disk first."""
    site = Site(str(folder.path), toxiproxy_url=f"http://127.0.0.1:{free_port()}")
    if choices.address is None:
        home, disk_json = choose_home(folder.path, setting.plan, _room_for_photos(setting))
        site = replace(
            site, stack_json=str(home / "stack.json"), disk_json=str(disk_json) if disk_json else None
        )
    ledger = Ledger.create(folder.path / "ledger.jsonl", site)
    reaper = ReaperProcess(ledger.path)
    held.callback(_let_go, ledger, reaper, outcome)
    return site, ledger


def _order(setting: Setting, choices: Choices, consent: Consent | None) -> LoadOrder:
    """What the load processes need to rebuild their shards, wherever they are."""
    digests = facts(setting, "rehearse", choices.workers, {})["digests"]
    return LoadOrder(
        scenario=choices.scenario_file.read_text(encoding="utf-8"),
        plan=choices.plan.read_text(encoding="utf-8") if choices.plan else "",
        seed=setting.seed,
        scale=choices.scale,
        compression=setting.scenario.clock.compression,
        workers=choices.workers,
        duration_s=setting.timeline.duration_s,
        drain_s=setting.scenario.clock.drain,
        population=digests["population"],
        timetable=digests["timetable"],
        built=built(),
        max_rate_per_s=consent.max_rate_per_s if consent else 0.0,
        host=choices.listen.host if choices.listen else "127.0.0.1",
        port=choices.listen.port if choices.listen else 0,
        page_port=choices.page_port,
    )


def _raise_stack(
    setting: Setting,
    choices: Choices,
    site: Site,
    ledger: Ledger,
    show: Show,
    held: ExitStack,
    cores: Cores,
) -> tuple[Address, str]:
    """Start the reference stack, unless the target is somebody else's; address and secrets of either."""
    if site.stack_json is None:
        assert choices.address is not None
        return choices.address, str(choices.secrets or "")
    home = Path(site.stack_json).parent
    make_home(site, ledger, held)
    ledger.down("stack", stack.down_command(home), timeout_s=12.0, is_stack=True)
    held.callback(stack.down, home)
    wanted = setting.scenario.stack
    with show.stage("Sistem rujukan (sirekap)"), on(cores.stack):
        running = stack.up(
            home, choices.port, wanted.api_workers, wanted.defects, cores.stack, wanted.profile,
            workers=wanted.workers, settings={**wanted.settings, **opened(choices.listen, home, setting)},
        )  # fmt: skip
    return Address(running.url), str(settle_home(site, home, ledger))


def _lay_network(
    setting: Setting,
    choices: Choices,
    address: Address,
    site: Site,
    ledger: Ledger,
    show: Show,
    held: ExitStack,
) -> tuple[ToxiproxyServer, list[tuple[str, str, str, int]]]:
    """A toxiproxy-server with one proxy a kecamatan and link class, in front of the target."""
    with show.stage("Jaringan (toxiproxy)"):
        log = ledger.path.with_name("logs") / "toxiproxy.log"
        server = ToxiproxyServer.start(log, urlsplit(site.toxiproxy_url or "").port or 0)
        held.callback(server.stop)
        ledger.process("toxiproxy", server.process)
        areas = sorted({str(code) for code in setting.population.kecamatan})
        at = choices.listen.host if choices.listen else "127.0.0.1"
        routes = Network(Toxiproxy(server.url), f"{address.host}:{address.port}", at).open(areas, LINKS)
    return server, [(area, link, host, port) for (area, link), (host, port) in routes.items()]


def _play(
    setting: Setting,
    stage: Stage,
    watch: Watch,
    stop: StopConditions,
    clock: "RunClock",
    show: Show,
    onlookers: Onlookers,
    outcome: Outcome,
) -> None:
    """Watch the run until its load is over, it is interrupted, consent is withdrawn, or enough is enough."""
    driver = stage.driver
    end_s = setting.timeline.duration_s
    limit_s = end_s + setting.scenario.clock.drain + 30.0
    hopeless = Hopeless(applies=stage.site.stack_json is None)
    with show.stage("Gladi") as advance, interruptible():
        try:
            while not driver.poll():
                time.sleep(0.1)
                now = clock()
                beat = driver.beat
                onlookers.beat(now, beat, driver.deaths)
                advance(
                    max(0.0, now), end_s,
                    f"{setting.timeline.local(max(0.0, min(now, end_s))):%d %b %H.%M} · "
                    f"{beat.get('operations', 0):,} operasi · {beat.get('in_flight', 0)} berjalan",
                )  # fmt: skip
                if watch.withdrawn.is_set():
                    outcome.ended, outcome.problem = "aborted", f"consent withdrawn: {watch.why}"
                    break
                if broken := stop.broken(now, beat) or hopeless.broken(now, beat):
                    outcome.ended, outcome.problem = "aborted", f"broken off: {broken}"
                    break
                if not stage.network.running:
                    outcome.ended = "aborted"
                    outcome.problem = (
                        f"toxiproxy-server died at {now:.1f} s: every TPS lost its network, which says "
                        "nothing about the system"
                    )
                    break
                if now > limit_s:
                    outcome.ended, outcome.problem = "aborted", "the load workers did not end in time"
                    break
        except KeyboardInterrupt:
            outcome.ended = "interrupted"
        except CannotRunError as error:
            outcome.ended, outcome.problem = "aborted", str(error)
    onlookers.beat(clock(), driver.beat, driver.deaths)
    onlookers.stage("healing")
    if driver.deaths and (outcome.ended == "complete"):
        _tell_of_deaths(driver, show, outcome)
    if outcome.ended != "complete":
        show.warn(f"{outcome.ended}: {outcome.problem or 'healing, then keeping the evidence'}")


def _tell_of_deaths(driver: Driver, show: Show, outcome: Outcome) -> None:
    """The run went on, unless no worker was left or the system has taken its consent back."""
    lost = "; ".join(f"{one['worker']} ({one['host']}): {one['why']}" for one in driver.deaths)
    withdrawn = any(one["why"].startswith("consent withdrawn") for one in driver.deaths)
    if withdrawn or driver.deaths[-1]["from_s"] is None:
        outcome.ended = "aborted"
        outcome.problem = f"load workers did not play to the end ({lost}); their TPS were not all offered"
    else:
        show.warn(f"load workers died ({lost}); the others took over what was still to come")


def _harvest(
    setting: Setting,
    driver: Driver,
    sampler: Sampler,
    folder: RunFolder,
    about: dict[str, object],
    outcome: Outcome,
) -> None:
    """Records of the workers and samples of the machine, as columns."""
    if not folder.gather_history():
        folder.write_table("history.parquet", history(()))
    folder.write_table("resources.parquet", sampler.stop())
    if setting.scenario.help_desk is not None:
        folder.write_table(HELP_DESK, gathered(folder.path / "logs"))
    lost, cut_off = not_offered(setting, driver.deaths)
    about["load"] = {**driver.totals, "not_offered": lost}
    if lost:
        folder.write_table("not_offered.parquet", cut_off)
    folder.write_json("run.json", {**about, "ended": outcome.ended})


def _read_back(system: System, setting: Setting, folder: RunFolder) -> str:
    """Empty, or why the system could not be read back."""
    try:
        folder.write_table("readback.parquet", read_back(system))
        if setting.scenario.pleno is not None and isinstance(system, Recapping):
            write_recap(folder, *read_recap(system))
    except TargetError as error:
        return f"the system could not be read back: {error}"
    return ""


def _stack_pids(site: Site) -> dict[str, int]:
    if site.stack_json is None:
        return {}
    try:
        return {one.name: one.process.pid for one in read_stack(site).components}
    except StackError:
        return {}


def _let_go(ledger: Ledger, reaper: ReaperProcess, outcome: Outcome) -> None:
    """The last thing a run does: the ledger is closed if nothing is left, else the reaper clears away."""
    ledger.closed("gladi")
    if reaper.release() != 0 and not outcome.problem:
        log = ledger.path.with_name("reaper.log")
        outcome.problem = f"something could not be healed or ended; see {log}"


class RunClock:
    """Seconds since run clock 0, steady even if the wall clock is set."""

    def __init__(self, zero_epoch_s: float) -> None:
        self._zero = zero_epoch_s - time.time() + time.monotonic()

    def __call__(self) -> float:
        return time.monotonic() - self._zero


__all__ = ["Choices", "Outcome", "rehearse"]
