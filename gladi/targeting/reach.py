"""Is anybody at an address, and is it who it says? Connection and TLS, each failure with its likely cause.

Nothing is asked yet: a connection is opened and closed. Also in front of the consent document, so that an
expired certificate is called that and not "serves no consent".
"""

import contextlib
import socket
import ssl
from datetime import UTC, datetime

from gladi.address import Address
from gladi.failures import CannotRunError

_TIMEOUT_S = 5.0

_EXPIRED, _NOT_YET, _SELF_SIGNED = 10, 9, 18
_UNKNOWN_CA = frozenset({19, 20, 21})
_WRONG_HOST = frozenset({62, 64})
"""X509_V_ERR_* of OpenSSL's x509_vfy.h."""


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
            context = ssl.create_default_context(cafile=address.ca or None)
        except ssl.SSLError as error:
            raise CannotRunError(f"--ca {address.ca}: holds no PEM certificate") from error
        try:
            with context.wrap_socket(raw, server_hostname=address.host) as tls:
                return f"{tls.version()}, certificate until {_until(tls)}"
        except ssl.SSLCertVerificationError as error:
            raise CannotRunError(f"{address.url}: {_distrust(address, error)}") from error
        except (ssl.SSLError, OSError) as error:
            raise CannotRunError(f"{address.url}: {_no_tls(address, error)}") from error


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
    return f"broke off the TLS handshake ({error}): does it ask for a certificate of ours?"


def _until(tls: ssl.SSLSocket) -> str:
    found = tls.getpeercert() or {}
    ends_s = ssl.cert_time_to_seconds(str(found.get("notAfter")))
    return f"{datetime.fromtimestamp(ends_s, UTC):%Y-%m-%d}"
