"""The reference stack's answers as gladi counts them."""

from collections.abc import Mapping
from typing import Any

import orjson

from gladi.http import Reply
from gladi.targets.protocol import Phone
from simulators.operations import Answer

_JSON_TYPES = ("application/json", "application/problem+json")


def answered(phone: Phone, reply: Reply, stored: int = 0, content: Mapping[str, Any] | None = None) -> Answer:
    """Translate an HTTP reply; `content` is its JSON where it was read already. No JSON is no error here."""
    good = 200 <= reply.status < 300
    receipt, reason, retry_after = "", "", 0.0
    if reply.headers.get("content-type", "").startswith(_JSON_TYPES):
        if content is None:
            try:
                content = orjson.loads(reply.body)
            except ValueError:
                content = {}
        receipt = str(content.get("receipt") or "")
        if not good:
            reason = str(content.get("code") or "")
    if not good:
        reason = reason or f"http_{reply.status}"
        retry_after = float(reply.headers.get("retry-after") or 0.0)
    return Answer(
        "ok" if good else "fail",
        reply.status,
        reason,
        receipt,
        retry_after,
        stored,
        phone.sent,
        phone.received,
        session=phone.session,
    )
