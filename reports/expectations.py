"""What the scenario expected of the run, beside losing nothing: completeness, activation, recovery, calm.

An expectation is three-valued like a checker. It is unknown where the run was cut short, where a fault did
not strike or met no demand, and where the driver was saturated while it was missed.
"""

from dataclasses import dataclass
from typing import Any

from reports.completeness import completeness_of
from reports.delays import activated_but_for_us, held_up
from reports.finding import Valid, merge
from reports.generator import generator_of
from reports.naming import fault_name, skip_name
from reports.not_offered import operators_cut_off
from reports.officials import logins_of
from reports.pleno import decided_share
from reports.rundir import RunDirectory
from reports.steady import Stretch, steadiness_of
from reports.survivability import FaultRecord, survivability_of
from reports.words import Text, number, percent


@dataclass(frozen=True, slots=True)
class Expectation:
    """`value` against `wanted`: shares for completeness, activated and steady, seconds for recovery."""

    name: str
    title: Text
    value: float | None
    wanted: float
    valid: Valid
    why: Text

    def as_json(self) -> dict[str, Any]:
        """Plain values for verdict.json."""
        return {
            "value": self.value,
            "wanted": self.wanted,
            "valid": self.valid,
            "why": self.why.en,
            "why_id": self.why.id,
        }


def expectations_of(run: RunDirectory) -> dict[str, Expectation]:
    """Judge every expectation that the run states."""
    known = {
        "completeness": _completeness,
        "activated": _activated,
        "recover_within": _recover_within,
        "steady": _steady,
        "pleno": _pleno,
        "officials_in": _officials_in,
    }
    return {
        name: judge(run, run.info.expect[name]) for name, judge in known.items() if name in run.info.expect
    }


_COMPLETE = Text("Kelengkapan", "Completeness")


def _completeness(run: RunDirectory, wanted: float) -> Expectation:
    found = completeness_of(run)
    valid: Valid = found.whole.share >= wanted
    whole = found.whole
    if not whole.expected and not wanted:
        nothing = Text("tidak ada yang dikirim dan tidak diharapkan", "nothing was sent and nothing expected")
        return Expectation("completeness", _COMPLETE, None, wanted, True, nothing)
    why = Text(
        f"{number(whole.complete, 'id')} dari {number(whole.expected, 'id')} lengkap, "
        f"{number(whole.partial, 'id')} sebagian, {number(whole.missing, 'id')} kosong",
        f"{number(whole.complete, 'en')} of {number(whole.expected, 'en')} complete, "
        f"{number(whole.partial, 'en')} partial, {number(whole.missing, 'en')} empty",
    )
    if run.info.ended != "complete" or found.basis != "readback":
        valid = "unknown"
        why = Text(why.id + "; gladi terpotong atau isi sistem tidak dibaca kembali",
                   why.en + "; the run was cut short or nothing was read back")  # fmt: skip
    elif operators_cut_off(run.info):
        valid, why = "unknown", _not_all_offered(run, why)
    elif not valid:
        excused = int((held_up(run) & ~found.stored.all(axis=1)).sum())
        if excused and (whole.complete + excused) / whole.expected >= wanted:
            valid = "unknown"
            why = Text(
                f"{why.id}; {excused} yang tidak lengkap terhambat oleh pembangkit beban sendiri",
                f"{why.en}; {excused} of those not complete were held up by the load generator itself",
            )
    return Expectation("completeness", _COMPLETE, whole.share, wanted, valid, why)


