"""Which memory a process gets: Redis where the stack has one, else its own."""

from sirekap.recall.in_process import InProcessRecall
from sirekap.recall.recall import Recall
from sirekap.settings import Settings


def open_recall(settings: Settings, redis_password: str) -> Recall:
    """The memory of this process; nothing is connected before it is used."""
    own = InProcessRecall(settings.recall_entries)
    if not settings.redis_port:
        return own
    from sirekap.recall.redis import RedisRecall  # a fifth of a start that the embedded profile need not pay

    return RedisRecall(
        own,
        port=settings.redis_port,
        password=redis_password,
        wait_s=settings.recall_wait_s,
        pause_s=settings.recall_pause_s,
    )
