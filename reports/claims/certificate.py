"""The certificate: what was claimed and answered, with the digest of every file that it rests on.

Whoever holds certificate.json and the files beside it can check all of it: `differences` compares digests,
judges the evidence anew and compares every figure. `seal` is the digest of the certificate itself. That is no
signature: who forges all of it forges the seal too; so the seal is printed, to be passed on by another way.
"""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from reports.claims.evidence import ABOUT_FILE, FAULTS_FILE, Evidence, digests
from reports.claims.judging import judged
from reports.columns import RunDirectoryError
from reports.offered.generators import summed

CERTIFICATE_FILE = "certificate.json"
MARK = "SIMULASI: gladi, latihan; bukan dari KPU, bukan hasil pemilu / a rehearsal's, not KPU's"
VERSION = 1
_AS_TOLD = ("gladi_version", "gladi_code_sha256", "scenario", "seed", "target", "machine", "started_at")
_EXACT = 1e-9


def certificate(evidence: Evidence) -> dict[str, Any]:
    """Everything that certificate.json says; the same evidence gives the same certificate."""
    found = judged(evidence)
    made: dict[str, Any] = {
        "certificate_version": VERSION,
        "mark": MARK,
        "answer": found["answer"],
        "alpha": found["alpha"],
        "about": evidence.claims.about.model_dump(mode="json"),
        **{name: evidence.about.get(name) for name in _AS_TOLD},
        "claims_file": {
            "sha256": hashlib.sha256(evidence.text.encode()).hexdigest(),
            "text": evidence.text,
        },
        "claims": found["claims"],
        "generators": summed(evidence.generators) or None,
        "evidence": digests(evidence.path),
    }
    made = json.loads(json.dumps(made))
    return {**made, "seal": seal(made)}


def seal(certificate: dict[str, Any]) -> str:
    """sha256 of all but the seal, keys in order."""
    rest = {name: value for name, value in certificate.items() if name != "seal"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read(path: Path) -> tuple[Path, dict[str, Any]]:
    """The folder and the certificate in it, from either; raises RunDirectoryError."""
    file = path / CERTIFICATE_FILE if path.is_dir() else path
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{file}: is not a certificate that can be read: {error}") from error
    if not isinstance(content, dict) or content.get("certificate_version") != VERSION:
        raise RunDirectoryError(f"{file}: is not a certificate of version {VERSION}")
    return file.parent, content


def differences(folder: Path, told: dict[str, Any]) -> list[str]:
    """What does not agree with the evidence, by name; empty if all does."""
    found = []
    if told.get("seal") != seal(told):
        found.append("seal: the certificate was changed after it was sealed")
    here, listed = digests(folder), told.get("evidence")
    listed = listed if isinstance(listed, dict) else {}
    for name in sorted(here.keys() | listed.keys()):
        if name not in here:
            found.append(f"{name}: is missing, its digest is in the certificate")
        elif name not in listed:
            found.append(f"{name}: lies there, and the certificate does not know it")
        elif here[name] != listed[name]:
            was = str(listed[name])[:16]
            found.append(f"{name}: was changed: sha256 {here[name][:16]}…, certified {was}…")
    try:
        anew = certificate(Evidence.open(folder))
    except RunDirectoryError as error:
        return [*found, f"the evidence cannot be judged anew: {error}"]
    except (KeyError, TypeError, ValueError) as error:
        why = f"{ABOUT_FILE} or {FAULTS_FILE} is damaged: {error!r}"
        return [*found, f"the evidence cannot be judged anew: {why}"]
    for name in sorted((anew.keys() | told.keys()) - {"seal", "evidence"}):
        found += _compare(name, told.get(name), anew.get(name))
    return found


def _compare(where: str, told: Any, anew: Any) -> list[str]:
    if isinstance(told, dict) and isinstance(anew, dict):
        return [
            line
            for name in sorted(told.keys() | anew.keys())
            for line in _compare(f"{where}.{name}", told.get(name), anew.get(name))
        ]
    if isinstance(told, list) and isinstance(anew, list) and len(told) == len(anew):
        return [
            line
            for number, (one, other) in enumerate(zip(told, anew, strict=True), start=1)
            for line in _compare(f"{where}[{number}]", one, other)
        ]
    if isinstance(told, float) and isinstance(anew, float) and math.isclose(told, anew, rel_tol=_EXACT):
        return []
    if told == anew and isinstance(told, bool) == isinstance(anew, bool):
        return []
    return [f"{where}: the certificate says {_short(told)}, the evidence {_short(anew)}"]


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
