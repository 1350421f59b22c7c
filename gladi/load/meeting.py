"""How a worker meets the master of a run: waited for, found, and spoken to with the key of this machine."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gevent
from gevent.event import AsyncResult
from locust.env import Environment

from gladi.failures import CannotRunError
from gladi.load import shard
from gladi.load.host_port import place
from gladi.load.key import VARIABLE, Key, key
from gladi.load.preparing import Who
from gladi.load.sockets import put_in_place
from gladi.load.waiting import reached, told_when_long


def meet(who: Who, say: Callable[[str], None]) -> tuple[Who, Any]:
    """The same worker with the master's address as it was found, and Locust's runner of a worker.

    `say` hears, once, that nobody has answered yet; it is tried on. Raises UsageError for a key that can be
    guessed, CannotRunError where nobody answers, or a master with another key.
    """
    where, own = place(who.host, who.port), key()
    with told_when_long(where, say):
        return _met(who, where, own)


def _met(who: Who, where: str, own: Key | None) -> tuple[Who, Any]:
    met = AsyncResult()
    if who.elsewhere:
        who = replace(who, host=reached(who.host, who.port))
    other = (
        f"the master at {where} does not take the {VARIABLE} of this machine"
        if own
        else f"the master at {where} wants a {VARIABLE}, and this machine has none"
    )
    put_in_place(own, lambda: met.set_exception(CannotRunError(f"{other}: the same must be set on both")))
    environment = Environment(user_classes=[shard.Shard])
    runner = gevent.spawn(environment.create_worker_runner, who.host, who.port)
    runner.link_value(lambda made: met.set(made.value))
    runner.link_exception(lambda made: met.set_exception(CannotRunError(f"nobody answers at {where}")))
    return who, met.get()
