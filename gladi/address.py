"""Where a system is and how it is spoken to: address, certificate authority, headers.

Values of headers are secrets: only the names of the environment variables that hold them are kept, so that no
file, log or message of a run has them; every process reads its own environment. A certificate of ours, where
a system asks for one, is named by the environment alone (`gladi.wire.trust`).
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from gladi.failures import UsageError
from gladi.wire import trust

_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)=env:([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True)
class Address:
    """`url` is http(s)://HOST:PORT without a path. `ca` is a PEM file that vouches for it.

    Where `ca` is "", those that the machine trusts do. `headers` are (header, environment
    variable), sent with every request.
    """

    url: str
    ca: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @cached_property
    def netloc(self) -> str:
        """HOST:PORT as it stands in the Host header."""
        return urlsplit(self.url).netloc

    @cached_property
    def host(self) -> str:
        """The host without brackets or port."""
        return urlsplit(self.url).hostname or ""

    @cached_property
    def port(self) -> int:
        """The port, that of the scheme where none is written."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @cached_property
    def secure(self) -> bool:
        """Whether TLS is spoken."""
        return self.url.startswith("https://")

    def secrets(self, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The headers with their values; raises UsageError naming a variable that is not set."""
        found = {}
        for header, variable in self.headers:
            if variable not in environment:
                raise UsageError(f"--header {header}=env:{variable}: the variable {variable} is not set here")
            found[header] = environment[variable]
        return found


def address(url: str, ca: Path | None = None, headers: Sequence[str] = ()) -> Address:
    """An address as the command line gives it; raises UsageError that says what would be right.

    `headers` look like "X-Api-Key=env:VENDOR_KEY".
    """
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise UsageError("--target: a name and password do not belong in the URL; see --header")
    if parts.hostname and (parts.path.strip("/") or parts.query or parts.fragment):
        raise UsageError(
            f"--target {url}: must look like {parts.scheme}://{parts.netloc}, and no more: "
            "paths are the business of the target class"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise UsageError(f"--target {url}: must look like http://HOST:PORT or https://HOST[:PORT]")
    try:
        port = parts.port
    except ValueError:
        port = None
    if port is None and parts.scheme == "http":
        raise UsageError(f"--target {url}: the port is missing; write http://{parts.hostname}:PORT")
    if ca is not None and not ca.is_file():
        raise UsageError(f"--ca {ca}: no such file")
    pairs = []
    for one in headers:
        match = _HEADER.fullmatch(one)
        if match is None:
            raise UsageError(
                f"--header {one.partition('=')[0]}=...: write NAME=env:VARIABLE; "
                "the value itself stays in the environment"
            )
        pairs.append((match[1], match[2]))
    if parts.scheme == "https":
        trust.check()
    found = Address(url.rstrip("/"), str(ca.resolve()) if ca else "", tuple(pairs))
    found.secrets()
    return found
