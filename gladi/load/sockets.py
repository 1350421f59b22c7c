"""The sockets that master and workers meet on: Locust's, with a key, IPv6, and an eye on who is there.

Locust's runners make their own sockets and take no other. So these stand in the place of its two classes, in
the two programs that are a master or a worker, and nowhere else.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
import zmq.green as zmq
from locust.rpc import zmqrpc
from locust.rpc.protocol import Message
from zmq import Event as Happened
from zmq.utils.monitor import parse_monitor_message

from gladi.load.host_port import bracketed, place
from gladi.load.key import Key

_REFUSED = Happened.HANDSHAKE_FAILED_PROTOCOL | Happened.HANDSHAKE_FAILED_AUTH
"""Spoke otherwise: with a key or without, or with another one. A connection that merely broke is no such."""
_TRIES = 3
"""Connections that ended before a word was understood: no accident any more."""

Told = Callable[[], None]


class MasterSocket(zmqrpc.Server):  # type: ignore[misc]
    """Listens on `host`:`port`, 0 for any free one; `failed` hears of who could not speak as the run does."""

    def __init__(self, key: Key | None, failed: Told, host: str, port: int) -> None:
        zmqrpc.BaseSocket.__init__(self, zmq.ROUTER, ipv4_only=":" not in host)
        self.socket.router_handover = True  # a worker that lost its connection comes back under its name
        if key is not None:
            key.of_master(self.socket)
        _watch(self.socket, _REFUSED, lambda event: failed())
        try:
            if port:
                self.socket.bind(f"tcp://{place(host, port)}")
                self.port = port
            else:
                self.port = self.socket.bind_to_random_port(f"tcp://{bracketed(host)}")
        except zmq.ZMQError as error:
            raise zmqrpc.RPCError(f"Socket bind failure: {error}") from error

    def there(self, node: str) -> bool:
        """Whether a worker's connection stands: the kernel closes that of a process that ended at once."""
        self.socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        try:
            # Locust's own word that the master lives; its workers note it and do nothing
            word = Message("heartbeat", None, node).serialize()
            self.socket.send_multipart([node.encode(), word], zmq.NOBLOCK)
        except zmq.Again:
            return True  # much is on its way already
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            return False
        finally:
            self.socket.setsockopt(zmq.ROUTER_MANDATORY, 0)
        return True


class WorkerSocket(zmqrpc.Client):  # type: ignore[misc]
    """Connects to a master; `failed` hears when whoever listens there does not speak as this worker does."""

    def __init__(self, key: Key | None, failed: Told, host: str, port: int, identity: str) -> None:
        zmqrpc.BaseSocket.__init__(self, zmq.DEALER, ipv4_only=False)
        self.socket.setsockopt(zmq.IDENTITY, identity.encode())
        if key is not None:
            key.of_worker(self.socket)
        unheard = 0

        def hear(event: int) -> None:
            nonlocal unheard
            unheard = 0 if event == Happened.HANDSHAKE_SUCCEEDED else unheard + 1
            if event & _REFUSED or unheard == _TRIES:
                failed()

        # a master with another key only hangs up
        _watch(self.socket, _REFUSED | Happened.HANDSHAKE_SUCCEEDED | Happened.DISCONNECTED, hear)
        self.socket.connect(f"tcp://{place(host, port)}")


def _watch(watched: Any, events: int, hear: Callable[[int], None]) -> None:
    """Tell what happens to a socket, for as long as it is open."""
    monitor = watched.get_monitor_socket(events)

    def listen() -> None:
        while True:
            event = parse_monitor_message(monitor.recv_multipart())["event"]
            if event == Happened.MONITOR_STOPPED:
                return
            hear(event)

    gevent.spawn(listen)


def put_in_place(key: Key | None, failed: Told) -> None:
    """Let Locust's runners make these sockets."""
    zmqrpc.Server = partial(MasterSocket, key, failed)
    zmqrpc.Client = partial(WorkerSocket, key, failed)
