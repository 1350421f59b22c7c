"""What a person reads of a calibration."""

from collections.abc import Sequence

from simulators.calibration.errors import SHARES, Error, typical
from simulators.server import KINDS, ServerModel

_NAMES = {"goodput_per_s": "goodput/s", "p50_s": "p50 s", "p95_s": "p95 s", "refused": "refused",
          "gave_up": "gave up"}  # fmt: skip


def model_table(model: ServerModel) -> str:
    """Pools and services."""
    lines = [
        f"{'pool':<10}{'hands':>6}{'queue':>10}{'refuses after s':>17}{'contention':>12}{'coherency':>11}"
    ]
    for pool in model.pools:
        hands = f"={pool.hands_of}"[:6] if pool.hands_of else str(pool.hands)
        queue = "no limit" if pool.queue >= 1_000_000 else str(pool.queue)
        lines.append(
            f"{pool.name:<10}{hands:>6}{queue:>10}{pool.refuse_after_s:>17.2f}{pool.contention:>12.4f}"
            f"{pool.coherency:>11.5f}"
        )
    lines.append(
        f"{'kind':<13}{'pool':<10}{'mean ms':>9}{'sigma':>7}{'base ms':>9}{'repeat':>8}{'capacity/s':>12}"
    )
    for kind in KINDS:
        one = model.service(kind)
        lines.append(
            f"{kind:<13}{one.pool:<10}{one.mean_s * 1000:>9.2f}{one.sigma:>7.2f}{one.base_s * 1000:>9.2f}"
            f"{one.repeat:>8.2f}{model.capacity(kind):>12.1f}"
        )
    return "\n".join(lines)


def error_table(found: Sequence[Error]) -> str:
    """Predicted against seen, case by case; the error of a share is a difference in points."""
    lines = [
        f"{'load':<24}{'metric':<19}{'predicted':>11}{'seen':>10}{'error':>10}{'range over seeds':>22}"
        f"{'inside':>8}"
    ]
    lines += [
        f"{one.load:<24}{_name(one.metric):<19}{one.predicted:>11.3f}{one.seen:>10.3f}"
        f"{_said(one, one.error):>10}{_said(one, one.least):>12} ..{_said(one, one.most):>7}"
        f"{f'{one.inside}/{one.seeds}':>8}"
        for one in found
    ]
    lines.append(
        "median of all loads: "
        + ", ".join(f"{_NAMES[metric]} {typical(found, metric):.1%}" for metric in _NAMES)
        + " (refused and gave up: points)"
    )
    return "\n".join(lines)


def _name(metric: str) -> str:
    name, _, kind = metric.partition(":")
    return f"{_NAMES[name]} {kind}".rstrip()


def _said(one: Error, error: float) -> str:
    return f"{error * 100:+.1f} pt" if one.metric in SHARES else f"{error:+.1%}"
