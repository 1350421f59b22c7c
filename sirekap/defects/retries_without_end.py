"""A photo that gives cause for a look is read again at once, for it may go better the next time; for ever."""

from dataclasses import replace

from sirekap.planting import Defect
from sirekap.repositories.queue import Job
from sirekap.repositories.readings import Read
from sirekap.work.judging import finding
from sirekap.work.reader import ReaderFailedError
from sirekap.work.reading_loop import ReadingLoop

AGAIN_S = 0.2


class NeverGivesUp(ReadingLoop):
    """Does every job until it goes well."""

    async def _read(self, job: Job) -> Read:
        """What a photo says, if it says what was sent; each try is taken for the first."""
        read = await super()._read(replace(job, tries=1))
        if finding(job, read, 0.0).needs_look:
            await self._stores.queue.give_back(job, AGAIN_S, counts=True)
            raise ReaderFailedError("the photo does not say what was sent; it is read again")
        return read


DEFECT = Defect("a photo that differs from what was sent is read again and again", ReadingLoop, NeverGivesUp)
