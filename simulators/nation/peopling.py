"""A country's columns as the kernel's records: every TPS, its two operators, the panels and the public."""

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from simulators.nation import moments as m
from simulators.nation import records as r

TURNOUT = 0.81
"""Votes cast for each voter of the DPT: 81.36 to 81.78 % nationally on 14 February 2024 (katadata.co.id)."""

KECAMATAN = 10_000_000
"""A TPS code divided by this is the code of its kecamatan."""


def stations(country: Any, h: Any, seed: int) -> NDArray[Any]:
    """One record a TPS. Raises ValueError for a country the records have no room for."""
    forms, pages = country.pages.shape[1], country.pages.astype(np.int64)
    if forms > r.MOST_FORMS or pages.sum(axis=1).max(initial=0) > r.MOST_PAGES:
        raise ValueError(
            f"{forms} forms of up to {pages.sum(axis=1).max(initial=0)} pages: the kernel plays at most "
            f"{r.MOST_FORMS} forms and {r.MOST_PAGES} pages a TPS"
        )
    found = r.lined_up(len(country.tps), r.STATION)
    found["key"] = country.tps * 8
    found["shift"] = (7.0 - country.utc_offset_h.astype(np.float64)) * 3600.0
    found["travel"], found["cut_from"] = country.travel_s, country.power_cut_start_s
    found["cut_s"], found["link"] = country.power_cut_s, country.link
    found["signal"], found["device"] = country.signal, country.device
    found["page"][:, 1 : forms + 1] = np.cumsum(pages, axis=1)
    found["page"][:, forms + 1 :] = found["page"][:, forms : forms + 1]
    _moments(h, seed, found, TURNOUT * country.dpt.astype(np.float64), forms)
    return found


@kernel
def _moments(h: Any, seed: int, found: Any, votes: Any, forms: int) -> None:
    """What is fixed from the start: the counts, when the plano leaves, which page is stuck."""
    for number in range(len(found)):
        station = found[number]
        shift = float(station.shift)
        last = 0.0
        station.first_form = -1
        for form in range(forms):
            moment = m.counted_at(h, seed, station.key, form, votes[number], shift)
            station.counted[form] = moment
            if station.page[form + 1] > station.page[form]:
                last = moment
                if station.first_form < 0:
                    station.first_form = form
        station.stuck_page = r.NOBODY
        station.plano_leaves = m.plano_leaves_at(h, seed, station.key, last, shift)
        first = station.first_form
        if first >= 0 and station.page[first + 1] >= station.page[first] + 2:
            station.stuck_page = station.page[first] + 1
            station.stuck_until = m.stuck_until(h, seed, station.key, station.counted[first])


def outs(count: int) -> NDArray[Any]:
    """Nothing has happened yet, at so many TPS."""
    found = np.zeros(count, r.OUT)
    for name in ("whole", "page_s", "first_s", "recap_s", "active_s"):
        found[name] = np.nan
    found["messenger_s"] = inf
    return found


def actors(found: NDArray[Any], out: NDArray[Any], h: Any, seed: int, starts: dict[str, int]) -> NDArray[Any]:
    """Two operators a TPS, the panels of each kecamatan in order, and one public; each at its first row.

    An account that is active already gets 0 as its moment in `out`.
    """
    first, count, panels = _panels(found["key"] // 8, h)
    people = r.lined_up(2 * len(found) + len(panels) + 1, r.ACTOR)
    people["session_end"], people["logged_until"], people["k"] = inf, -inf, m.FIRST_DRAW
    people["form"] = -1
    for name in ("skipped0", "skipped1", "skipped2"):
        people[name] = r.NOBODY
    for role, title in enumerate(("first", "second")):
        mine = people[role : 2 * len(found) : 2]
        mine["role"], mine["row"] = role, starts[title]
        mine["key"] = found["key"] + 1 + role
        mine["place"] = np.arange(len(found))
    people["wanted0"][0 : 2 * len(found) : 2] = -1
    people["wanted1"][0 : 2 * len(found) : 2] = -1
    _operators(h, seed, people[: 2 * len(found)], out)
    mine = people[2 * len(found) : -1]
    mine["role"], mine["row"] = r.PANEL, starts["panel"]
    mine["key"] = (found["key"][first] // 8 // KECAMATAN) * 8 * 1_000_000 + panels
    mine["place"], mine["first"], mine["upto"] = first, first + panels, first + count
    mine["step"] = _panels_of(count, h)
    people["role"][-1], people["row"][-1], people["key"][-1] = r.PUBLIC, starts["public"], 1
    return people


def _panels_of(count: Any, h: Any) -> Any:
    return np.minimum(h["panels_most"], -(-count // h["panel_tps"])).astype(np.int64)


def _panels(
    codes: NDArray[np.int64], h: Any
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of each panel: its kecamatan's first TPS and how many it has, and the panel's number there."""
    _, first, count = np.unique(codes // KECAMATAN, return_index=True, return_counts=True)
    panels = _panels_of(count, h)
    number = np.arange(panels.sum()) - np.repeat(np.cumsum(panels) - panels, panels)
    return np.repeat(first, panels), np.repeat(count, panels), number


@kernel
def _operators(h: Any, seed: int, people: Any, out: Any) -> None:
    for number in range(len(people)):
        actor = people[number]
        actor.active = m.active_already(h, seed, actor.key)
        actor.batch = m.draw(seed, actor.key, m.BATCH) < h.batch_share
        if actor.active:
            out[actor.place].active_s[actor.role] = 0.0
