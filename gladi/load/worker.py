"""One load worker: a Locust worker runner that joins a run, plays its shares and leaves.

    python -m gladi.load.worker HOST:PORT [--ca FILE]          somewhere else (`gladi worker`)
    python -m gladi.load.worker - --index N                    the conductor's own, told the address later

Everything it needs comes by message (see `shard`): it rebuilds population and timetable from the scenario,
and begins when the master names the start on this machine's clock. One that is not the conductor's own trusts
nobody: it asks the system for its consent itself, and sends to no network but that of the master it has
joined.
"""

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import asdict, dataclass, replace  # noqa: E402
from math import inf  # noqa: E402
from pathlib import Path  # noqa: E402
from tempfile import TemporaryDirectory  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from gevent.event import Event  # noqa: E402
from locust.env import Environment  # noqa: E402

from gladi.consent import Watch, authorise, within_rate  # noqa: E402
from gladi.failures import COULD_NOT, PASSED, CannotRunError, UsageError  # noqa: E402
from gladi.load import shard  # noqa: E402
from gladi.load.agreed import Agreed  # noqa: E402
from gladi.load.built import built  # noqa: E402
from gladi.load.fence import BEAT_S, FENCE_S, Fence  # noqa: E402
from gladi.load.order import Destination, LoadOrder  # noqa: E402
from gladi.load.playing import Part, Playing  # noqa: E402
from gladi.load.shares import Share  # noqa: E402
from gladi.load.sheets import sheets  # noqa: E402
from gladi.mishaps import mishaps  # noqa: E402
from gladi.setting import Setting, arrange  # noqa: E402
from gladi.targets import TargetError, connect  # noqa: E402
from simulators.cast import dealt, posts  # noqa: E402

_TELL_S = 2.0
"""From one word about the photos to the next."""
_LAST_S = 30.0
"""Longest wait for the master's leave after the run."""


@dataclass(frozen=True, slots=True)
class Who:
    """Which worker this is: `index` of one that the conductor started, else -1; `ca` is of this machine."""

    host: str
    port: int
    index: int = -1
    ca: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether this is not one of the conductor's own."""
        return self.index < 0


