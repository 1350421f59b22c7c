"""The same stack without its protection, to show the collapse of 2024 beside it.

Nothing else changes: the same threads do the same work in the same order, but every queue is endless, nothing
is predicted, nobody is refused, and whoever has given up is served all the same.
"""

import math
from dataclasses import replace

from sirekap.settings import Settings

ENDLESS = 10**9
PATIENCE_S = 3600.0


def as_chosen(settings: Settings) -> Settings:
    """`settings` as they are, or without limits when their `overload` is "naive"."""
    if settings.overload == "sound":
        return settings
    return replace(
        settings,
        connections_per_worker=ENDLESS,
        first_request_s=math.inf,
        stale_s=math.inf,
        pool_wait_s=PATIENCE_S,
        hash_queue=ENDLESS,
        hash_wait_limit_s=math.inf,
        hash_niceness=0,
        uploads_in_flight=ENDLESS,
        uploads_of_tps=ENDLESS,
        upload_end_s=math.inf,
        disk_wait_limit_s=math.inf,
        reads_queue=ENDLESS,
        read_wait_limit_s=math.inf,
        phone_waiting=ENDLESS,
        phone_end_s=math.inf,
        phone_lateness_s=math.inf,
        staff_waiting=ENDLESS,
        staff_end_s=math.inf,
        staff_lateness_s=math.inf,
        portal_waiting=ENDLESS,
        portal_end_s=math.inf,
        portal_lateness_s=math.inf,
        office_waiting=ENDLESS,
    )
