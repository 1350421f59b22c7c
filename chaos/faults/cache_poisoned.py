"""The cache in front of the stack goes on serving what is old, long after its time.

A wrong rule at a content network, a purge that failed, a cache that trusted its own clock: the numbers are
right in the database, and the public sees those of before.
"""

import http.client
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, register
from chaos.portal_cache import VERSION, CachedAnswer, PortalCache, read_portal_cache, set_valid_until
from chaos.site import Site
from chaos.stack import connection_to

_FAR_S = 86_400
_OLD_S = 3
"""Older than any answer of a sound cache in front of this stack (it states 3 s)."""
_ASK_WAIT_S = 1.0
_PACKINGS = ("", "gzip")
"""An answer is kept plain and packed, for readers of either kind."""


@register("cache_poisoned")
class CachePoisoned(Fault):
    """Lets every answer that is in the cache now be served on and on."""

    deadline_s = 15.0
    felt_within_s = 10.0
    tries = frozenset({"stale", "hidden", "regressed"})
    excludes = frozenset({"cache_poisoned"})

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """The proxy in front; where there is none the fault is unavailable, and says so."""
        return {"portal": ("portal",)}

    def availability(self, site: Site) -> Availability:
        """Needs a stack with a cache that we may write to."""
        try:
            folder = read_portal_cache(site).folder
            list(folder.iterdir())
        except FaultError as error:
            return Availability("unavailable", str(error))
        except OSError as error:
            return Availability("unavailable", f"the cache cannot be read: {error.strerror}; needs root")
        return Availability("available")

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """The moment that poisoned answers will be valid until: by it they are known again."""
        read_portal_cache(site)
        return [{"key": "cache:portal", "until_s": int(time.time()) + _FAR_S}]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Asks for something first, so that there is something to keep; raises FaultError."""
        cache = read_portal_cache(site)
        (item,) = items
        for address in cache.addresses:
            for packing in _PACKINGS:
                _get(cache, address, packing)
        poisoned = []
        for answer in cache.answers():
            if answer.version != VERSION:
                raise FaultError(f"this nginx writes its cache in version {answer.version}, not {VERSION}")
            try:
                set_valid_until(answer, item["until_s"])
            except OSError:
                continue
            poisoned.append(answer.key)
        if not poisoned:
            raise FaultError("the cache holds no answer, so there is nothing old to serve")
        return {"poisoned": len(poisoned)}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """An answer older than any may be is served, byte for byte as it was kept."""
        cache = read_portal_cache(site)
        why = "no poisoned answer is left in the cache"
        for answer in _poisoned(cache, items):
            age_s = time.time() - answer.fetched_s
            if age_s < _OLD_S:
                why = "what is kept is not old yet"
                continue
            address, packing = _asked(answer)
            if _get(cache, address, packing) == answer.body:
                return Proof(True, f"{address} is answered as it was {age_s:.0f} s ago")
            why = f"{address} is answered anew"
        return Proof(False, why)

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """What was poisoned is valid no longer, so the next reader fetches it anew."""
        try:
            for answer in _poisoned(read_portal_cache(site), items):
                set_valid_until(answer, 0)
        except FileNotFoundError:
            return  # replaced just now; if not, the proof sees it
        except OSError as error:
            raise FaultError(f"the cache cannot be written: {error.strerror}") from error

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Nothing poisoned is in the cache."""
        left = [answer.key for answer in _poisoned(read_portal_cache(site), items)]
        return Proof(False, f"still poisoned: {', '.join(left[:3])}") if left else Proof(True)


def _poisoned(cache: PortalCache, items: list[Item]) -> list[CachedAnswer]:
    moments = {item["until_s"] for item in items}
    return [answer for answer in cache.answers() if answer.valid_until_s in moments]


def _asked(answer: CachedAnswer) -> tuple[str, str]:
    """The address and the packing of a key: "address|form|packing"."""
    address, form, packing = answer.key.split("|")
    return (f"{address}?form={form}" if form else address), packing


def _get(cache: PortalCache, address: str, packing: str) -> bytes | None:
    connection = connection_to(cache.url, _ASK_WAIT_S)
    path = urlsplit(cache.url).path.rstrip("/") + address
    try:
        connection.request("GET", path, headers={"Accept-Encoding": packing or "identity"})
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
