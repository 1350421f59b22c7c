"""A server for many regions, as one of them meets it.

A region whose people are `share` of a server's users gets every n-th turn of its hands, n = 1 / share: hands
are busy n times as long with each of its requests, as with those of the others in between. What the region's
people wait for is a place in the queue, and that is as long as everybody's; their own request then takes as
long as it takes. So the server refuses where it would refuse, and answers after what it would take, if the
others come when this region comes (assumed).
"""

from dataclasses import replace

from simulators.server.model import ServerModel


def thinned(model: ServerModel, share: float) -> ServerModel:
    """The server of which `share` is this region's; `answered` puts the answers right.

    A pool with services of several lengths is a little more patient with the short ones than it was.
    """
    if share >= 1.0:
        return model
    longest = {
        pool.name: max((one.mean_s for one in model.services if one.pool == pool.name), default=0.0)
        for pool in model.pools
    }
    return replace(
        model,
        pools=tuple(
            replace(pool, refuse_after_s=pool.refuse_after_s + longest[pool.name] * (1.0 / share - 1.0))
            for pool in model.pools
        ),
        services=tuple(replace(one, mean_s=one.mean_s / share) for one in model.services),
        pipe_mbit_s=model.pipe_mbit_s * share,
    )


def answered(begin_s: float, end_s: float, share: float) -> float:
    """When a request is answered whose service was found to last from `begin_s` to `end_s`."""
    return begin_s + (end_s - begin_s) * share
