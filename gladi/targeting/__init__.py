"""Before a load goes to somebody's own system: is it there, is it what its class expects, does it answer?

`reach` looks at the connection and TLS, `probe` at the first answers, `trial` at every kind of operation with
one TPS, `hopeless` at the first answers of a run. `openapi`, `matching`, `writing` write a target class.
"""

from gladi.targeting.hopeless import Hopeless
from gladi.targeting.probe import probe

__all__ = ["Hopeless", "probe"]
