"""How a worker meets the master of a run: waited for, found, and spoken to with the key of this machine."""

from dataclasses import replace
from typing import Any

import gevent
from gevent.event import AsyncResult
from locust.env import Environment

from gladi.failures import CannotRunError
from gladi.load import shard
from gladi.load.host_port import place
from gladi.load.key import VARIABLE, key
from gladi.load.preparing import Who
from gladi.load.sockets import put_in_place, reached


def meet(who: Who) -> tuple[Who, Any]:
    """The same worker with the master's address as it was found, and Locust's runner of a worker.

    Raises UsageError for a key that can be guessed, CannotRunError where nobody answers, or a master with
    another key.
    """
    where, own, met = place(who.host, who.port), key(), AsyncResult()
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
