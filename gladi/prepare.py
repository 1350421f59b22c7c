"""Makes a system ready for a run: regions, TPS and accounts.

    python -m gladi.prepare LOAD_ORDER.json

A process of its own, because targets speak through gevent.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from gladi.load.order import LoadOrder  # noqa: E402
from gladi.setting import arrange  # noqa: E402
from gladi.targets import TargetError, connect  # noqa: E402


def main() -> int:
    """Register everything; exit code 3 and a sentence on standard error when the system does not let us."""
    order = LoadOrder.read(Path(sys.argv[1]))
    setting = arrange(Path(order.scenario), order.seed, order.scale, order.compression)
    system = connect(order.target, order.url, order.seed, order.secrets)
    try:
        system.prepare(setting.place, setting.population)
    except TargetError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
