"""How each planted defect shows itself over HTTP: true on a stack that has it, false on any other.

A function a defect, under its name. Each begins with polling stations that nobody used before, so that any
number of them may follow one another.
"""

import asyncio
import hashlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import cv2
import numpy as np
import psutil
import requests

from sirekap.database.alone import connect_alone
from tests.sirekap.kpps_phone import (
    NUMBERS,
    WAIT_S,
    Phone,
    Stack,
    bearer,
    login,
    photo,
    ready_phone,
)
from tests.sirekap.offices import register_body
from tests.sirekap.recap_offices import kpps, office

VILLAGE, KECAMATAN = "1708042001", "170804"
WRONG = "bukan-sandinya"
READING_TRIES = 4  # setting `reading_tries`; a job is taken once more to be given up


@dataclass
class Bench:
    """A stack, and polling stations of it that nobody used yet."""

    stack: Stack
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def phone(self) -> Phone:
        """A phone of a TPS that has sent nothing."""
        return ready_phone(self.stack, next(self.numbers))


Shows = Callable[[Bench], bool]


def ack_before_commit(bench: Bench) -> bool:
    answer = bench.phone().submit(2, "janji")
    with dead(bench.stack, "api-1"):
        pass
    return answer.json()["receipt"] not in {row["receipt"] for row in bench.stack.audit()}


def retry_not_idempotent(bench: Bench) -> bool:
    phone = bench.phone()
    first, again = phone.submit(2, f"{phone.tps}-1"), phone.submit(2, f"{phone.tps}-1")
    stored = [row for row in bench.stack.audit() if row["tps"] == phone.tps]
    return first.json()["receipt"] != again.json()["receipt"] and len(stored) == 2


def truncated_photo_accepted(bench: Bench) -> bool:
    phone = bench.phone()
    whole = photo(phone.tps)
    answer = phone.submit(2, f"{phone.tps}-1", jpeg=whole[:9000], headers=announcing(whole))
    if answer.status_code == 201:
        shown = read(bench, f"/public/v1/photos/{hashlib.sha256(whole[:9000]).hexdigest()}.jpg")
        assert shown.content == whole[:9000]
    return answer.status_code == 201


def corrupted_photo_accepted(bench: Bench) -> bool:
    phone = bench.phone()
    whole = photo(phone.tps)
    damaged = whole[:9000] + bytes(64) + whole[9064:]
    return phone.submit(2, f"{phone.tps}-1", jpeg=damaged, headers=announcing(whole)).status_code == 201


def foreign_write_accepted(bench: Bench) -> bool:
    phone, neighbour = bench.phone(), bench.phone()
    return phone.submit(2, f"{phone.tps}-1", tps=neighbour.tps).status_code == 201


def late_retry_wins(bench: Bench) -> bool:
    phone = bench.phone()
    first = phone.submit(2, f"{phone.tps}-1").json()
    corrected = correct(phone, "suara_1", 51, f"{phone.tps}-2").json()
    late = phone.submit(2, f"{phone.tps}-1").json()
    assert late["receipt"] == first["receipt"]
    rows = [row for row in bench.stack.audit() if row["tps"] == phone.tps]
    assert {row["receipt"] for row in rows} == {first["receipt"], corrected["receipt"]}, "no surplus row"
    assert len(rows) == 2
    return next(row for row in rows if row["current"])["receipt"] == first["receipt"]


def count_wraps(bench: Bench) -> bool:
    phone = bench.phone()
    phone.submit(2, f"{phone.tps}-1", numbers={**NUMBERS[2], "suara_2": 200})
    stored = next(row for row in bench.stack.audit() if row["tps"] == phone.tps)["numbers"]
    assert stored["suara_1"] == NUMBERS[2]["suara_1"]
    return bool(stored["suara_2"] != 200)


def neighbours_mixed(bench: Bench) -> bool:
    sent = {tps: 10 + at for at, tps in enumerate(together(bench))}
    stored = {row["tps"]: row["numbers"]["suara_1"] for row in bench.stack.audit() if row["tps"] in sent}
    assert sorted(stored.values()) == sorted(sent.values()), "none is lost, none invented"
    return stored != sent


def receipt_of_another(bench: Bench) -> bool:
    given = together(bench)
    stored = {row["tps"]: row["receipt"] for row in bench.stack.audit() if row["tps"] in given}
    assert sorted(stored.values()) == sorted(given.values()), "every receipt is of somebody"
    return stored != given


