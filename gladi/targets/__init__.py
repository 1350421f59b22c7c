"""Systems to rehearse: the reference stack, and a vendor's own through the entry points `gladi.targets`."""

from gladi.targets.protocol import Phone, System, TargetError
from gladi.targets.registry import target_class

__all__ = ["Phone", "System", "TargetError", "target_class"]
