"""The recap through a real stack: from single TPS to the nation, in the order in which it happens."""

import asyncio
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import requests

from sirekap.database.names import DATABASE, ROLE
from tests.sirekap.kpps_phone import WAIT_S, Phone, Stack, bearer, running_stack
from tests.sirekap.recap_offices import (
    ALL_TPS,
    KAB,
    KECAMATAN,
    PPK,
    PROV,
    RI,
    Office,
    kpps,
    office,
    on_pages,
    register_province,
    send,
    sound,
    tps_of,
)

SEED = {tps: number for number, tps in enumerate(ALL_TPS)}
MISSING = tps_of("170804")[2]  # never sends page 2 of PPWP
WRONG = tps_of("170804")[1]  # its phone read 5 for 3 in hundreds of voters
ODD = tps_of("170901")[1]  # its plano itself does not add up


@dataclass
class Recap:
    """Everybody who takes part."""

    stack: Stack
    phones: dict[str, Phone]
    ppk: dict[str, Office]
    kab: dict[str, Office]
    prov: Office
    ri: Office


@pytest.fixture(scope="module")
def recap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recap]:
    """A province where all have sent what they have; nothing is decided."""
    directory: Path = tmp_path_factory.mktemp("stack")
    with running_stack(directory) as stack:
        register_province(stack)
        with ThreadPoolExecutor(6) as pool:
            phones = dict(zip(ALL_TPS, pool.map(lambda tps: kpps(stack, tps), ALL_TPS), strict=True))
            names = [*PPK.values(), *KAB.values(), PROV, RI]
            offices = dict(zip(names, pool.map(lambda name: office(stack, name), names), strict=True))
            assert all(pool.map(lambda tps: sent(phones[tps]), ALL_TPS))
        yield Recap(
            stack,
            phones,
            {code: offices[name] for code, name in PPK.items()},
            {code: offices[name] for code, name in KAB.items()},
            offices[PROV],
            offices[RI],
        )


def plano(tps: str, form: str) -> dict[str, int]:
    """What the paper says."""
    numbers = sound(form, SEED[tps])
    if tps == ODD:
        numbers["suara_tidak_sah"] += 1
    return numbers


def sent(phone: Phone) -> bool:
    """Everything that this TPS sends: PPWP and DPRD; of the DPD nothing."""
    for form in ("ppwp", "dprd-kab"):
        for page, numbers in on_pages(form, plano(phone.tps, form)).items():
            if (phone.tps, form, page) == (MISSING, "ppwp", 2):
                continue
            given = {**numbers, "suara_1": 841} if (phone.tps, form, page) == (WRONG, "ppwp", 2) else numbers
            answer = send(phone, form, page, given)
            assert (answer.status_code, answer.json().get("after_final", False)) == (201, False), answer.text
    return True


def code_of(answer: requests.Response) -> str:
    """The code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["code"])


def votes(content: dict[str, Any], contest: str, name: str) -> list[int]:
    """One field of a D.Hasil: by column, and in all."""
    part = next(part for part in content["contests"] if part["contest"] == contest)
    at = part["fields"].index(name)
    return [*(column["numbers"][at] for column in part["columns"]), part["totals"][at]]


def d_hasil(reader: Office, region: str, form: str, **query: str) -> dict[str, Any]:
    """A D.Hasil, its digest checked."""
    answer = reader.get(f"/v1/pleno/{region}/forms/{form}/d-hasil", **query)
    assert answer.headers["etag"] == f'"{sha256(answer.content).hexdigest()}"'
    return dict(answer.json())


def state(reader: Office, region: str, form: str) -> dict[str, Any]:
    """How a form stands."""
    return dict(reader.get(f"/v1/pleno/{region}").json()["forms"][form])


def recomputed(recap: Recap, region: str, form: str, **query: str) -> dict[str, Any]:
    """What the auditors' computation says."""
    answer = requests.get(
        f"{recap.stack.url}/v1/audit/pleno/{region}/forms/{form}/recompute",
        params=query, headers=bearer(recap.stack.audit_token), timeout=WAIT_S,
    )  # fmt: skip
    return dict(answer.json())


