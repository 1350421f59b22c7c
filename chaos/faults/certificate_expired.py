"""The certificate of the public door runs out: who checks it goes no further.

Renewal that failed, a reload that was forgotten. The key stays the same; healing puts the good certificate
back, which is public and therefore kept in the ledger.
"""

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from chaos.fault import Availability, Fault, FaultError, Ground, Item, Proof, register
from chaos.site import Site
from chaos.stack import StackError, read_stack

_RELOAD_WITHIN_S = 5.0
_SIGN_WITHIN_S = 10.0
_ASK_WAIT_S = 1.0
_HAS_EXPIRED = 10
"""X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL."""


@register("certificate_expired")
class CertificateExpired(Fault):
    """Shows a certificate that ended yesterday."""

    deadline_s = 15.0
    felt_within_s = 5.0
    tries = frozenset({"lost", "duplicated"})
    excludes = frozenset({"certificate_expired"})

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """The public door; where it speaks no TLS the fault is unavailable, and says so."""
        return {"door": ("door",)}

    def availability(self, site: Site) -> Availability:
        """Needs a door that speaks TLS, its key, and openssl."""
        try:
            entry = _certificate(site)
        except FaultError as error:
            return Availability("unavailable", str(error))
        if not os.access(entry["private_key"], os.R_OK) or not os.access(entry["certificate"], os.W_OK):
            return Availability("unavailable", "needs root: certificate and key belong to another user")
        try:
            _openssl("version")
        except FaultError as error:
            return Availability("unavailable", str(error))
        return Availability("available")

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """The good certificate, and who must read it again."""
        entry = _certificate(site)
        try:
            good = Path(entry["certificate"]).read_text(encoding="ascii")
        except OSError as error:
            raise FaultError(f"the certificate cannot be read: {error.strerror}") from error
        return [{"key": f"certificate:{entry['component']}", **entry, "good": good}]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """The same certificate, signed anew with an end that has passed; then the door reads it."""
        for item in items:
            with tempfile.NamedTemporaryFile(suffix=".pem") as expired:
                _openssl(
                    *("x509", "-in", item["certificate"], "-signkey", item["private_key"], "-days", "-1"),
                    *("-out", expired.name),
                )
                _show(site, item, Path(expired.name).read_text(encoding="ascii"))
        return {"component": [item["component"] for item in items]}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """A reader who checks is told that the certificate has expired."""
        for item in items:
            refusal = _refusal(site, Path(item["certificate"]).read_text(encoding="ascii"))
            if not isinstance(refusal, ssl.SSLCertVerificationError) or refusal.verify_code != _HAS_EXPIRED:
                return Proof(False, f"not refused as expired: {refusal!r}")
        return Proof(True, "certificate has expired")

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """The good one is put back, and read."""
        for item in items:
            _show(site, item, item["good"])

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """A reader who trusts the good certificate, and it alone, gets through."""
        for item in items:
            if Path(item["certificate"]).read_text(encoding="ascii") != item["good"]:
                return Proof(False, "the file still holds another certificate")
            refusal = _refusal(site, item["good"])
            if refusal is not None:
                return Proof(False, f"the door is not trusted: {refusal!r}")
        return Proof(True)


def _certificate(site: Site) -> dict[str, str]:
    """What stack.json says: {"certificate": {"certificate", "private_key", "component"}}, two files and who
    shows the certificate; raises FaultError when there is none.
    """
    if site.stack_json is None:
        raise FaultError("the run knows no stack.json, which says where the certificate is")
    try:
        entry = json.loads(Path(site.stack_json).read_text(encoding="utf-8")).get("certificate")
    except (OSError, ValueError) as error:
        raise FaultError(f"stack.json cannot be read: {error}") from error
    if not entry:
        raise FaultError("the public door speaks no TLS; the full profile does with its setting `tls`")
    return {name: str(entry[name]) for name in ("certificate", "private_key", "component")}


def _show(site: Site, item: Item, content: str) -> None:
    """Replaces the file whole, and has the component read it (SIGHUP, as nginx's documentation says)."""
    file = Path(item["certificate"])
    draft = file.with_name(f".{file.name}.draft")
    try:
        draft.write_text(content, encoding="ascii")
        draft.replace(file)
        process = read_stack(site).component(item["component"]).process
        door = psutil.Process(process.pid)
        before = _listening(door)
        process.send(signal.SIGHUP)
    except OSError as error:
        raise FaultError(f"the certificate cannot be replaced: {error.strerror}") from error
    except (StackError, psutil.NoSuchProcess) as error:
        raise FaultError(str(error)) from error
    # Until they have gone, processes of before the reload still show the other certificate now and then.
    deadline = time.monotonic() + _RELOAD_WITHIN_S
    while set(before) & set(_listening(door)) and time.monotonic() < deadline:
        time.sleep(0.02)


def _refusal(site: Site, trusted: str) -> OSError | None:
    """Why a reader who trusts only this certificate does not get through; None when he does."""
    place = urlsplit(read_stack(site).url)
    try:
        reader = ssl.create_default_context(cadata=trusted)
        with (
            socket.create_connection((place.hostname or "", place.port or 443), _ASK_WAIT_S) as plain,
            reader.wrap_socket(plain, server_hostname=place.hostname),
        ):
            return None
    except OSError as error:
        return error


def _listening(door: psutil.Process) -> list[psutil.Process]:
    """Processes under the door's own that let readers in."""
    found = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in door.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if any(at.status == psutil.CONN_LISTEN for at in one.net_connections("tcp")):
                    found.append(one)
    return found


def _openssl(*words: str) -> None:
    try:
        done = subprocess.run(
            ["openssl", *words],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=_SIGN_WITHIN_S,
            check=False,
        )
    except OSError as error:
        raise FaultError("openssl is missing; on Debian: `apt-get install openssl`") from error
    except subprocess.TimeoutExpired as error:
        raise FaultError("openssl does not answer") from error
    if done.returncode != 0:
        raise FaultError(f"openssl refuses: {done.stderr.strip()}")
