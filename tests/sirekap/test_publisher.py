"""The publisher counts every committed revision once, whatever the order of commits and whoever dies."""

import asyncio
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from sirekap.database.access import Database
from sirekap.portal.counting import adding_up
from sirekap.repositories.public_results import PublicResults
from sirekap.repositories.snapshots import cut_after
from sirekap.repositories.tallies import Tallies
from sirekap.work.publisher import publish, recount
from tests.sirekap.kpps_phone import ROOT, Stack, running_stack
from tests.sirekap.public_country import Sent, country, database, insert, numbers, pages_of, register

PLACES = country(provinces=2, below=2, stations=2)
ACCOUNT = f"{PLACES[0].tps[0]}-1"
FORMS = ("ppwp", "dpr", "dpd")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose own publisher has its first round and then sleeps."""
    directory = tmp_path_factory.mktemp("quiet")
    asleep = {"SIREKAP_PUBLISH_PERIOD_S": "3600", "SIREKAP_PUBLIC_STALENESS_S": "3605"}
    with running_stack(directory, "--api-workers", "1", environ=asleep) as stack:
        register(stack, PLACES)
        yield stack


@contextlib.asynccontextmanager
async def opened(stack: Stack) -> AsyncIterator[tuple[Database, Tallies]]:
    async with database(stack.dir) as pool:
        yield pool, Tallies(pool)


async def caught_up(tallies: Tallies, most: int = 5000) -> None:
    while not ((done := await publish(tallies, most)) and done.whole):
        pass


class Writers:
    """Random submissions and corrections, several transactions open at once, committed in any order."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self._revisions: dict[tuple[str, str, int], int] = {}
        self.stations = [tps for place in PLACES for tps in place.tps]

    def next(self, many: int) -> list[Sent]:
        sent = []
        for _ in range(many):
            tps, form = self.draw.choice(self.stations), self.draw.choice(FORMS)
            page, found = self.draw.choice(list(pages_of(form, numbers(form, self.draw)).items()))
            key = (tps, form, page)
            self._revisions[key] = self._revisions.get(key, 0) + 1
            sent.append(Sent(tps, form, page, self._revisions[key], found))
        return sent


