"""Every setting of the reference stack, with its unit in its name and its reason beside it.

Where a value comes from, later wins:

1. the defaults below;
2. ``DIR/settings.toml`` with any of these names (``python -m sirekap settings --example`` writes one);
3. the environment: ``SIREKAP_`` + the name in capitals, such as ``SIREKAP_UPLOAD_MAX_BYTES=4000000``;
4. the command line of ``python -m sirekap up``.

``up`` writes what it resolved to ``DIR/effective-settings.json``; workers and ``start`` read that, so a
component that is restarted in the middle of a run comes back exactly as it was. Secrets are never settings:
they live in ``DIR/secrets.json``, readable by the owner only.
"""

import ipaddress
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from sirekap.failures import WrongInputError
from sirekap.settings_file import read

ENVIRONMENT_PREFIX = "SIREKAP_"
READER_MODES = ("sound", "2024")
PROFILES = ("embedded", "full")
OVERLOAD = ("sound", "naive")


@dataclass(frozen=True)
class Settings:
    """All settings; the defaults are the embedded profile on a small machine."""

    profile: str = "embedded"  # which programs the stack is made of: embedded or full (see stack/)

    # the network
    port: int = 0  # 0: any free port, written to stack.json
    also_listen: str = ""  # an address of this machine besides the loopback; 0.0.0.0: all of them
    consent_file: str = ""  # JSON told at /.well-known/gladi-consent: what may be sent at this stack
    api_workers: int = 2
    connections_per_worker: int = 4000  # whoever comes on top is refused and closed, probes excepted
    keep_alive_s: float = 75.0
    head_max_bytes: int = 65_536  # a request's line and headers; half of it is for what tus says of a photo
    shutdown_grace_s: float = 8.0  # requests in flight may finish for so long after SIGTERM

    # uploads; 8 MB is roughly nine times the published photos (811 to 931 KB)
    upload_max_bytes: int = 8_000_000
    upload_stall_s: float = 30.0  # no byte for so long: the phone is gone
    upload_deadline_s: float = 300.0  # whole body; 1 MB over EDGE takes a minute and a half
    upload_buffer_bytes: int = 524_288  # held in memory per upload before it goes to the tmp file
    # what a phone's clock says is stored as it is, whatever it says; these only decide how it is marked
    clock_tolerance_s: float = 300.0  # a clock that is further off, or a photo of the future: suspect
    captured_year_min: int = 2024  # a photo from before that year: suspect
    delayed_after_s: float = 900.0  # taken so long before it arrived: sent later, not at once
    # uploads in pieces (tus): bytes that are promised but not yet a page
    resumable_lifetime_s: float = 86_400.0  # a TPS without a signal may come back within a day
    resumable_per_tps: int = 32  # all pages of the largest form at once
    partial_threads: int = 2  # per worker
    resumable_total_bytes: int = 4_000_000_000  # of all that are open, as they were announced
    json_max_bytes: int = 65_536  # bodies that are not uploads
    register_max_bytes: int = 512_000_000  # the whole nation is about 300 MB of JSON

    # passwords: argon2id at the minimum OWASP recommends (Password Storage Cheat Sheet: m=19 MiB, t=2, p=1)
    argon2_memory_kib: int = 19_456
    argon2_passes: int = 2
    argon2_lanes: int = 1
    hash_threads: int = 1  # per worker; two workers on two cores keep one core's worth each
    hash_queue: int = 256  # waiting logins per worker
    hash_wait_limit_s: float = 3.5  # predicted end later: 503; a shorter queue runs dry between retries
    hash_niceness: int = 5  # of the hashing threads, beyond the worker's: uploads and status go before logins
    password_min_chars: int = 8
    password_max_chars: int = 128

    # photos on disk
    disk_threads: int = 8  # per worker; fsyncs overlap well (16 writers: 2.5 to 5 times one writer)
    uploads_in_flight: int = 256  # per worker, bodies being received or stored
    uploads_of_tps: int = 16  # per worker, of these; phones of one TPS that stall keep out no other TPS
    orphan_age_s: float = 86_400.0  # a photo that no row refers to is removed when it is so old
    disk_wait_limit_s: float = 5.0
    upload_end_s: float = 2.5  # predicted end of an upload; later than this: 503 before its body

    # reading
    reads_in_flight: int = 16  # per worker, photo reads at once
    reads_queue: int = 512
    read_wait_limit_s: float = 3.0
    copies_queue: int = 16  # per worker, witnesses' copies waiting to be drawn
    copy_wait_limit_s: float = 8.0  # predicted end later than this: 503; twenty sheets take half a second

    # what the public sees: counted by the publisher, kept by every API worker, and by nginx if there is one
    public_staleness_s: float = 3.0  # stated maximum age: the next two, portal_cache_s and a round
    publish_period_s: float = 0.5
    answers_keep_s: float = 0.5
    answers_entries: int = 2_000  # answers an API worker keeps, about 10 KB each; as many codes nobody has
    audit_page_rows: int = 1000  # most rows in one page of the audit listing

    # contests
    contests_trusted_s: float = 2.0  # a worker may trust what it knows of who stands where for so long

    # overload (see overload/): "sound" refuses early; "naive" never refuses, to show how that ends
    overload: str = "sound"
    # a worker's share for each class of work: at work at once, waiting, the latest predicted end, and how
    # late the event loop may be before the class gives way; the later it is, the more classes do
    phone_at_once: int = 32  # status, corrections, confirmations
    phone_waiting: int = 512
    phone_end_s: float = 2.0
    phone_lateness_s: float = 1.5  # also uploads and logins: they give way last
    staff_at_once: int = 8  # PPS, PPK and the offices
    staff_waiting: int = 64
    staff_end_s: float = 3.0
    staff_lateness_s: float = 1.25  # also administration and audit
    portal_at_once: int = 16
    portal_waiting: int = 4000  # its answers are in memory: fewer would refuse what costs no more to answer
    portal_end_s: float = 2.5
    portal_lateness_s: float = 1.0  # the portal is the first to give way
    office_at_once: int = 4  # registrations of a whole province are long, so their end is not predicted
    office_waiting: int = 16
    stale_s: float = 2.0  # a request whose bytes have waited so long for a strained worker is refused
    first_request_s: float = 15.0  # a connection that has not sent a whole head by then is closed

    # short-lived memory (recall/)
    redis_port: int = 0  # 0: every process remembers by itself; the full profile chooses a free one
    recall_entries: int = 20_000  # per process; the least recently used give way
    recall_wait_s: float = 0.05  # a shared memory that takes longer is done without
    recall_pause_s: float = 1.0  # and not asked again for so long

    # reading photos of sheets
    reading_loops: int = 2  # jobs a worker has in hand: one is read while the other is fetched or stored
    reading_lease_s: float = 90.0  # a job taken so long ago and not done belongs to a worker that died
    reading_wait_s: float = 30.0  # for one photo; then its reader is killed and another started
    reading_tries: int = 4  # of one photo; then it is flagged as not readable
    work_poll_s: float = 1.0  # how long an idle worker waits before it looks at the queue again
    housekeeping_s: float = 60.0  # between rounds of tidying up
    reader_mode: str = "sound"  # "2024": digits only, so a crossed-out box reads as a digit, to rehearse that
    photo_max_megapixels: float = 50.0  # announced by its header; more is refused before anything is decoded

    # sessions
    session_lifetime_s: float = 86_400.0
    session_cache_s: float = 5.0  # a worker may trust a session it has seen for so long
    session_cache_entries: int = 20_000
    sessions_per_account: int = 5  # a further login ends the oldest

    # wrong passwords (see security/tries.py)
    tries_window_s: float = 900.0
    tries_per_device: int = 10  # of one account on one device in a window
    tries_per_account: int = 30  # of one account on all devices but its own

    # the full profile; what is 0 or empty it chooses itself
    api_ports: tuple[str, ...] = ()  # of api-1, api-2, ... behind nginx; none: all share `port`
    objects_url: str = ""  # an S3 store for the photos; the embedded profile keeps files in DIR/photos
    objects_port: int = 0  # of our own store
    objects_bucket: str = "photos"
    objects_wait_s: float = 5.0  # for one object to be stored or read, then 503
    objects_memory_mb: int = 96  # soft limit of our own store
    redis_memory_mb: int = 64  # what is used least gives way
    portal_cache_s: int = 1  # nginx may answer portal reads with what is so old; 0: no cache
    nginx_workers: int = 2
    login_per_address_per_s: float = 0.0  # 0: no limit, for phones of many people share a carrier's address
    door_address: str = "127.0.0.1"  # where nginx listens; in a container's own network 0.0.0.0
    connections_max: int = 4096  # at nginx
    tls: bool = False  # the public door speaks TLS with a certificate made at `up`
    program_start_wait_s: float = 15.0
    program_stop_wait_s: float = 10.0

    # PostgreSQL
    postgres_port: int = 0  # 0: any free port, kept for the life of the directory's stack
    pool_connections: int = 8  # per worker
    upload_connections: int = (
        4  # per API worker besides: sessions and pages, a few round trips for all at once
    )
    pool_wait_s: float = 1.5  # for a free connection, then 503
    connect_wait_s: float = 1.5
    statement_wait_s: float = 5.0
    postgres_shared_buffers_mb: int = 64
    postgres_max_connections: int = 60
    postgres_start_wait_s: float = 30.0
    postgres_stop_wait_s: float = 10.0

    # logs and readiness
    log_max_mb: int = 40  # of each process, its predecessor included
    log_lines_per_s: int = 50  # of each process, about requests that went as they should; others are counted
    ready_fsync_s: float = 2.0  # longer, and a process is not ready
    ready_free_mb: int = 200  # less room for photos, and a process is not ready
    degraded_queue_s: float = 300.0  # a photo waits longer to be read: degraded
    degraded_published_s: float = 15.0  # public totals are older: degraded

    # processes
    workers: int = 1  # worker processes: read photos, publish totals, tidy up
    niceness: int = 5  # the load generator shares the machine and must keep its timing
    worker_niceness: int = 10  # reading photos gives way to taking them in
    cpus: tuple[str, ...] = ()  # cores the stack may use, such as ("1",); none named: all
    worker_start_wait_s: float = 20.0
    ready_wait_s: float = 20.0

    # planted defects (see defects/); off by default
    defects: tuple[str, ...] = ()


