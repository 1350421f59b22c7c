"""One API worker process: ``python -m sirekap.api.worker DIR NAME READY_FD``.

In the embedded profile every worker binds the same port with SO_REUSEPORT, so the kernel spreads connections
over them and one may be killed and started again while the others serve. Behind nginx each has its own.
"""

import asyncio
import gc
import socket
import sys
from pathlib import Path
from types import FrameType

import uvicorn

from sirekap.api.app import create_app
from sirekap.api.watched import Watched
from sirekap.operations.logs import RequestLog, log_to_file
from sirekap.operations.measures import Measures
from sirekap.overload.door import guarded
from sirekap.overload.naive import as_chosen
from sirekap.overload.shares import Shares
from sirekap.settings import Settings, load_effective
from sirekap.stack.layout import Layout
from sirekap.stack.ready_line import say_ready

# libuv accepts one connection a round from each listening socket, so a worker has several; together they hold
# what it can take in about a second, and whoever comes on top is let wait by the kernel
LISTENERS = 4
BACKLOG = 256
NOTICE_S = 0.2  # between saying that this process ends and closing its socket


class AnnouncingServer(uvicorn.Server):
    """A uvicorn server that tells whoever started it once it listens, and everybody when it will end."""

    def __init__(self, config: uvicorn.Config, ready_fd: int, shares: Shares) -> None:
        super().__init__(config)
        self._ready_fd = ready_fd
        self._shares = shares

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        say_ready(self._ready_fd)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take nothing new from this moment on."""
        self._shares.stopping = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let probes see it, then finish what is in flight."""
        await asyncio.sleep(NOTICE_S)
        await super().shutdown(sockets)


def main(directory: Path, name: str, ready_fd: int) -> None:
    """Serve until SIGTERM; requests in flight are finished first."""
    layout = Layout(directory)
    settings = as_chosen(load_effective(layout.effective_settings))
    log_to_file(layout.log(name), name, settings.log_max_mb)
    measures = Measures(layout.metrics, name)
    port = port_of(name, settings)
    hosts = ["127.0.0.1", *([settings.also_listen] if settings.also_listen and port == settings.port else [])]
    listeners = [listener(port, host) for host in hosts for _ in range(LISTENERS)]
    app = create_app(layout, settings, name, measures)
    config = uvicorn.Config(
        Watched(app, measures, RequestLog(settings.log_lines_per_s)),
        loop="uvloop",
        http=guarded(app.state.door),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=int(settings.keep_alive_s),
        timeout_graceful_shutdown=int(settings.shutdown_grace_s),
    )
    gc.freeze()  # what is here now stays: looking through it again and again would cost every request
    AnnouncingServer(config, ready_fd, app.state.door.shares).run(sockets=listeners)


def listener(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A socket bound to `port` beside those of the other workers."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((host, port))
    return bound


def port_of(name: str, settings: Settings) -> int:
    """Where worker `name`, such as "api-2", listens."""
    number = int(name.rpartition("-")[2])
    return int(settings.api_ports[number - 1]) if settings.api_ports else settings.port


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
