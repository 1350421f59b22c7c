"""The phone in an operator's hand: what its app remembers, and the operations it makes of that.

Photographs, queue, session and keys are the app's memory. Who installs it anew, or takes another phone,
begins without them: the same page is then photographed again and sent under another key.
"""

from math import inf

from simulators.operations import Kind, Operation, Variant
from simulators.post import Post, World
from simulators.submission import idempotency_key, misread

_ALL_PAGES = (1 << 1) | (1 << 2) | (1 << 3)
"""The three pages of C.HASIL-PPWP, as a mask: bit n for page n."""

_UNDER_THE_PAGES_KEY = frozenset({"", "misread", "hasty", "late_retry"})
"""Variants that are the very thing the phone keeps trying to send; every other one has a key of its own."""


class Phone:
    """Memory of one operator's app. `shot`, `sent` and `acknowledged` are masks, bit n for page n.

    `sent` pages need nothing more (a receipt was given, or the system has the page already); `acknowledged`
    are those with a receipt. A `barred` phone is one that the account is not bound to.
    """

    __slots__ = (
        "_attempts", "_post", "_swaps", "_world", "acknowledged", "activated", "barred", "device", "install",
        "logged_in", "sent", "shot", "tries", "wanted",
    )  # fmt: skip

    def __init__(self, shared: World, post: Post) -> None:
        self._world = shared
        self._post = post
        self._attempts: dict[str, int] = {}
        self.wanted = _ALL_PAGES if post.operator == 1 else 0
        self.activated = False
        self.logged_in = False
        self.shot = self.sent = self.acknowledged = 0
        self.tries = 0
        self.device = ""
        self.install = 0
        self.barred = False
        self._swaps = 0

    def install_anew(self) -> None:
        """The app is gone with all it knew; the next photograph is another, and so is its key."""
        self.install += 1
        self.logged_in = False
        self.shot = self.sent = self.acknowledged = 0
        self.tries = 0

    def swap(self) -> None:
        """Another phone, to which the account is not bound."""
        self._swaps += 1
        self.device = f"hp-{self._swaps + 1}"
        self.install_anew()

    @property
    def next_to_shoot(self) -> int:
        """The lowest wanted page that is not photographed, as a mask; 0 when there is none."""
        return _lowest(self.wanted & ~self.shot)

    @property
    def next_to_send(self) -> int:
        """The lowest photographed page that is not sent, as a mask; 0 when the queue is empty."""
        return _lowest(self.shot & ~self.sent)

    def told(self, stored_pages: int) -> None:
        """The system has told which pages it has: the others are wanted."""
        self.wanted = _ALL_PAGES & ~stored_pages

    def operation(self, kind: Kind, now_s: float, page: int = 0, variant: Variant = "") -> Operation:
        """What the app asks at `now_s`; every call is one more attempt at the same thing."""
        shared, post = self._world, self._post
        own: str = "" if variant in _UNDER_THE_PAGES_KEY else variant
        if self.install:
            own = f"{own}/{self.install}"
        key = idempotency_key(shared.seed, kind, post.tps, page, post.operator, own)
        attempt = self._attempts.get(key, 0) + 1
        self._attempts[key] = attempt
        app = shared.scenario.app
        return Operation(
            kind=kind,
            tps=post.tps,
            account_tps=post.tps,
            operator=post.operator,
            area=post.area,
            link=post.link,
            intended_s=now_s,
            timeout_s=app.upload_timeout_s if kind == "submit_page" else app.timeout_s,
            form="ppwp" if kind in {"submit_page", "confirm", "correct"} else "",
            page=page,
            attempt=attempt,
            key=key,
            variant=variant,
            agree=not misread(shared.scenario, shared.seed, post.tps),
            cut_s=self._cut_s(now_s),
            device=self.device,
            install=self.install,
        )

    def _cut_s(self, now_s: float) -> float | None:
        signal = self._post.signal
        if signal is None or self._post.no_signal:
            return None
        moment = signal.changes_after(now_s)
        return None if moment == inf else moment


def _lowest(mask: int) -> int:
    """The lowest set bit."""
    return mask & -mask