def failure_answered_200(bench: Bench) -> bool:
    phone = bench.phone()
    with dead(bench.stack, "postgres"):
        time.sleep(0.5)
    answer = phone.submit(2, f"{phone.tps}-1")
    assert answer.status_code == 201
    return answer.json()["receipt"] not in {row["receipt"] for row in bench.stack.audit()}


def health_lies(bench: Bench) -> bool:
    assert read(bench, "/readyz").status_code == 200
    with dead(bench.stack, "postgres"):
        time.sleep(1.1)  # an answer may be a second old
        return read(bench, "/readyz").status_code == 200


def pool_never_reconnects(bench: Bench) -> bool:
    phone = bench.phone()
    with dead(bench.stack, "postgres"):
        assert phone.submit(2, f"{phone.tps}-1").status_code == 503
    time.sleep(1.1)  # the others have found it again by then
    answer = phone.submit(2, f"{phone.tps}-1")
    with dead(bench.stack, "api-1"):  # it begins anew, for whoever comes next
        pass
    return answer.status_code == 503


def database_fsync_off(bench: Bench) -> bool:
    return setting(bench, "fsync") == "off"


def commit_not_synchronous(bench: Bench) -> bool:
    phone = bench.phone()
    receipt = phone.submit(2, f"{phone.tps}-1").json()["receipt"]
    with dead(bench.stack, "postgres"):
        pass
    assert login(bench.stack, f"{phone.tps}-1").status_code == 200, "accounts are not lost"
    return receipt not in {row["receipt"] for row in bench.stack.audit()}


def photo_recompressed(bench: Bench) -> bool:
    phone = bench.phone()
    picture = np.random.default_rng(7).integers(0, 255, (400, 300, 3), np.uint8)
    jpeg = bytes(cv2.imencode(".jpg", picture)[1])
    stored = phone.submit(2, f"{phone.tps}-1", jpeg=jpeg).json()["sha256"]
    shown = read(bench, f"/public/v1/photos/{stored}.jpg").content
    assert hashlib.sha256(shown).hexdigest() == stored, "photo and row agree with each other"
    return shown != jpeg


def photos_kept_in_memory(bench: Bench) -> bool:
    phones = [bench.phone() for _ in range(2)]
    process, size_bytes, kept_bytes = psutil.Process(bench.stack.pid("api-1")), 1_000_000, 0
    for phone in phones:  # the first of each fills buffers that any worker has
        phone.submit(1, f"{phone.tps}-1", jpeg=photo(f"{phone.tps}-1", size_bytes))
    before_bytes = process.memory_info().rss
    for phone in phones:
        for page in (2, 3):
            phone.submit(page, f"{phone.tps}-{page}", jpeg=photo(f"{phone.tps}-{page}", size_bytes))
            kept_bytes += size_bytes
    return process.memory_info().rss - before_bytes > 0.8 * kept_bytes


def status_lies(bench: Bench) -> bool:
    phone = bench.phone()
    pages = phone.get(f"/v1/tps/{phone.tps}/status").json()["forms"]["ppwp"]["pages"]
    return any(page["receipt"] for page in pages.values())


def session_outlives_logout(bench: Bench) -> bool:
    phone = bench.phone()
    assert phone.http.post(f"{bench.stack.url}/v1/logout", headers=bearer(phone.token)).status_code == 200
    return phone.submit(2, f"{phone.tps}-1").status_code == 201


def sessions_in_memory(bench: Bench) -> bool:
    phone = bench.phone()
    with dead(bench.stack, "api-1"):
        pass
    return (
        requests.get(
            f"{bench.stack.url}/v1/tps/{phone.tps}/status", headers=bearer(phone.token), timeout=WAIT_S
        ).status_code
        == 401
    )


def password_unchecked(bench: Bench) -> bool:
    return login(bench.stack, f"{bench.phone().tps}-1", WRONG).status_code == 200


def no_session_needed(bench: Bench) -> bool:
    tps = bench.phone().tps
    return Phone(bench.stack, tps, "").submit(2, f"{tps}-1").status_code == 201


def lockout_by_strangers(bench: Bench) -> bool:
    account = f"{bench.phone().tps}-1"
    for _ in range(3):
        assert login(bench.stack, account, WRONG, "telepon-orang-lain").status_code == 401
    return login(bench.stack, account).status_code == 429


def cache_never_invalidated(bench: Bench) -> bool:
    settled_as_of = read(bench, "/public/v1/national").headers.get("x-as-of")
    time.sleep(1.6)
    return read(bench, "/public/v1/national").headers.get("x-as-of") == settled_as_of


