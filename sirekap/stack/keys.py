"""The secrets of a stack: made once, readable by the owner only, kept as the data are."""

import json
import secrets

from sirekap.failures import WrongInputError
from sirekap.stack.durable import replace_file
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
        replace_file(layout.secrets, json.dumps(kept | made, indent=1), 0o600)
    return kept | made


def read_keys(layout: Layout) -> dict[str, str]:
    """Tokens and passwords of this stack."""
    try:
        found: dict[str, str] = json.loads(layout.secrets.read_text())
    except (OSError, ValueError) as error:
        raise WrongInputError(f"{layout.secrets} cannot be read ({error})") from error
    return found
