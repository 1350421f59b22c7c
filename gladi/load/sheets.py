"""The photos that a worker elsewhere will send, rendered on its own machine before the start.

    python -m gladi.load.sheets SCENARIO SEED SCALE FOLDER < CODES

A program of its own: rendering takes every core, and a worker's loop must go on answering its master. It
prints a JSON line for progress, [done, total], and one at the end with name and digest of each photo.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from gladi.failures import CannotRunError


def sheets(
    scenario: Path,
    seed: int,
    scale: float,
    tps: Collection[str],
    folder: Path,
    progress: Callable[[int, int], None],
    *,
    urgent: bool,
) -> list[tuple[str, str]]:
    """Render the photos of these TPS; (name, sha256) of each. Raises CannotRunError with the last words.

    What is not `urgent` is rendered by one process, out of the way of the load.
    """
    command = [sys.executable, "-m", "gladi.load.sheets", str(scenario), str(seed), repr(scale), str(folder)]
    child = subprocess.Popen(
        command if urgent else ["nice", "-n", "10", *command, "--alone"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None and child.stderr is not None
    try:
        child.stdin.write("\n".join(sorted(tps)))
        child.stdin.close()
        made: list[tuple[str, str]] = []
        for line in child.stdout:
            said = json.loads(line)
            if said and isinstance(said[0], int):
                progress(said[0], said[1])
            else:
                made = [(name, digest) for name, digest in said]
        last = child.stderr.read().strip().splitlines()[-1:]
        code = child.wait()
    finally:
        child.kill()
    if code != 0:
        raise CannotRunError(f"the photos cannot be rendered here: {' '.join(last) or 'no reason was given'}")
    return made


def end_with_parent() -> None:
    """Leave nothing running on a machine whose worker was killed; its own children end with this process."""
    import ctypes
    import signal

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def main() -> None:
    """Render what standard input names."""
    from gladi.formset.asked import Asked
    from gladi.photos import made
    from gladi.setting import arrange

    end_with_parent()
    scenario, seed, scale, folder = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
    wanted = set(sys.stdin.read().split())
    setting = arrange(scenario, seed, scale)
    indices = tuple(index for index, code in enumerate(setting.population.tps) if str(code) in wanted)
    asked = Asked(str(scenario), seed, scale, megapixels=setting.scenario.app.photo_megapixels)

    def tell(what: object) -> None:
        print(json.dumps(what), flush=True)

    hands = 1 if "--alone" in sys.argv else 0
    found = made(
        asked, setting.scenario.scenario.forms, indices, folder, partial(_tell_progress, tell), hands
    )
    tell([(one.name, one.sha256) for one in found])


def _tell_progress(tell: Callable[[object], None], done: int, total: int) -> None:
    tell([done, total])


if __name__ == "__main__":
    main()