class Visit:
    """One worker's visit to one run. `clock` is this machine's wall clock, in seconds."""

    def __init__(self, who: Who, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._who = who
        self._folder = folder
        self._clock = clock
        self._over = Event()
        self._why = ""
        self._done: dict[str, Any] | None = None
        self._index = 0
        self._order: LoadOrder | None = None
        self._setting: Setting | None = None
        self._part: Part | None = None
        self._playing: Playing | None = None
        self._fence: Fence | None = None
        self._watch: Watch | None = None
        self._sent_at: dict[int, float] = {}
        self._runner: Any = None
        self._renderers = 0

    def stay(self) -> str:
        """Join, play, leave; empty, or why it did not play to the end."""
        environment = Environment(user_classes=[shard.Shard])
        try:
            self._runner = environment.create_worker_runner(self._who.host, self._who.port)
        except ConnectionError:
            return f"nobody answers at {self._who.host}:{self._who.port}"
        for message, heed in (
            (shard.PING, self._on_ping),
            (shard.ORDER, self._on_order),
            (shard.PLACE, self._on_place),
            (shard.START, self._on_start),
            (shard.HEARD, self._on_heard),
            (shard.TAKEOVER, self._on_takeover),
            (shard.AGAIN, self._on_again),
            (shard.STOP, self._on_stop),
            (shard.REFUSED, self._on_refused),
        ):
            self._runner.register_message(message, _content(heed))
        self._send(shard.HELLO, {
            **asdict(built()), "host": socket.gethostname(), "pid": os.getpid(), "index": self._who.index,
        })  # fmt: skip
        self._say(f"terhubung ke {self._who.host}:{self._who.port}, menunggu perintah")
        gevent.spawn(self._runner.greenlet.join).link(lambda _: self._over.set())
        self._over.wait()
        gevent.sleep(0.2)  # what was said last is on its way
        return self._why or ("" if self._done is not None else "the master left before the run was over")

    # before the start

    def _on_ping(self, data: dict[str, Any]) -> None:
        self._send(shard.PONG, {**data, "there_s": self._clock()})

    def _on_order(self, data: dict[str, Any]) -> None:
        self._index = int(data["index"])
        self._order = LoadOrder.of(data["order"])
        self._aside(self._prepare, self._order)

    def _prepare(self, order: LoadOrder) -> None:
        self._say(f"pekerja {self._index} dari {order.workers}: menyusun bagiannya")
        scenario, plan = self._folder / "scenario.toml", self._folder / "plan.jsonl"
        scenario.write_text(order.scenario)
        plan.write_text(order.plan)
        setting = arrange(scenario, order.seed, order.scale, order.compression, plan if order.plan else None)
        self._setting = setting
        digests = {"population": setting.population.digest(), "timetable": setting.timetable.digest()}
        photos: list[tuple[str, str]] = []
        if self._who.elsewhere:
            photos = self._render(Share(self._index, order.workers), urgent=True)
        self._send(shard.READY, {**digests, "photos": photos})

    def _render(self, share: Share, *, urgent: bool) -> list[tuple[str, str]]:
        """Photos of a share into this machine's own folder; name and digest of each."""
        setting, order = self._setting, self._order
        assert setting is not None and order is not None
        everyone = posts(
            setting.scenario, setting.timeline, setting.seed, setting.population, setting.timetable,
            mishaps(setting.plan),
        )  # fmt: skip
        own = dealt(everyone, (share.index, share.of), by_area=setting.scenario.backup is not None)
        wanted = {one.tps for one in own if min(one.moments.values()) >= share.from_s}

        reached = [0, sum(len(one.sheets) for one in own if one.operator == 1 and one.tps in wanted)]

        def progress(done: int, total: int) -> None:
            reached[:] = done, total

        telling = gevent.spawn(self._keep_telling, reached)
        try:
            return sheets(
                self._folder / "scenario.toml", order.seed, order.scale, wanted, self._folder / "photos",
                progress, urgent=urgent,
            )  # fmt: skip
        finally:
            telling.kill()

    def _keep_telling(self, reached: list[int]) -> None:
        """How far the photos are; a first one can take minutes where nothing is compiled yet."""
        while True:
            self._send(shard.PREPARING, {"done": reached[0], "total": reached[1]})
            gevent.sleep(_TELL_S)

    def _on_place(self, data: dict[str, Any]) -> None:
        self._aside(self._take_place, Destination.of(data))

    def _take_place(self, destination: Destination) -> None:
        """The system as seen from here: who it is, and whether it agrees."""
        order, setting = self._order, self._setting
        assert order is not None and setting is not None
        rate_per_s = order.max_rate_per_s
        if self._who.elsewhere:
            destination = destination.seen_from(self._who.host, self._who.ca)
            address = destination.address
            agreed = Agreed(lambda: authorise(address, setting.scenario.id))
            if agreed.consent is not None:
                within_rate(agreed.consent, setting.intended_peak_per_s)
                rate_per_s = min(rate_per_s or inf, agreed.consent.max_rate_per_s)
            self._watch = Watch(agreed)
            self._fence = Fence(FENCE_S)
        destination.address.secrets()
        secrets = os.environ.get("GLADI_SECRETS", "") if self._who.elsewhere else destination.secrets
        system = connect(destination.kind, destination.address, setting.seed, secrets)
        if self._who.elsewhere:
            out, photos = self._folder, self._folder / "photos"
        else:
            out, photos = Path(destination.out), Path(destination.photos)
        self._part = Part(
            self._index, setting, order, destination, system, out, photos,
            rate_per_s / order.workers, self._fence, sends_record=self._who.elsewhere,
            rendering=lambda: self._renderers > 0,
        )  # fmt: skip
        self._say(f"siap; sasaran {destination.address.url}")
        self._send(shard.PLACED, {})

    # the run

    def _on_start(self, data: dict[str, Any]) -> None:
        self._aside(self._play, float(data["zero_s"]))

    def _play(self, zero_s: float) -> None:
        assert self._part is not None
        # `zero_s` is told on the clock that answered the pings; the run keeps to the one nobody sets
        zero_epoch_s = zero_s - self._clock() + time.time()
        playing = self._playing = Playing(
            self._part, zero_epoch_s, self._beat, self._runner.environment.stats
        )
        if self._why:
            playing.stop(self._why)
        if self._fence is not None:
            self._fence.heard(time.monotonic() + max(0.0, zero_epoch_s - time.time()))
            gevent.spawn(self._look_at_fence, self._fence, playing)
        if self._watch is not None:
            self._watch.start()
            gevent.spawn(self._look_at_consent, self._watch, playing)
        self._done = playing.run(Share(self._index, self._part.order.workers))
        if self._watch is not None:
            self._watch.stop()
        self._say(f"selesai: {self._done['operations']:,} operasi")
        self._send(shard.DONE, self._done)
        gevent.sleep(_LAST_S)
        self._over.set()

    def _beat(self, beat: dict[str, Any]) -> None:
        number = len(self._sent_at)
        self._sent_at[number] = time.monotonic()
        self._send(shard.BEAT, {**beat, "n": number})

    def _on_heard(self, data: dict[str, Any]) -> None:
        if self._fence is not None:
            self._fence.heard(self._sent_at[int(data["n"])])

    def _on_takeover(self, data: dict[str, Any]) -> None:
        share = Share(**data)
        if self._playing is not None and self._done is None:
            self._playing.add(share)
            if self._who.elsewhere:
                self._renderers += 1
                self._aside(self._render_more, share)

    def _render_more(self, share: Share) -> None:
        """Photos of what was taken over. Who needs one waits, and that is our own lateness."""
        try:
            self._render(share, urgent=False)
        except CannotRunError as error:
            self._say(f"{error}; setiap foto dibuat saat dibutuhkan")
        finally:
            self._renderers -= 1

    def _on_again(self, data: dict[str, Any]) -> None:
        if self._playing is not None and self._playing.record is not None:
            self._playing.record.again(int(data["at"]))
            self._playing.beat()

    def _on_stop(self, data: dict[str, Any] | None) -> None:
        if self._playing is not None:
            self._playing.stop((data or {}).get("why", ""))

    def _look_at_fence(self, fence: Fence, playing: Playing) -> None:
        while self._done is None:
            if fence.closed:
                self._why = f"no word from the master for {FENCE_S:g} s"
                playing.stop(self._why)
                return
            gevent.sleep(BEAT_S)

    def _look_at_consent(self, watch: Watch, playing: Playing) -> None:
        while self._done is None:
            if watch.withdrawn.is_set():
                self._why = f"consent withdrawn: {watch.why}"
                playing.stop(self._why)
                return
            gevent.sleep(BEAT_S)

    # leaving

    def _on_refused(self, data: dict[str, Any]) -> None:
        self._leave(str(data["why"]))

    def _aside(self, work: Callable[[Any], object], what: Any) -> None:
        """In a greenlet of its own: messages go on being heeded; trouble is told and ends the visit."""

        def guarded() -> None:
            try:
                work(what)
            except (UsageError, CannotRunError, TargetError) as error:
                self._send(shard.REFUSED, {"why": str(error)})
                self._leave(str(error))
            except Exception as error:
                self._send(shard.REFUSED, {"why": f"{type(error).__name__}: {error}"})
                self._leave(f"{type(error).__name__}: {error}")
                raise

        gevent.spawn(guarded)

    def _leave(self, why: str) -> None:
        self._why = self._why or why
        gevent.sleep(0.2)  # the last message first
        self._over.set()

    def _send(self, message: str, data: dict[str, Any]) -> None:
        self._runner.send_message(message, data)

    def _say(self, words: str) -> None:
        print(f"gladi worker: {words}", file=sys.stderr, flush=True)


def _content(heed: Callable[[Any], None]) -> Callable[..., None]:
    """A listener as Locust calls it, from one that wants the content only."""

    def listen(environment: Any, msg: Any, **_: Any) -> None:
        heed(msg.data)

    return listen


def visit(who: Who, clock: Callable[[], float] = time.time) -> int:
    """Stay for one run; the exit code."""
    with TemporaryDirectory(prefix="gladi-worker-") as folder:
        why = Visit(who, Path(folder), clock).stay()
    if why:
        print(f"gladi: {why}", file=sys.stderr, flush=True)
    return COULD_NOT if why else PASSED


_LEFT = """gladi: dihentikan. Gladi itu berjalan terus; pekerja lain mengambil alih TPS dari mesin ini.
gladi: interrupted. The rehearsal goes on; other workers take over the TPS of this machine."""


def main() -> None:
    """Join the run of the master named on the command line, or on the first line of standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("master")
    parser.add_argument("--index", type=int, default=-1)
    parser.add_argument("--ca", default="")
    given = parser.parse_args()
    who = Who("", 0, given.index, given.ca)
    if not who.elsewhere:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the conductor decides when to stop
    master = given.master if given.master != "-" else sys.stdin.readline().strip()
    host, _, port = master.rpartition(":")
    try:
        sys.exit(visit(replace(who, host=host, port=int(port))))
    except KeyboardInterrupt:
        print(_LEFT, file=sys.stderr, flush=True)
        sys.exit(COULD_NOT)


if __name__ == "__main__":
    main()
