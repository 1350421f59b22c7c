"""The nation: every TPS of an election as columns, synthetic or imported.

`country` makes it; `Country` holds it; `Roll` is what may replace parts of it.
"""

from simulators.country.making import country
from simulators.country.model import LINK_NAMES, Country
from simulators.country.roll import Roll

__all__ = ["LINK_NAMES", "Country", "Roll", "country"]
