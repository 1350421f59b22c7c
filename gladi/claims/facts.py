"""What a certificate says beside the answers: which gladi, which machine, which target, when."""

import json
import os
import platform
from datetime import UTC, datetime
from typing import Any

from gladi import __version__
from gladi.address import Address
from gladi.cores import processor_name
from gladi.http import InDoubtError, NotSentError, Wire
from gladi.load.built import code_digest

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


def machine() -> dict[str, Any]:
    """What the load was offered from, and its own stack ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": processor_name() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_bytes": memory,
        "python": platform.python_version(),
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