def _activated(run: RunDirectory, wanted: float) -> Expectation:
    title = Text("Akun aktif", "Accounts activated")
    found = completeness_of(run)
    if not wanted and found.activation_end_s is None:
        nothing = Text("tidak dimainkan dan tidak diharapkan", "not played and not expected")
        return Expectation("activated", title, None, wanted, True, nothing)
    share = found.activated / found.accounts if found.accounts else 0.0
    why = Text(
        f"{number(found.activated, 'id')} dari {number(found.accounts, 'id')} akun aktif "
        "pada akhir jendela aktivasi",
        f"{number(found.activated, 'en')} of {number(found.accounts, 'en')} accounts active "
        "when the activation window closed",
    )
    valid: Valid = share >= wanted
    if run.info.ended != "complete" or found.activation_end_s is None:
        valid = "unknown"
        why = Text(why.id + "; jendela aktivasi tidak dimainkan utuh",
                   why.en + "; the activation window was not played to its end")  # fmt: skip
    elif operators_cut_off(run.info):
        valid, why = "unknown", _not_all_offered(run, why)
    elif not valid and (
        not _driver_was_free(run, found.activation_end_s)
        or found.activated + activated_but_for_us(run, found.activation_end_s) >= wanted * found.accounts
    ):
        valid = "unknown"
        why = Text(
            why.id + "; pembangkit beban sendiri jenuh", why.en + "; the load generator itself was saturated"
        )
    return Expectation("activated", title, share, wanted, valid, why)


def _pleno(run: RunDirectory, wanted: float) -> Expectation:
    title = Text("Pleno", "Pleno")
    found = decided_share(run)
    if found is None or not found[1]:
        nothing = Text("tidak ada pleno yang dimainkan", "no pleno was played")
        return Expectation("pleno", title, None, wanted, "unknown", nothing)
    decided, expected = found
    why = Text(
        f"{decided} dari {expected} formulir TPS diputuskan dalam pleno kecamatan",
        f"{decided} of {expected} forms of TPS were decided on in a pleno",
    )
    return _of_officials(run, "pleno", title, decided / expected, wanted, why)


def _officials_in(run: RunDirectory, wanted: float) -> Expectation:
    title = Text("Petugas masuk", "Officials in")
    found = logins_of(run)
    if found is None or not found.came:
        nothing = Text("tidak ada petugas yang diminta masuk", "no officials were told to log in")
        return Expectation("officials_in", title, None, wanted, "unknown", nothing)
    why = Text(
        f"{found.in_window} dari {found.came} petugas yang datang sudah masuk saat jendela ditutup, "
        f"{found.in_at_last} pada akhirnya",
        f"{found.in_window} of {found.came} officials who came were in when the window closed, "
        f"{found.in_at_last} in the end",
    )
    return _of_officials(run, "officials_in", title, found.in_window / found.came, wanted, why)


def _of_officials(
    run: RunDirectory, name: str, title: Text, share: float, wanted: float, why: Text
) -> Expectation:
    """Unknown where the run was cut short, load workers died, or the load was late while it was missed."""
    valid: Valid = share >= wanted
    if run.info.ended != "complete":
        valid = "unknown"
        why = Text(f"{why.id}; gladi terpotong", f"{why.en}; the run was cut short")
    elif not valid and operators_cut_off(run.info):
        valid, why = "unknown", _not_all_offered(run, why)
    elif not valid and not _driver_was_free(run, run.info.duration_s):
        valid = "unknown"
        why = Text(
            why.id + "; pembangkit beban sendiri jenuh", why.en + "; the load generator itself was saturated"
        )
    return Expectation(name, title, share, wanted, valid, why)


def _not_all_offered(run: RunDirectory, why: Text) -> Text:
    """Load workers died: what was not offered cannot have arrived, and nobody knows whether it would have."""
    cut = operators_cut_off(run.info)
    return Text(
        f"{why.id}; {cut} operator tidak dimainkan sampai selesai karena pekerja beban mati",
        f"{why.en}; {cut} operators were not played to their end because load workers died",
    )


def _driver_was_free(run: RunDirectory, until_s: float) -> bool:
    """Whether what was missed by `until_s` may be held against the server."""
    generator = generator_of(run)
    return not generator.untrusted and generator.mostly_free_until(until_s)


def _recover_within(run: RunDirectory, wanted: float) -> Expectation:
    title = Text("Pulih setelah gangguan", "Recovery after faults")
    records = survivability_of(run).faults
    cut = run.info.ended != "complete"
    judged = [_recovered(record, wanted, cut) for record in records]
    times = [record.recovery_s for record in records if record.recovery_s is not None]
    valid = merge(one for one, _ in judged)
    if cut:
        valid = merge([valid, "unknown"])
    if not records:
        why = Text("tidak ada gangguan dalam skenario", "no fault in the scenario")
    else:
        why = Text("; ".join(text.id for _, text in judged), "; ".join(text.en for _, text in judged))
    return Expectation("recover_within", title, max(times) if times else None, wanted, valid, why)


