"""Reads what should go wrong, as it is given on a command line: "typical,row-left-blank=0.2"."""

from collections.abc import Mapping

from gladi.failures import UsageError


def chances(option: str, text: str, known: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """(name, chance) in order of name. `known` has every name, with how often it is seen (0: not known).

    "none" is nothing, "typical" every name at the rate it is seen, NAME always, NAME=CHANCE so often; what
    comes later counts. UsageError names what is known.
    """
    out: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = (piece.strip() for piece in part.partition("="))
        if name == "none":
            out.clear()
        elif name == "typical" and any(known.values()):
            out |= {one: rate for one, rate in known.items() if rate}
        elif name not in known:
            also = "none, typical" if any(known.values()) else "none"
            raise UsageError(f"{option} {name}: unknown; known: {also}, {', '.join(known)}")
        else:
            out[name] = _chance(option, name, share) if share else 1.0
    return tuple(sorted((name, chance) for name, chance in out.items() if chance))


def _chance(option: str, name: str, share: str) -> float:
    try:
        chance = float(share)
    except ValueError:
        chance = -1.0
    if not 0.0 <= chance <= 1.0:
        raise UsageError(f"{option} {name}={share}: {share!r} is no chance; expected 0 to 1, e.g. {name}=0.1")
    return chance
