"""How many voters the TPS of an election have: the shape of their DPT, for `simulators.frame`."""

import numpy as np
from numpy.typing import NDArray

from simulators.draws import Floats, uniforms
from simulators.frame import DPT_GAP_SCALE, DPT_GAP_SHAPE, DPT_MOST, PEMILU, Shape
from simulators.quantiles import gamma
from simulators.voters import ALONE, PILKADA_MOST_USERS


def _pilkada_logs(seed: int, tps: NDArray[np.int64]) -> Floats:
    """A Pilkada TPS holds the voters of two TPS of February; some stayed alone."""
    table = gamma(DPT_GAP_SHAPE, DPT_GAP_SCALE, DPT_MOST - 1.0)
    own = DPT_MOST - table.at(uniforms(seed, "dpt", tps))
    other = DPT_MOST - table.at(uniforms(seed, "pilkada-dpt", tps))
    alone = uniforms(seed, "pilkada-alone", tps) < ALONE
    return np.log(np.where(alone, own, own + other) / PILKADA_MOST_USERS)


PILKADA = Shape(PILKADA_MOST_USERS, _pilkada_logs)
SHAPES = {"pemilu-2024": PEMILU, "pilkada-2024": PILKADA, "pilkada-2020": PILKADA}
"""In 2020 a TPS had 500 voters at most, for the epidemic; here as in 2024 (simplified)."""
