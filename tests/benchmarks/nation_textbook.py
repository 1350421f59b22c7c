"""The nation as a SimPy textbook would write it: `python -m tests.benchmarks nation_textbook`.

The same table, persons, links and draws, but: every operator is a process from the first moment, every pause
is an event, the server is a `simpy.Resource`, and a phone waits for `answer | patience` (AnyOf). Page by
page, for a sample of the nation's TPS against a server of as large a share of the work (hands that cannot be
divided are slower to match), extrapolated linearly by TPS. First 0.25 %; then 1 % if that will end within
`--within` seconds of CPU. Not modelled, to its favour: the pipe, Gunther's law, crashes.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Generator
from importlib.resources import files
from math import exp, inf
from pathlib import Path
from typing import Any

import simpy

from scenarios.loading import find_scenario
from scenarios.loading_nation import load_nation
from scenarios.nation import Nation
from simulators.country import country
from simulators.draws import normal_at
from simulators.nation import moments
from simulators.nation.habits import SIGNAL_POINT, habits
from simulators.nation.kernel import server_of, windows_of
from simulators.nation.process import DEEDS
from simulators.nation.process_asking import SMALL_BYTES, heard
from simulators.nation.process_people import ROWS, Actor, Operator, Public, World, actors
from simulators.nation.process_place import place
from simulators.nation.process_plain import plain
from simulators.nation.process_system import AT_SERVER, MEANINGS, Request
from simulators.server import ServerModel, Window, read_model

SHARES = (0.0025, 0.01)
WITHIN_S = 300.0


class Server:
    """Hands behind one queue a pool; `slower` makes up for hands that cannot be divided."""

    def __init__(
        self, env: simpy.Environment, model: ServerModel, windows: list[Window], share: float
    ) -> None:
        self.env, self.model, self.windows, self.share = env, model, windows, share
        owners = [pool for pool in model.pools if not pool.hands_of]
        due = {pool.name: pool.hands * model.servers * share for pool in owners}
        self.hands = {name: simpy.Resource(env, max(1, round(hands))) for name, hands in due.items()}
        self.slower = {name: self.hands[name].capacity / hands for name, hands in due.items()}
        self.inside = {pool.name: 0 for pool in model.pools}
        self.work_s = dict.fromkeys(due, 0.0)

    def serve(self, request: Request) -> Generator[Any, Any, str]:
        """From arrival to the answer's departure; the value is the outcome. A silent door never answers."""
        env, kind = self.env, AT_SERVER.get(request.kind, request.kind)
        yield env.timeout(request.arrive_s - env.now)
        window = next((one for one in self.windows if one.from_s <= env.now < one.until_s), None)
        if window and window.kind != "slow":
            if window.kind == "silent":
                yield env.event()
            return "closed"
        service = self.model.service(kind)
        gate = self.model.pool(service.pool)
        name = gate.hands_of or gate.name
        hands, mean_s = self.hands[name], service.mean_s * self.slower[name]
        predicted_s = self.work_s[name] / hands.capacity + mean_s
        places = max(1.0, gate.queue * self.model.servers * self.share) + hands.capacity
        if predicted_s > gate.refuse_after_s or self.inside[gate.name] >= places:
            return "refused"
        self.inside[gate.name] += 1
        self.work_s[name] += mean_s
        operator = request.actor if isinstance(request.actor, Operator) else None
        with hands.request() as turn:
            yield turn
            took_s = mean_s * exp(service.sigma * request.z - service.sigma**2 / 2)
            if operator is not None and request.page & operator.place.stored:
                took_s *= service.repeat
            yield env.timeout(took_s / (window.factor if window else 1.0) + service.base_s)
        self.inside[gate.name] -= 1
        self.work_s[name] -= mean_s
        request.end_s = env.now
        return ""


