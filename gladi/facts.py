"""`run.json`: what was run, on which clock, against what. Readers learn everything else from the columns."""

import os
from datetime import UTC, datetime
from typing import Any

from gladi import __version__
from gladi.setting import Setting
from gladi.staff_facts import staff_facts
from reports.schema import RUN_VERSION


def facts(setting: Setting, mode: str, workers: int, target: dict[str, str]) -> dict[str, Any]:
    """The run's facts before it starts; `t0_epoch_s`, `ended` and digests are filled in as they are known."""
    scenario = setting.scenario
    now = datetime.now(UTC)
    return {
        "run_version": RUN_VERSION,
        "gladi_version": __version__,
        "mode": mode,
        "scenario": scenario.id,
        "title": scenario.scenario.title,
        "story": scenario.scenario.story.strip(),
        "region": {"code": setting.population.region, "name": setting.population.region_name},
        "seed": setting.seed,
        "scale": len(setting.population),
        "compression": scenario.clock.compression,
        "national_equivalent": setting.national_equivalent,
        "workers": workers,
        "cores": os.cpu_count(),
        "started_at": now.isoformat(timespec="seconds"),
        "t0_epoch_s": now.timestamp(),
        "duration_s": setting.timeline.duration_s,
        "utc_offset_s": _utc_offset_s(setting),
        "phases": [
            {
                "id": phase.id,
                "title": phase.title,
                "start_local": phase.start.isoformat(),
                "end_local": phase.end.isoformat(),
                "run_start_s": phase.run_start_s,
                "run_end_s": phase.run_end_s,
                "compression": phase.compression,
            }
            for phase in setting.timeline.phases
        ],
        "target": target,
        "ended": "aborted",
        "slo": scenario.slo.model_dump(),
        "expect": scenario.expect.model_dump(exclude_none=True),
        "activation_phase": scenario.activation.phase if scenario.activation else "",
        "thresholds": [
            {
                "kind": kind,
                "check": one.check.text,
                "phase": one.phase or "",
                "abort": one.abort,
                "after_s": one.after,
            }
            for kind, checks in scenario.thresholds.items()
            for one in checks
        ],
        "digests": {
            "population": setting.population.digest(),
            "timetable": setting.timetable.digest(),
        },
        "faults_available": {},
        "defects": list(scenario.stack.defects),
        **staff_facts(setting),
    }


def _utc_offset_s(setting: Setting) -> int:
    from zoneinfo import ZoneInfo

    moment = setting.scenario.phases[0].start.replace(tzinfo=ZoneInfo(setting.place.time_zone))
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
