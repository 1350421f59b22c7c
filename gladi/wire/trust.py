"""What a TLS connection trusts, and what it shows of itself where a system asks for a certificate of ours.

That certificate and its key are files named in the environment (`GLADI_CLIENT_CERT`, `GLADI_CLIENT_KEY`, and
`GLADI_CLIENT_KEY_PASSWORD` for a key under a password): every process reads its own, so that neither a file
of a run, nor a message to a worker, nor a log has them or says where they are.
"""

import os
import ssl
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from gladi.failures import UsageError

CERT, KEY, PASSWORD = "GLADI_CLIENT_CERT", "GLADI_CLIENT_KEY", "GLADI_CLIENT_KEY_PASSWORD"


def context(ca: str) -> ssl.SSLContext:
    """The context that trusts `ca` (a PEM file), or what the machine trusts where it is ""; one a process.

    It has our certificate where the environment names one. Raises UsageError.
    """
    return _context(ca, *_named(os.environ))


def shows_a_certificate(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment names a certificate of ours."""
    return bool(_named(environment)[0])


def check(environment: Mapping[str, str] = os.environ) -> None:
    """Raise UsageError where a certificate is named that cannot be shown."""
    _identify(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), *_named(environment))


def _named(environment: Mapping[str, str]) -> tuple[str, str, str]:
    return environment.get(CERT, ""), environment.get(KEY, ""), environment.get(PASSWORD, "")


@cache
def _context(ca: str, cert: str, key: str, password: str) -> ssl.SSLContext:
    try:
        made = ssl.create_default_context(cafile=ca or None)
    except ssl.SSLError as error:
        raise UsageError(f"--ca {ca}: holds no PEM certificate") from error
    made.set_alpn_protocols(["http/1.1"])
    _identify(made, cert, key, password)
    return made


def _identify(made: ssl.SSLContext, cert: str, key: str, password: str) -> None:
    if not cert:
        if key:
            raise UsageError(
                f"{KEY} (--client-key) is set and {CERT} (--client-cert) is not: a key goes with one"
            )
        return
    for name, path in ((f"{CERT} (--client-cert)", cert), (f"{KEY} (--client-key)", key)):
        if path and not Path(path).is_file():
            raise UsageError(f"{name}: {path}: no such file")
    whose = key or cert
    try:
        # An answer is always given: without one OpenSSL would ask on the terminal.
        made.load_cert_chain(cert, key or None, password=lambda: password)
    except ssl.SSLError as error:
        raise UsageError(f"{cert}: {_why(error, whose, bool(password))}") from error
    except OSError as error:
        raise UsageError(f"{cert}: cannot be read ({error.strerror})") from error


def _why(error: ssl.SSLError, whose: str, had_password: bool) -> str:
    if "MISMATCH" in str(error).upper():
        return f"is not the certificate of the key in {whose}"
    if "ENCRYPTED" in Path(whose).read_text(errors="replace"):
        wrong = "is wrong" if had_password else "is not set"
        return f"the key in {whose} is under a password, and {PASSWORD} {wrong}"
    return f"no PEM certificate with its private key (here or in {KEY}) was found in {whose}"