def workers_disagree(bench: Bench) -> bool:
    phone, path = bench.phone(), f"/public/v1/region/{VILLAGE}"
    shown = [settled(bench, path)["pages_in"]]
    phone.submit(2, f"{phone.tps}-1")
    for _ in range(5):
        time.sleep(0.6)  # beyond what an answer is kept for
        shown.append(read(bench, path).json()["pages_in"])
    assert max(shown) > shown[0], "the page was published"
    return shown != sorted(shown)


def total_counts_revisions(bench: Bench) -> bool:
    phone = bench.phone()
    before = settled(bench, f"/public/v1/region/{VILLAGE}")["votes"]["1"]
    phone.submit(2, f"{phone.tps}-1")
    settled(bench, f"/public/v1/region/{VILLAGE}")
    correct(phone, "suara_1", 51, f"{phone.tps}-2")
    added = settled(bench, f"/public/v1/region/{VILLAGE}")["votes"]["1"] - before
    assert added in (51, 50 + 51)
    return bool(added != 51)


def level_left_out(bench: Bench) -> bool:
    for phone in (bench.phone(), bench.phone()):
        phone.submit(2, f"{phone.tps}-1")
        village = settled(bench, f"/public/v1/region/{VILLAGE}")["tps_in"]
    return bool(settled(bench, f"/public/v1/region/{KECAMATAN}")["tps_in"] < village)


def page_never_published(bench: Bench) -> bool:
    phone = bench.phone()
    before = settled(bench, f"/public/v1/region/{VILLAGE}")["pages_in"]
    phone.submit(2, f"{phone.tps}-1")
    return bool(settled(bench, f"/public/v1/region/{VILLAGE}")["pages_in"] == before)


def retries_without_end(bench: Bench) -> bool:
    phone = bench.phone()
    phone.submit(2, f"{phone.tps}-1")  # no picture is in it
    question = (
        "SELECT j.state, j.tries FROM reading_job j JOIN page_revision p ON p.id = j.revision_id"
        f" WHERE p.tps = '{phone.tps}'"
    )
    until_s = time.monotonic() + WAIT_S
    while time.monotonic() < until_s:
        state, tries = asked(bench, question)
        if state in ("done", "failed") or tries > READING_TRIES + 1:
            return tries > READING_TRIES + 1 and gauge_above(
                bench, "sirekap_reading_tries_most", "sirekap_reading_tries_limit"
            )
        time.sleep(0.2)
    raise AssertionError(f"neither read nor tried more often than {tries} times")


def recap_misadds(bench: Bench) -> bool:
    part = d_hasil(bench)["contests"][0]
    return part["totals"] != part["columns"][0]["numbers"]


def recap_of_first_figures(bench: Bench) -> bool:
    part = d_hasil(bench)["contests"][0]
    return part["columns"][0]["numbers"][part["fields"].index("suara_1")] != NUMBERS[2]["suara_1"] + 1


def replacement_dropped(bench: Bench) -> bool:
    phone = bench.phone()
    assert phone.submit(2, f"{phone.tps}-2").status_code == 201
    staff(bench.stack, f"pps-{phone.tps}", "pps", VILLAGE)
    pps = office(bench.stack, f"pps-{phone.tps}")
    clear = photo(f"terbaca {phone.tps}")
    answer = pps.http.post(
        f"{bench.stack.url}/v1/tps/{phone.tps}/forms/ppwp/pages/2/photo",
        headers={
            **bearer(pps.token),
            "Idempotency-Key": f"{phone.tps}-ganti",
            "X-Photo-SHA256": hashlib.sha256(clear).hexdigest(),
        },
        files={"photo": ("page.jpg", clear, "image/jpeg"), "reason": (None, "foto buram")},
        timeout=WAIT_S,
    )
    assert answer.status_code == 201, answer.text
    return all(row["receipt"] != answer.json()["receipt"] for row in bench.stack.audit())


