"""Whether a claim can be decided here at all, said before a load of minutes is offered in vain.

What stands in the way is told with what would be needed, in both languages; None where nothing does.
"""

from collections.abc import Sequence
from math import ceil

from chaos import FaultEvent, availability
from gladi.claims.playing import OWN_CORE, TRY_S, WARM_S, pages_share
from gladi.offering.ground import Ground
from gladi.offering.played import Played
from reports.claims import blocks, sequence
from reports.claims.requirements import allowed_share
from reports.words import Text, number
from scenarios.claims import RECOVERY_S, Claim
from scenarios.thresholds import Threshold

TPS_MOST = 9_000
"""TPS that can be let in in reasonable time, three pages each."""

PLAYS_MOST, PLAYS_MOST_PAGES = 8, 2
"""How often a claim is played; of pages less: letting in TPS for one more takes time, needed or not."""

NOISY_S = 1.0
"""Length of blocks on a machine with other work: 0.5 to 1 s were seen on two cores with little load."""

_TRY_MOST_PER_S = 5_000.0
_LATE_S = 0.050


def pages_of(claim: Claim) -> int:
    """Pages that one playing uses up, with the trial of the generator and a tenth to spare."""
    return ceil(1.1 * claim.rate * pages_share(claim) * (TRY_S + WARM_S + claim.hold))


