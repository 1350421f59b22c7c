"""Contests and layouts: which forms a TPS votes with, who stands, and what the sheets look like.

Asked for at every page that comes in, so a process remembers: layouts for good (their digest is their name),
the contests of a village for a few seconds. Before anything is registered PPWP with three pairs is built in.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from sirekap.database.access import Database
from sirekap.forms.contests import Contest, builtin_contest, load, prefix
from sirekap.forms.fields import ELECTION
from sirekap.forms.layout import Layout, builtin_json
from sirekap.forms.layout import load as load_layout

VILLAGES = 20_000
CONTESTS = 500
LAYOUTS = 200  # about 100 KB each for a form with twenty pages

Value = TypeVar("Value")


class _Recent(Generic[Value]):
    """At most `entries` values; the least recently used gives way."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, key: str) -> Value | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: str, value: Value) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._entries:
            self._values.popitem(last=False)

    def clear(self) -> None:
        self._values.clear()


class Contests:
    """Finds contests and layouts; an answer is at most `trusted_s` old."""

    def __init__(self, database: Database, trusted_s: float) -> None:
        self._database = database
        self._trusted_s = trusted_s
        self._villages: _Recent[tuple[float, Mapping[str, Contest]]] = _Recent(VILLAGES)
        self._contests: _Recent[Contest] = _Recent(CONTESTS)
        self._layouts: _Recent[Layout] = _Recent(LAYOUTS)

    async def for_tps(self, tps: str, form: str) -> Contest | None:
        """The contest a TPS votes in with this form; None when it does not vote with it."""
        return (await self._of_village(tps[:10], form)).get(form)

    async def forms_of(self, tps: str) -> tuple[str, ...]:
        """The forms a TPS votes with, in the order of counting."""
        found = await self._of_village(tps[:10])
        return tuple(form for form in ELECTION if form in found)

    async def layout(self, digest: str) -> Layout | None:
        """A registered or built-in layout by its digest."""
        known = self._layouts.get(digest)
        if known is None:
            content = await self.layout_json(digest)
            if content is None:
                return None
            known = load_layout(content)
            self._layouts.put(digest, known)
        return known

    async def layout_json(self, digest: str) -> dict[str, Any] | None:
        """The same as JSON."""
        row = await self._database.fetchrow("SELECT content FROM layout WHERE digest = $1", digest)
        if row is None and digest == builtin_contest().layout_digest:
            return builtin_json("ppwp")
        return json.loads(row["content"]) if row else None

    def forget(self) -> None:
        """Contests were registered: ask anew."""
        self._villages.clear()

    async def _of_village(self, village: str, form: str | None = None) -> Mapping[str, Contest]:
        """By form. That there is no such contest is never remembered: it may just have been registered."""
        known = self._villages.get(village)
        now_s = time.monotonic()
        if known and now_s - known[0] < self._trusted_s and (form is None or form in known[1]):
            return known[1]
        found = await self._load(village)
        self._villages.put(village, (now_s, found))
        return found

    async def _load(self, village: str) -> Mapping[str, Contest]:
        rows = await self._database.fetch(
            "SELECT DISTINCT ON (a.form) a.form, c.contest, c.stamp"
            " FROM contest_area a JOIN contest c ON c.contest = a.contest"
            " WHERE a.area = ANY ($1::text[]) ORDER BY a.form, length(a.area) DESC",
            [village[:length] for length in (0, 2, 4, 6, 10)],
        )
        if not rows and not await self._database.fetchrow("SELECT 1 FROM contest LIMIT 1"):
            return {builtin_contest().form: builtin_contest()}
        found = [await self._contest(row["contest"], row["stamp"]) for row in rows]
        return {contest.form: contest for contest in found if contest is not None}

    async def _contest(self, name: str, stamp: str) -> Contest | None:
        known = self._contests.get(stamp)
        if known is None:
            row = await self._database.fetchrow(
                "SELECT contest, form, title, areas, layout, contestants FROM contest WHERE contest = $1",
                name,
            )
            if row is None:
                return None
            known = load({**row, "contestants": json.loads(row["contestants"])})
            self._contests.put(stamp, known)
        return known


def area_rows(contest: Contest) -> list[tuple[str, str, str]]:
    """Rows of contest_area: form, prefix, contest."""
    return [(contest.form, prefix(area), contest.contest) for area in contest.areas]
