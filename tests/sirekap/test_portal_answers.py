"""Answers to the public are made once, kept for a moment, bounded, and in the form the reader asked for."""

import asyncio
import gzip
from datetime import UTC, datetime

from starlette.requests import Request

from sirekap.portal.answers import Answer, Content, Freshness, Moments

AS_OF = datetime(2024, 2, 14, 12, tzinfo=UTC)
FRESHNESS = Freshness(stated_s=3.0, kept_s=0.5)


def asking(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": raw})


def answer(body: bytes = b"x" * 2000, age_s: float = 0.4) -> Answer:
    return Answer(Content(body, "text/html", AS_OF, age_s), FRESHNESS)


def test_a_reader_who_has_it_is_told_so() -> None:
    one = answer()
    whole = one.to(asking())
    assert (whole.status_code, len(whole.body)) == (200, 2000)
    tag = whole.headers["etag"]
    for given in (tag, f'"other", {tag}', "*", f"W/{tag}"):
        unchanged = one.to(asking(if_none_match=given))
        assert (unchanged.status_code, unchanged.body) == (304, b"")
        assert unchanged.headers["etag"] == tag
    assert one.to(asking(if_none_match='"other"')).status_code == 200
    assert answer(b"y" * 2000).to(asking()).headers["etag"] != tag


def test_what_is_packed_is_another_representation() -> None:
    one = answer()
    packed = one.to(asking(accept_encoding="br, gzip;q=0.8"))
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(packed.body)) == b"x" * 2000
    assert packed.headers["etag"] != one.to(asking()).headers["etag"]
    assert one.to(asking(accept_encoding="gzip;q=0")).headers.get("content-encoding") is None
    assert answer(b"short").to(asking(accept_encoding="gzip")).headers.get("content-encoding") is None
    assert all(
        one.to(asking(accept_encoding=how)).headers["vary"] == "Accept-Encoding" for how in ("", "gzip")
    )


def test_caches_before_us_get_what_is_left_of_the_stated_age() -> None:
    def control(age_s: float) -> str:
        return str(answer(age_s=age_s).to(asking()).headers["cache-control"])

    assert control(0.4) == "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
    assert control(1.4) == "public, max-age=0, s-maxage=1"
    assert control(1.6) == control(60.0) == "no-cache"


def test_many_at_once_cost_one() -> None:
    made = 0

    async def make() -> int:
        nonlocal made
        made += 1
        await asyncio.sleep(0.01)
        return made

    async def story() -> None:
        clock = 0.0
        moments: Moments[int] = Moments(10, 1.0, lambda: clock)
        assert await asyncio.gather(*(moments.get("a", make) for _ in range(50))) == [1] * 50
        clock = 0.9
        assert await moments.get("a", make) == 1
        clock = 1.1
        assert await moments.get("a", make) == 2

    asyncio.run(story())


def test_one_who_leaves_takes_nothing_from_the_others_and_a_failure_is_not_kept() -> None:
    async def story() -> None:
        moments: Moments[int] = Moments(10, 1.0)
        begun = asyncio.Event()

        async def slow() -> int:
            begun.set()
            await asyncio.sleep(0.02)
            return 7

        async def broken() -> int:
            raise OSError("away")

        first = asyncio.create_task(moments.get("a", slow))
        second = asyncio.create_task(moments.get("a", slow))
        await begun.wait()
        first.cancel()
        assert await second == 7
        for _ in range(2):
            (failure,) = await asyncio.gather(moments.get("b", broken), return_exceptions=True)
            assert isinstance(failure, OSError)
        assert await moments.get("b", slow) == 7

    asyncio.run(story())


def test_names_nobody_has_push_out_only_each_other() -> None:
    async def story() -> None:
        moments: Moments[str] = Moments(5, 60.0)
        asked: list[str] = []

        async def known() -> str:
            asked.append("known")
            return "here"

        async def unknown() -> None:
            asked.append("unknown")

        assert await moments.get("known", known) == "here"
        for number in range(1000):
            assert await moments.get(f"invented {number}", unknown) is None
        assert await moments.get("invented 999", unknown) is None
        assert await moments.get("known", known) == "here"
        assert (asked.count("known"), asked.count("unknown")) == (1, 1000)
        assert len(moments) <= 10

    asyncio.run(story())
