"""The recap at the scale of its largest regions, through a real stack: `python -m tests.benchmarks.recap`.

A kecamatan of 600 TPS (the largest published office, Duren Sawit, has 593) with PPWP and DPR, twenty sheets a
TPS; and a nation of 7,277 kecamatan. Pages are put into the table directly: how fast they come in is the
business of `stack`. Last, what the recap's trigger costs a page that comes in.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import requests

from gladi.layouts import layout
from sirekap.database.names import DATABASE, ROLE
from sirekap.forms.fields import votes
from sirekap.forms.layout import digest
from tests.sirekap.kpps_phone import Stack, bearer, sirekap, up
from tests.sirekap.recap_offices import office, sound

KECAMATAN = "170804"
VILLAGES = 7
PARTIES = tuple((number, 10) for number in (*range(1, 18), 24))
FORMS = {"ppwp": ((1, 0), (2, 0), (3, 0)), "dpr": PARTIES}
NATION_PROVINCES, NATION_KAB, NATION_KECAMATAN = 38, 514, 7_277


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--tps", type=int, default=600)
    count = options.parse_args().tps
    directory = Path(tempfile.mkdtemp(prefix="recap-"))
    try:
        measure(up(directory, "--workers", "0"), count)
    finally:
        sirekap("down", "--dir", str(directory))


def measure(stack: Stack, count: int) -> None:
    """Everything in the order in which it happens."""
    codes = register(stack, count)
    asyncio.run(fill(stack, codes))
    ppk = office(stack, f"ppk-{KECAMATAN}")
    print(f"{count} TPS, {len(PARTIES)} parties with 10 candidates each\n")
    root = f"/v1/pleno/{KECAMATAN}"
    timed("open", lambda: ppk.post(f"{root}/open"))
    timed("state of all forms", lambda: ppk.get(root))
    for form in FORMS:
        timed(f"state of every TPS, {form}", lambda form=form: ppk.get(root, form=form))
    timed("one TPS, all forms", lambda: ppk.get(f"{root}/tps/{codes[0]}"))
    for form, shape in FORMS.items():
        pages = {str(page["page"]): 1 for page in layout(form, shape)["pages"]}
        begun_s = time.perf_counter()
        for code in codes:
            body = {"decision": "sesuai", "basis": pages, "reason": "sesuai plano"}
            made = ppk.post(f"{root}/tps/{code}/forms/{form}", body, f"{code}-{form}")
            assert made.status_code == 201, made.text
        print(f"{f'decide, {form}':44}{count / (time.perf_counter() - begun_s):9.0f} TPS/s")
        timed(f"finalise, {form}", lambda form=form: ppk.post(f"{root}/forms/{form}/finalise"))
        timed(f"D.Hasil as JSON, {form}", lambda form=form: ppk.get(f"{root}/forms/{form}/d-hasil"))
        timed(f"D.Hasil as PDF, {form}", lambda form=form: ppk.get(f"{root}/forms/{form}/d-hasil.pdf"))
        timed(f"recompute, {form}", lambda form=form: audited(stack, form))
    ri = office(stack, "kpu-ri-1")
    asyncio.run(nation(stack))
    timed(f"state of the nation, {NATION_KECAMATAN:,} kecamatan", lambda: ri.get("/v1/pleno/0"))
    asyncio.run(trigger(stack, codes))


def timed(what: str, ask: Callable[[], requests.Response]) -> None:
    """Print how long an answer took, the best of three, and its size."""
    took_s: list[float] = []
    for _ in range(1 if what.startswith(("open", "finalise")) else 3):
        begun_s = time.perf_counter()
        answer = ask()
        took_s.append(time.perf_counter() - begun_s)
        assert answer.status_code in (200, 201), answer.text[:300]
    print(f"{what:44}{1000 * min(took_s):9.0f} ms{len(answer.content) / 1000:12,.0f} kB", flush=True)


def audited(stack: Stack, form: str) -> requests.Response:
    """A D.Hasil computed again."""
    path = f"{stack.url}/v1/audit/pleno/{KECAMATAN}/forms/{form}/recompute"
    answer = requests.get(path, headers=bearer(stack.audit_token), timeout=60)
    assert answer.json()["equal"], answer.text
    return answer


def register(stack: Stack, count: int) -> list[str]:
    """One kecamatan, its offices, PPWP and DPR."""
    villages = [f"{KECAMATAN}{2001 + n}" for n in range(VILLAGES)]
    codes = [f"{KECAMATAN}{2001 + n % VILLAGES}{n // VILLAGES + 1:03d}" for n in range(count)]
    sheets = {form: layout(form, shape) for form, shape in FORMS.items()}
    staff = (("kpu-ri-1", "kpu_ri", "0"), (f"ppk-{KECAMATAN}", "ppk", KECAMATAN))
    body = {
        "regions": [
            {"code": "17", "level": "provinsi", "name": "Bengkulu", "parent": None},
            {"code": "17.08", "level": "kab_kota", "name": "Kepahiang", "parent": "17"},
            {"code": KECAMATAN, "level": "kecamatan", "name": "Kepahiang", "parent": "17.08"},
            *({"code": code, "level": "kel_desa", "name": f"Desa {code}", "parent": KECAMATAN}
              for code in villages),
        ],
        "tps": [{"code": code, "number": int(code[-3:]), "kecamatan": code[:6], "kel_desa": code[:10],
                 "dpt_l": 100, "dpt_p": 101} for code in codes],
        "accounts": [
            {"account": f"{code}-1", "tps": code, "operator": 1, "activation_code": f"kode-{code}-1"}
            for code in codes
        ],
        "staff": [{"account": name, "role": role, "region": region, "activation_code": f"kode-{name}"}
                  for name, role, region in staff],
        "layouts": list(sheets.values()),
        "contests": [
            {"contest": form, "form": form, "title": form, "areas": ["0"], "layout": digest(sheets[form]),
             "contestants": [
                 {"number": n, "name": f"Nama {n}", "candidates": [f"Calon {k}" for k in range(c)]}
                 for n, c in shape
             ]}
            for form, shape in FORMS.items()
        ],
    }  # fmt: skip
    answer = requests.post(
        f"{stack.url}/v1/admin/register", json=body, headers=bearer(stack.admin_token), timeout=120
    )
    assert answer.status_code == 200, answer.text[:500]
    return codes


def numbers_of(form: str, seed: int) -> dict[str, int]:
    """Numbers of one TPS."""
    if form == "ppwp":
        return sound(form, seed)
    common = {
        name: value
        for name, value in sound("ppwp", seed).items()
        if name not in ("suara_1", "suara_2", "suara_3")
    }
    for number, candidates in PARTIES:
        party, *own, together = votes(form, number, candidates)
        common |= {party: seed, **dict.fromkeys(own, 1), together: seed + len(own)}
    return common


async def connected(stack: Stack) -> Any:
    """A connection of our own to the stack's database."""
    port = json.loads((stack.dir / "effective-settings.json").read_text())["postgres_port"]
    password = json.loads((stack.dir / "secrets.json").read_text())["postgres_password"]
    return await asyncpg.connect(
        host="127.0.0.1", port=port, user=ROLE, password=password, database=DATABASE, ssl=False
    )


