"""Ineffective: did every fault that was struck leave an effect that somebody saw?

A fault that nobody feels proves nothing about what it was to test, however well the run looks. After each
strike the runner looks until the effect shows ("felt") or the time for that is over ("unfelt"). One that was
struck and never felt is a violation; one that could not be struck, was skipped, or failed leaves this
unknown. A run that planned no fault has none that was ineffective.
"""

from reports.checkers.registry import checker
from reports.finding import Example, Finding, conclude, unknown
from reports.naming import fault_name
from reports.rundir import FaultEvent, RunDirectory
from reports.troubles import called
from reports.words import Text


@checker(
    "ineffective",
    Text("Tanpa dampak", "Ineffective"),
    Text(
        "Setiap gangguan yang dijalankan terbukti terasa, jadi membuktikan sesuatu.",
        "Every fault that was struck was proved to hurt, so it proved something.",
    ),
)
def ineffective(run: RunDirectory) -> Finding:
    """Faults that were struck and never felt."""
    played: dict[str, list[FaultEvent]] = {}
    for event in run.faults:
        played.setdefault(event.id, []).append(event)
    unfelt: list[Example] = []
    not_played: list[str] = []
    for id_, events in played.items():
        seen = {one.event for one in events}
        if "struck" in seen and not seen & {"felt"}:
            if seen & {"unfelt", "healed"}:
                unfelt.append(_example(events))
            else:
                not_played.append(id_)
        elif "struck" not in seen:
            not_played.append(id_)
    if not played:
        none = Text("tidak ada gangguan yang direncanakan", "no fault was planned")
        return Finding(True, 0, 0, none)
    nothing = Text("tidak ada gangguan yang dijalankan", "no fault was struck")
    found = conclude(run, len(unfelt), len(played) - len(not_played), unfelt, readback=False, nothing=nothing)
    if not_played and found.valid is True:
        listed = ", ".join(not_played)
        return unknown(
            found,
            Text(f"gangguan yang tidak jadi dijalankan: {listed}", f"faults that were not played: {listed}"),
        )
    return found


def _example(events: list[FaultEvent]) -> Example:
    struck = next(one for one in events if one.event == "struck")
    why = next((str(one.detail.get("why") or "") for one in events if one.event == "unfelt"), "")
    name = fault_name(struck.name)
    return Example(
        op_ids=(),
        tps="",
        form="",
        page=0,
        at_s=round(struck.at_s, 3),
        expected=Text(f"{name.id} ({struck.target}) terasa", f"{name.en} ({struck.target}) is felt"),
        found=Text(
            f"tidak terasa: {why}" if why else "tidak terasa", f"not felt: {why}" if why else "not felt"
        ),
        fault=called(struck.id, struck.name),
    )
