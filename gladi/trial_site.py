"""A reference stack and a toxiproxy-server raised for a look, as a run would have them, and taken down again.

What a machine allows can only be told on the spot: whether a process may be signalled, a control group made,
a database entered. So `gladi doctor` looks at a real stack, for the few seconds that takes.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from chaos import Ledger, ReaperProcess, Site, ToxiproxyServer
from gladi import stack
from gladi.load.driver import free_port


@contextmanager
def trial_site() -> Iterator[Site]:
    """A site with a stack of the embedded profile; whoever kills us leaves it to the reaper.

    Raises UsageError, CannotRunError, ToxiproxyError, LedgerError or ReaperError.
    """
    with TemporaryDirectory(prefix="gladi-trial-", ignore_cleanup_errors=True) as place, ExitStack() as held:
        Path(place).chmod(0o755)  # PostgreSQL runs as nobody and must reach its folder
        home, port = Path(place) / "stack", free_port()
        site = Site(place, str(home / "stack.json"), f"http://127.0.0.1:{port}")
        ledger = Ledger.create(Path(place) / "ledger.jsonl", site)
        reaper = ReaperProcess(ledger.path)
        held.callback(lambda: (ledger.closed("gladi"), reaper.release()))
        ledger.down("stack", stack.down_command(home), timeout_s=12.0, is_stack=True)
        held.callback(stack.down, home)
        stack.up(home, 0, 1, ())
        server = ToxiproxyServer.start(Path(place) / "toxiproxy.log", port)
        held.callback(server.stop)
        ledger.process("toxiproxy", server.process)
        yield site