def test_a_pleno_is_opened_by_its_own_office_and_once(recap: Recap) -> None:
    first = recap.ppk["170804"].post("/v1/pleno/170804/open")
    again = recap.ppk["170804"].post("/v1/pleno/170804/open")
    assert (first.status_code, first.json()) == (200, again.json())
    assert code_of(recap.kab["17.08"].post("/v1/pleno/170804/open")) == "not_your_level"
    assert code_of(recap.ppk["170804"].post("/v1/pleno/170805/open")) == "not_your_region"
    assert code_of(recap.kab["17.08"].post("/v1/pleno/17.09/open")) == "not_your_region"
    assert code_of(recap.phones[ALL_TPS[0]].post("x", "k", {})) == "no_such_endpoint"


def test_before_its_pleno_is_open_nothing_is_decided(recap: Recap) -> None:
    ppk, tps = recap.ppk["170805"], tps_of("170805")[0]
    assert code_of(ppk.decide(tps, "ppwp", "terlalu-dini")) == "pleno_not_open"
    assert code_of(ppk.finalise("170805", "ppwp")) == "pleno_not_open"
    for kecamatan in ("170805", "170901"):
        assert recap.ppk[kecamatan].post(f"/v1/pleno/{kecamatan}/open").status_code == 200


def test_the_ppk_sees_every_tps(recap: Recap) -> None:
    ppk = recap.ppk["170804"]
    seen = ppk.get("/v1/pleno/170804", form="ppwp").json()
    assert seen["forms"].keys() == {"ppwp", "dpd", "dprd-kab"}
    ppwp = seen["forms"]["ppwp"]
    assert (ppwp["tps"], ppwp["stored"], ppwp["undecided"], ppwp["state"]) == (3, 3, 3, "open")
    assert seen["forms"]["dpd"]["stored"] == 0
    first, wrong, missing = seen["tps"]
    assert (first["state"], first["violations"], first["missing_pages"]) == ("belum", [], [])
    assert any(violation.startswith("R11") for violation in wrong["violations"])
    assert missing["missing_pages"] == [2]
    one = ppk.get(f"/v1/pleno/170804/tps/{WRONG}").json()["forms"]
    assert one["ppwp"]["numbers"]["2"]["suara_1"] == 841
    assert one["dpd"]["state"] == "kosong"
    shown = requests.get(recap.stack.url + one["ppwp"]["pages"]["2"]["photo"], timeout=WAIT_S)
    assert shown.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("tps", "body", "code"),
    [
        (ALL_TPS[0], {"decision": "mungkin"}, "wrong_field"),
        (ALL_TPS[0], {"decision": "sesuai", "basis": {"1": 0}}, "wrong_field"),
        (ALL_TPS[0], {"decision": "sesuai", "basis": [1, 1, 1]}, "wrong_field"),
        (ALL_TPS[0], {"decision": "sesuai", "basis": {"01": 1}}, "wrong_field"),
        (ALL_TPS[0], {"decision": "sesuai", "basis": {}}, "changed_meanwhile"),
        (ALL_TPS[0], {"decision": "sesuai", "basis": {"1": 1, "2": 2, "3": 1}}, "changed_meanwhile"),
        (ALL_TPS[0], {"decision": "sesuai", "numbers": {"2": {"suara_1": 3}}}, "decision_misfit"),
        (ALL_TPS[0], {"decision": "dikoreksi"}, "decision_misfit"),
        (ALL_TPS[0], {"decision": "entri"}, "decision_misfit"),
        (ALL_TPS[0], {"decision": "dikoreksi", "numbers": {"2": {"suara_9": 1}}}, "wrong_numbers"),
        (ALL_TPS[0], {"decision": "dikoreksi", "numbers": {"2": {"suara_1": -1}}}, "wrong_numbers"),
        (ALL_TPS[0], {"decision": "dikoreksi", "numbers": {"9": {"suara_1": 1}}}, "wrong_numbers"),
        (ALL_TPS[0], {"decision": "dikoreksi", "numbers": {"2": {"suara_1": 41}}}, "reason_needed"),
        (ALL_TPS[0], {"decision": "sesuai", "reason": 7}, "wrong_field"),
        (WRONG, {"decision": "sesuai"}, "reason_needed"),
        (MISSING, {"decision": "sesuai"}, "decision_misfit"),
        (MISSING, {"decision": "entri", "numbers": {"2": {"suara_1": 1}}, "reason": "x"}, "wrong_numbers"),
    ],
)
def test_decisions_that_do_not_fit_are_refused(
    recap: Recap, tps: str, body: dict[str, Any], code: str
) -> None:
    assert code_of(recap.ppk["170804"].decide(tps, "ppwp", f"salah-{json.dumps(body)}", **body)) == code


