"""The recap at work: look at TPS, decide, finalise, reopen, and compute again what was finalised.

The story of a form: a PPK decides TPS by TPS (`decide`), finalises (`finalise`), and the level above adds up
what those below finalised. A D.Hasil is drafted without any lock, for that takes time; then, under the lock,
it is stored only if everything it was made of still stands.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sirekap.pleno.d_hasil import (
    Content,
    Heading,
    Lower,
    canonical,
    digest,
    of_regions,
    of_stations,
    totals,
    with_numbers,
)
from sirekap.pleno.decisions import Asked, ChangedMeanwhileError, planned
from sirekap.pleno.levels import goes_up_to, level_below
from sirekap.pleno.standing import Ballot, Decision, StoredPage, TpsStanding
from sirekap.repositories.contests import Contests
from sirekap.repositories.d_hasil import Result, Results
from sirekap.repositories.ledger import PageLedger, PlenoFinalError
from sirekap.repositories.pages import PageWrite
from sirekap.repositories.pleno import ActKeyReusedError, LowerState, Place, Plenos

Source = TypeVar("Source")


class NothingHereError(Exception):
    """Nobody in this region votes with this form."""


class NotDecidedError(Exception):
    """TPS that still have to be decided."""

    def __init__(self, tps: Sequence[str]) -> None:
        super().__init__(f"{len(tps)} TPS are not decided")
        self.tps = list(tps)


class LowerNotFinalError(Exception):
    """Regions below whose D.Hasil is not final, or made of one that was reopened since."""

    def __init__(self, lowers: Sequence[LowerState]) -> None:
        super().__init__(f"{len(lowers)} regions below have no final D.Hasil")
        self.lowers = list(lowers)


@dataclass(frozen=True)
class Recomputed:
    """A D.Hasil computed again from page revisions or from the D.Hasil below."""

    result: Result
    sha256: str
    missing: tuple[str, ...]  # columns whose source is gone or is not what the D.Hasil says it is

    @property
    def equal(self) -> bool:
        """Whether it comes out the same, to the last digit."""
        return not self.missing and self.sha256 == self.result.sha256 == digest(self.result.text)


class Recap:
    """Everything a pleno does."""

    def __init__(self, plenos: Plenos, results: Results, ledger: PageLedger, contests: Contests) -> None:
        self.plenos = plenos
        self.results = results
        self._ledger = ledger
        self._contests = contests

    async def standings(self, kecamatan: str, form: str, tps: str | None = None) -> list[TpsStanding]:
        """How every TPS of a kecamatan that votes with this form stands, or one of them."""
        stations = await self.plenos.stations(kecamatan, tps)
        ballots = {
            village: await self._ballot(village, form) for village in {one.code[:10] for one in stations}
        }
        pages: dict[str, dict[int, StoredPage]] = {}
        for page in await self.plenos.pages(kecamatan, form, tps):
            pages.setdefault(page.tps, {})[page.page] = page
        decisions = await self.plenos.decisions(kecamatan, form, tps)
        return [
            TpsStanding(one, ballot, pages.get(one.code, {}), decisions.get(one.code))
            for one in stations
            if (ballot := ballots[one.code[:10]])
        ]

    async def decide(self, kecamatan: str, tps: str, form: str, asked: Asked) -> tuple[Decision, bool]:
        """Store the PPK's decision on one TPS and the revisions it brings; whether it was there already.

        Raises:
            NothingHereError, PlenoFinalError, ActKeyReusedError, and as for `planned` and
            `PageLedger.correct`.
        """
        earlier = await self.plenos.decision_under(asked.key)
        if earlier:
            if (earlier.tps, earlier.form, earlier.request) != (tps, form, asked.digest):
                raise ActKeyReusedError
            return earlier, True
        if (await self.plenos.form_state(kecamatan, form)).state == "final":
            raise PlenoFinalError
        found = await self.standings(kecamatan, form, tps)
        if not found:
            raise NothingHereError
        plan = planned(found[0], asked)
        basis = dict(found[0].revisions)
        for page, numbers in plan.corrections.items():
            stored = await self._ledger.correct(_correction(tps, form, page, numbers, asked))
            if stored.row.revision != asked.basis[page] + 1:
                raise ChangedMeanwhileError({**basis, page: stored.row.revision})
            basis[page] = stored.row.revision
        decision = Decision(
            tps=tps,
            form=form,
            decision=asked.decision,
            basis=basis,
            entries=plan.entries,
            changes=plan.changes,
            violations=plan.violations,
            reason=asked.reason,
            key=asked.key,
            account=asked.account,
            request=asked.digest,
        )
        return await self.plenos.decide(kecamatan, decision), False

    async def finalise(self, place: Place, form: str, account: str, note: str | None) -> tuple[Result, bool]:
        """Make the D.Hasil of a form; whether it was final already.

        Raises:
            NothingHereError, NotDecidedError, LowerNotFinalError, NotAddableError, SupersededError.
        """
        if not goes_up_to(form, place.level):
            raise NothingHereError
        standing = await self.plenos.form_state(place.code, form)
        before = await self.results.get(place.code, form) if standing.version else None
        if standing.state == "final" and before:
            return before, True
        above = await self.plenos.above(place.code)
        heading = Heading(
            form=form,
            level=place.level,
            region=place.code,
            name=place.name,
            above=[{"level": one.level, "code": one.code, "name": one.name} for one in above],
            version=standing.version + 1,
            account=account,
            finalised_at=datetime.now(UTC),
            note=note,
        )
        earlier = before.content if before else None
        if place.level == "kecamatan":
            stations = await self._all_decided(place.code, form)
            content, text = await asyncio.to_thread(_drafted, of_stations, heading, stations, earlier)
            decisions = {one.station.code: one.decision.id for one in stations if one.decision}
            return await self.results.finalise_kecamatan(content, text, standing, decisions), False
        versions = await self._all_final(place, form)
        lowers = list((await self.results.lowers(form, versions)).values())
        content, text = await asyncio.to_thread(_drafted, of_regions, heading, lowers, earlier)
        return await self.results.finalise_above(content, text, standing, versions), False

    async def recompute(self, result: Result) -> Recomputed:
        """Compute a D.Hasil again from what it names as its sources, down to single page revisions."""
        content = result.content
        numbers, missing = (
            await self._from_revisions(content)
            if content["level"] == "kecamatan"
            else await self._from_below(content)
        )
        if missing:
            return Recomputed(result, "", tuple(sorted(missing)))
        text = await asyncio.to_thread(lambda: canonical(with_numbers(content, numbers)))
        return Recomputed(result, digest(text), ())

    async def _ballot(self, village: str, form: str) -> Ballot | None:
        contest = await self._contests.for_tps(village, form)
        layout = await self._contests.layout(contest.layout_digest) if contest else None
        return Ballot(contest, layout) if contest and layout else None

    async def _all_decided(self, kecamatan: str, form: str) -> list[TpsStanding]:
        stations = await self.standings(kecamatan, form)
        if not stations:
            raise NothingHereError
        open_ones = [one.station.code for one in stations if one.decision is None]
        if open_ones:
            raise NotDecidedError(open_ones)
        return stations

    async def _all_final(self, place: Place, form: str) -> dict[str, int]:
        lowers = await self.plenos.lowers(place.code, level_below(place.level), form)
        if not lowers:
            raise NothingHereError
        open_ones = [lower for lower in lowers if lower.state != "final"]
        if open_ones:
            raise LowerNotFinalError(open_ones)
        return {lower.code: lower.version for lower in lowers}

    async def _from_revisions(
        self, content: Content
    ) -> tuple[dict[tuple[str, str], dict[str, int]], set[str]]:
        columns = [(part["contest"], column) for part in content["contests"] for column in part["columns"]]
        wanted = [
            (column["code"], int(page), revision)
            for _, column in columns
            for page, revision in column["from"]["revisions"].items()
        ]
        stored = await self.results.revisions(content["form"], wanted)
        entered = await self.results.entries([column["from"]["decision"] for _, column in columns])
        numbers: dict[tuple[str, str], dict[str, int]] = {}
        missing = {tps for tps, page, _ in wanted if (tps, page) not in stored}
        for contest, column in columns:
            pages = column["from"]["revisions"]
            values: dict[str, int] = {}
            for page in pages:
                values.update(stored.get((column["code"], int(page)), {}))
            for page, given in entered.get(column["from"]["decision"], {}).items():
                if str(page) not in pages:
                    values.update(given)
            numbers[contest, column["code"]] = values
        fields = {part["contest"]: part["fields"] for part in content["contests"]}
        missing |= {code for (contest, code), values in numbers.items() if set(fields[contest]) - set(values)}
        return numbers, missing

    async def _from_below(self, content: Content) -> tuple[dict[tuple[str, str], dict[str, int]], set[str]]:
        columns = [(part["contest"], column) for part in content["contests"] for column in part["columns"]]
        versions = {column["code"]: int(column["from"]["version"]) for _, column in columns}
        lowers: dict[str, Lower] = await self.results.lowers(content["form"], versions)
        missing = {
            column["code"]
            for _, column in columns
            if column["code"] not in lowers
            or lowers[column["code"]].sha256 != column["from"]["sha256"]
            or digest(canonical(lowers[column["code"]].content)) != column["from"]["sha256"]
        }
        return {
            (contest, column["code"]): totals(lowers[column["code"]].content, contest)
            for contest, column in columns
            if column["code"] not in missing
        }, missing


def _drafted(
    make: Callable[[Heading, Sequence[Source], Content | None], Content],
    heading: Heading,
    sources: Sequence[Source],
    earlier: Content | None,
) -> tuple[Content, str]:
    content = make(heading, sources, earlier)
    return content, canonical(content)


def _correction(tps: str, form: str, page: int, numbers: dict[str, int], asked: Asked) -> PageWrite:
    return PageWrite(
        tps=tps,
        form=form,
        page=page,
        key=asked.correction_key(page),
        account=asked.account,
        operator=0,  # not one of the TPS's: the table notes the pleno
        sha256="",  # the photo stays that of the revision it corrects
        photo_bytes=0,
        numbers=numbers,
        captured_at=None,
        reason=asked.reason,
    )
