"""What a certificate says beside the answers: which gladi, which machine, which target, when."""

import json
from datetime import UTC, datetime
from typing import Any

from gladi import __version__
from gladi.address import Address
from gladi.http import InDoubtError, NotSentError, Wire
from gladi.load.built import code_digest
from gladi.offering.machine import machine

_SAYS = ("/version", "/healthz", "/readyz")
_PATIENCE_S = 3.0


def about(scenario: str, seed: int, target: dict[str, str], cores: dict[str, Any]) -> dict[str, Any]:
    """claim.json before anything was offered; `undecided` is filled in as it becomes known."""
    return {
        "claim_version": 1,
        "gladi_version": __version__,
        "gladi_code_sha256": code_digest(),
        "scenario": scenario,
        "seed": seed,
        "target": target,
        "machine": machine() | cores,
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "undecided": {},
    }


def says_version(address: Address) -> str:
    """What a system says of its version, where it answers JSON with "version"; "" where it says nothing."""
    wire = Wire(address)
    try:
        for path in _SAYS:
            reply = wire.request("GET", path, {"Host": address.netloc}, b"", _PATIENCE_S)
            try:
                content = json.loads(reply.body)
            except ValueError:
                continue
            if reply.status == 200 and isinstance(content, dict) and "version" in content:
                return str(content["version"])[:100]
    except (NotSentError, InDoubtError):
        return ""
    finally:
        wire.close()
    return ""
