"""Human mistakes, each by its name: what goes wrong between what is meant and what is written.

One file per family (rows, votes, boxes, marks, people, habits); a new mistake is one function there with
one line that registers it. `MISTAKES` lists them, `TYPICAL` gives the rates that were seen, and
`written_down` makes those that an order asks for.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Mistakes are made in the order in which their families are imported.
# isort: off
from fakeforms.writing.mistakes import rows, votes, boxes, marks, people, habits  # noqa: F401

# isort: on
from fakeforms.writing.mistakes.registry import MISTAKES, Mistake, checked, written_down

__all__ = ["MISTAKES", "TYPICAL", "Mistake", "checked", "written_down"]

TYPICAL: Mapping[str, float] = MappingProxyType({m.name: m.rate for m in MISTAKES.values() if m.rate})
"""How often each mistake is seen, share of forms. Upper bounds: measured on what Sirekap published in
February and March 2024 (76,265 TPS of PPWP unless the mistake's `source` says otherwise), where reading
errors are still mixed with human ones. Mistakes without any known figure are left out."""
