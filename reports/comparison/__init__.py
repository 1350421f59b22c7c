"""Two runs, or two groups of runs, side by side: what got better, what got worse, and how sure that is.

`alike` says whether they may be compared at all, `record` reads what of a run is compared, `resampling` and
`judging` work out differences with their intervals, `comparison` puts everything together, `page` tells it.
"""

from reports.comparison.alike import Alike, alike
from reports.comparison.comparison import Comparison, compare
from reports.comparison.page import render

__all__ = ["Alike", "Comparison", "alike", "compare", "render"]
