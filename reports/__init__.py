"""What we learn: checkers, completeness, survivability, pictures and the page.

Everything here is computed from a run directory (`reports.rundir`) and from nothing else, so that a verdict
can be recomputed by anybody who holds one. It imports `scenarios` and no other room of the house.
"""

from reports.columns import RunDirectoryError
from reports.rundir import RunDirectory

__all__ = ["RunDirectory", "RunDirectoryError"]
