"""A server for many regions, as one of them meets it.

A region whose people are `share` of a server's users gets every n-th turn of its hands, n = 1 / share: hands
are busy n times as long with each of its requests, as with those of the others in between. So the region is
served as fast as its share of the whole, if the others come when it comes (assumed).

What is coarser than the real thing is put right: one turn of a small region is longer than the whole queue of
the server, so up to `_TURNS` of them may wait where the server would have refused, and nobody is answered
later than the server would have answered the last whom it took in.
"""

from dataclasses import dataclass, replace

from simulators.server.model import ServerModel

_TURNS = 2.0


@dataclass(frozen=True, slots=True)
class Thinned:
    """A server model for one region, and when it answers."""

    model: ServerModel
    share: float
    patience_s: dict[str, float]
    """By kind of request: the longest that the server lets one wait before its service begins."""

    @classmethod
    def of(cls, model: ServerModel, share: float) -> "Thinned":
        """With a share of 1 it is the model itself."""
        patience = {one.kind: model.pool(one.pool).refuse_after_s for one in model.services}
        if share >= 1.0:
            return cls(model, 1.0, patience)
        longest = {
            pool.name: max((one.mean_s for one in model.services if one.pool == pool.name), default=0.0)
            for pool in model.pools
        }
        thin = replace(
            model,
            pools=tuple(
                replace(
                    pool, refuse_after_s=pool.refuse_after_s + (1.0 + _TURNS) * longest[pool.name] / share
                )
                for pool in model.pools
            ),
            services=tuple(replace(one, mean_s=one.mean_s / share) for one in model.services),
            pipe_mbit_s=model.pipe_mbit_s * share,
        )
        return cls(thin, share, patience)

    def answered_s(self, kind: str, came_s: float, begin_s: float, end_s: float) -> float:
        """When a request is answered whose turn was found to last from `begin_s` to `end_s`."""
        if self.share >= 1.0:
            return end_s
        return came_s + min(begin_s - came_s, self.patience_s[kind]) + (end_s - begin_s) * self.share