def plays(claim: Claim, minutes: float) -> int:
    """How often it may be played for want of an answer: while minutes and pages last, once at least."""
    most = min(PLAYS_MOST, int(minutes * 60.0 // (WARM_S + claim.hold)))
    if pages := pages_of(claim):
        most = min(most, PLAYS_MOST_PAGES, 3 * TPS_MOST // pages)
    return max(1, most)


def before_all(
    claim: Claim, pages_most: int, minutes: float, own_stack: bool, max_rate_per_s: float, generators: int = 1
) -> Text | None:
    """What can be said before anything is started. `max_rate_per_s` is what the system consents to, or 0."""
    if claim.during and not own_stack:
        fault = claim.during[0].fault
        return Text(
            f"diklaim bertahan selama {fault}, sedangkan gladi hanya merusak yang dijalankannya sendiri: "
            "hilangkan --target, atau hilangkan during",
            f"it claims to hold during {fault}, and gladi breaks only what it has started itself: leave out "
            "--target, or leave out during",
        )
    if max_rate_per_s and claim.rate > max_rate_per_s:
        return Text(
            f"sistem mengizinkan {max_rate_per_s:g} operasi per detik, yang diklaim {claim.rate:g}",
            f"the system consents to {max_rate_per_s:g} operations a second, {claim.rate:g} are claimed",
        )
    if claim.rate > generators * _TRY_MOST_PER_S:
        least = ceil(claim.rate / _TRY_MOST_PER_S)
        return Text(
            f"yang diklaim {number(claim.rate, 'id')} operasi per detik; satu pembangkit menawarkan paling "
            f"banyak {number(_TRY_MOST_PER_S, 'id')}: perlu sedikitnya {least}, di sini {generators} "
            "(--generators, atau gladi worker di mesin lain dengan --listen)",
            f"{claim.rate:,.0f} operations a second are claimed; one generator offers at most "
            f"{_TRY_MOST_PER_S:,.0f}: it takes {least} or more, here are {generators} (--generators, or "
            "gladi worker on other machines with --listen)",
        )
    if pages_of(claim) > pages_most:
        pages, tps = pages_of(claim), ceil(pages_of(claim) / 3)
        return Text(
            f"perlu {number(pages, 'id')} halaman dari {number(tps, 'id')} TPS; di sini dapat disiapkan "
            f"{number(pages_most // 3, 'id')} TPS: masa tahan lebih singkat, atau laju lebih rendah",
            f"it takes {pages:,} pages of {tps:,} TPS; here {pages_most // 3:,} TPS can be let in: claim a "
            "shorter hold or a lower rate",
        )
    need = ceil((WARM_S + claim.hold) / 6.0) / 10.0
    if WARM_S + claim.hold > minutes * 60.0:
        return Text(
            f"satu kali main perlu {need:g} menit, --minutes memberi {minutes:g}",
            f"one playing takes {need:g} minutes, --minutes gives {minutes:g}",
        )
    return _too_few(claim, minutes)


def _too_few(claim: Claim, minutes: float) -> Text | None:
    """Whether even on a quiet machine a run without a single bad operation would make nothing sure."""
    have = _operations(claim, plays(claim, minutes))
    for one in claim.require:
        need = _needed(claim, one, blocks.LEAST_S)
        if have < need:
            takes = _minutes(claim, need)
            return Text(
                f'"{one.text}" baru pasti setelah {number(need, "id")} operasi tanpa satu pun meleset (pada '
                f"mesin yang tenang), {takes:g} menit pada laju ini; {plays(claim, minutes)} kali "
                f"{claim.hold:g} dtk dalam --minutes {minutes:g} memberi {number(have, 'id')}",
                f'"{one.text}" takes {need:,} operations without a single bad one to be sure (on a quiet '
                f"machine), {takes:g} minutes at this rate; {plays(claim, minutes)} times {claim.hold:g} s "
                f"within --minutes {minutes:g} give {have:,.0f}",
            )
    return None


def forecast(claim: Claim, minutes: float, others: Sequence[Claim]) -> Text | None:
    """What it depends on whether it will be decided; None where a noisy machine would do, too.

    Time is what `others` leave when each of them is decided by its first playing.
    """
    left = minutes - sum(WARM_S + one.hold for one in others) / 60.0
    times = plays(claim, max(0.0, left))
    have = _operations(claim, times)
    one = max(claim.require, key=lambda one: _needed(claim, one, NOISY_S), default=None)
    if one is None or have >= (noisy := _needed(claim, one, NOISY_S)):
        return None
    quiet, takes = _needed(claim, one, blocks.LEAST_S), _minutes(claim, noisy)
    return Text(
        f'"{one.text}": {times} kali {claim.hold:g} dtk memberi {number(have, "id")} operasi; tanpa satu pun '
        f"meleset perlu {number(quiet, 'id')} pada mesin yang tenang, {number(noisy, 'id')} "
        f"({number(takes, 'id', 1)} menit pada laju ini) bila jawaban bergelombang {NOISY_S:g} dtk: tambah "
        "--minutes, atau mesin yang tenang",
        f'"{one.text}": {times} times {claim.hold:g} s give {have:,.0f} operations; without a single bad one '
        f"it takes {quiet:,} on a quiet machine, {noisy:,} ({takes:g} minutes at this rate) where answers "
        f"come in waves of {NOISY_S:g} s: more --minutes, or a quiet machine",
    )


def _operations(claim: Claim, times: int) -> float:
    """Of so many playings, without the time of their faults."""
    hurt_s = sum(one.length_s + RECOVERY_S for one in claim.during)
    return claim.rate * max(0.0, claim.hold - hurt_s) * times


def _needed(claim: Claim, one: Threshold, block_s: float) -> int:
    """Operations without a single bad one, in blocks so long, that make it sure."""
    return sequence.least_blocks(allowed_share(one), sequence.ALPHA) * blocks.of(claim.rate, block_s)


def _minutes(claim: Claim, operations: int) -> float:
    return ceil(operations / claim.rate / 6.0) / 10.0


def with_ground(events: Sequence[FaultEvent], ground: Ground) -> Text | None:
    """What can be said once the system is there: whether its faults can be struck and healed here."""
    if events and ground.site is not None:
        here = availability(ground.site)
        for event in events:
            one = here.get(event.fault)
            if one is None or one.state == "unavailable":
                why = one.why if one else "no such fault"
                return Text(
                    f"{event.fault} tidak dapat dilakukan di sini: {why}",
                    f"{event.fault} is not available here: {why}",
                )
    return None


def after_trial(claim: Claim, step: Played) -> Text | None:
    """Whether the generators were able to offer the rate in their trial."""
    if step.why:
        return Text(step.why, step.why)
    if step.ran_out:
        return Text("tidak ada lagi yang dapat dikirim", "there was nothing more to send")
    worst = step.worst
    if worst.own_share > OWN_CORE or step.late_s > _LATE_S:
        can = min(claim.rate, claim.rate / max(worst.own_share, 0.01) * OWN_CORE)
        return Text(
            f"pembangkit ({len(step.by)}) tidak mampu menawarkan {claim.rate:g}/dtk: dalam {step.seconds:g} "
            f"dtk terlambat {step.late_s * 1000:.0f} md, dan pembangkit {worst.name} memakai "
            f"{worst.own_share:.0%} intinya; kira-kira {can:.0f}/dtk bila intinya bebas, jadi perlu lebih "
            "banyak pembangkit atau mesin",
            f"the generators ({len(step.by)}) cannot offer {claim.rate:g}/s: in {step.seconds:g} s they were "
            f"{step.late_s * 1000:.0f} ms late, and generator {worst.name} used {worst.own_share:.0%} of its "
            f"core; about {can:.0f}/s if its core were free, so more generators or machines are needed",
        )
    return None
