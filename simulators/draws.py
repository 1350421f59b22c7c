"""Counter-based randomness: every draw is a pure function of what it is for.

Nothing here has a state that moves. A draw is named by a seed (narrowed to a purpose by `subseed`), an agent
(the digits of a TPS code, or of an account) and a counter; who asks first, on which machine, in which order,
makes no difference. So any shard of a population equals that part of the whole, and a SimPy process and a
compiled kernel see the same luck.

`uniform` is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) begun at a hash of seed and agent, its k-th
output computed directly. The functions with scalar arguments use only 64-bit integers and `math`,
and call nothing else of ours: numba compiles them as they stand, given `numpy.uint64` arguments. Whoever
needs a whole generator (the noise of a picture, say) takes a Philox `stream`.
"""

import hashlib
import math
from typing import overload

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

MASK = 0xFFFF_FFFF_FFFF_FFFF
GOLDEN = 0x9E37_79B9_7F4A_7C15
FIRST = 0xBF58_476D_1CE4_E5B9
SECOND = 0x94D0_49BB_1331_11EB
STEP = 2.0**-53
SMALLEST = 2.0**-54
"""Stands in for a uniform of exactly 0 where a logarithm is taken."""

# Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988); highest power first.
CENTRE_TOP = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)  # fmt: skip
CENTRE_BOTTOM = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)  # fmt: skip
TAIL_TOP = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
    1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0,
    4.63033784615654529590e0, 1.42343711074968357734e0,
)  # fmt: skip
TAIL_BOTTOM = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
    1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0,
    2.05319162663775882187e0, 1.0,
)  # fmt: skip
FAR_TOP = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
    2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
    5.46378491116411436990e0, 6.65790464350110377720e0,
)  # fmt: skip
FAR_BOTTOM = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
    7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
    5.99832206555887937690e-1, 1.0,
)  # fmt: skip


def stream(seed: int, code: str, purpose: str) -> np.random.Generator:
    """A Philox generator of its own for (seed, code, purpose)."""
    name = f"{seed}/{code}/{purpose}".encode()
    key = np.frombuffer(hashlib.blake2b(name, digest_size=16).digest(), dtype="<u8")
    return np.random.Generator(np.random.Philox(key=key))


def subseed(seed: int, purpose: str) -> int:
    """A 64-bit seed for one purpose, so that no two purposes share a draw."""
    name = f"{seed}/{purpose}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little")


@overload
def uniform(seed: int, agent: int, k: int) -> float: ...
@overload
def uniform(seed: int, agent: Words, k: int) -> Floats: ...
@overload
def uniform(seed: int, agent: int, k: Words) -> Floats: ...
def uniform(seed: int, agent: int | Words, k: int | Words) -> float | Floats:
    """The k-th uniform of (seed, agent), in [0, 1) with 53 bits; every argument in 0..2**64-1.

    The same bits for a Python int, for each item of a uint64 array of agents or counters, and compiled by
    numba.
    """
    z = seed
    for word in (GOLDEN, agent, (k * GOLDEN + GOLDEN) & MASK):
        z = (z + word) & MASK  # type: ignore[assignment]  # becomes an array when the agents are one
        z = ((z ^ (z >> 30)) * FIRST) & MASK
        z = ((z ^ (z >> 27)) * SECOND) & MASK
        z = z ^ (z >> 31)
    return (z >> 11) * STEP


def uniforms(seed: int, purpose: str, codes: NDArray[np.int64], k: int = 0) -> Floats:
    """The k-th uniform of every code for one purpose: `uniform(subseed(seed, purpose), code, k)`."""
    return uniform(subseed(seed, purpose), codes.astype(np.uint64), k)


def normal_at(u: float) -> float:
    """Standard normal quantile of `u` in [0, 1), relative error about 1e-16 (AS 241).

    0 is taken as 2**-54, so the least value is -8.29.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top, bottom, factor = CENTRE_TOP, CENTRE_BOTTOM, q
    else:
        r = math.sqrt(-math.log(max(min(u, 1.0 - u), SMALLEST)))
        factor = -1.0 if q < 0.0 else 1.0
        if r <= 5.0:
            r -= 1.6
            top, bottom = TAIL_TOP, TAIL_BOTTOM
        else:
            r -= 5.0
            top, bottom = FAR_TOP, FAR_BOTTOM
    above = 0.0
    below = 0.0
    for i in range(8):
        above = above * r + top[i]
        below = below * r + bottom[i]
    return factor * above / below


def exponential_at(u: float, mean: float) -> float:
    """Exponential quantile of `u` in [0, 1)."""
    return -mean * math.log1p(-u)


def normals(u: Floats) -> Floats:
    """`normal_at` for an array; may differ from it in the last bit, as logarithms do."""
    q = u - 0.5
    out = q * _ratio(0.180625 - q * q, CENTRE_TOP, CENTRE_BOTTOM)
    for chosen, top, bottom, shift in (
        (np.abs(q) > 0.425, TAIL_TOP, TAIL_BOTTOM, 1.6),
        (np.minimum(u, 1.0 - u) < math.exp(-25.0), FAR_TOP, FAR_BOTTOM, 5.0),
    ):
        tail = u[chosen]
        r = np.sqrt(-np.log(np.maximum(np.minimum(tail, 1.0 - tail), SMALLEST))) - shift
        out[chosen] = np.copysign(_ratio(r, top, bottom), q[chosen])
    return out


def exponentials(u: Floats, mean: float) -> Floats:
    """`exponential_at` for an array."""
    return np.asarray(-mean * np.log1p(-u))


def lognormals(u: Floats, median: float, sigma: float) -> Floats:
    """Log-normal quantiles: `median * exp(sigma * normal)`."""
    return np.asarray(median * np.exp(sigma * normals(u)))


def _ratio(r: Floats, top: tuple[float, ...], bottom: tuple[float, ...]) -> Floats:
    above = np.zeros_like(r)
    below = np.zeros_like(r)
    for one, other in zip(top, bottom, strict=True):
        above = above * r + one
        below = below * r + other
    return above / below