def _recovered(record: FaultRecord, wanted: float, cut: bool) -> tuple[Valid, Text]:
    """Whether a fault was recovered from in time; `cut` tells that the run did not end by itself."""
    kind = fault_name(record.name)
    name, nama = f"{kind.en} ({record.target})", f"{kind.id} ({record.target})"
    match record.recovery:
        case "not_struck":
            skipped = skip_name(record.why)
            return "unknown", Text(f"{nama} tidak dijalankan: {skipped.id}",
                                   f"{name} was not played: {skipped.en}")  # fmt: skip
        case "not_healed" if cut:  # whoever healed it did so after the record broke off
            return "unknown", Text(
                f"{nama}: catatan terputus sebelum dipulihkan",
                f"{name}: the record broke off before it was healed",
            )
        case "not_healed":
            return False, Text(f"{nama} tidak dipulihkan", f"{name} was not healed")
        case "no_demand":
            return "unknown", Text(
                f"{nama}: sesudahnya tidak ada permintaan, pemulihan tidak terlihat",
                f"{name}: no demand afterwards, so recovery could not be seen",
            )
    if record.recovery_s is not None:
        after = f"{record.recovery_s:.0f}"
        text = Text(f"{nama} pulih setelah {after} detik", f"{name} recovered after {after} s")
        if not record.recovery_s:
            text = Text(f"{nama} pulih dalam detik pertama", f"{name} recovered within the first second")
        if record.recovery_s <= wanted:
            return True, text
    else:
        text = Text(f"{nama} tidak pulih sampai akhir", f"{name} had not recovered at the end")
    if record.saturated:
        late = Text("saat pembangkit beban jenuh", "while the load generator was saturated")
        return "unknown", Text(f"{text.id}, {late.id}", f"{text.en}, {late.en}")
    return False, Text(f"{text.id}, batasnya {wanted:g}", f"{text.en}, {wanted:g} s allowed")


def _steady(run: RunDirectory, wanted: float) -> Expectation:
    title = Text("Keadaan tunak", "Steady state")
    if not survivability_of(run).faults:
        why = Text("tidak ada gangguan dalam skenario", "no fault in the scenario")
        return Expectation("steady", title, None, wanted, True, why)
    found = steadiness_of(run, run.info.expect.get("recover_within", 0.0))
    before = _calm(run, found.before, wanted, Text("sebelum gangguan pertama", "before the first fault"))
    after = _calm(run, found.after, wanted, Text("setelah gangguan terakhir", "after the last fault"))
    seen = [side.availability for side in (found.before, found.after) if side is not None and side.seen]
    valid = merge([before[0], after[0]])
    if run.info.ended != "complete":
        valid = merge([valid, "unknown"])
    why = Text(f"{before[1].id}; {after[1].id}", f"{before[1].en}; {after[1].en}")
    return Expectation("steady", title, min(seen) if seen else None, wanted, valid, why)


def _calm(run: RunDirectory, side: Stretch | None, wanted: float, when: Text) -> tuple[Valid, Text]:
    """Whether service was good on one side of the faults."""
    if side is None or not side.seen:
        return "unknown", Text(f"{when.id} tidak ada permintaan", f"no demand {when.en}")
    share, of = percent(side.availability, "id", 0), percent(side.availability, "en", 0)
    text = Text(f"{when.id} {share} terlayani", f"{of} served {when.en}")
    if not side.clearly_below(wanted):
        return True, text
    excused = generator_of(run).saturated_between(side.start_s, side.end_s)
    if excused or side.missed_by_generator(wanted):
        late = Text("saat pembangkit beban jenuh", "while the load generator was saturated")
        return "unknown", Text(f"{text.id}, {late.id}", f"{text.en}, {late.en}")
    return False, text
