"""Checkers, one property a file, each registered in the file that holds it; a new one touches no old file.

A checker is a function from a run directory to a `Finding`. So is a composition of checkers.
"""

from importlib import import_module
from pkgutil import iter_modules

from reports.checkers.registry import Checker, checker, compose, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Checker", "checker", "compose", "registered"]
