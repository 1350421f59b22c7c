"""The API keeps to what its OpenAPI document says, whoever calls: right and wrong requests by Schemathesis.

For each role a run with that role's token over the endpoints that are for it; the last, NOBODY, over what is
for everybody. Path parameters are narrowed to what exists, so that requests get past the first look-up; wrong
ones are made from them by Schemathesis. Bounded: `SECONDS` a role.
"""

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sirekap.kpps_phone import (
    PASSWORD,
    ROOT,
    WAIT_S,
    Stack,
    activate,
    bearer,
    initialise,
    login,
    ready_phone,
    register,
    running_stack,
    tps_code,
)  # fmt: skip

pytestmark = pytest.mark.contract
SECONDS = 8
CONFIG = ROOT / "tests" / "sirekap" / "schemathesis.toml"
SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))  # of this venv, on the PATH or not
EXAMPLES = 25
TPS = tps_code(3)
STAFF = {
    "pps": "1708042001",
    "ppk": "170804",
    "kpu_kab": "17.08",
    "kpu_prov": "17",
    "kpu_ri": "0",
}
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,missing_required_header"
)
OFFSET_STREAM = "application/offset+octet-stream"
CHEAP_HASH = {"SIREKAP_ARGON2_MEMORY_KIB": "64", "SIREKAP_ARGON2_PASSES": "1"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with one TPS whose form is complete, and an opened pleno."""
    directory = tmp_path_factory.mktemp("contract")
    with running_stack(directory, environ=CHEAP_HASH) as stack:
        register(stack, 5)
        phone = ready_phone(stack, 3)
        for page in (1, 2, 3):
            assert phone.submit(page, f"kunci-kontrak-{page}").status_code == 201
        yield stack


@pytest.fixture(scope="module")
def described(served: Stack) -> dict[str, Any]:
    """The document as it is served."""
    answer = requests.get(f"{served.url}/openapi.json", timeout=WAIT_S)
    assert answer.status_code == 200
    return dict(answer.json())


def test_every_endpoint_is_described_and_nothing_else(described: dict[str, Any]) -> None:
    from sirekap.api.app import ENDPOINTS
    from sirekap.operations.descriptions import DESCRIPTIONS

    served = {f"{e.method} {e.path}" for e in ENDPOINTS}
    said = {f"{e.method} {e.path}" for e in ENDPOINTS if e.answers} | DESCRIPTIONS.keys()
    assert said == served


def test_another_method_is_refused_and_told_which_there_are(served: Stack) -> None:
    answer = requests.request("TRACE", f"{served.url}/v1/uploads/{'a' * 22}", timeout=WAIT_S)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "DELETE, HEAD, OPTIONS, PATCH"


@pytest.mark.parametrize("role", ["kpps", *STAFF, "admin", "audit", "nobody"])
def test_the_contract_holds(served: Stack, described: dict[str, Any], role: str, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(of_role(described, role)))
    token = token_of(served, role)
    done = subprocess.run(
        [
            SCHEMATHESIS, "--config-file", str(CONFIG), "run", str(file), "--url", served.url,
            "--checks", CHECKS,
            "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "1",
            "--max-time", str(SECONDS), "--request-timeout", "10", "--continue-on-failure", "--no-color",
            *(("--header", f"Authorization: Bearer {token}") if token else ()),
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2000:]


def of_role(described: dict[str, Any], role: str) -> dict[str, Any]:
    """The operations for this role, with path parameters that exist; logging out would end the run."""
    document = copy.deepcopy(described)
    region = STAFF.get(role, "170804")
    pinned = {"tps": TPS, "form": "ppwp", "page": "1", "code": region, "account": f"{tps_code(4)}-1"}
    for path, operations in list(document["paths"].items()):
        for method, operation in list(operations.items()):
            if role not in operation["x-roles"] or path == "/v1/logout":
                del operations[method]
                continue
            if OFFSET_STREAM in operation.get("requestBody", {}).get("content", {}):
                del operation["requestBody"]  # Schemathesis cannot write it; the tests of uploads do
            operation.pop("security", None)  # the token is given with every request
            for parameter in operation["parameters"]:
                if parameter["in"] == "path" and parameter["name"] in pinned and "problems" not in path:
                    # "0" is the nation, and a path knows no types: the number 0 is as right
                    also = ["0", 0] if parameter["name"] == "code" else []
                    parameter["schema"] = {"enum": [pinned[parameter["name"]], *also]}
        if not operations:
            del document["paths"][path]
    return document


def token_of(stack: Stack, role: str) -> str | None:
    """A token of this role; staff are registered, activated and logged in when first asked for."""
    if role in ("admin", "audit"):
        return stack.admin_token if role == "admin" else stack.audit_token
    if role == "nobody":
        return None
    account = f"{TPS}-2"
    if role in STAFF:
        account = f"{role}-{STAFF[role].replace('.', '')}"
        code = f"kode-{account}"
        member = {"account": account, "role": role, "region": STAFF[role], "activation_code": code}
        answer = requests.post(
            f"{stack.url}/v1/admin/register",
            json={"staff": [member]},
            headers=bearer(stack.admin_token),
            timeout=WAIT_S,
        )
        assert answer.status_code == 200, answer.text
    assert activate(stack, account).status_code == 200
    token = str(login(stack, account, PASSWORD).json()["token"])
    if role == "kpps":
        assert initialise(stack, token).status_code == 200
    return token