def test_decisions_about_others_are_refused(recap: Recap) -> None:
    ppk, body = recap.ppk["170804"], {"decision": "sesuai", "basis": {}}
    path = "/v1/pleno/170804/tps/{}/forms/{}"
    assert code_of(ppk.post(path.format(ALL_TPS[4], "ppwp"), body, "asing-1")) == "tps_unknown"
    assert code_of(ppk.post(path.format(ALL_TPS[0], "dpr"), body, "asing-2")) == "form_unknown"
    assert code_of(ppk.post(path.format(ALL_TPS[0], "c1"), body, "asing-3")) == "form_unknown"
    assert code_of(ppk.post(path.format(ALL_TPS[0], "ppwp"), body)) == "wrong_key"
    assert (
        code_of(recap.kab["17.08"].post(path.format(ALL_TPS[0], "ppwp"), body, "asing-4")) == "not_your_role"
    )
    assert (
        code_of(recap.ppk["170805"].post(path.format(ALL_TPS[0], "ppwp"), body, "asing-5"))
        == "not_your_region"
    )


def test_nothing_is_finalised_before_every_tps_is_decided(recap: Recap) -> None:
    ppk = recap.ppk["170804"]
    assert ppk.decide(ALL_TPS[0], "ppwp", "pleno-1").status_code == 201
    refused = ppk.finalise("170804", "ppwp")
    assert (code_of(refused), refused.json()["tps"]) == ("not_decided", [WRONG, MISSING])


def test_a_correction_is_a_revision_under_the_same_photo(recap: Recap) -> None:
    ppk = recap.ppk["170804"]
    before = ppk.get(f"/v1/pleno/170804/tps/{WRONG}").json()["forms"]["ppwp"]["pages"]["2"]["photo"]
    right = plano(WRONG, "ppwp")["suara_1"]
    change = {"decision": "dikoreksi", "numbers": {"2": {"suara_1": right}}, "reason": "841 salah baca"}
    basis = ppk.pages("170804", WRONG, "ppwp")
    made = ppk.decide(WRONG, "ppwp", "pleno-2", basis=basis, **change)
    assert (made.status_code, made.json()["basis"]) == (201, {"1": 1, "2": 2, "3": 1})
    assert made.json()["changes"] == {"suara_1": [841, right]}
    again = ppk.decide(WRONG, "ppwp", "pleno-2", basis=basis, **change)
    assert (again.status_code, again.json()["id"], again.json()["replay"]) == (200, made.json()["id"], True)
    other = ppk.decide(WRONG, "ppwp", "pleno-2", basis=basis, **{**change, "reason": "lain"})
    assert code_of(other) == "key_reused"
    seen = ppk.get(f"/v1/pleno/170804/tps/{WRONG}").json()["forms"]["ppwp"]
    assert (seen["pages"]["2"]["photo"], seen["sent_by_phone"]["2"]["suara_1"]) == (before, 841)
    rows = [
        row for row in recap.stack.audit() if (row["tps"], row["form"], row["page"]) == (WRONG, "ppwp", 2)
    ]
    assert [(row["account"], row["operator"]) for row in rows] == [(f"{WRONG}-1", 1), ("ppk-170804", 0)]


