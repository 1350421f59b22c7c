"""A conductor to be killed: strikes the faults it is told at once, says so, and waits for its end.

python -m tests.chaos.conductor DIR STACK_DIR FAULT:TARGET... [--own-stack] [--disk=JSON] [--fork]
                                [--heal-soon]
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from chaos import FaultEvent, FaultRunner, Ledger, ProcessId, ReaperProcess, Site, ToxiproxyServer
from chaos.disk_removal import removal_command
from chaos.disk_return import return_command


def main() -> None:
    """The life of a run, with no load."""
    options = {one for one in sys.argv[1:] if one.startswith("--")}
    run_dir, stack_dir, *wanted = [one for one in sys.argv[1:] if not one.startswith("--")]
    folder = Path(run_dir)
    stack = json.loads((Path(stack_dir) / "stack.json").read_text())
    server = ToxiproxyServer.start(folder / "toxiproxy.log")
    disk_json = next((one.partition("=")[2] for one in options if one.startswith("--disk=")), None)
    site = Site(run_dir, f"{stack_dir}/stack.json", server.url, disk_json)
    ledger = Ledger.create(folder / "ledger.jsonl", site)
    reaper = ReaperProcess(ledger.path)
    ledger.process("toxiproxy", server.process)
    if disk_json is not None:
        ledger.down("disk", removal_command(Path(disk_json)))
    if "--own-stack" in options:
        ledger.down("stack", tuple(stack["down"]), is_stack=True)
    if disk_json is not None:
        ledger.down("disk-return", return_command(Path(disk_json)))
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    ledger.process("worker", ProcessId.of(worker.pid))
    if "--fork" in options and os.fork() == 0:  # a child that inherits the pipe must not hide our death
        time.sleep(8)
        os._exit(0)

    if any(one.startswith("area_dark") for one in wanted):
        from chaos import Network, Toxiproxy

        network = Network(Toxiproxy(server.url), stack["url"].removeprefix("http://"))
        lines = network.open(["170801", "170802"], ["4g", "edge"])
        ports = {f"{area}-{link}": port for (area, link), (_, port) in lines.items()}
        (folder / "ports.json").write_text(json.dumps(ports))

    began = time.monotonic()
    heal_s = 1.0 if "--heal-soon" in options else 60.0
    plan = [
        FaultEvent(f"{number:02d}-{name}", name, tuple(target.split(",")), 0.0, heal_s, {}, 20.0, *when)
        for number, (name, target, *when) in enumerate((one.split(":") for one in wanted), start=1)
    ]
    striking = [event for event in plan if not event.when.startswith("complete")]
    runner = FaultRunner(plan, site, ledger, lambda: time.monotonic() - began, folder / "faults.jsonl")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        runner.start()
        while sum('"struck"' in line for line in _lines(folder)) < len(striking):
            time.sleep(0.01)
        print("struck", reaper.process.pid, worker.pid, server.process.pid, flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        left = runner.heal_all()
        worker.kill()
        worker.wait()
        server.stop()
        if not left:
            ledger.closed("conductor")
        print("healed", left, runner.failures, reaper.release(), flush=True)


def _lines(folder: Path) -> list[str]:
    path = folder / "faults.jsonl"
    return path.read_text().splitlines() if path.exists() else []


if __name__ == "__main__":
    main()
