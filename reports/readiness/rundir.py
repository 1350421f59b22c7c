"""The folder of a readiness check, opened and checked before anything is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from reports.columns import RunDirectoryError
from reports.opened import json_of, table_of
from reports.readiness import schema
from scenarios.readiness import Readiness, Register, read_register


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was asked, when (`at`, with its offset), and every table. `plans` and `register` None: not
    given."""

    path: Path
    asked: Mapping[str, Any]
    about: Mapping[str, Any]
    found: Mapping[str, Any]
    at: datetime
    wanted: Readiness
    regions: pa.Table
    activation: pa.Table
    arrivals: pa.Table
    calls: pa.Table
    needs: pa.Table
    plans: pa.Table | None
    capacity: tuple[Mapping[str, Any], ...]
    claims: tuple[Mapping[str, Any], ...]
    rehearsal: Mapping[str, Any] | None
    register: Register | None

    @property
    def tps(self) -> int:
        """TPS of the whole region."""
        return int(sum(self.regions["tps"].to_pylist()))

    @classmethod
    def open(cls, folder: Path) -> "Gathered":
        """Read everything; raises RunDirectoryError that names the file."""
        content = json_of(folder / schema.FILE)
        evidence = folder / schema.EVIDENCE
        try:
            if content["readiness_version"] != schema.VERSION:
                raise RunDirectoryError(f"{folder / schema.FILE}: readiness_version must be {schema.VERSION}")
            wanted = Readiness.model_construct(**content["asked"]["wanted"])  # durations are seconds by now
            return cls(
                folder, content["asked"], content["about"], content.get("found", {}),
                datetime.fromisoformat(content["about"]["at"]), wanted,
                table_of(folder / schema.REGIONS_FILE, schema.REGIONS),
                table_of(folder / schema.ACTIVATION_FILE, schema.ACTIVATION),
                table_of(folder / schema.ARRIVALS_FILE, schema.ARRIVALS),
                table_of(folder / schema.CALLS_FILE, schema.CALLS),
                table_of(folder / schema.NEEDS_FILE, schema.NEEDS),
                _optional(folder / schema.PLANS_FILE, schema.PLANS),
                tuple(json_of(path) for path in sorted(evidence.glob("capacity-*.json"))),
                tuple(json_of(path) for path in sorted(evidence.glob("claim-*.json"))),
                json_of(evidence / "rehearsal.json") if (evidence / "rehearsal.json").exists() else None,
                read_register(evidence / "risks.toml") if (evidence / "risks.toml").exists() else None,
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            raise RunDirectoryError(
                f"{folder}: is not the folder of a readiness check that can be read: {error}"
            ) from error


def _optional(path: Path, wanted: pa.Schema) -> pa.Table | None:
    return table_of(path, wanted) if path.exists() else None