def test_what_was_never_stored_is_entered_from_the_plano(recap: Recap) -> None:
    ppk = recap.ppk["170804"]
    page = on_pages("ppwp", plano(MISSING, "ppwp"))[2]
    made = ppk.decide(
        MISSING, "ppwp", "pleno-3", decision="entri", numbers={"2": page}, reason="foto tidak terkirim"
    )
    assert (made.status_code, made.json()["entries"]) == (201, {"2": page})
    one = ppk.get(f"/v1/pleno/170804/tps/{MISSING}").json()["forms"]["ppwp"]
    assert (one["state"], one["missing_pages"], one["violations"]) == ("entri", [2], [])


def test_whatever_is_stored_afterwards_opens_a_decision_again(recap: Recap) -> None:
    ppk, phone = recap.ppk["170804"], recap.phones[ALL_TPS[0]]
    change = {"numbers": {"suara_2": 25}, "reason": "salah tulis"}
    assert phone.post("forms/ppwp/pages/2/correct", "kpps-koreksi", change).status_code == 201
    assert code_of(ppk.finalise("170804", "ppwp")) == "not_decided"
    assert state(ppk, "170804", "ppwp")["undecided"] == 1
    assert ppk.decide(ALL_TPS[0], "ppwp", "pleno-4").status_code == 201


def test_numbers_of_a_plano_that_does_not_add_up_need_a_note(recap: Recap) -> None:
    ppk = recap.ppk["170901"]
    refused = ppk.decide(ODD, "ppwp", "ganjil")
    assert code_of(refused) == "reason_needed"
    assert {violation[:2] for violation in refused.json()["violations"]} == {"R8"}
    assert ppk.decide(ODD, "ppwp", "ganjil", reason="plano sendiri keliru jumlah").status_code == 201
    for form in ("ppwp", "dprd-kab"):
        for tps in tps_of("170901"):
            done = ppk.decide(tps, form, f"akhir-{tps}-{form}", reason="sudah dibandingkan")
            assert done.status_code == 201, done.text
        assert ppk.finalise("170901", form).status_code == 201
    content = d_hasil(ppk, "170901", "ppwp")
    noted = content["contests"][0]["columns"][1]["from"]
    assert noted["violations"] and noted["reason"] == "sudah dibandingkan"


def test_the_d_hasil_of_a_kecamatan(recap: Recap) -> None:
    ppk = recap.ppk["170804"]
    made = ppk.finalise("170804", "ppwp")
    assert made.status_code == 201, made.text
    again = ppk.finalise("170804", "ppwp")
    assert (again.status_code, again.json()["sha256"]) == (200, made.json()["sha256"])
    content = d_hasil(ppk, "170804", "ppwp")
    of_paper = [plano(tps, "ppwp")["suara_1"] for tps in tps_of("170804")]
    assert votes(content, "ppwp-indonesia", "suara_1") == [*of_paper, sum(of_paper)]
    kinds = [column["from"]["kind"] for column in content["contests"][0]["columns"]]
    assert kinds == ["sesuai", "dikoreksi", "entri"]
    assert recomputed(recap, "170804", "ppwp")["equal"]


