"""How the reference stack is watched: its public totals and pages, its health probes, its gauges."""

import json
import math
from collections.abc import Iterator
from datetime import datetime

from prometheus_client.parser import text_string_to_metric_families

from gladi.http import InDoubtError, NotSentError
from gladi.targets.protocol import Phone, Said, Shown
from simulators.sheets import votes

_GAUGES = {
    "sirekap_sessions": "sessions",
    "sirekap_reading_jobs": "reading_queue",
    "sirekap_reading_tries_most": "reading_tries",
    "sirekap_component_rss_bytes": "memory_bytes",
}
"""Metrics that are watched, and what they are called in health.parquet (with their label, if one)."""
_BOUNDS = {"reading_tries": "sirekap_reading_tries_limit"}
"""Gauges whose bound is a metric of its own."""


def shown(phone: Phone, place: str, form: str) -> Shown:
    """What the public page of a place says; `place` is "0", the code of a region, or of a TPS."""
    if len(place) == 13:
        path = f"/public/v1/tps/{place}"
    else:
        path = "/public/v1/national" if place == "0" else f"/public/v1/region/{place}"
    reply = phone.request("GET", f"{path}?form={form}", {})
    if reply.status != 200:
        return Shown(reply.status)
    content = json.loads(reply.body)
    as_of_epoch_s = datetime.fromisoformat(content["as_of"]).timestamp()
    if len(place) != 13:
        added = {int(number): int(one) for number, one in content["votes"].items()}
        return Shown(
            200, as_of_epoch_s, content["tps_total"], content["tps_in"],
            tuple(added[number] for number in sorted(added)),
        )  # fmt: skip
    numbers = {name: one for page in content["pages"].values() for name, one in page["numbers"].items()}
    cast = tuple(votes(numbers))
    photos = tuple(page["sha256"] for page in content["pages"].values())
    return Shown(200, as_of_epoch_s, 1, int(bool(cast)), cast, photos)


def says(phone: Phone, audit: dict[str, str] | None) -> Iterator[Said]:
    """Readiness, life, and the gauges if there is `audit`, the header that /metrics asks for."""
    for name, path in (("ready", "/readyz"), ("alive", "/healthz")):
        try:
            yield Said(name, float(phone.request("GET", path, {}).status == 200))
        except (NotSentError, InDoubtError):
            yield Said(name, math.nan)
    if audit is None:
        return
    reply = phone.request("GET", "/metrics", audit)
    if reply.status != 200:
        return
    found: dict[str, list[tuple[str, float]]] = {}
    for family in text_string_to_metric_families(reply.body.decode()):
        for sample in family.samples:
            label = ":".join(str(one) for one in sample.labels.values())
            found.setdefault(sample.name, []).append((label, sample.value))
    for metric, name in _GAUGES.items():
        bound = found.get(_BOUNDS.get(name, ""), [("", math.nan)])[0][1]
        for label, value in found.get(metric, ()):
            yield Said(f"{name}:{label}" if label else name, value, bound)
