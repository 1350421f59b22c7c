"""Hidden: is there something stored that the public is not shown, after all the time it was promised?

Judged by the answers asked once everything had healed and the promised time had passed ("settled"), against
what the readback says is stored and current. A TPS hides a page when its photo is not among those shown, its
votes when it shows none, or still those of an earlier revision. A region hides when it counts fewer TPS than
hold votes, and any place does that answers 404 about what is stored.

The last settled answer about a TPS speaks. A photo counts as shown by its stated or its fetched digest: when
they differ, that is torn. Where two revisions call themselves current, showing either is enough. Votes that
were never stored are miscounted. A place that gave no answer (none, or a server error) was not looked at, and
so is a stored TPS that no answer spoke of: then nothing is proved.
"""

import numpy as np

from reports.checkers.registry import checker
from reports.finding import Example, Finding, conclude, unknown
from reports.fingerprints import Codes, of_strings
from reports.joins import look_up, pair
from reports.lists import lengths, owners
from reports.places import places_of
from reports.portal import GONE, NOT_SETTLED, NOT_WATCHED, Mask, Portal, portal_of
from reports.rundir import RunDirectory
from reports.shown_tps import last_told, shown_votes
from reports.stored_votes import stored_votes
from reports.words import Text


@checker(
    "hidden",
    Text("Tersembunyi", "Hidden"),
    Text(
        "Semua yang tersimpan ditunjukkan kepada publik setelah waktu yang dijanjikan.",
        "Everything stored is shown to the public once the promised time has passed.",
    ),
    of_a_system=True,
)
def hidden(run: RunDirectory) -> Finding:
    """Stored pages that no settled answer shows, and regions that count fewer TPS than are stored."""
    portal = portal_of(run)
    if portal is None or run.readback is None:
        return conclude(run, 0, 0, (), nothing=NOT_WATCHED)
    places = places_of(run)
    seen = np.zeros(len(places), bool)
    count = checked = 0
    examples: list[Example] = []
    for form in portal.forms():
        for part in (_regions(run, portal, form, seen), _stations(run, portal, form, seen)):
            count, checked, examples = count + part[0], checked + part[1], examples + part[2]
    found = conclude(run, count, checked, examples, absence=True, nothing=NOT_SETTLED)
    unseen = np.setdiff1d(places.index(run.readback.codes("tps")), np.flatnonzero(seen))
    if found.valid is True and len(unseen):
        return unknown(
            found,
            Text(
                f"{len(unseen)} TPS tersimpan tidak disebut jawaban portal mana pun setelah pulih",
                f"{len(unseen)} stored TPS were in no answer of the portal after all had healed",
            ),
        )
    return found


def _regions(run: RunDirectory, portal: Portal, form: str, seen: Mask) -> tuple[int, int, list[Example]]:
    """Regions that count too few; marks the TPS of every region that answered as `seen`."""
    ought = stored_votes(run, form)
    answered = portal.settled & portal.region & (portal.told | (portal.status == GONE))
    wrong, checked, examples = 0, 0, []
    for of_form, place, rows in portal.places(np.flatnonzero(answered)):
        if of_form != form:
            continue
        mine = ought.tps_of(place)
        stored = int(ought.counted[mine].sum())
        seen[mine] = True
        checked += 1
        shown = np.where(portal.told[rows], portal.counted[rows], 0)
        least = rows[int(np.argmin(shown))]
        if shown.min() < stored:
            wrong += 1
            examples.append(
                _example(
                    portal, int(least), 0,
                    Text(f"{place}: {stored} TPS terhitung", f"{place}: {stored} TPS counted"),
                    Text(f"{shown.min()} TPS", f"{shown.min()} TPS"),
                )
            )  # fmt: skip
    return wrong, checked, examples


def _stations(run: RunDirectory, portal: Portal, form: str, seen: Mask) -> tuple[int, int, list[Example]]:
    """Pages that the page of their TPS does not show; marks every TPS that was asked as `seen`."""
    assert run.readback is not None
    stored, places = run.readback, places_of(run)
    told = last_told(portal, places, form)
    seen[told >= 0] = True
    rows = np.flatnonzero(stored.numpy("current") & stored.is_in("form", form))
    tps = places.index(stored.codes("tps")[rows])
    rows, tps = rows[told[tps] >= 0], tps[told[tps] >= 0]
    has_votes = lengths(stored.arrow("votes"))[rows] > 0
    judgement = shown_votes(run, portal, form, told)
    missing = ~_shows_photo(run, portal, told, rows, tps)
    missing |= has_votes & np.isin(judgement, ("none", "earlier"))[tps]
    kinds, which = np.unique(tps * 256 + stored.numpy("page")[rows], return_inverse=True)
    hides = np.ones(len(kinds), bool)
    np.logical_and.at(hides, which, missing)
    examples = [
        _example(
            portal, int(told[one // 256]), int(one % 256),
            Text(f"halaman {one % 256} ditunjukkan", f"page {one % 256} is shown"),
            Text("tersimpan, tetapi tidak ditunjukkan", "stored, but not shown"),
        )
        for one in kinds[hides][:10].tolist()
    ]  # fmt: skip
    return int(hides.sum()), len(kinds), examples


def _shows_photo(run: RunDirectory, portal: Portal, told: Codes, rows: Codes, tps: Codes) -> Mask:
    """Of each stored row whether the answer about its TPS shows its photo; yes where there is none."""
    assert run.readback is not None
    answers = np.unique(told[tps])
    column = portal.table.arrow("photos").take(answers)
    photos = of_strings(column.flatten())
    claimed = run.readback.codes("content_sha256_claimed")[rows]
    fetched = run.readback.codes("content_sha256_fetched")[rows]
    on_show = pair(answers[owners(column)], photos)
    shown: Mask = (fetched < 0) & portal.told[told[tps]]
    for digest in (claimed, fetched):
        shown |= look_up(pair(told[tps], digest), on_show) >= 0
    return shown


def _example(portal: Portal, row: int, page: int, expected: Text, found: Text) -> Example:
    return Example(
        op_ids=(),
        tps="" if portal.region[row] else portal.table.text("place", row),
        form=portal.table.text("form", row),
        page=page,
        at_s=round(float(portal.asked_s[row]), 3),
        expected=expected,
        found=found,
    )