def test_what_comes_after_the_d_hasil_is_evidence_and_changes_nothing(recap: Recap) -> None:
    before = d_hasil(recap.ppk["170804"], "170804", "ppwp")
    late = send(recap.phones[MISSING], "ppwp", 2, {"suara_1": 1, "suara_2": 2, "suara_3": 3})
    assert (late.status_code, late.json()["after_final"]) == (201, True)
    replay = send(recap.phones[MISSING], "ppwp", 2, {"suara_1": 1, "suara_2": 2, "suara_3": 3})
    assert (replay.status_code, replay.json()["receipt"]) == (200, late.json()["receipt"])
    change = {"numbers": {"suara_1": 9}, "reason": "terlambat"}
    corrected = recap.phones[WRONG].post("forms/ppwp/pages/2/correct", "kpps-terlambat", change)
    assert (corrected.status_code, code_of(corrected)) == (409, "pleno_final")
    again = recap.ppk["170804"].decide(WRONG, "ppwp", "ppk-terlambat")
    assert (again.status_code, code_of(again)) == (409, "pleno_final")
    assert d_hasil(recap.ppk["170804"], "170804", "ppwp") == before
    assert state(recap.ppk["170804"], "170804", "ppwp")["late_pages"] == 1


def test_the_kab_kota_adds_up_only_what_is_final(recap: Recap) -> None:
    kab = recap.kab["17.08"]
    assert kab.post("/v1/pleno/17.08/open").status_code == 200
    refused = kab.finalise("17.08", "ppwp")
    assert code_of(refused) == "lower_not_final"
    assert refused.json()["below"] == [{"region": "170805", "state": "open"}]
    ppk = recap.ppk["170805"]
    for tps in tps_of("170805"):
        assert ppk.decide(tps, "ppwp", f"pleno-{tps}").status_code == 201
    assert ppk.finalise("170805", "ppwp").status_code == 201
    assert kab.finalise("17.08", "ppwp").status_code == 201
    expected = [
        sum(plano(tps, "ppwp")["suara_3"] for tps in tps_of(kecamatan)) for kecamatan in ("170804", "170805")
    ]
    assert votes(d_hasil(kab, "17.08", "ppwp"), "ppwp-indonesia", "suara_3") == [*expected, sum(expected)]


def test_dapil_of_one_kab_kota_are_added_up_apart(recap: Recap) -> None:
    for kecamatan in ("170804", "170805"):
        for tps in tps_of(kecamatan):
            assert recap.ppk[kecamatan].decide(tps, "dprd-kab", f"dprd-{tps}").status_code == 201
        assert recap.ppk[kecamatan].finalise(kecamatan, "dprd-kab").status_code == 201
    kab = recap.kab["17.08"]
    assert kab.finalise("17.08", "dprd-kab").status_code == 201
    content = d_hasil(kab, "17.08", "dprd-kab")
    for contest, kecamatan in (("dprd-kab-dapil-1", "170804"), ("dprd-kab-dapil-2", "170805")):
        total = sum(plano(tps, "dprd-kab")["jumlah_partai_calon_24"] for tps in tps_of(kecamatan))
        assert votes(content, contest, "jumlah_partai_calon_24") == [total, total]
    prov = recap.prov
    assert prov.post("/v1/pleno/17/open").status_code == 200
    assert code_of(prov.finalise("17", "dprd-kab")) == "form_unknown", "its seats are given out below"


def test_up_to_the_nation(recap: Recap) -> None:
    kab = recap.kab["17.09"]
    assert kab.post("/v1/pleno/17.09/open").status_code == 200
    assert code_of(recap.prov.finalise("17", "ppwp")) == "lower_not_final"
    assert kab.finalise("17.09", "ppwp").status_code == 201
    assert recap.prov.finalise("17", "ppwp").status_code == 201
    assert recap.ri.post("/v1/pleno/0/open").status_code == 200
    assert recap.ri.finalise("0", "ppwp").status_code == 201
    national = d_hasil(recap.ri, "0", "ppwp")
    total = sum(plano(tps, "ppwp")["suara_2"] for tps in ALL_TPS)
    assert votes(national, "ppwp-indonesia", "suara_2")[-1] == total
    for region in (*KECAMATAN, *KAB, "17", "0"):
        assert recomputed(recap, region, "ppwp")["equal"], region
    pace = recap.ri.get("/v1/pleno/0").json()["final_below"]
    assert {"form": "ppwp", "level": "kecamatan", "final": 3} in pace


