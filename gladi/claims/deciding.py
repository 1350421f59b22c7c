"""Whether a claim can be decided here at all, said before a load of minutes is offered in vain.

What stands in the way is told with what would be needed; "" where nothing does.
"""

from collections.abc import Sequence
from math import ceil

from chaos import FaultEvent, availability
from gladi.claims.playing import TRY_S, WARM_S, pages_share
from gladi.offering.generator import Step
from gladi.offering.ground import Ground
from reports.claims import blocks, sequence
from reports.claims.requirements import allowed_share
from scenarios.claims import RECOVERY_S, Claim

TPS_MOST = 9_000
"""TPS that can be let in in reasonable time, three pages each."""

_TRY_MOST_PER_S = 5_000.0
_OWN_CORE = 0.92
_LATE_S = 0.050


def pages_of(claim: Claim) -> int:
    """Pages that one playing uses up, with the trial of the generator and a tenth to spare."""
    return ceil(1.1 * claim.rate * pages_share(claim) * (TRY_S + WARM_S + claim.hold))


def before_all(claim: Claim, pages_most: int, minutes: float, own_stack: bool, max_rate_per_s: float) -> str:
    """What can be said before anything is started. `max_rate_per_s` is what the system consents to, or 0."""
    if claim.during and not own_stack:
        return (
            f"it claims to hold while {claim.during[0].fault} is in force, and gladi breaks only what it has "
            "started itself: leave out --target, or leave out during"
        )
    if max_rate_per_s and claim.rate > max_rate_per_s:
        return f"the system consents to {max_rate_per_s:g} operations a second, {claim.rate:g}/s are claimed"
    if claim.rate > _TRY_MOST_PER_S:
        return (
            f"{claim.rate:,.0f} operations a second are claimed; one generator offers at most "
            f"{_TRY_MOST_PER_S:,.0f}: it takes {ceil(claim.rate / _TRY_MOST_PER_S)} machines or more"
        )
    if pages_of(claim) > pages_most:
        return (
            f"{pages_of(claim):,} pages would be sent, of {ceil(pages_of(claim) / 3):,} TPS; here "
            f"{pages_most // 3:,} TPS can be let in: claim a shorter hold or a lower rate"
        )
    need_s = WARM_S + claim.hold
    if need_s > minutes * 60.0:
        return f"one playing takes {need_s / 60.0:.1f} minutes, --minutes gives {minutes:g}"
    return _too_few(claim, minutes)


def _too_few(claim: Claim, minutes: float) -> str:
    """Whether a run without a single bad operation could make the requirements sure in the time given."""
    hurt_s = sum(one.length_s + RECOVERY_S for one in claim.during)
    plays = max(1, int(minutes * 60.0 // (WARM_S + claim.hold)))
    operations = claim.rate * max(0.0, claim.hold - hurt_s) * plays
    have = int(operations // blocks.least(claim.rate))
    for one in claim.require:
        need = sequence.least_blocks(allowed_share(one), sequence.ALPHA)
        if have < need:
            takes_s = need * blocks.least(claim.rate) / claim.rate
            return (
                f'"{one.text}" takes {need * blocks.least(claim.rate):,} operations without a single bad one '
                f"to be sure, {takes_s / 60.0:.1f} minutes at this rate; {claim.hold:g} s of hold within "
                f"--minutes {minutes:g} give {operations:,.0f}"
            )
    return ""


def with_ground(claim: Claim, events: Sequence[FaultEvent], ground: Ground) -> str:
    """What can be said once the system is there: whether its faults can be struck and healed here."""
    if events and ground.site is not None:
        here = availability(ground.site)
        for event in events:
            one = here.get(event.fault)
            if one is None or one.state == "unavailable":
                return f"{event.fault} is not available here: {one.why if one else 'no such fault'}"
    return ""


def after_trial(claim: Claim, step: Step) -> str:
    """Whether the generator was able to offer the rate in its trial."""
    offered = len({one.number for one in step.attempts}) / step.seconds
    if step.ran_out:
        return "there was nothing more to send"
    if step.own_share > _OWN_CORE or step.late_s > _LATE_S:
        can = claim.rate / max(step.own_share, 0.01) * _OWN_CORE if step.own_share > _OWN_CORE else offered
        return (
            f"the generator cannot offer {claim.rate:g}/s here: in {step.seconds:g} s it was "
            f"{step.late_s * 1000:.0f} ms late and used {step.own_share:.0%} of its core; about "
            f"{min(can, claim.rate):.0f}/s it can, so another machine is needed, or a core that is free"
        )
    return ""
