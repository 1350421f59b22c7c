"""Makes a system ready for a run: regions, TPS and accounts."""

from gladi.failures import CannotRunError
from gladi.setting import Setting
from gladi.targets import System, TargetError


def prepare(system: System, setting: Setting) -> None:
    """Register everything; raises CannotRunError when the system does not let us."""
    try:
        system.prepare(setting.place, setting.population, setting.scenario.scenario.forms)
    except TargetError as error:
        raise CannotRunError(str(error)) from error