def test_reopening_makes_everything_above_stale(recap: Recap) -> None:
    ppk, kab = recap.ppk["170804"], recap.kab["17.08"]
    assert code_of(ppk.reopen("170804", "ppwp", "buka-0")) == "not_your_role"
    assert code_of(recap.prov.reopen("170804", "ppwp", "buka-0")) == "not_your_level"
    assert code_of(kab.post("/v1/pleno/170804/forms/ppwp/reopen", {}, "buka-0")) == "wrong_field"
    assert code_of(kab.reopen("170804", "dpd", "buka-0")) == "pleno_not_final"
    first, again = (kab.reopen("170804", "ppwp", "buka-1") for _ in range(2))
    assert (first.status_code, first.json()["replay"]) == (200, False)
    assert (again.status_code, again.json()["replay"]) == (200, True)
    assert code_of(kab.reopen("170804", "ppwp", "buka-2")) == "pleno_not_final"
    assert [state(recap.ri, region, "ppwp")["state"] for region in ("170804", "17.08", "17", "0")] == [
        "open", "stale", "stale", "stale",
    ]  # fmt: skip
    assert state(recap.ri, "17.09", "ppwp")["state"] == "final"
    assert code_of(kab.finalise("17.08", "ppwp")) == "lower_not_final"
    assert code_of(recap.prov.finalise("17", "ppwp")) == "lower_not_final"
    old = kab.get("/v1/pleno/17.08/forms/ppwp/d-hasil")
    assert old.headers["x-d-hasil-state"] == "stale"


def test_the_next_version_tells_what_changed(recap: Recap) -> None:
    ppk = recap.ppk["170804"]
    assert state(ppk, "170804", "ppwp")["undecided"] == 1, "the late page has to be looked at"
    page = on_pages("ppwp", plano(MISSING, "ppwp"))[2]
    numbers = {**page, "suara_1": page["suara_1"] - 1, "suara_2": page["suara_2"] + 1}
    made = ppk.decide(
        MISSING, "ppwp", "ralat", decision="dikoreksi", numbers={"2": numbers}, reason="hitung ulang"
    )
    assert made.status_code == 201, made.text
    assert ppk.finalise("170804", "ppwp").json()["version"] == 2
    content = d_hasil(ppk, "170804", "ppwp")
    assert {(one["code"], one["field"], one["after"] - one["before"]) for one in content["differences"]} == {
        (MISSING, "suara_1", -1),
        (MISSING, "suara_2", 1),
    }
    for holder, region in ((recap.kab["17.08"], "17.08"), (recap.prov, "17"), (recap.ri, "0")):
        assert holder.finalise(region, "ppwp").json()["version"] == 2
        assert recomputed(recap, region, "ppwp")["equal"]
    assert recomputed(recap, "0", "ppwp", version="1")["equal"], "the old one is still what it was"
    assert recomputed(recap, "0", "ppwp", version="1")["state"] == "superseded"


