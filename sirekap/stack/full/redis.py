"""Redis as a part of the stack: memory that the processes share, and nothing that must not be lost."""

import os
import signal

import psutil
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from sirekap.stack.full.programs import find_program
from sirekap.stack.part import Site
from sirekap.stack.processes import plain_environment, spawn
from sirekap.stack.readiness import await_answer

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
# a cache: nothing is kept on disk, and what is used least gives way
save ""
appendonly no
maxmemory {memory_mb}mb
maxmemory-policy allkeys-lru
"""


class RedisPart:
    """Redis on the loopback, with a password."""

    name = "redis"
    stop_signal = signal.SIGTERM

    def __init__(self, site: Site) -> None:
        self._site = site
        self._configuration = site.layout.redis / "redis.conf"
        self.stop_wait_s = site.settings.program_stop_wait_s

    def prepare(self) -> None:
        """Write its configuration, which holds the password and is the owner's only."""
        self._site.layout.redis.mkdir(exist_ok=True)
        self._configuration.unlink(missing_ok=True)
        fd = os.open(self._configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(
                CONFIGURATION.format(
                    port=self._site.settings.redis_port,
                    password=self._site.keys["redis_password"],
                    folder=self._site.layout.redis,
                    memory_mb=self._site.settings.redis_memory_mb,
                )
            )

    def launch(self) -> psutil.Process:
        """Start it."""
        return spawn(
            [find_program("redis-server"), str(self._configuration)],
            log=self._site.layout.log(self.name),
            niceness=self._site.settings.niceness,
            cpus=self._site.settings.cpus,
            environ=plain_environment(),
        )

    def await_ready(self, process: psutil.Process) -> None:
        """Return once it answers PING."""
        await_answer(
            process,
            self._answers,
            self._site.settings.program_start_wait_s,
            "Redis",
            self._site.layout.log(self.name),
        )

    def complete(self) -> None:
        """Nothing is left to do."""

    def clear(self) -> None:
        """Its configuration stays; it keeps nothing else."""

    def _answers(self) -> bool:
        with Redis(
            port=self._site.settings.redis_port,
            password=self._site.keys["redis_password"],
            socket_timeout=1.0,
            retry=Retry(NoBackoff(), 0),
        ) as redis:
            try:
                return bool(redis.ping())
            except RedisError:
                return False
