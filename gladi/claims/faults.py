"""The faults of a claim, as events of its trial: named, aimed and timed before anything is started."""

from collections.abc import Sequence

from chaos import FaultEvent, PlanError, ground_of
from chaos.aiming import fault_named, named_targets, parts_of, valid_settings
from gladi.failures import UsageError
from reports.claims.windows import fault_id
from scenarios import Scenario
from scenarios.claims import Claim


def planned(
    claims: Sequence[Claim], scenario: Scenario, file: str, warm_s: float
) -> dict[str, list[FaultEvent]]:
    """The events of each claim, by its id; raises UsageError that names file, key, value, what is right."""
    try:
        return {
            claim.id: [
                _event(claim, number, scenario, place, warm_s) for number in range(1, len(claim.during) + 1)
            ]
            for place, claim in enumerate(claims, start=1)
        }
    except PlanError as error:
        raise UsageError(f"{file}: {error}") from error


def _event(claim: Claim, number: int, scenario: Scenario, place: int, warm_s: float) -> FaultEvent:
    spec = claim.during[number - 1]
    where = f"claim[{place}].during[{number}]"
    ground = ground_of(scenario)
    fault = fault_named(where, spec.fault)
    names = named_targets(where, fault, spec.target, ground)
    valid_settings(where, fault, spec.settings)
    strike_s = warm_s + spec.at * claim.hold
    return FaultEvent(
        fault_id(claim, number), spec.fault, parts_of(names, fault.targets(ground)), strike_s,
        strike_s + spec.length_s, dict(spec.settings), fault.deadline_s,
    )  # fmt: skip
