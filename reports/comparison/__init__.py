"""Two runs, or two groups of runs, side by side: what got better, what got worse, and how sure that is.

`alike` says whether they may be compared at all, `record` reads what of a run is compared, `measures` are the
figures of both sides, `resampling` and `swapping` draw them anew, `sureness` makes intervals and chances of
that, `judging` answers; `comparison` puts everything together, `summary` is what is said first, `page` tells
it all.
"""

from reports.comparison.alike import Alike, alike
from reports.comparison.comparison import Comparison, compare
from reports.comparison.page import render

__all__ = ["Alike", "Comparison", "alike", "compare", "render"]
