"""Somebody took a signed byte for numbers of a polling station: what is above 127 comes out negative."""

from dataclasses import replace

from sirekap.planting import Defect
from sirekap.repositories.pages import DatabasePageRows, PageRow, PageWrite


class SignedBytes(DatabasePageRows):
    """Page rows with room for numbers from -128 to 127."""

    async def insert(self, write: PageWrite, revision: int) -> PageRow | None:
        """Store what is left of the numbers."""
        left = {field: (number + 128) % 256 - 128 for field, number in write.numbers.items()}
        return await super().insert(replace(write, numbers=left), revision)


DEFECT = Defect("numbers are stored as signed bytes", DatabasePageRows, SignedBytes)
