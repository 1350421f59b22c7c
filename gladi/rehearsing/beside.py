"""Who acts and looks beside the load: faults, hourly links, witness, sampler, consent's watch."""

from dataclasses import dataclass

from chaos import FaultRunner
from gladi.consent import Watch, authorise
from gladi.fault_facts import say_faults
from gladi.link_hours import HourlyLinks
from gladi.rehearsing.asked import Rehearsal
from gladi.rehearsing.clock import RunClock
from gladi.rehearsing.stage import Stage
from gladi.resources import Sampler
from gladi.watching import Watcher, places_of


@dataclass(frozen=True, slots=True)
class Beside:
    """Each in a thread of its own, on one run clock; `consent` watches only where there is one."""

    faults: FaultRunner
    hours: HourlyLinks
    witness: Watcher
    sampler: Sampler
    consent: Watch

    @classmethod
    def gathered(cls, run: Rehearsal, stage: Stage, clock: RunClock) -> "Beside":
        """All of them, still idle; says which of the planned faults this machine allows."""
        setting = run.setting
        faults = FaultRunner(
            setting.plan, stage.site, stage.ledger, clock, run.folder.path / "faults.jsonl",
            lambda: stage.driver.reading(len(setting.population)),
        )  # fmt: skip
        say_faults(setting.plan, faults.available, run.show)
        return cls(
            faults,
            HourlyLinks.of(setting, stage.network.url, clock, run.show),
            _witness(run, stage, clock),
            Sampler(stage.pids, clock, run.cores.load),
            Watch(lambda: authorise(stage.address, setting.scenario.id)),
        )

    def begin(self, run: Rehearsal, stage: Stage, clock: RunClock) -> None:
        """They begin, and with them the load."""
        self.sampler.start()
        self.witness.start()
        self.hours.start()
        stage.driver.go(clock.zero_epoch_s)
        self.faults.start()
        if run.consent is not None:
            self.consent.start()


def _witness(run: Rehearsal, stage: Stage, clock: RunClock) -> Watcher:
    """Who looks at the portal and at the system's health."""
    setting = run.setting
    return Watcher(
        stage.system(setting.seed, run.choices.kind),
        stage.address,
        places_of(setting.population),
        setting.scenario.scenario.forms,
        clock,
        clock.zero_epoch_s,
        setting.scenario.slo.shown_s,
        run.consent.max_rate_per_s if run.consent else 0.0,
        every_s=min(1.0, max(0.5, setting.timeline.duration_s / 100.0)),
    )
