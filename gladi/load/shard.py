"""What Locust's master and workers share: the messages between them, and the user that stands for a shard.

    worker                                  master
    HELLO  version, host, pid, clock   ->
                                       <-   PING   a few times; each is answered by a PONG (see `clocks`)
                                       <-   ORDER  the whole scenario, seed, scale, index, of how many
    PREPARING  photos so far           ->
    READY  digests of its shard        ->
                                       <-   PLACE  the system's address and the network's routes
    PLACED  the system consents        ->
                                       <-   START  run clock 0, on the worker's own clock
    BEAT   progress, record so far     ->
                                       <-   HEARD  which beat, how much of the record is safe
                                       <-   TAKEOVER  a share of a worker that died
    DONE   what it wrote               ->
                                       <-   AGAIN  a piece of the record that did not come

REFUSED, either way, ends it with a reason, and so does STOP, without one. Locust's own messages go on beside.
"""

import gevent
from locust import User, task

HELLO, PING, PONG, ORDER = "gladi_hello", "gladi_ping", "gladi_pong", "gladi_order"
PREPARING, READY, PLACE, PLACED = "gladi_preparing", "gladi_ready", "gladi_place", "gladi_placed"
START, BEAT, HEARD, TAKEOVER = "gladi_start", "gladi_beat", "gladi_heard", "gladi_takeover"
STOP, DONE, AGAIN, REFUSED = "gladi_stop", "gladi_done", "gladi_again", "gladi_refused"
"""Messages between master and workers."""


class Shard(User):  # type: ignore[misc]
    """Stands in Locust for all operators of one worker; the dispatcher does the work."""

    @task  # type: ignore[untyped-decorator]
    def idle(self) -> None:
        """Nothing to do: operators act on their own timetable."""
        gevent.sleep(1.0)