COLUMNS = "tps, form, page, revision, receipt, key, account, operator, sha256, photo_bytes, numbers"
INSERT = f"INSERT INTO page_revision ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"


async def fill(stack: Stack, codes: list[str]) -> None:
    """Every page of every TPS."""
    connection = await connected(stack)
    for form, shape in FORMS.items():
        pages = {page["page"]: [one["id"] for one in page["fields"]] for page in layout(form, shape)["pages"]}
        rows = []
        for seed, code in enumerate(codes):
            numbers = numbers_of(form, seed % 60)
            for page, names in pages.items():
                name = f"{code}-{form}-{page}"
                values = json.dumps({field: numbers[field] for field in names})
                rows.append((code, form, page, 1, name, name, f"{code}-1", 1, "ab" * 32, 900_000, values))
        async with connection.transaction():
            await connection.executemany(INSERT, rows)
    await connection.execute("ANALYZE")
    await connection.close()


async def nation(stack: Stack) -> None:
    """7,277 kecamatan in 514 kab/kota in 38 provinces, each with a TPS, all final."""
    connection = await connected(stack)
    provinces = [f"{20 + n}" for n in range(NATION_PROVINCES)]
    kab_kota = [f"{provinces[n % 38]}.{n // 38 + 1:02d}" for n in range(NATION_KAB)]
    kecamatan = [f"{kab_kota[n % 514].replace('.', '')}{n // 514 + 1:02d}" for n in range(NATION_KECAMATAN)]
    regions = [
        *((code, "provinsi", code, None) for code in provinces),
        *((code, "kab_kota", code, code[:2]) for code in kab_kota),
        *((code, "kecamatan", code, f"{code[:2]}.{code[2:4]}") for code in kecamatan),
        *((f"{code}2001", "kel_desa", code, code) for code in kecamatan),
    ]
    plenos = [*((c, "provinsi") for c in provinces), *((c, "kab_kota") for c in kab_kota),
              *((c, "kecamatan") for c in kecamatan)]  # fmt: skip
    async with connection.transaction():
        await connection.executemany(
            "INSERT INTO region (code, level, name, parent) VALUES ($1, $2, $3, $4)", regions
        )
        await connection.executemany(
            "INSERT INTO tps (code, number, provinsi, kab_kota, kecamatan, kel_desa, dpt_l, dpt_p)"
            " VALUES ($1, 1, $2, $3, $4, $5, 100, 101)",
            [(f"{c}2001001", c[:2], f"{c[:2]}.{c[2:4]}", c, f"{c}2001") for c in kecamatan],
        )
        await connection.executemany(
            "INSERT INTO pleno (region, level, account) VALUES ($1, $2, 'kpu-ri-1')", plenos
        )
        for form in FORMS:
            await connection.executemany(
                "INSERT INTO pleno_form (region, form, version, state) VALUES ($1, $2, 1, 'final')",
                [(code, form) for code, _ in plenos],
            )
    await connection.execute("ANALYZE")
    await connection.close()


async def trigger(stack: Stack, codes: list[str], rows: int = 5_000) -> None:
    """One page a statement, all in one transaction that is rolled back, with and without the trigger."""
    connection = await connected(stack)
    took_us: dict[str, list[float]] = {"without": [], "with": []}
    for attempt in range(6):
        how = ("without", "with")[attempt % 2]
        moves = connection.transaction()
        await moves.start()
        if how == "without":
            await connection.execute("ALTER TABLE page_revision DISABLE TRIGGER page_under_pleno")
        begun_s = time.perf_counter()
        for n in range(rows):
            code, name = codes[n % len(codes)], f"uji-{n}"
            await connection.execute(
                INSERT, code, "dpd", n // len(codes) + 1, 1, name, name, f"{code}-1", 1, "ab" * 32, 1, "{}"
            )
        took_us[how].append(1e6 * (time.perf_counter() - begun_s) / rows)
        await moves.rollback()
    without, with_it = min(took_us["without"]), min(took_us["with"])
    print(f"{'insert of a page, without / with the trigger':44}{without:9.0f} / {with_it:.0f} us, no commit")
    await connection.close()


if __name__ == "__main__":
    main()