def d_hasil(bench: Bench) -> dict[str, Any]:
    """The D.Hasil of a kecamatan with one TPS, whose KPPS has corrected a number before the pleno."""
    code = f"1708{50 + next(bench.numbers) % 50}"
    tps, ppk = f"{code}2001001", f"ppk-{code}"
    regions = [(code, "kecamatan", "17.08"), (f"{code}2001", "kel_desa", code)]
    body = {
        "regions": [{"code": c, "level": level, "name": c, "parent": up} for c, level, up in regions],
        "tps": [
            {"code": tps, "number": 1, "kecamatan": code, "kel_desa": tps[:10], "dpt_l": 100, "dpt_p": 101}
        ],
        "accounts": [
            {"account": f"{tps}-1", "tps": tps, "operator": 1, "activation_code": f"kode-{tps}-1"}
        ],
    }  # fmt: skip
    register_body(bench.stack, body)
    staff(bench.stack, ppk, "ppk", code)
    phone, holder = kpps(bench.stack, tps), office(bench.stack, ppk)
    for page in (1, 2, 3):
        assert phone.submit(page, f"{tps}-{page}").status_code == 201
    assert correct(phone, "suara_1", NUMBERS[2]["suara_1"] + 1, f"{tps}-koreksi").status_code == 201
    assert holder.post(f"/v1/pleno/{code}/open").status_code == 200
    decided = holder.decide(tps, "ppwp", f"{tps}-putusan", reason="sesuai plano")
    assert decided.status_code == 201, decided.text
    assert holder.finalise(code, "ppwp").status_code == 201
    return dict(holder.get(f"/v1/pleno/{code}/forms/ppwp/d-hasil").json())


def staff(stack: Stack, account: str, role: str, region: str) -> None:
    """Register an account above the KPPS."""
    one = {"account": account, "role": role, "region": region, "activation_code": f"kode-{account}"}
    assert register_body(stack, {"staff": [one]}).status_code == 200


def correct(phone: Phone, field: str, number: int, key: str) -> requests.Response:
    """Correct one number of page 2."""
    return phone.post("forms/ppwp/pages/2/correct", key, {"numbers": {field: number}, "reason": "salah baca"})


def together(bench: Bench) -> dict[str, str]:
    """TPS that sent page 2 at once, the first with 10 votes, the next with 11, ...; the receipt of each."""
    phones = [bench.phone() for _ in range(4)]

    def send(at: int) -> str:
        numbers = {**NUMBERS[2], "suara_1": 10 + at}
        answer = phones[at].submit(2, f"{phones[at].tps}-1", numbers=numbers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["receipt"])

    with ThreadPoolExecutor(len(phones)) as senders:
        receipts = list(senders.map(send, range(len(phones))))
    return {phone.tps: receipt for phone, receipt in zip(phones, receipts, strict=True)}


def announcing(jpeg: bytes) -> dict[str, str]:
    """The header that promises this photo."""
    return {"X-Photo-SHA256": hashlib.sha256(jpeg).hexdigest()}


@contextmanager
def dead(stack: Stack, component: str) -> Iterator[None]:
    """For the block, a component is killed; then it runs again."""
    os.kill(stack.pid(component), signal.SIGKILL)
    try:
        yield
    finally:
        stack.start(component)


def read(bench: Bench, path: str) -> requests.Response:
    """As the public reads, on a connection of its own."""
    return requests.get(bench.stack.url + path, timeout=WAIT_S)


def settled(bench: Bench, path: str) -> dict[str, Any]:
    """A public answer in which everything is counted that was stored by now."""
    now, until_s = datetime.now(UTC), time.monotonic() + WAIT_S
    while time.monotonic() < until_s:
        answer = read(bench, path)
        if answer.status_code == 200 and datetime.fromisoformat(answer.json()["as_of"]) > now:
            return dict(answer.json())
        time.sleep(0.05)
    raise AssertionError(f"{path} was not counted within {WAIT_S} s")


def setting(bench: Bench, name: str) -> str:
    """A setting of PostgreSQL as it is in force."""
    return str(asked(bench, f"SHOW {name}")[0])


def asked(bench: Bench, question: str) -> Any:
    """The first row of an answer of PostgreSQL."""

    async def ask() -> Any:
        keys = json.loads((bench.stack.dir / "secrets.json").read_text())
        connection = await connect_alone(bench.stack.record()["postgres_port"], keys["postgres_password"])
        try:
            return await connection.fetchrow(question)
        finally:
            await connection.close()

    return asyncio.run(ask())


def gauge_above(bench: Bench, name: str, limit: str) -> bool:
    """Whether a gauge of /metrics comes to stand above another; how things stand may be told 3 s late."""
    until_s = time.monotonic() + WAIT_S
    while time.monotonic() < until_s:
        answer = requests.get(
            f"{bench.stack.url}/metrics", headers=bearer(bench.stack.audit_token), timeout=WAIT_S
        )
        samples = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if line[0] != "#")
        if float(samples[name]) > float(samples[limit]):
            return True
        time.sleep(0.3)
    return False
