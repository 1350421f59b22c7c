"""One question over HTTP to a part of our own stack, for its readiness."""

import ssl
import urllib.error
import urllib.request
from pathlib import Path

ANSWER_WAIT_S = 2.0


def status_of(url: str, certificate: Path | None = None) -> int | None:
    """The status of GET `url`, or None when nobody answers; `certificate` is one we signed ourselves."""
    trusted = ssl.create_default_context(cafile=certificate) if certificate else None
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_WAIT_S, context=trusted) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