def resolve(file: Path, environ: Mapping[str, str], overrides: Mapping[str, Any]) -> Settings:
    """Settings from defaults, an optional file, the environment and the command line, in that order.

    Raises:
        WrongInputError: an unknown name or a value of the wrong kind, saying where and what would be right.
    """
    settings = Settings()
    if file.exists():
        settings = _apply(settings, read(file), str(file))
    settings = _apply(settings, _from_environment(environ), "the environment")
    settings = replace(settings, **dict(overrides))
    return _checked(settings)


def load_effective(file: Path) -> Settings:
    """The settings a running stack was started with."""
    return _apply(Settings(), read(file), str(file))


def save_effective(file: Path, settings: Settings) -> None:
    """Write `settings` as JSON."""
    file.write_text(json.dumps(asdict(settings), indent=1) + "\n")


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(Settings):
        text = environ.get(ENVIRONMENT_PREFIX + field.name.upper())
        if text is None:
            continue
        found[field.name] = (
            tuple(n for n in text.split(",") if n) if isinstance(field.default, tuple) else text
        )
    return found


def _apply(settings: Settings, values: Mapping[str, Any], where: str) -> Settings:
    known = {field.name: field.type for field in fields(Settings)}
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise WrongInputError(
                f"{where}: no setting is called {name!r}; known: {', '.join(sorted(known))}"
            )
        default = getattr(Settings(), name)
        if isinstance(default, tuple):
            if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
                raise WrongInputError(f"{where}: {name} is {value!r}, must be a list of words")
            changes[name] = tuple(value)
            continue
        kind = type(default)
        if kind is bool:
            changes[name] = _truth(value, f"{where}: {name}")
            continue
        changes[name] = _of_kind(kind, value, f"{where}: {name}")
    return replace(settings, **changes)


