"""The key that master and workers of a run share, so that nobody else joins, listens in or speaks for them.

From the environment of each machine, never from a file, a message or the command line. Of it both sides draw
the same two key pairs of CurveZMQ (one of the master, one for all workers), so every message is encrypted and
each side proves that it knows the key. The master's public key is nowhere published: who does not know the
secret cannot draw it, and who does not know it cannot begin the handshake. So no list of clients is kept.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import scrypt

import zmq
from zmq.utils import z85

from gladi.failures import CannotRunError, UsageError

VARIABLE = "GLADI_WORKER_KEY"
LEAST = 16
"""Characters. What an eavesdropper recorded can be held against guesses, so guesses must be many and slow."""
_SALT = b"gladi worker key 1"
_PAIR = 32


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """Public and secret keys of both sides, as ZeroMQ writes them (Z85)."""

    master: tuple[bytes, bytes]
    worker: tuple[bytes, bytes]

    def of_master(self, socket: "zmq.Socket[bytes]") -> None:
        """Let only those in who know the key; before the socket is bound."""
        socket.curve_server = True
        socket.curve_publickey, socket.curve_secretkey = self.master

    def of_worker(self, socket: "zmq.Socket[bytes]") -> None:
        """Speak only with a master that knows the key; before the socket connects."""
        socket.curve_serverkey = self.master[0]
        socket.curve_publickey, socket.curve_secretkey = self.worker


def key(environment: Mapping[str, str] = os.environ) -> Key | None:
    """The key of this machine, None where the variable is not set; UsageError for one that can be guessed."""
    secret = environment.get(VARIABLE, "")
    if not secret:
        return None
    if len(secret) < LEAST:
        raise UsageError(
            f"{VARIABLE}: has {len(secret)} characters, must have at least {LEAST}, such as from "
            "`openssl rand -base64 32`; the same on every machine of a run"
        )
    if not zmq.has("curve"):
        raise CannotRunError(f"{VARIABLE} is set, but the ZeroMQ of this machine cannot encrypt (CURVE)")
    return _drawn(secret)


@lru_cache(maxsize=1)
def _drawn(secret: str) -> Key:
    drawn = scrypt(secret.encode(), salt=_SALT, n=1 << 14, r=8, p=1, dklen=2 * _PAIR)
    return Key(_pair(drawn[:_PAIR]), _pair(drawn[_PAIR:]))


def _pair(raw: bytes) -> tuple[bytes, bytes]:
    secret = z85.encode(raw)
    return zmq.curve_public(secret), secret
