"""The secrets of a stack: made once, readable by the owner only, kept as the data are."""

import json
import os
import secrets

from sirekap.failures import WrongInputError
from sirekap.stack.layout import Layout

NAMES = (
    "admin_token",
    "audit_token",
    "postgres_password",
    "activation_pepper",
    "redis_password",
    "objects_access_key",
    "objects_secret_key",
)


def keep_keys(layout: Layout) -> dict[str, str]:
    """The secrets of this directory; those it lacks are made and kept."""
    kept = read_keys(layout) if layout.secrets.exists() else {}
    made = {name: secrets.token_urlsafe(32) for name in NAMES if name not in kept}
    if made:
        _write(layout, kept | made)
    return kept | made


def read_keys(layout: Layout) -> dict[str, str]:
    """Tokens and passwords of this stack."""
    try:
        found: dict[str, str] = json.loads(layout.secrets.read_text())
    except (OSError, ValueError) as error:
        raise WrongInputError(f"{layout.secrets} cannot be read ({error})") from error
    return found


def _write(layout: Layout, keys: dict[str, str]) -> None:
    fresh = layout.secrets.with_suffix(".json.new")
    fresh.unlink(missing_ok=True)
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as file:
        json.dump(keys, file, indent=1)
    fresh.replace(layout.secrets)
