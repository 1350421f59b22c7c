"""The twin of a server: pools of hands that serve a queue, measured on a real stack or assumed."""

from simulators.server.model import (
    KINDS,
    ModelError,
    Pool,
    ServerModel,
    Service,
    named_model,
    read_model,
    reference_model,
    write_model,
)  # fmt: skip
from simulators.server.queues import Queues
from simulators.server.thinned import Thinned
from simulators.server.windows import Window

__all__ = [
    "KINDS", "ModelError", "Pool", "Queues", "ServerModel", "Service", "Thinned", "Window", "named_model",
    "read_model", "reference_model", "write_model",
]  # fmt: skip
