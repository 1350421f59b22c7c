"""What the processes know of a TPS: its people's circumstances, and what the system holds of it."""

from dataclasses import dataclass, field
from math import nan

from simulators.country.model import INTERMITTENT, NO_SIGNAL, SLOW, Country
from simulators.nation import moments
from simulators.nation.habits import Habits
from simulators.nation.process_plain import plain

TURNOUT = 0.81
"""Votes cast for each voter of the DPT: 81.36 to 81.78 % nationally on 14 February 2024 (katadata.co.id)."""

KECAMATAN = 10_000_000
"""A TPS code divided by this is the code of its kecamatan."""

counted_at = plain(moments.counted_at)
may_send_from = plain(moments.may_send_from)
plano_leaves_at = plain(moments.plano_leaves_at)
stuck_until = plain(moments.stuck_until)


@dataclass(slots=True)
class Place:
    """One TPS. Pages are bits of a mask, numbered through all forms; moments are seconds of the run clock."""

    number: int
    key: int
    area: int
    shift_s: float
    link: int
    travels: bool
    unsteady: bool
    slow: bool
    borrows: bool
    travel_s: float
    dark_from_s: float
    dark_until_s: float
    masks: tuple[int, ...]
    """The pages of each form; 0 for a form that is not voted with."""
    forms: tuple[int, ...]
    """Those that are."""
    counted_s: tuple[float, ...]
    may_send_s: float
    plano_leaves_s: float
    stuck: int
    """The page of votes, if the app will not take it before `stuck_until_s`."""
    stuck_until_s: float
    # what the system holds
    stored: int = 0
    stored_s: dict[int, float] = field(default_factory=dict)
    """By page bit."""
    whole_s: dict[int, float] = field(default_factory=dict)
    """By form."""
    confirmed: int = 0
    backup_s: float = nan
    """When the first operator gave up and sent plain photographs by messenger."""
    recap_s: float = nan
    saved_by_backup: bool = False
    requests: int = 0

    @property
    def pages(self) -> int:
        """All of them."""
        return sum(self.masks)

    @property
    def last_counted_s(self) -> float:
        """When the last form is counted."""
        return self.counted_s[self.forms[-1]]

    def store(self, page: int, at_s: float) -> None:
        """The system has it from now on: the first time counts; the last page makes the form whole."""
        if self.stored & page:
            return
        self.stored |= page
        self.stored_s[page] = at_s
        form = next(form for form in self.forms if self.masks[form] & page)
        if self.stored & self.masks[form] == self.masks[form]:
            self.whole_s[form] = at_s


def place(h: Habits, country: Country, seed: int, number: int) -> Place:
    """TPS `number` (its row) of a country."""
    code = int(country.tps[number])
    key, area = code * 8, code // KECAMATAN * 8
    shift_s = (7.0 - float(country.utc_offset_h[number])) * 3600.0
    votes = TURNOUT * float(country.dpt[number])
    pages = [int(count) for count in country.pages[number]]
    masks = tuple(((1 << count) - 1) << sum(pages[:form]) for form, count in enumerate(pages))
    forms = tuple(form for form, count in enumerate(pages) if count)
    counted = tuple(float(counted_at(h, seed, key, form, votes, shift_s)) for form in range(len(pages)))
    dark_s = (h.close_s + shift_s) + float(country.power_cut_start_s[number])
    first = forms[0]
    return Place(
        number=number,
        key=key,
        area=area,
        shift_s=shift_s,
        link=int(country.link[number]),
        travels=country.signal[number] == NO_SIGNAL,
        unsteady=country.signal[number] == INTERMITTENT,
        slow=country.device[number] == SLOW,
        borrows=country.device[number] > SLOW,
        travel_s=float(country.travel_s[number]),
        dark_from_s=dark_s,
        dark_until_s=dark_s + float(country.power_cut_s[number]),
        masks=masks,
        forms=forms,
        counted_s=counted,
        may_send_s=float(may_send_from(h, seed, area, shift_s)),
        plano_leaves_s=float(plano_leaves_at(h, seed, key, counted[forms[-1]], shift_s)),
        stuck=lowest(masks[first]) << 1 if pages[first] > 1 else 0,
        stuck_until_s=float(stuck_until(h, seed, key, counted[first])),
    )


def lowest(mask: int) -> int:
    """Its lowest bit, 0 if it has none."""
    return mask & -mask
