"""The load processes of a rehearsal: what they are told, started here or awaited from elsewhere."""

from contextlib import ExitStack

from chaos import Ledger, ProcessId
from gladi.address import Address
from gladi.elsewhere import Listening, for_workers
from gladi.facts import facts
from gladi.load.built import built
from gladi.load.driver import Driver
from gladi.load.host_port import place
from gladi.load.order import Destination, LoadOrder
from gladi.rehearsing.asked import Rehearsal
from gladi.rehearsing.network import Routes
from gladi.show import Show

_ORDER = "load.json"


def launched(run: Rehearsal, ledger: Ledger, held: ExitStack) -> Driver:
    """The load processes, which have begun to rebuild their shards; those from elsewhere have come."""
    logs = run.folder.sub("logs")
    _order(run).write(logs / _ORDER)
    choices = run.choices
    local = choices.workers if choices.listen is None else 0
    driver = Driver(logs / _ORDER, choices.workers, local, logs)
    held.callback(driver.end)
    driver.launch(lambda name, pid: ledger.process(name, ProcessId.of(pid)))
    if choices.listen is not None:
        _await_workers(driver, choices.listen, choices.workers, run.show)
    return driver


def placed(run: Rehearsal, driver: Driver, address: Address, secrets: str, routes: Routes) -> None:
    """Wait until every worker has its shard, and tell it where to send."""
    choices = run.choices
    with run.show.stage("Pekerja beban (Locust)") as advance:
        driver.wait_ready(lambda words: advance(0.0, 1.0, words))
        their = for_workers(choices.listen, address) if run.own_stack else address
        logs = str(run.folder.sub("logs"))
        driver.place(Destination(choices.kind, their, routes, str(run.photos), logs, secrets))
    for warning in driver.warnings:
        run.show.warn(warning)


def _await_workers(driver: Driver, listen: Listening, workers: int, show: Show) -> None:
    show.say(f"  menunggu {workers} pekerja: gladi worker {place(listen.host, listen.port)}")
    with show.stage("Pekerja dari mesin lain") as advance:
        driver.wait_for_all(lambda words: advance(len(driver.came), workers, words))
    for one in driver.came:
        clock = f"{one['offset_s']:+.3f} s ± {one['uncertainty_s']:.3f} s"
        show.say(f"    {one['host']} (pid {one['pid']}), jam {clock}")


def _order(run: Rehearsal) -> LoadOrder:
    """What the load processes need to rebuild their shards, wherever they are."""
    setting, choices = run.setting, run.choices
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
        max_rate_per_s=run.consent.max_rate_per_s if run.consent else 0.0,
        host=choices.listen.host if choices.listen else "127.0.0.1",
        port=choices.listen.port if choices.listen else 0,
        page_port=choices.page_port,
    )