def _of_kind(kind: type, value: object, where: str) -> object:
    """A word or number as it was meant: 1.5 is no port, true is no number of bytes, nan is no time."""
    fits = not isinstance(value, bool) and not (kind is int and isinstance(value, float))
    try:
        found = kind(value) if fits else None
    except (TypeError, ValueError):
        found = None
    if found is None or (isinstance(found, float) and math.isnan(found)):
        raise WrongInputError(f"{where} is {value!r}, must be a number ({kind.__name__})")
    return found


def _truth(value: object, where: str) -> bool:
    truths = {"true": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in truths:
        raise WrongInputError(f"{where} is {value!r}, must be true or false")
    return truths[str(value).lower()]


def _is_an_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _checked(settings: Settings) -> Settings:
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if isinstance(value, int | float) and value < 0:
            raise WrongInputError(f"setting {field.name} is {value}, must not be negative")
    if settings.also_listen and not _is_an_address(settings.also_listen):
        raise WrongInputError(
            f"setting also_listen is {settings.also_listen!r}, must be an address such as 10.0.0.1"
        )
    if settings.profile not in PROFILES:
        raise WrongInputError(f"setting profile is {settings.profile!r}, must be {' or '.join(PROFILES)}")
    if settings.overload not in OVERLOAD:
        raise WrongInputError(f"setting overload is {settings.overload!r}, must be {' or '.join(OVERLOAD)}")
    if settings.reader_mode not in READER_MODES:
        known = " or ".join(READER_MODES)
        raise WrongInputError(f"setting reader_mode is {settings.reader_mode!r}, must be {known}")
    ages_s = settings.publish_period_s + settings.answers_keep_s + settings.portal_cache_s
    if settings.public_staleness_s < ages_s:
        raise WrongInputError(
            f"setting public_staleness_s is {settings.public_staleness_s:g}, must be at least {ages_s:g}: "
            "publish_period_s + answers_keep_s + portal_cache_s"
        )
    if not 1 <= settings.api_workers <= 64:
        raise WrongInputError(f"setting api_workers is {settings.api_workers}, must be 1 to 64")
    if settings.workers > 64:
        raise WrongInputError(f"setting workers is {settings.workers}, must be 0 to 64")
    absent = [cpu for cpu in settings.cpus if cpu not in map(str, range(os.cpu_count() or 1))]
    if absent:
        raise WrongInputError(f"setting cpus names {', '.join(absent)}, but this machine has no such core")
    for name in ("port", "postgres_port", "redis_port", "objects_port"):
        if getattr(settings, name) > 65_535:
            raise WrongInputError(f"setting {name} is {getattr(settings, name)}, must be 0 to 65535")
    return settings
