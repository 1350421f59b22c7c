"""Who does many pieces of one work: so many processes, or this one."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import Any

from gladi.failures import CannotRunError

Job = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of the module level, and what it is given."""
Spread = Callable[[Sequence[Job], Callable[[int], None]], list[Any]]
"""Does jobs, tells how many are done, and gives their results in the order of the jobs."""


@contextmanager
def hands(workers: int | None) -> Iterator[Spread]:
    """Processes that do jobs; with one worker this process does them."""
    count = workers or len(os.sched_getaffinity(0))
    if count == 1:
        yield _alone
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        try:
            yield lambda todo, done: _spread(pool, todo, done)
        except BrokenProcessPool as error:
            raise CannotRunError(
                "a process was ended from outside (is there enough memory?); repeat with fewer --workers"
            ) from error
        except BaseException:
            for process in active_children():  # nobody waits for what nobody will get
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _alone(todo: Sequence[Job], done: Callable[[int], None]) -> list[Any]:
    out = []
    for number, (work, given) in enumerate(todo, 1):
        out.append(work(*given))
        done(number)
    return out


def _spread(pool: ProcessPoolExecutor, todo: Sequence[Job], done: Callable[[int], None]) -> list[Any]:
    """Results in the order of the jobs."""
    order: list[Future[Any]] = [pool.submit(work, *given) for work, given in todo]
    open_ones = set(order)
    while open_ones:
        finished, open_ones = wait(open_ones, return_when=FIRST_COMPLETED)
        for future in finished:
            future.result()
        done(len(order) - len(open_ones))
    return [future.result() for future in order]