async def write(pool: Database, writers: Writers, transactions: int, at_once: int = 6) -> None:
    """Commit so many transactions of one to six revisions, `at_once` of them open at the same time."""
    for _ in range(transactions // at_once):
        async with contextlib.AsyncExitStack() as stack:
            ends = []
            for _ in range(at_once):
                inner = contextlib.AsyncExitStack()
                connection = await inner.enter_async_context(pool.transaction(30.0))
                await insert(connection, writers.next(writers.draw.randint(1, 6)), ACCOUNT)
                ends.append(inner)
                stack.push_async_exit(inner)
            writers.draw.shuffle(ends)
            for inner in ends:
                await inner.aclose()  # commits
                await asyncio.sleep(writers.draw.random() * 0.004)


async def state(pool: Database) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    tallies = await pool.fetch(
        "SELECT form, region, contest, tps_total, tps_in, pages_in, sums FROM tally ORDER BY form, region"
    )
    stations = await pool.fetch(
        "SELECT tps, form, contest, regions, is_in, votes, pages FROM public_station ORDER BY tps, form"
    )
    return [dict(row) for row in tallies], [dict(row) for row in stations]


async def summed_by_sql(pool: Database, form: str, level: str, code: str) -> dict[str, int]:
    """The votes of one region, straight from the pages, of TPS all of whose pages with votes are there."""
    voted = re.compile("^(suara|jumlah)_(?!sah|tidak_sah|total)")
    fields = pages_of(form, numbers(form, random.Random(0)))
    pages = [page for page, found in fields.items() if any(voted.match(name) for name in found)]
    rows = await pool.fetch(
        "WITH here AS (SELECT p.* FROM current_page p JOIN tps t ON t.code = p.tps"
        f" WHERE p.form = $1 AND t.{level} = $2 AND p.page = ANY ($3::smallint[])),"
        " whole AS (SELECT tps FROM here GROUP BY tps HAVING count(*) = cardinality($3))"
        " SELECT f.field, sum(f.value::int) AS total FROM here JOIN whole USING (tps),"
        "  jsonb_each_text(numbers) AS f (field, value)"
        " WHERE field ~ '^(suara|jumlah)_' AND field !~ '^suara_(sah|tidak_sah|total)$' GROUP BY field",
        form,
        code,
        pages,
    )
    return {row["field"]: row["total"] for row in rows if row["total"]}


def test_a_cut_snapshot_sees_the_same_up_to_the_cut() -> None:
    assert cut_after("10:20:10,12,15", 25) == "10:20:10,12,15"
    assert cut_after("10:20:10,12,15", 13) == "10:14:10,12"
    assert cut_after("10:20:10,12,15", 9) == "10:10:"
    assert cut_after("10:10:", 4) == "5:5:"


def test_tallies_equal_a_recount_after_random_writers(quiet: Stack) -> None:
    async def story() -> None:
        async with opened(quiet) as (pool, tallies):
            writers = Writers(1)
            writing = asyncio.create_task(write(pool, writers, 120))
            rounds = 0
            while not writing.done():
                await publish(tallies, most=writers.draw.choice((3, 20, 5000)))
                rounds += 1
            await writing
            await caught_up(tallies, most=7)
            assert rounds > 5
            kept = await state(pool)
            assert sum(row["tps_in"] for row in kept[0] if row["region"] == "0") > 3
            assert await recount(tallies)
            assert await state(pool) == kept

    asyncio.run(story())


def test_sums_are_those_of_the_pages_themselves(quiet: Stack) -> None:
    async def story() -> None:
        async with opened(quiet) as (pool, tallies):
            await caught_up(tallies)
            tested = 0
            for form in FORMS:
                for level, code in (
                    ("provinsi", "11"),
                    ("kab_kota", "12.01"),
                    ("kel_desa", PLACES[0].village),
                ):
                    row = await pool.fetchrow(
                        "SELECT * FROM tally WHERE form = $1 AND region = $2", form, code
                    )
                    assert row is not None
                    expected = await summed_by_sql(pool, form, level, code)
                    adding = adding_up(form, row["contest"])
                    shown = await PublicResults(pool).region(form, code.replace(".", ""))
                    assert shown is not None
                    votes = {k: v for k, v in shown.region.sums.items() if k in expected}
                    assert votes == {k: v for k, v in expected.items() if adding is None or k in adding}
                    tested += len(votes)
            assert tested > 30

    asyncio.run(story())


def test_what_commits_late_is_counted_when_it_commits(quiet: Stack) -> None:
    async def story() -> None:
        async with opened(quiet) as (pool, tallies):
            await caught_up(tallies)
            writers = Writers(2)
            one, other = PLACES[-1].tps
            page = pages_of("ppwp", numbers("ppwp", writers.draw))

            async def in_nation() -> int:
                row = await pool.fetchrow("SELECT pages_in FROM tally WHERE form = 'ppwp' AND region = '0'")
                return int(row["pages_in"])

            await pool.fetch("DELETE FROM page_revision WHERE tps = ANY ($1::text[])", [one, other])
            await recount(tallies)
            before = await in_nation()
            async with pool.transaction(30.0) as early:
                await insert(early, [Sent(one, "ppwp", 2, 1, page[2])], ACCOUNT)
                async with pool.transaction(30.0) as late:
                    await insert(late, [Sent(other, "ppwp", 2, 1, page[2])], ACCOUNT)
                await caught_up(tallies)
                assert await in_nation() == before + 1, "the later one, committed first"
            await caught_up(tallies)
            assert await in_nation() == before + 2
            await caught_up(tallies)
            assert await in_nation() == before + 2

    asyncio.run(story())


def test_a_killed_publisher_leaves_nothing_out_and_counts_nothing_twice(quiet: Stack) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path\n"
        "from sirekap.repositories.tallies import Tallies\n"
        "from sirekap.work.publisher import publish\n"
        "from tests.sirekap.public_country import database\n"
        "async def rounds():\n"
        "    async with database(Path(sys.argv[1])) as pool:\n"
        "        tallies = Tallies(pool)\n"
        "        print('counting', flush=True)\n"
        "        while True:\n"
        "            await publish(tallies, most=5)\n"
        "asyncio.run(rounds())\n"
    )

    async def story() -> None:
        async with opened(quiet) as (pool, tallies):
            writers = Writers(3)
            writers._revisions = {
                (row["tps"], row["form"], row["page"]): row["revision"]
                for row in await pool.fetch("SELECT tps, form, page, revision FROM current_page")
            }
            for _ in range(2):
                process = subprocess.Popen(
                    [sys.executable, "-c", program, str(quiet.dir)],
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    env={**os.environ, "PYTHONPATH": str(ROOT)},
                )
                try:
                    assert process.stdout is not None
                    assert await asyncio.to_thread(process.stdout.readline) == b"counting\n"
                    await write(pool, writers, 36)
                finally:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
            row = await pool.fetchrow("SELECT revisions FROM publication")
            await caught_up(tallies)
            kept = await state(pool)
            assert row["revisions"] > 50, "the killed ones had counted"
            assert await recount(tallies)
            assert await state(pool) == kept

    asyncio.run(story())


def test_only_one_counts_at_a_time(quiet: Stack) -> None:
    async def story() -> None:
        async with opened(quiet) as (_, tallies):
            async with tallies.round(30.0) as first:
                assert first is not None
                assert await publish(tallies) is None
            assert await publish(tallies) is not None

    asyncio.run(story())


def test_a_restored_database_is_counted_anew(quiet: Stack) -> None:
    async def story() -> None:
        async with opened(quiet) as (pool, tallies):
            await caught_up(tallies)
            kept = await state(pool)
            # as after a restore into a new cluster: numbers of transactions that are still to come here
            await pool.fetch("UPDATE publication SET cluster = 'another'")
            await pool.fetch(
                "UPDATE page_revision SET written_by = (pg_current_xact_id()::text::bigint + 9)::text::xid8"
            )
            done = await publish(tallies)
            assert done and done.recounted
            for _ in range(12):
                await pool.fetch("SELECT pg_current_xact_id()")
                await caught_up(tallies)
            assert await state(pool) == kept

    asyncio.run(story())
