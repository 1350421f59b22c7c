"""Everything that stands before the curtain rises: guard, load processes, stack and network."""

import os
from contextlib import ExitStack
from dataclasses import dataclass

from chaos import Ledger, Site, ToxiproxyServer
from gladi.address import Address
from gladi.load.driver import Driver
from gladi.prepare import prepare
from gladi.rehearsing.asked import Rehearsal
from gladi.rehearsing.guard import guarded
from gladi.rehearsing.network import lay_network
from gladi.rehearsing.sending import launched, placed
from gladi.rehearsing.stack import pids_of_stack, raise_stack
from gladi.targets import System, connect


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands, and where; `secrets` is the file that opens the system's protected side."""

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
            **pids_of_stack(self.site),
            **self.driver.pids,
            "gladi": os.getpid(),
            "toxiproxy": self.network.process.pid,
        }


def raise_stage(run: Rehearsal, held: ExitStack) -> Stage:
    """Raise it all; whatever happens, `held` takes it down in reverse."""
    site, ledger = guarded(run, held)
    driver = launched(run, ledger, held)
    address, secrets = raise_stack(run, site, ledger, held)
    network, routes = lay_network(run, address, site, ledger, held)
    stage = Stage(site, ledger, driver, network, address, secrets)
    with run.show.stage("Pendaftaran TPS dan akun"):
        prepare(stage.system(run.setting.seed, run.choices.kind), run.setting)
    placed(run, driver, address, secrets, routes)
    return stage
