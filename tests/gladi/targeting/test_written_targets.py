"""A target class written from an OpenAPI document: matched rightly, sound Python, open questions listed."""

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from gladi.address import Address
from gladi.cli import main
from gladi.failures import UsageError
from gladi.materials import Page
from gladi.targeting.matching import match
from gladi.targeting.openapi import Endpoint, read
from gladi.targets import Phone
from gladi.targets.over_http import NOT_OFFERED
from simulators.operations import Operation
from sirekap.api.app import ENDPOINTS
from sirekap.operations.openapi import document

RULES = "E,F,W,I,UP,B,C4,SIM,RUF,PERF,PL,N,RET"
"""Those of the house."""
VENDOR = Path(__file__).parents[3] / "examples" / "vendor" / "openapi.yaml"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference stack's own document."""
    path = tmp_path_factory.mktemp("reference") / "openapi.json"
    path.write_text(json.dumps(document(ENDPOINTS, "1")))
    return path


def new(out: Path, source: Path, *more: str) -> Any:
    """What `gladi target new uji` prints for machines."""
    done = CliRunner().invoke(
        main, ["target", "new", "uji", "--openapi", str(source), "--out", str(out), "--json", *more]
    )
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def module(folder: Path) -> ModuleType:
    path = folder / "gladi_target_uji.py"
    spec = importlib.util.spec_from_file_location("gladi_target_uji", path)
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_reference_stack_is_matched_kind_by_kind(reference: Path, tmp_path: Path) -> None:
    offered = new(tmp_path / "uji", reference)["offered"]
    assert offered == {
        "prepare": "POST /v1/admin/register",
        "activate": "POST /v1/activate",
        "login": "POST /v1/login",
        "logout": "POST /v1/logout",
        "tps": "POST /v1/initialise",
        "submit_page": "POST /v1/tps/{tps}/forms/{form}/pages/{page}",
        "confirm": "POST /v1/tps/{tps}/forms/{form}/confirm",
        "correct": "POST /v1/tps/{tps}/forms/{form}/pages/{page}/correct",
        "national": "GET /public/v1/national",
        "region": "GET /public/v1/region/{code}",
        "tps_page": "GET /public/v1/tps/{tps}",
    }
    words = (tmp_path / "uji" / "README.md").read_text()
    assert "unsure between `get_public_v1_photos_name`, `get_foto_name`" in words
    assert "nothing in its answer says which pages are stored" in words


def test_the_vendors_two_calls_for_a_page_are_seen(tmp_path: Path) -> None:
    told = new(tmp_path / "uji", VENDOR, "--map", "national=rekapWilayah")
    assert told["offered"]["submit_page"] == "PUT /api/lokasi/{tps}/lembar/{halaman}/foto"
    assert told["offered"]["national"] == told["offered"]["region"] == "GET /publik/rekap/{kode}"
    assert told["variables"] == ["UJI_ADMIN_KEY"]
    code = (tmp_path / "uji" / "gladi_target_uji.py").read_text()
    assert '"/publik/rekap/0"' in code
    assert '"foto": at(made, "foto")' in code


def test_what_is_written_pleases_the_linter(reference: Path, tmp_path: Path) -> None:
    for name, source in (("a", reference), ("b", VENDOR)):
        new(tmp_path / name, source)
    for words in (["check", "--select", RULES, "--ignore", "PLR2004"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--no-cache", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
    tree = ast.parse((tmp_path / "a" / "gladi_target_uji.py").read_text())
    assert not [
        one for one in ast.walk(tree) if isinstance(one, ast.Name) and one.id == "NotImplementedError"
    ]


def test_what_is_not_offered_is_answered_without_a_request(reference: Path, tmp_path: Path) -> None:
    new(tmp_path / "uji", reference)
    target = module(tmp_path / "uji").Uji(Address("http://127.0.0.1:9"), 1, None)
    operation = Operation("photo", "1" * 13, "1" * 13, 1, "", "", 0.0, 1.0)
    nowhere: Phone = None  # type: ignore[assignment]
    assert target.perform(nowhere, operation, Page(b"", "", "", "")) == NOT_OFFERED


def test_what_is_required_and_unknown_is_listed(tmp_path: Path) -> None:
    """Base path, references, nested answers, an example for what gladi has no word for."""
    schema = {
        "openapi": "3.1.0",
        "info": {"title": 'Sistem "uji"', "version": "2"},
        "servers": [{"url": "https://{host}/api/v2", "variables": {"host": {"default": "uji.example.id"}}}],
        "paths": {
            "/masuk": {"post": {
                "operationId": "masuk",
                "requestBody": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Masuk"}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {
                    "properties": {"data": {"properties": {"token": {"type": "string"}}}}}}}}},
            }},
        },
        "components": {"schemas": {"Masuk": {"allOf": [
            {"required": ["username"], "properties": {"username": {"type": "string"}}},
            {"required": ["password", "versiAplikasi"], "properties": {
                "password": {"type": "string"}, "versiAplikasi": {"type": "string", "example": "3.1"},
                "bahasa": {"type": "string"}}},
        ]}}},
    }  # fmt: skip
    source = tmp_path / "api.json"
    source.write_text(json.dumps(schema))
    told = new(tmp_path / "uji", source)
    assert told["offered"] == {"login": "POST /api/v2/masuk"}
    assert 'login: gladi does not know what "versiAplikasi" is; it sends "3.1"' in told["todo"]
    code = (tmp_path / "uji" / "gladi_target_uji.py").read_text()
    assert 'session = said(reply, "data", "token")' in code
    assert "bahasa" not in code, "what need not be sent and is not known is left out"
    module(tmp_path / "uji")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("swagger: '2.0'", "has no paths"),
        ("swagger: '1.2'", r'yaml:1: swagger = "1.2": must be 2.0'),
        ("openapi: 3.0.0\npaths: {}", "has no paths"),
        ("info: a\nopenapi: ]", r"yaml:2: neither JSON nor YAML"),
        ("- a", "must be an OpenAPI document"),
        ("openapi: 3.0.0\npaths: {/a: {$ref: '#/nowhere'}}", "names nothing"),
    ],
)
def test_a_document_that_is_none_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=words):
        read(str(path))


