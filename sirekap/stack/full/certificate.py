"""A certificate for the public door, signed by ourselves: TLS can be tried where there is no authority."""

import subprocess

from sirekap.failures import CouldNotRunError
from sirekap.stack.full.programs import find_program
from sirekap.stack.layout import Layout

DAYS = 30
SIGN_WAIT_S = 20.0


def sign_own(layout: Layout) -> None:
    """Make key and certificate for 127.0.0.1, anew at every `up`; the key is the owner's only.

    Raises:
        CouldNotRunError: openssl is missing or refuses.
    """
    layout.certificate_key.unlink(missing_ok=True)
    layout.certificate_key.touch(mode=0o600)
    done = subprocess.run(
        [
            find_program("openssl"), "req", "-x509", "-nodes", "-days", str(DAYS),
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", layout.certificate_key, "-out", layout.certificate,
        ],
        capture_output=True, text=True, timeout=SIGN_WAIT_S, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise CouldNotRunError(f"openssl could not sign a certificate:\n{done.stderr.strip()}")
