"""What Locust's master and workers share: the messages between them, and the user that stands for a shard."""

import gevent
from locust import User, task

READY, START, BEAT, DONE, STOP = "gladi_ready", "gladi_start", "gladi_beat", "gladi_done", "gladi_stop"
"""Messages between master and workers."""


class Shard(User):  # type: ignore[misc]
    """Stands in Locust for all operators of one worker; the dispatcher does the work."""

    @task  # type: ignore[untyped-decorator]
    def idle(self) -> None:
        """Nothing to do: operators act on their own timetable."""
        gevent.sleep(1.0)