class People:
    """Everybody, each a process from the first moment on."""

    def __init__(self, env: simpy.Environment, world: World, server: Server) -> None:
        self.env, self.world, self.server = env, world, server
        self.asked = 0

    def live(self, actor: Actor) -> Generator[Any, Any, None]:
        """Follow the table; every pause is an event."""
        while actor.row.op != "end":
            if isinstance(actor, Public) and actor.row.op == "call":
                good = self.look(actor)
            elif actor.row.op == "call":
                good = yield from self.call(actor, actor.row.arg)
            else:
                good = DEEDS[actor.row.op](self.world, actor, actor.row.arg)
            if actor.now > self.env.now:
                yield self.env.timeout(actor.now - self.env.now)
            actor.now = self.env.now
            row = actor.row
            actor.row = ROWS[actor.kind][row.then if good or not row.otherwise else row.otherwise]

    def look(self, public: Public) -> bool:
        """A beat's views, each a process."""
        h, seed = self.world.h, self.world.seed
        for _ in range(int(plain(moments.views)(h, public.draw(seed), public.now))):
            self.env.process(self.call(public, "read"))
        return True

    def call(self, actor: Actor, kind: str) -> Generator[Any, Any, bool]:
        """Ask, and wait for the answer, the end of patience or of the link, whichever is first."""
        env, h, seed = self.env, self.world.h, self.world.seed
        self.asked += 1
        size, patience_s, gap_s, half_rtt, up_s, down_s, page = (
            SMALL_BYTES,
            h.timeout_s,
            inf,
            0.0,
            0.0,
            0.0,
            0,
        )
        if isinstance(actor, Operator):
            link = SIGNAL_POINT if actor.at_signal else actor.link
            half_rtt, up_s, down_s = float(h.rtt_s[link]) / 2, float(h.up_s[link]), float(h.down_s[link])
            if kind in ("submit_page", "practice"):
                page = actor.page if kind == "submit_page" else 0
                size = plain(moments.photo_bytes)(h, seed, actor.key, max(0, page.bit_length() - 1))
                patience_s = h.upload_timeout_s
            if actor.place.unsteady:
                gap_s = plain(moments.next_gap)(h, seed, actor.place.key, env.now) - env.now
        arrive = env.now + half_rtt + size * up_s
        z = normal_at(actor.draw(seed))
        request = Request(kind, actor, arrive, size, z, env.now < actor.logged_until_s, page)
        answer = env.process(self.answer(request, half_rtt, half_rtt + SMALL_BYTES * down_s))
        patience, gap = env.timeout(patience_s), env.timeout(gap_s) if gap_s < patience_s else None
        yield simpy.AnyOf(env, [answer, patience, *([gap] if gap else [])])
        early = "link_lost" if gap is not None and gap.processed else "timeout"
        outcome = str(answer.value) if answer.processed else early
        if isinstance(actor, Public):
            return True
        actor.now, actor.outcome = env.now, outcome
        actor.retry_after_s = self.server.model.retry_after_s if outcome == "refused" else 0.0
        if outcome == "ok":
            heard(self.world, actor, request)
        return outcome == "ok"

    def answer(self, request: Request, refused_s: float, heard_s: float) -> Generator[Any, Any, str]:
        """The request's way through the server, and back."""
        outcome = yield self.env.process(self.server.serve(request))
        if outcome:
            yield self.env.timeout(refused_s)
            return str(outcome)
        told = MEANINGS[request.kind](self.world, request)
        yield self.env.timeout(heard_s)
        return told


def nation_of(share: float) -> Nation:
    """The scenario of 2024 with a share of the public, in bundles of the same size."""
    found = load_nation(find_scenario("nation-2024"))
    portal = found.portal
    less = {"hits_a_day": portal.hits_a_day * share, "beat": portal.beat / share}
    return found.model_copy(update={"portal": portal.model_copy(update=less)})


def measured(share: float) -> dict[str, float]:
    """CPU seconds and peak memory of a share of the nation, in this process; nobody else runs in it."""
    nation = nation_of(share)
    here = country(nation.scenario.election, nation.scenario.seed, scale=share)
    world = World(habits(nation, here.forms), nation.scenario.seed, here)
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # forget the peak of the preparations
    before_mb, begun = resident_mb("VmRSS"), time.process_time()
    env = simpy.Environment()
    model = read_model(Path(str(files("simulators.server"))) / f"{nation.server.model}.json")
    server = Server(env, server_of(nation, model), windows_of(nation), share)
    people = People(env, world, server)
    places = [place(world.h, here, world.seed, number) for number in range(len(here))]
    for actor in actors(world, places):
        env.process(people.live(actor))
    env.run(until=world.h.until_s)
    whole = sum(0 in one.whole_s for one in places) / len(places)
    return {
        "share": share, "tps": len(here), "requests": people.asked, "whole": whole,
        "cpu_s": time.process_time() - begun, "mb": resident_mb("VmHWM") - before_mb,
    }  # fmt: skip


def resident_mb(what: str) -> float:
    """Memory of this process: what it holds (VmRSS), or the most it held (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) * 1024 / 1e6


def alone(share: float) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.nation_textbook", "--alone", str(share)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def textbook(within_s: float = WITHIN_S) -> list[dict[str, float]]:
    """Samples that were played, the largest last, each with `nation_cpu_s` and `nation_mb` (extrapolated)."""
    found: list[dict[str, float]] = []
    for share in SHARES:
        if found and found[-1]["nation_cpu_s"] * share > within_s:
            break
        one = alone(share)
        found.append(one | {"nation_cpu_s": one["cpu_s"] / share, "nation_mb": one["mb"] / share})
    return found


def main() -> None:
    """Print a line a sample, or one sample as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--within", type=float, default=WITHIN_S, help="CPU seconds for the larger sample")
    parser.add_argument("--alone", type=float, help="play this share here and print JSON")
    asked = parser.parse_args()
    if asked.alone is not None:
        print(json.dumps(measured(asked.alone)))
        return
    heads = ("TPS", 8), ("requests", 12), ("CPU s", 9), ("MB", 8), ("nation CPU s", 14), ("nation GB", 11)
    print(f"{'textbook SimPy':<16}" + "".join(f"{head:>{width}}" for head, width in heads))
    for one in textbook(asked.within):
        print(
            f"{one['share']:<16.2%}{one['tps']:>8.0f}{one['requests']:>12.0f}{one['cpu_s']:>9.1f}{one['mb']:>8.0f}"
            f"{one['nation_cpu_s']:>14.0f}{one['nation_mb'] / 1000:>11.1f}"
        )


if __name__ == "__main__":
    main()
