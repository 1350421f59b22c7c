"""The twin of a server: pools of hands that serve a queue, measured on a real stack or assumed."""

from simulators.server.model import Pool, ServerModel, Service, read_model, write_model

__all__ = ["Pool", "ServerModel", "Service", "read_model", "write_model"]
