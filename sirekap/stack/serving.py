"""The stage that serves, the same in every profile: API workers, and the workers behind them."""

from sirekap.stack.part import Site
from sirekap.stack.workers import WorkerPart


def serving(site: Site) -> tuple[WorkerPart, ...]:
    """api-1, api-2, ..., worker-1, ..."""
    counts = {"api": site.settings.api_workers, "worker": site.settings.workers}
    return tuple(
        WorkerPart(site, kind, number) for kind, count in counts.items() for number in range(1, count + 1)
    )
