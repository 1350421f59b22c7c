"""Finalising against writers at the same moment, on the real tables with real locks, many times over."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
import pytest

from sirekap.database.access import Database, connect
from sirekap.pleno.d_hasil import Content, canonical
from sirekap.pleno.decisions import ChangedMeanwhileError
from sirekap.pleno.standing import Decided, Decision
from sirekap.repositories.d_hasil import Results, SupersededError
from sirekap.repositories.ledger import ContendedError, PageLedger, PlenoFinalError
from sirekap.repositories.pages import DatabasePageRows, PageWrite
from sirekap.repositories.pleno import FormState, NotFinalError, Plenos
from sirekap.settings import load_effective
from sirekap.stack.layout import Layout
from tests.sirekap.kpps_phone import Stack, tps_code

KECAMATAN, KAB = "170804", "17.08"
TPS = tps_code(1)
ROUNDS, WRITERS = 10, 3


@asynccontextmanager
async def database_of(stack: Stack) -> AsyncIterator[Database]:
    """The stack's database, with the pool of a worker."""
    layout = Layout(stack.dir)
    password = json.loads(layout.secrets.read_text())["postgres_password"]
    database = await connect(load_effective(layout.effective_settings), password)
    try:
        await database.fetch(
            "INSERT INTO pleno (region, level, account)"
            " VALUES ($1, 'kecamatan', $3), ($2, 'kab_kota', $3) ON CONFLICT DO NOTHING",
            KECAMATAN,
            KAB,
            f"{TPS}-1",
        )
        yield database
    finally:
        await database.close()


def content(region: str, level: str, form: str, version: int) -> Content:
    """As much of a D.Hasil as storing it asks for."""
    return {
        "form": form, "level": level, "region": region, "number": f"uji/{region}/{form}/{version}",
        "account": f"{TPS}-1", "finalised_at": datetime.now(UTC).isoformat(), "contests": [],
    }  # fmt: skip


def write(form: str, page: int, number: int) -> PageWrite:
    """A page, or a correction of it."""
    key = f"{form}-{page}-{number}"
    return PageWrite(
        tps=TPS, form=form, page=page, key=key, account=f"{TPS}-1", operator=1, sha256="ab" * 32,
        photo_bytes=10, numbers={"suara_1": number}, captured_at=None, reason="balapan",
    )  # fmt: skip


async def look(database: Database, form: str) -> dict[int, int]:
    """The current revisions."""
    rows = await database.fetch(
        "SELECT page, max(revision) AS revision FROM page_revision"
        " WHERE tps = $1 AND form = $2 GROUP BY page",
        TPS,
        form,
    )
    return {row["page"]: row["revision"] for row in rows}


async def finalise(database: Database, form: str) -> dict[int, int]:
    """Decide and finalise until it is done; the revisions the D.Hasil is made of."""
    plenos, results = Plenos(database), Results(database)
    for attempt in range(500):
        basis = await look(database, form)
        decision = Decision(
            TPS, form, Decided.SESUAI, basis, {}, {}, (), None, f"{form}-{attempt}", f"{TPS}-1"
        )
        try:
            made = await plenos.decide(KECAMATAN, decision)
            whole = content(KECAMATAN, "kecamatan", form, 1)
            await results.finalise_kecamatan(whole, canonical(whole), FormState(), {TPS: made.id})
        except (ChangedMeanwhileError, SupersededError):
            continue
        return basis
    raise AssertionError("never finalised")


async def pause(number: int) -> None:
    """Ever longer, so that the one who finalises gets a turn on any machine."""
    await asyncio.sleep(random.uniform(0, 0.005 * (number + 1)))


async def one_round(database: Database, form: str) -> tuple[int, int]:
    """How many pages were stored and how many writes came after the D.Hasil, of one race.

    Everybody writes until told that it is too late. Who finalises begins when each of them has written once:
    on a busy machine nobody else would get a turn.
    """
    ledger = PageLedger(DatabasePageRows(database))
    await ledger.submit(write(form, 1, 0))
    refused, go = 0, asyncio.Barrier(WRITERS + 1)

    async def correct(first: int) -> None:
        nonlocal refused
        await ledger.correct(write(form, 1, first))
        await go.wait()
        for number in range(1, 200):
            await pause(number)
            try:
                await ledger.correct(write(form, 1, first + number))
            except PlenoFinalError:
                refused += 1
                return
            except ContendedError:
                continue

    async def submit() -> None:
        await ledger.submit(write(form, 2, 0))
        await go.wait()
        for page in range(3, 200):
            await pause(page)
            if (await ledger.submit(write(form, page, 0))).row.after_final:
                return

    async def finalised() -> dict[int, int]:
        await go.wait()
        return await finalise(database, form)

    basis, *_ = await asyncio.gather(finalised(), correct(1000), correct(2000), submit())
    rows = await database.fetch(
        "SELECT page, revision, after_final FROM page_revision WHERE tps = $1 AND form = $2", TPS, form
    )
    for row in rows:
        counted = row["revision"] <= basis.get(row["page"], 0)
        assert counted != row["after_final"], (
            f"{form}: page {row['page']} revision {row['revision']}: {basis}"
        )
    return len(rows), refused + sum(row["after_final"] for row in rows)


def test_every_page_is_in_the_d_hasil_or_marked_as_too_late(stack: Stack) -> None:
    async def race() -> list[tuple[int, int]]:
        async with database_of(stack) as database:
            return [await one_round(database, f"uji-{number}") for number in range(ROUNDS)]

    outcomes = asyncio.run(race())
    written, late = (sum(column) for column in zip(*outcomes, strict=True))
    assert late == WRITERS * ROUNDS, "each of three writers learnt that it was too late"
    before, after = 1 + WRITERS, 1  # pages of a round that are in by design, and the one that is too late
    assert written > (before + after) * ROUNDS, "it was a race: some were in time"


def test_a_kab_kota_never_stays_final_over_a_reopened_kecamatan(stack: Stack) -> None:
    async def one(database: Database, form: str) -> bool:
        plenos, results = Plenos(database), Results(database)
        below = content(KECAMATAN, "kecamatan", form, 1)
        await results.finalise_kecamatan(below, canonical(below), FormState(), {})
        above = content(KAB, "kab_kota", form, 1)

        async def add_up() -> bool:
            await asyncio.sleep(random.uniform(0, 0.004))
            try:
                await results.finalise_above(above, canonical(above), FormState(), {KECAMATAN: 1})
            except SupersededError:
                return False
            return True

        async def reopen() -> None:
            await asyncio.sleep(random.uniform(0, 0.004))
            await plenos.reopen(KECAMATAN, form, "balapan", f"buka-{form}", f"{TPS}-1")

        added, _ = await asyncio.gather(add_up(), reopen())
        states = [(await plenos.form_state(region, form)).state for region in (KECAMATAN, KAB)]
        assert states == ["open", "stale" if added else "open"]
        with pytest.raises(NotFinalError):
            await plenos.reopen(KECAMATAN, form, "balapan", f"lagi-{form}", f"{TPS}-1")
        return added

    async def race() -> list[bool]:
        async with database_of(stack) as database:
            return [await one(database, f"ralat-{number}") for number in range(ROUNDS)]

    assert {True, False} >= set(asyncio.run(race()))


def test_what_was_finalised_cannot_be_changed(stack: Stack) -> None:
    async def change(table: str, column: str) -> None:
        async with database_of(stack) as database:
            await database.fetch(f"UPDATE {table} SET {column} = {column}")

    for table, column in (("d_hasil", "content"), ("pleno_decision", "basis"), ("pleno_act", "reason")):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            asyncio.run(change(table, column))
