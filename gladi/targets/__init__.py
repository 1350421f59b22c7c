"""Systems to rehearse: the reference stack, and a vendor's own through the entry points `gladi.targets`."""

from gladi.targets.protocol import Phone, Recapping, StaffAccount, Staffed, System, TargetError, broke
from gladi.targets.registry import connect

__all__ = ["Phone", "Recapping", "StaffAccount", "Staffed", "System", "TargetError", "broke", "connect"]
