"""HTTP as a phone speaks it, inside a gevent worker: through a link, with a deadline and an honest doubt.

Two failures are kept apart because everything else depends on it: a request that surely did not reach the
system (`NotSentError`), and one that may have (`InDoubtError`).
"""

import errno
from collections.abc import Mapping
from dataclasses import dataclass

import gevent
from geventhttpclient import HTTPClient
from geventhttpclient.response import HTTPConnectionClosed

from gladi.address import Address

_LOCAL = {errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS}


class NotSentError(Exception):
    """The connection was refused or could not be opened: nothing happened on the other side."""


class InDoubtError(Exception):
    """The request went out, and no whole answer came back: it may have happened."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer; `headers` have lower-case names."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Wire:
    """Keeps connections to one system: each is one phone's link while a request is on it.

    `via` is the (host, port) through which it is reached, such as the proxy of a link; None goes straight.

    A request that meets its deadline is dropped and its connection closed. Nothing is ever repeated unseen:
    what is asked again is an operation of its own in the record.
    """

    def __init__(self, address: Address, via: tuple[str, int] | None = None, concurrency: int = 2048) -> None:
        host, port = via or (address.host, address.port)
        self._client = HTTPClient(
            host,
            port=port,
            concurrency=concurrency,
            connection_timeout=10.0,
            network_timeout=120.0,
            block_size=64 * 1024,
            disable_ipv6=":" not in host,
        )
        # The client would repeat a GET without an answer once for every connection it may have, and one: two
        # thousand hidden requests while a server closes what it accepts. With this size none is left.
        self._client._connection_pool.size = -1

    def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Reply:
        """Send and read to the end within `timeout_s`; raises NotSentError or InDoubtError."""
        timer = gevent.Timeout(max(0.001, timeout_s))
        timer.start()
        response = None
        try:
            response = self._client.request(method, path, body=body, headers=dict(headers))
            content = bytes(response.read())
            return Reply(
                response.status_code,
                content,
                {str(name).lower(): str(value) for name, value in response.items()},
            )
        except gevent.Timeout as timeout:
            if timeout is not timer:
                raise
            raise InDoubtError("timeout") from None
        except ConnectionRefusedError as error:
            raise NotSentError("refused") from error
        except OSError as error:
            if error.errno in _LOCAL:
                raise NotSentError("no_local_port") from error
            raise InDoubtError("reset") from error
        except HTTPConnectionClosed as error:
            raise InDoubtError("closed") from error
        except Exception as error:  # a broken answer of whatever kind is a doubt, not a crash
            raise InDoubtError("broken_answer") from error
        finally:
            timer.close()
            if response is not None:
                response.release()

    def close(self) -> None:
        """Close idle connections."""
        self._client.close()
