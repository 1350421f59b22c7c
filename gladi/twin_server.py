"""Which server a simulation is of: one that is given, else the scenario's own, as it was."""

from dataclasses import dataclass

from scenarios import Scenario, Timeline
from simulators.server import ServerModel, named_model
from simulators.twin import Outage


@dataclass(frozen=True, slots=True)
class TwinServer:
    """A server model, the part of its users that is played, and what was wrong with it by itself."""

    model: ServerModel
    share: float = 1.0
    outages: tuple[Outage, ...] = ()


def server_of(
    scenario: Scenario, timeline: Timeline, given: ServerModel | None, sample: float = 1.0
) -> TwinServer:
    """A server that is `given` is tried on that day: without the windows in which the other one failed.

    Of a server for many regions a `sample` of the region gets that part of the region's share.
    """
    if given is not None:
        return TwinServer(given)
    plan = scenario.twin
    outages = [
        Outage(
            {"refused": "down", "silent": "silent", "slow": "slow"}[one.how],  # type: ignore[arg-type]
            timeline.run_s(one.phase, one.start),
            timeline.run_s(one.phase, one.end),
            factor=one.capacity,
        )
        for one in plan.windows
    ]
    share = plan.share * sample if plan.share < 1.0 else 1.0
    return TwinServer(named_model(plan.model), share, tuple(outages))


def facts_of(scenario: Scenario, timeline: Timeline, server: TwinServer, given: bool) -> dict[str, object]:
    """For run.json: what the run was played against; windows in seconds of the run clock."""
    return {
        "model": server.model.name,
        "source": server.model.source,
        "share": server.share,
        "windows": [
            {
                "from_s": timeline.run_s(one.phase, one.start), "until_s": timeline.run_s(one.phase, one.end),
                "how": one.how, "capacity": one.capacity, "why": one.why,
            }
            for one in (() if given else scenario.twin.windows)
        ],
    }  # fmt: skip
