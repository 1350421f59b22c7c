"""Makes a system ready for a run: regions, TPS, accounts of operators and staff."""

from gladi.failures import CannotRunError
from gladi.setting import Setting
from gladi.targets import StaffAccount, Staffed, System, TargetError, broke


def prepare(system: System, setting: Setting) -> None:
    """Register everything; raises CannotRunError when the system does not let us."""
    try:
        system.prepare(setting.place, setting.population, setting.scenario.scenario.forms)
        staff = [StaffAccount(one.role, one.region) for one in setting.offices()]
        if staff and isinstance(system, Staffed):
            system.prepare_staff(staff)
    except TargetError as error:
        raise CannotRunError(str(error)) from error
    except Exception as error:  # a class that breaks is no verdict on the system
        raise CannotRunError(str(broke("prepare", error))) from error
