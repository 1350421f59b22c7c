"""The faults, one a file. Importing this package finds every file and so registers every fault."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