def test_a_correction_while_finalising_is_in_the_d_hasil_or_refused(recap: Recap) -> None:
    """The same through the API; `test_pleno_races.py` does it many times over."""
    kecamatan, form = "170901", "dpd"
    ppk, tps = recap.ppk[kecamatan], tps_of("170901")[0]
    for page, numbers in on_pages(form, plano(tps, form)).items():
        assert send(recap.phones[tps], form, page, numbers).status_code == 201
    entered = on_pages(form, plano(ODD, form))
    made = ppk.decide(ODD, form, "balap", decision="entri", numbers=entered, reason="foto tidak terkirim")
    assert made.status_code == 201

    def correct() -> int:
        """Correct until it is too late; the last revision stored."""
        for number in range(200):
            change = {"numbers": {"suara_calon_1": number % 100}, "reason": "balapan"}
            answer = recap.phones[tps].post(f"forms/{form}/pages/2/correct", f"balap-{number}", change)
            if answer.status_code != 201:
                assert code_of(answer) == "pleno_final"
                return number + 1
            time.sleep(random.uniform(0, 0.02 * (number + 1)))  # ever slower: the other side must get a turn
        raise AssertionError("never final")

    def finalise() -> None:
        for number in range(500):
            ppk.decide(tps, form, f"balap-{number}", reason="balapan")
            if ppk.finalise(kecamatan, form).status_code == 201:
                return

    with ThreadPoolExecutor(2) as pool:
        last, final = pool.submit(correct), pool.submit(finalise)
        final.result()
    column = d_hasil(ppk, kecamatan, form)["contests"][0]["columns"][0]
    assert column["from"]["revisions"]["2"] == last.result(), "nothing is stored that it does not hold"
    assert recomputed(recap, kecamatan, form)["equal"]


def test_the_pdf_is_the_same_every_time(recap: Recap) -> None:
    path = "/v1/pleno/17.08/forms/dprd-kab/d-hasil.pdf"
    first, again = (recap.kab["17.08"].get(path) for _ in range(2))
    assert first.headers["content-type"] == "application/pdf"
    assert first.content == again.content
    assert code_of(recap.ppk["170805"].get("/v1/pleno/170805/forms/dpd/d-hasil.pdf")) == "d_hasil_unknown"


def test_auditors_read_everything_in_order(recap: Recap) -> None:
    rows: list[dict[str, Any]] = []
    cursor: str | None = "0"
    while cursor is not None:
        answer = requests.get(
            f"{recap.stack.url}/v1/audit/pleno", params={"after": cursor, "limit": "7"},
            headers=bearer(recap.stack.audit_token), timeout=WAIT_S,
        ).json()  # fmt: skip
        rows, cursor = rows + answer["rows"], answer["next"]
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    acts = [row["act"] for row in rows if row["region"] == "170804" and row.get("form") in (None, "ppwp")]
    assert acts == ["open", *["decide"] * 4, "finalise", "reopen", "decide", "finalise"]
    stale = [(row["region"], row["reason"]) for row in rows if row["act"] == "stale"]
    assert {region for region, _ in stale} == {"17.08", "17", "0"}
    assert all("putusan Bawaslu" in reason for _, reason in stale)


def test_a_number_changed_behind_everybodys_back_is_found(recap: Recap) -> None:
    """The last test here: afterwards the data are spoilt."""

    async def tamper(*statements: str) -> None:
        keys = json.loads((recap.stack.dir / "secrets.json").read_text())
        settings = json.loads((recap.stack.dir / "effective-settings.json").read_text())
        connection: Any = await asyncpg.connect(
            host="127.0.0.1", port=settings["postgres_port"], user=ROLE, database=DATABASE,
            password=keys["postgres_password"], ssl=False,
        )  # fmt: skip
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(
        tamper(
            "UPDATE page_revision SET numbers = numbers || '{\"suara_1\": 777}'"
            f" WHERE tps = '{tps_of('170805')[0]}' AND form = 'ppwp' AND page = 2"
        )
    )
    assert not recomputed(recap, "170805", "ppwp")["equal"]
    assert recomputed(recap, "17.08", "ppwp")["equal"], "made of D.Hasil, not of pages"
    asyncio.run(
        tamper(
            "ALTER TABLE d_hasil DISABLE TRIGGER append_only",
            "UPDATE d_hasil SET content = replace(content, 'Kecamatan 170805', 'Kecamatan lain')"
            " WHERE region = '170805'",
            "ALTER TABLE d_hasil ENABLE TRIGGER append_only",
        )
    )
    above = recomputed(recap, "17.08", "ppwp")
    assert (above["equal"], above["missing"]) == (False, ["170805"])
