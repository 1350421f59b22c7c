"""Systems that can be rehearsed: the reference stack, and a vendor's own as an entry point `gladi.targets`."""

from gladi.targets.protocol import Phone, System, TargetError
from gladi.targets.registry import target_class

__all__ = ["Phone", "System", "TargetError", "target_class"]
