"""Ports on the loopback: hold the public one, find free ones for the parts behind it."""

import contextlib
import errno
import random
import socket
from collections.abc import Iterator

from sirekap.failures import CouldNotRunError, WrongInputError

# Below the range from which the kernel takes ports for outgoing connections (32768 and up): the port of a
# component that is dead for a moment is not taken meanwhile by somebody's connection.
FREE_PORTS = range(20_000, 32_000)


@contextlib.contextmanager
def reserved_port(port: int) -> Iterator[int]:
    """Hold the public port, bound but not listening, until who serves it has bound it too (SO_REUSEPORT).

    Raises:
        WrongInputError: it is taken, or may not be used.
    """
    with socket.socket() as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise WrongInputError(
                    f"port {port} on 127.0.0.1 cannot be used ({error.strerror}); "
                    "choose another with --port, or --port 0 for any free one"
                ) from error
            raise
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", port))
        yield holder.getsockname()[1]


def free_ports(count: int) -> list[int]:
    """`count` different ports that nobody uses now.

    Raises:
        CouldNotRunError: there are not as many.
    """
    found: list[int] = []
    for port in random.sample(FREE_PORTS, len(FREE_PORTS)):
        if len(found) == count:
            return found
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    raise CouldNotRunError(f"no {count} free ports on 127.0.0.1 between {FREE_PORTS[0]} and {FREE_PORTS[-1]}")
