"""The configuration of nginx: nginx.conf with the settings of this stack filled in."""

import json
import os
import re
import resource
from importlib.resources import files

from sirekap.settings import Settings
from sirekap.stack.part import Site
from sirekap.titles import TITLES

ENVELOPE_MAX_BYTES = 65_536  # what may surround a photo in its upload; the API counts exactly
LOGIN_BURST = 20  # people of one household, or of one carrier's address, at the same moment
CACHED = """\
proxy_cache portal;
            proxy_cache_key $uri|$arg_form|$packing;
            proxy_cache_valid 404 {portal_cache_s}s;
            proxy_ignore_headers Vary Set-Cookie;"""


def configuration(site: Site) -> str:
    """The whole file.

    Raises:
        KeyError: the template names a setting that is not filled in here.
    """
    template = (files(__package__) / "nginx.conf").read_text()
    words = _words(site) | _login(site.settings) | _tls(site) | _problems()
    return re.sub(r"@([a-z_]+)@", lambda found: words[found[1]], template)


def _words(site: Site) -> dict[str, str]:
    settings, folder = site.settings, site.layout.nginx
    _, files_max = resource.getrlimit(resource.RLIMIT_NOFILE)
    return {
        # the master of a root keeps root, whose folders nobody else may enter; others never had it
        "user": "user root;" if os.geteuid() == 0 else "",
        "workers": str(settings.nginx_workers),
        "files_max": str(min(files_max, 4 * settings.connections_max)),
        "connections_max": str(settings.connections_max),
        "shutdown_grace_s": f"{settings.shutdown_grace_s:.0f}",
        "folder": _quotable(str(folder)),
        "access_log": _quotable(str(site.layout.log("nginx-requests"))),
        "upload_stall_s": f"{settings.upload_stall_s:.0f}",
        "keep_alive_s": f"{settings.keep_alive_s:.0f}",
        "upload_max_bytes": str(settings.upload_max_bytes + ENVELOPE_MAX_BYTES),
        "json_max_bytes": str(settings.json_max_bytes),
        "register_max_bytes": str(settings.register_max_bytes),
        "answer_wait_s": "60",
        "servers": "\n        ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in settings.api_ports),
        "door_address": settings.door_address,
        "port": str(settings.port),
        "also_listen": f"listen {_bracketed(settings.also_listen)}:{settings.port} reuseport backlog=4096"
        f"{' ssl' if settings.tls else ''};"
        if settings.also_listen
        else "",
        "portal_cache_s": str(settings.portal_cache_s),
        "portal_cache": CACHED.format(portal_cache_s=settings.portal_cache_s)
        if settings.portal_cache_s
        else "",
    }


def _bracketed(host: str) -> str:
    """A host as it stands before a colon."""
    return f"[{host}]" if ":" in host else host


def _login(settings: Settings) -> dict[str, str]:
    if not settings.login_per_address_per_s:
        return {"login_zone": "", "login_limit": ""}
    # nginx counts whole requests, so a rate below one a second is told per minute
    rate = max(1, round(settings.login_per_address_per_s * 60))
    return {
        "login_zone": f"limit_req_zone $binary_remote_addr zone=login:2m rate={rate}r/m;\n"
        "    limit_req_status 429;",
        "login_limit": f"limit_req zone=login burst={LOGIN_BURST} nodelay;",
    }


def _tls(site: Site) -> dict[str, str]:
    if not site.settings.tls:
        return {"tls": "", "certificate": ""}
    certificate, key = site.layout.certificate, site.layout.certificate_key
    return {
        "tls": " ssl",
        "certificate": f"ssl_certificate {_quotable(str(certificate))};\n"
        f"        ssl_certificate_key {_quotable(str(key))};\n"
        "        ssl_protocols TLSv1.2 TLSv1.3;\n"
        "        ssl_session_cache shared:tls:2m;",
    }


def _problems() -> dict[str, str]:
    """What nginx says itself, as the API would: problem documents with the titles of its catalogue."""
    said = {
        "problem_too_large": (413, "too_large", "the body is larger than the server takes"),
        "problem_too_slow": (408, "too_slow", "the body did not arrive in time"),
        "problem_busy": (429, "overloaded", "too many logins from this address"),
        "problem_away": (503, "database_away", "no API worker answered; ask again with the same key"),
    }
    return {
        word: json.dumps(
            {
                "type": f"/problems/{code}",
                "title": TITLES[code],
                "status": status,
                "code": code,
                "detail": detail,
            }
        )
        for word, (status, code, detail) in said.items()
    }


def _quotable(path: str) -> str:
    """A path as nginx reads it back, also with a space in it; `$` begins a variable and has no escape."""
    if any(sign in path for sign in "\"'$;{}\\\n"):
        raise ValueError(f"nginx cannot be told the path {path!r}")
    return path.replace(" ", "\\ ")
