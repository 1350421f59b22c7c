"""What the full profile is made of, and the ports it chooses for itself."""

from dataclasses import replace

from sirekap.settings import Settings
from sirekap.stack.full.nginx import NginxPart
from sirekap.stack.full.objects import ObjectsPart
from sirekap.stack.full.redis import RedisPart
from sirekap.stack.part import Part, Site
from sirekap.stack.ports import free_ports
from sirekap.stack.postgres.part import PostgresPart
from sirekap.stack.serving import serving


def programs(settings: Settings) -> tuple[str, ...]:
    """What must be on this machine; a foreign object store needs no program here."""
    own_store = () if settings.objects_url else ("sirekap-objects",)
    tls = ("openssl",) if settings.tls else ()
    return ("nginx", "redis-server", *own_store, *tls)


def settle(settings: Settings) -> Settings:
    """Choose free ports for what stands behind nginx, unless they are given."""
    redis, objects, *apis = free_ports(2 + settings.api_workers)
    if not settings.objects_url:
        own = settings.objects_port or objects
        settings = replace(settings, objects_port=own, objects_url=f"http://127.0.0.1:{own}")
    return replace(
        settings, redis_port=settings.redis_port or redis, api_ports=tuple(str(port) for port in apis)
    )


def full(site: Site) -> tuple[tuple[Part, ...], ...]:
    """The stores, then the workers on ports of their own, then nginx on the public one."""
    store = (ObjectsPart(site),) if site.settings.objects_port else ()
    return (PostgresPart(site), RedisPart(site), *store), serving(site), (NginxPart(site),)
