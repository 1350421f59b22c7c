"""What the twin knows of a server: pools of hands, and how long each kind of request keeps one busy.

One model for the SimPy twin, for the kernel that plays the nation, and for `gladi calibrate`, which measures
it. A pool serves in order of arrival. Time is real seconds; a model file is JSON with the fields below.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from math import inf
from pathlib import Path
from typing import Any

KINDS = (
    "activate", "login", "logout", "tps", "submit_page", "confirm", "correct", "status", "recap", "read",
)  # fmt: skip
"""Kinds of requests that have a service of their own: `recap` is what a PPK asks a TPS at its pleno, `read`
a page of the public portal that no cache held."""


class ModelError(ValueError):
    """A model file that cannot be used; the message names file, field and what would be right."""


@dataclass(frozen=True, slots=True)
class Pool:
    """`hands` workers that serve one queue.

    At most `queue` requests wait; one that is predicted to *end* more than `refuse_after_s` after its arrival
    is refused at once (predicted from the work before it and the mean of its kind). `contention` and
    `coherency` are sigma and kappa of the Universal Scalability Law (Gunther 2007): with N hands busy each
    request takes 1 + sigma (N - 1) + kappa N (N - 1) times as long. A refusal keeps a hand busy for
    `refusal_s`: it must be read and answered, too.

    `beside` names a pool on the same processor: while that one is busy, each request here takes
    1 / (1 - `slowed`) times as long (0.75: it gets a quarter of the processor). Whether it is busy is asked
    when the request arrives, not again while it is served.

    With `hands_of` the pool is only a gate, with queue and refusal of its own, before the hands of another:
    classes of requests that share a processor and are admitted apart. The rest of it says nothing then.
    """

    name: str
    hands: int
    queue: int = 1_000_000
    refuse_after_s: float = inf
    contention: float = 0.0
    coherency: float = 0.0
    hands_of: str = ""
    refusal_s: float = 0.0
    beside: str = ""
    slowed: float = 0.0


@dataclass(frozen=True, slots=True)
class Service:
    """How long one kind keeps a hand: log-normal of this mean (s) and sigma (of the logarithm).

    `repeat` is the share of the work that is left when the system holds what is sent already; `base_s` is
    time that passes besides and keeps nobody busy (disk, network within the machine).
    """

    kind: str
    pool: str
    mean_s: float
    sigma: float = 0.0
    repeat: float = 1.0
    base_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ServerModel:
    """A server: `servers` equal machines behind one queue a pool, and one line of `pipe_mbit_s` into them.

    Every machine brings its hands and its places in the queue; the line stays one.
    `source` says where the figures come from; `retry_after_s` is what a refusal tells the phone to wait;
    `restart_s` passes from the order to start what was killed until it serves again.
    """

    name: str
    source: str
    pools: tuple[Pool, ...]
    services: tuple[Service, ...]
    pipe_mbit_s: float = inf
    retry_after_s: float = 2.0
    servers: int = 1
    restart_s: float = 0.0
    measured: dict[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Raises ModelError when this cannot be a server: what, and what would be right."""
        if problem := _problem(self):
            raise ModelError(problem)

    def service(self, kind: str) -> Service:
        """Of this kind; raises KeyError."""
        return next(one for one in self.services if one.kind == kind)

    def pool(self, name: str) -> Pool:
        """By name; raises KeyError."""
        return next(one for one in self.pools if one.name == name)

    def capacity(self, kind: str) -> float:
        """Requests of this kind a second when nothing else is asked and every hand is busy."""
        service = self.service(kind)
        pool = self.pool(service.pool)
        pool = self.pool(pool.hands_of) if pool.hands_of else pool
        n = pool.hands
        slower = 1.0 + pool.contention * (n - 1) + pool.coherency * n * (n - 1)
        return self.servers * n / (service.mean_s * slower)


