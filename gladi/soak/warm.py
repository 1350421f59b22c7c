"""Imported by the process that trials are forked from: everything a trial needs is loaded once.

One photo is made, so that the compiled kernels of the camera are in memory too.
"""

import gladi.soak.trial  # noqa: F401
from fakeforms import photograph
from gladi.setting import arrange, scenario_file
from gladi.verdicts import judged  # noqa: F401
from simulators.sheets import order

_setting = arrange(scenario_file("kepahiang-2024"), 1, 2.0)
photograph(order(_setting.population, 0, _setting.scenario), 1)
