"""The reference stack of a rehearsal, unless the target is somebody else's."""

from contextlib import ExitStack
from pathlib import Path

from chaos import Ledger, Site
from chaos.stack import StackError, read_stack
from gladi import stack
from gladi.address import Address
from gladi.cores import on
from gladi.elsewhere import opened
from gladi.home import make_home, settle_home
from gladi.rehearsing.asked import Rehearsal


def raise_stack(run: Rehearsal, site: Site, ledger: Ledger, held: ExitStack) -> tuple[Address, str]:
    """Start the reference stack where none was named; address and secrets of what is tested."""
    setting, choices = run.setting, run.choices
    if site.stack_json is None:
        assert choices.address is not None
        return choices.address, str(choices.secrets or "")
    home = Path(site.stack_json).parent
    make_home(site, ledger, held)
    ledger.down("stack", stack.down_command(home), timeout_s=12.0, is_stack=True)
    held.callback(stack.down, home)
    wanted = setting.scenario.stack
    with run.show.stage("Sistem rujukan (sirekap)"), on(run.cores.stack):
        running = stack.up(
            home, choices.port, wanted.api_workers, wanted.defects, run.cores.stack, wanted.profile,
            workers=wanted.workers, settings={**wanted.settings, **opened(choices.listen, home, setting)},
        )  # fmt: skip
    return Address(running.url), str(settle_home(site, home, ledger))


def pids_of_stack(site: Site) -> dict[str, int]:
    """Process ids by component, as they are now; none of somebody else's system."""
    if site.stack_json is None:
        return {}
    try:
        return {one.name: one.process.pid for one in read_stack(site).components}
    except StackError:
        return {}
