"""The phone in an operator's hand: what its app remembers, and the operations it makes of that.

Photographs, queue, session and keys are the app's memory. Who installs it anew, or takes another phone,
begins without them: the same page is then photographed again and sent under another key.
"""

from functools import lru_cache
from math import inf

from simulators.officials.sight import unreadable
from simulators.operations import Kind, Operation, Variant
from simulators.post import Post, World
from simulators.sheetlist import Sheet
from simulators.submission import idempotency_key, misread

_ABOUT_A_FORM = frozenset({"submit_page", "confirm", "correct", "status"})

_UNDER_THE_PAGES_KEY = frozenset({"", "misread", "hasty", "late_retry"})
"""Variants that are the very thing the phone keeps trying to send; every other one has a key of its own."""


class Phone:
    """Memory of one operator's app. `shot`, `sent` and `acknowledged` are masks, bit n for sheet n.

    Sheets are counted from 1, through all forms. `turn` is the form that is worked on (its place among those
    of the TPS): the first operator takes one form after the other, as they are counted; who must travel to
    find signal photographs all of them first. `_asked` is a mask of forms whose status was told in this
    round. `sent` pages need nothing more (a receipt was given, or the system has the page already);
    `acknowledged` are those with a receipt. A `barred` phone is one that the account is not bound to.
    """

    __slots__ = (
        "_asked", "_attempts", "_post", "_swaps", "_world", "acknowledged", "activated", "barred", "boots",
        "device", "forms", "install", "logged_in", "sent", "shot", "tries", "turn", "wanted",
    )  # fmt: skip

    def __init__(self, shared: World, post: Post) -> None:
        self._world = shared
        self._post = post
        self._attempts: dict[str, int] = {}
        self.forms = _forms(post.sheets)
        self.turn = 0
        self.wanted = 0
        if post.operator == 1:
            self.wanted = self._mask(*(self.forms if post.no_signal else self.forms[:1]))
        self._asked = 0
        self.activated = False
        self.logged_in = False
        self.shot = self.sent = self.acknowledged = 0
        self.tries = 0
        self.device = ""
        self.install = 0
        self.boots = 0
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

    @property
    def form(self) -> str:
        """The form that is worked on; "" at a TPS that sends nothing."""
        return self.forms[self.turn] if self.forms else ""

    def sheet(self, bit: int) -> Sheet:
        """Form and page of a sheet, given as a mask; ("", 0) for none."""
        return self._post.sheets[bit.bit_length() - 2] if bit else ("", 0)

    def bit(self, form: str, page: int) -> int:
        """The mask of a sheet; 0 for none."""
        sheets = self._post.sheets
        return 2 << sheets.index((form, page)) if (form, page) in sheets else 0

    def next_form(self) -> bool:
        """Turn to the next form; False after the last."""
        if self.turn + 1 >= len(self.forms):
            return False
        self.turn += 1
        self.wanted |= self._mask(self.form)
        return True

    @property
    def form_to_ask(self) -> str:
        """The first form whose status was not told yet in this round of asking; "" when all were."""
        for number, form in enumerate(self.forms):
            if not self._asked >> number & 1:
                return form
        self._asked = 0
        return ""

    def told(self, form: str, stored_pages: int) -> None:
        """The system has told which pages of a form it has (bit n for page n): the others are wanted."""
        self._asked |= 1 << self.forms.index(form)
        mine = self._mask(form)
        sheets = (one for one in self._post.sheets if one[0] == form and stored_pages >> one[1] & 1)
        held = sum(self.bit(*one) for one in sheets)
        self.wanted = (self.wanted & ~mine) | (mine & ~held)

    def all_wanted(self) -> None:
        """Every sheet of the TPS is to be sent, whatever has arrived."""
        self.wanted = self._mask(*self.forms)

    def _mask(self, *forms: str) -> int:
        """All sheets of some forms."""
        return sum(2 << n for n, (form, _) in enumerate(self._post.sheets) if form in forms)

    def operation(
        self, kind: Kind, now_s: float, page: int = 0, variant: Variant = "", form: str = ""
    ) -> Operation:
        """What the app asks at `now_s`; every call is one more attempt at the same thing.

        About a page or a whole form: `form`, or else the one that is worked on.
        """
        shared, post = self._world, self._post
        own: str = "" if variant in _UNDER_THE_PAGES_KEY else variant
        if self.install:
            own = f"{own}/{self.install}"
        about = (form or self.form) if kind in _ABOUT_A_FORM else ""
        key = idempotency_key(shared.seed, kind, post.tps, page, post.operator, own, about)
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
            form=about,
            page=page,
            attempt=attempt,
            key=key,
            variant=variant,
            agree=kind != "confirm" or not misread(shared.scenario, shared.seed, post.tps, about),
            cut_s=self._cut_s(now_s),
            device=self.device,
            install=self.install,
            boots=self.boots,
            unreadable=kind == "submit_page"
            and post.operator == 1
            and not self.install
            and unreadable(shared.scenario, shared.seed, post.tps, about, page),
        )

    def _cut_s(self, now_s: float) -> float | None:
        signal = self._post.signal
        if signal is None or self._post.no_signal:
            return None
        moment = signal.changes_after(now_s)
        return None if moment == inf else moment


@lru_cache(maxsize=1024)
def _forms(sheets: tuple[Sheet, ...]) -> tuple[str, ...]:
    """Those of the sheets of a TPS; the same tuple for all whose sheets are alike."""
    return tuple(dict.fromkeys(form for form, _ in sheets))


def _lowest(mask: int) -> int:
    """The lowest set bit."""
    return mask & -mask
