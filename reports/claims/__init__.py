"""Claims put to the test: what the evidence says, how sure, and a certificate that anybody can check."""

import json
from pathlib import Path
from typing import Any

from reports.claims.certificate import CERTIFICATE_FILE, certificate
from reports.claims.evidence import Evidence
from reports.claims.telling import told
from reports.words import Lang
from reports.written import write_whole

__all__ = ["issue", "told"]


def issue(folder: Path, lang: Lang = "id") -> dict[str, Any]:
    """Judge the evidence in a folder; write certificate.json, certificate.html and report.html beside it."""
    from reports.claims.page import write

    evidence = Evidence.open(folder)
    made = certificate(evidence)
    write_whole(folder / CERTIFICATE_FILE, (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode())
    write(evidence, made, lang)
    return made