EVIL = '"+__import__("os").system("false")+"'


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("/api/sesi:", f"'/api/{EVIL}':"),
        ("/api/sesi:", "'/api/{__import__(1)}':"),
        ("/api/sesi:", "'/api/x{1+1}y':"),
        ("sandi: {type: string}", f"'{EVIL}': {{type: string}}"),
        ("name: X-Sesi", f"name: '{EVIL}'"),
        ("name: X-Sidik", f"name: '{EVIL}'"),
        ("image/jpeg: {schema", f"'image/{EVIL}': {{schema"),
    ],
)
def test_a_document_cannot_write_code_of_its_own(tmp_path: Path, changed: str, into: str) -> None:
    source = tmp_path / "api.yaml"
    text = VENDOR.read_text()
    assert changed in text
    source.write_text(text.replace(changed, into))
    with pytest.raises(UsageError, match="not a name that code can be written for"):
        read(str(source))


def test_words_of_a_document_stay_words(tmp_path: Path) -> None:
    source = tmp_path / "api.yaml"
    text = (
        VENDOR.read_text()
        .replace("Mengakhiri sesi", '\'""" + exit(1) + """\'')
        .replace("Sistem contoh", EVIL)
    )
    source.write_text(text.replace('version: "1.0"', f"version: '{EVIL}'").replace("title: ", "title: _"))
    new(tmp_path / "uji", source)
    written = module(tmp_path / "uji")
    assert "exit(1)" in (written.Uji.logout.__doc__ or "")


@pytest.mark.parametrize(
    ("given", "words"), [({"logon": "x"}, "there is no such kind"), ({"login": "x"}, "no operation has that")]
)
def test_a_map_to_nowhere_is_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        match(read(str(VENDOR)), given)


def test_a_key_that_even_a_login_needs_is_left_to_the_command_line(tmp_path: Path) -> None:
    text = VENDOR.read_text()
    text = text.replace("security: []", "security: [{semua: []}]").replace(
        "security: [{sesi: []}]", "security: [{semua: [], sesi: []}]"
    )
    text = text.replace(
        "    sesi: {type: apiKey",
        "    semua: {type: apiKey, in: header, name: X-Api-Key}\n    sesi: {type: apiKey",
    )
    source = tmp_path / "api.yaml"
    source.write_text(text)
    new(tmp_path / "uji", source)
    assert "--header X-Api-Key=env:X_API_KEY" in (tmp_path / "uji" / "README.md").read_text()
    code = (tmp_path / "uji" / "gladi_target_uji.py").read_text()
    assert "X-Api-Key" not in code
    assert '"X-Sesi": self.session(phone, operation)' in code


def test_what_is_unsure_is_asked_and_else_left_out(reference: Path) -> None:
    asked: list[tuple[str, list[str]]] = []

    def first(kind: str, others: Sequence[Endpoint]) -> Endpoint | None:
        asked.append((kind, [one.path for one in others]))
        return others[0]

    found = match(read(str(reference)), {}, first)
    assert asked == [
        ("photo", ["/public/v1/photos/{name}", "/foto/{name}", "/public/v1/photos/{sha256}/web.jpg"])
    ]
    assert found["photo"].endpoint is not None
    assert match(read(str(reference)), {})["photo"].endpoint is None


def test_a_schema_that_refers_to_itself_ends(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(
        "openapi: 3.0.0\npaths: {/a: {get: {responses: {'200': {content: {application/json: {schema:"
        " {$ref: '#/components/schemas/N'}}}}}}}}\n"
        "components: {schemas: {N: {properties: {a: {$ref: '#/components/schemas/N'},"
        " b: {$ref: '#/components/schemas/N'}}}}}\n"
    )
    assert len(read(str(path)).endpoints) == 1


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["target", "new", "uji", "--openapi", str(VENDOR), "--out", str(tmp_path), "--json"]
    )
    assert done.exit_code == 2
    assert "exists already" in done.stderr
    assert list(tmp_path.iterdir()) == []
