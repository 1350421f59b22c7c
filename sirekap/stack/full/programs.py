"""Programs the full profile needs, and how to get each on Debian."""

import os
import shutil

from sirekap.failures import CouldNotRunError
from sirekap.stack.record import package_parent

HOW_TO_GET = {
    "nginx": "on Debian: `apt-get install nginx`",
    "redis-server": "on Debian: `apt-get install redis-server`",
    "openssl": "on Debian: `apt-get install openssl`",
    "sirekap-objects": "`sh tools/objects.sh` builds it (needs Go 1.25 or newer)",
}


def find_program(name: str) -> str:
    """The path of a program: on the PATH, where Debian keeps servers, or in .tools/bin.

    Raises:
        CouldNotRunError: it is not here; the message says how to get it.
    """
    places = [
        os.environ.get("PATH", ""),
        "/usr/sbin",
        "/usr/local/sbin",
        str(package_parent() / ".tools/bin"),
    ]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise CouldNotRunError(f"{name} is missing, which the full profile needs; {HOW_TO_GET[name]}")
    return found
