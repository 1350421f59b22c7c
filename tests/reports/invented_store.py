"""A made-up honest system: pages and their revisions, sessions, and what it shows the public.

Small enough to be right by reading it. `rows` are the rows of the readback; a test bends them and looks who
notices.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from reports.schema import PAGE_FIELDS, PROBE_CORRUPTED, PROBE_FOREIGN, PROBE_TRUNCATED

Row = dict[str, Any]

VOTES_PAGE = 2
SESSIONS = 3
"""Sessions an account may have; one more login ends the oldest."""

REFUSALS = {PROBE_TRUNCATED: 422, PROBE_CORRUPTED: 422, PROBE_FOREIGN: 403}
"""Status of a refused probe; of all others 401."""


def digest(*parts: object) -> str:
    """A digest that stands for the content named by `parts`."""
    return sha256(":".join(map(str, parts)).encode()).hexdigest()


def tps_code(index: int) -> str:
    """The `index`-th TPS of the made-up regency: 4 kecamatan, TPS numbers from 1."""
    return f"1708{index % 4 + 1:02d}2001{index // 4 + 1:03d}"


def places(tps: str) -> tuple[str, ...]:
    """The regions a TPS is counted in, from the nation down to its desa."""
    return ("0", tps[:2], tps[:4], tps[:6], tps[:10])


def numbers_of(tps: str, page: int, version: int = 0) -> dict[str, int]:
    """The numbers a TPS sends for a page; `version` tells corrections apart."""
    return {name: (int(tps[-3:]) + 7 * place + version) % 300 for place, name in enumerate(PAGE_FIELDS[page])}


def numbers_text(numbers: dict[str, int]) -> str:
    return json.dumps(numbers, sort_keys=True, separators=(",", ":"))


@dataclass
class Store:
    """What a sound system does: one row a key, one first submission a page, corrections append."""

    rows: list[Row] = field(default_factory=list)
    sessions: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    """Open sessions of an account, oldest first."""
    logins: int = 0

    def login(self, tps: str, operator: int) -> str:
        """The fingerprint of a new session."""
        self.logins += 1
        mine = self.sessions.setdefault((tps, operator), [])
        mine.append(digest("session", tps, operator, self.logins)[:16])
        del mine[:-SESSIONS]
        return mine[-1]

    def logout(self, tps: str, operator: int) -> str:
        """Ends the newest session of an account and tells which it was; '' if there was none."""
        mine = self.sessions.get((tps, operator), [])
        return mine.pop() if mine else ""

    def stored_pages(self, tps: str) -> int:
        """Bit n for page n, as `status` tells the phone."""
        return sum({1 << row["page"] for row in self.rows if row["tps"] == tps})

    def write(self, request: Row, numbers: dict[str, int]) -> tuple[str, int, str]:
        """(outcome, status, receipt) of one request."""
        if request["expect"] == "reject":
            return "fail", REFUSALS.get(request["reason"], 401), ""
        for row in self.rows:
            if row["key"] == request["key"]:
                return "ok", 200, row["receipt"]
        page = [
            row
            for row in self.rows
            if (row["tps"], row["form"], row["page"]) == (request["tps"], request["form"], request["page"])
        ]
        if request["kind"] == "submit_page" and page:
            return "fail", 409, page[0]["receipt"]
        if request["kind"] == "correct" and not page:
            return "fail", 409, ""
        for row in page:
            row["current"] = False
        photo = page[0]["content_sha256_fetched"] if page else request["content_sha256"]
        text = numbers_text(numbers)
        self.rows.append(
            {
                "tps": request["tps"],
                "form": request["form"],
                "page": request["page"],
                "revision": len(page) + 1,
                "current": True,
                "receipt": "R" + digest(request["key"], len(self.rows))[:20],
                "key": request["key"],
                "account_tps": request["account_tps"],
                "operator": request["operator"],
                "content_sha256_claimed": photo,
                "content_sha256_fetched": photo,
                "content_bytes": 800_000,
                "content_whole": True,
                "votes": list(numbers.values()) if request["page"] == VOTES_PAGE else [],
                "numbers_sha256": sha256(text.encode()).hexdigest(),
                "numbers": text,
                "stored_at": "2024-02-14T12:00:00Z",
            }
        )
        return "ok", 201, self.rows[-1]["receipt"]

    def shown(self, everybody: list[str]) -> Iterator[Row]:
        """What the public sees now: every region from the nation to the desa, then every TPS."""
        current = [row for row in self.rows if row["current"] and row["form"] == "ppwp"]
        votes = {row["tps"]: row["votes"] for row in current if row["page"] == VOTES_PAGE}
        for place in sorted(
            {place for tps in everybody for place in places(tps)}, key=lambda one: (len(one), one)
        ):
            mine = [votes[tps] for tps in sorted(votes) if place in places(tps)]
            yield {
                "kind": "region",
                "place": place,
                "status": 200,
                "expected_tps": sum(place in places(tps) for tps in everybody),
                "counted_tps": len(mine),
                "votes": [sum(of_one) for of_one in zip(*mine, strict=True)] or [0, 0, 0],
                "photos": [],
            }
        for tps in everybody:
            pages = [row for row in current if row["tps"] == tps]
            yield {
                "kind": "tps",
                "place": tps,
                "status": 200 if pages else 404,
                "expected_tps": 1 if pages else 0,
                "counted_tps": int(tps in votes),
                "votes": votes.get(tps, []),
                "photos": [row["content_sha256_fetched"] for row in pages],
            }