def read_model(path: Path) -> ServerModel:
    """A model as `write_model` left it; raises ModelError."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        pools = tuple(Pool(**_finite(one)) for one in raw.pop("pools"))
        services = tuple(Service(**one) for one in raw.pop("services"))
        model = ServerModel(pools=pools, services=services, **_finite(raw))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{path}: is not a server model: {error}") from error
    if problem := _problem(model):
        raise ModelError(f"{path}: {problem}")
    return model


def reference_model() -> ServerModel:
    """The embedded reference stack: `reference-embedded.json`, whose `source` says what it is worth."""
    return named_model("reference-embedded")


def named_model(name: str) -> ServerModel:
    """A model that comes with gladi: "reference-embedded", "sirekap-2024"; raises ModelError."""
    path = Path(__file__).with_name(f"{name}.json")
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in Path(__file__).parent.glob("*.json")))
        raise ModelError(f"no server model is called {name!r}; there are: {known}")
    return read_model(path)


def write_model(model: ServerModel, path: Path) -> None:
    """As JSON; what has no limit is written as null."""
    text = json.dumps(_unbounded(asdict(model)), indent=1, ensure_ascii=False)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)


def _finite(table: dict[str, Any]) -> dict[str, Any]:
    return {key: inf if value is None else value for key, value in table.items()}


def _unbounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unbounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_unbounded(one) for one in value]
    return None if isinstance(value, float) and value == inf else value


_RIGHT: dict[str, tuple[Callable[[float], bool], str]] = {
    "hands": (lambda x: 1 <= x < inf and x % 1 == 0, "a whole number, at least 1"),
    "queue": (lambda x: x >= 0 and (x == inf or x % 1 == 0), "a whole number, or null for no limit"),
    "refuse_after_s": (lambda x: x > 0, "more than 0, or null for no limit"),
    "contention": (lambda x: 0 <= x < inf, "at least 0"),
    "refusal_s": (lambda x: 0 <= x < inf, "at least 0"),
    "slowed": (lambda x: 0 <= x < 1, "a share, less than 1"),
    "restart_s": (lambda x: 0 <= x < inf, "at least 0"),
    "coherency": (lambda x: 0 <= x < inf, "at least 0"),
    "mean_s": (lambda x: 0 < x < inf, "more than 0"),
    "sigma": (lambda x: 0 <= x < inf, "at least 0"),
    "repeat": (lambda x: 0 < x <= 1, "a share above 0"),
    "base_s": (lambda x: 0 <= x < inf, "at least 0"),
    "pipe_mbit_s": (lambda x: x > 0, "more than 0, or null for no limit"),
    "retry_after_s": (lambda x: 0 <= x < inf, "at least 0"),
    "servers": (lambda x: 1 <= x < inf and x % 1 == 0, "a whole number, at least 1"),
}
"""Of every figure: whether it can be used, and what would be right."""


def _problem(model: ServerModel) -> str:
    """What is wrong first; empty if nothing is."""
    named: list[tuple[str, ServerModel | Pool | Service]] = [("", model)]
    named += [(f"pool {pool.name}: ", pool) for pool in model.pools]
    named += [(f"service {one.kind}: ", one) for one in model.services]
    for name, part in named:
        for key, (right, words) in _RIGHT.items():
            value: Any = getattr(part, key, None)
            if value is not None and not (type(value) in {int, float} and right(value)):
                return f"{name}{key} = {value!r}; {words}"
    names = {pool.name for pool in model.pools}
    kinds = {one.kind for one in model.services}
    if len(names) < len(model.pools) or len(kinds) < len(model.services):
        return "a pool or a kind of service is there twice"
    owners = {pool.name for pool in model.pools if not pool.hands_of}
    for pool in model.pools:
        if pool.hands_of and pool.hands_of not in owners:
            return (
                f"pool {pool.name}: hands_of = {pool.hands_of!r}; a pool with hands of its own: "
                f"{', '.join(sorted(owners))}"
            )
    for pool in model.pools:
        if pool.beside and (pool.beside not in owners or pool.beside == pool.name):
            return f"pool {pool.name}: beside = {pool.beside!r}; another pool with hands of its own"
    for one in model.services:
        if one.pool not in names:
            return (
                f"service {one.kind}: pool {one.pool!r} does not exist; there are: {', '.join(sorted(names))}"
            )
    lacking = [kind for kind in KINDS if kind not in kinds]
    return f"services are missing: {', '.join(lacking)}" if lacking else ""
