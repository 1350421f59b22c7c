"""Is anybody at an address, and is it who it says? Connection and TLS, each failure with its likely cause.

Nothing is asked yet: a connection is opened and closed. Also in front of the consent document, so that an
expired certificate is called that and not "serves no consent".
"""

import contextlib
import select
import socket
import ssl
from datetime import UTC, datetime

from gladi.address import Address
from gladi.failures import CannotRunError
from gladi.wire import trust

_TIMEOUT_S = 5.0
_AFTERWARDS_S = 0.5
"""How long a server may take to say what it thinks of our side of a handshake of TLS 1.3."""

_EXPIRED, _NOT_YET, _SELF_SIGNED = 10, 9, 18
_UNKNOWN_CA = frozenset({19, 20, 21})
_WRONG_HOST = frozenset({62, 64})
"""X509_V_ERR_* of OpenSSL's x509_vfy.h."""

_WANTS_OURS = ("CERTIFICATE_REQUIRED", "ALERT_HANDSHAKE_FAILURE", "ALERT_BAD_CERTIFICATE")
"""Alerts by which a server says that it wants a certificate: of TLS 1.3, of 1.2, of some older libraries."""
_REFUSES_OURS = (
    "ALERT_UNKNOWN_CA", "ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE_", "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_ACCESS_DENIED",
)  # fmt: skip


def reach(address: Address) -> str:
    """A few words on the connection ("TLSv1.3, certificate until ..."); raises CannotRunError."""
    try:
        raw = socket.create_connection((address.host, address.port), _TIMEOUT_S)
    except OSError as error:
        raise CannotRunError(f"{address.url}: {_silence(address, error)}") from error
    with contextlib.closing(raw):
        if not address.secure:
            return "plain HTTP"
        try:
            with trust.context(address.ca).wrap_socket(raw, server_hostname=address.host) as tls:
                _hear_it_out(tls)
                return f"{tls.version()}, certificate until {_until(tls)}"
        except ssl.SSLCertVerificationError as error:
            raise CannotRunError(f"{address.url}: {_distrust(address, error)}") from error
        except (ssl.SSLError, OSError) as error:
            raise CannotRunError(f"{address.url}: {_no_tls(address, error)}") from error


def _hear_it_out(tls: ssl.SSLSocket) -> None:
    """Under TLS 1.3 a client is done before the server has seen its certificate, or that it has none.

    Either tickets come at once, which is good, or an alert, or nothing for a while.
    """
    if tls.version() == "TLSv1.3" and select.select([tls], [], [], _AFTERWARDS_S)[0]:
        tls.setblocking(False)
        with contextlib.suppress(ssl.SSLWantReadError):
            tls.recv(1)


def speaks_tls(address: Address) -> bool:
    """Whether a plain address would have answered https://; says nothing about its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((address.host, address.port), _TIMEOUT_S) as raw,
            context.wrap_socket(raw, server_hostname=address.host),
        ):
            return True
    except (OSError, ssl.SSLError):
        return False


def _silence(address: Address, error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"the host {address.host!r} cannot be found ({error.strerror})"
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens on port {address.port}: does the system run, and is that its port?"
    if isinstance(error, TimeoutError):
        return f"no connection within {_TIMEOUT_S:g} s: a firewall, or another network?"
    return f"cannot be reached ({error})"


def _distrust(address: Address, error: ssl.SSLCertVerificationError) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        return "its certificate has expired"
    if code == _NOT_YET:
        return "its certificate is not valid yet: is the clock of this machine right?"
    if code in _WRONG_HOST:
        return f"its certificate is for another host ({error.verify_message})"
    if code == _SELF_SIGNED:
        return "its certificate is signed by itself; name that certificate with --ca, if you trust it"
    if code in _UNKNOWN_CA:
        whom = f"not by {address.ca}" if address.ca else "by nobody whom this machine trusts"
        return f"its certificate is vouched for {whom}; name its authority with --ca"
    return f"its certificate is refused ({error.verify_message})"


def _no_tls(address: Address, error: OSError) -> str:
    if "WRONG_VERSION_NUMBER" in str(error) or "HTTP_REQUEST" in str(error) or "RECORD_LAYER" in str(error):
        return f"answers, but speaks no TLS: write http://{address.host}:{address.port}?"
    if isinstance(error, TimeoutError):
        return f"began no TLS within {_TIMEOUT_S:g} s: does it speak plain HTTP on port {address.port}?"
    said = str(error)
    if "PROTOCOL_VERSION" in said or "UNSUPPORTED_PROTOCOL" in said:
        return "speaks TLS 1.1 or older only; phones (OkHttp) and gladi speak 1.2 and 1.3"
    if trust.shows_a_certificate():
        if any(alert in said for alert in _REFUSES_OURS):
            return f"refuses our certificate of --client-cert ({said})"
    elif any(alert in said for alert in _WANTS_OURS):
        return "asks for a certificate of ours: name it with --client-cert and --client-key"
    return f"broke off the TLS handshake ({said}): does it ask for a certificate of ours (--client-cert)?"


def _until(tls: ssl.SSLSocket) -> str:
    found = tls.getpeercert() or {}
    ends_s = ssl.cert_time_to_seconds(str(found.get("notAfter")))
    return f"{datetime.fromtimestamp(ends_s, UTC):%Y-%m-%d}"
