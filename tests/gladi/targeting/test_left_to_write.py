"""What a description does not say is never guessed at: it is left to write, with what came nearest."""

import importlib.util
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from gladi.address import Address
from gladi.cli import main
from gladi.http import Reply
from gladi.materials import Page
from gladi.targeting.folding import WIDE, folded
from gladi.targets import Phone, TargetError
from gladi.targets.lists import Parts, listed
from gladi.targets.over_http import NOT_OFFERED
from gladi.targets.telling import cast, moment, tally
from gladi.targets.uploads import ElsewhereError, here
from simulators.operations import Operation

LOGIN = {"akun": {"type": "string"}, "sandi": {"type": "string"}}
TOKEN = {"200": {"content": {"application/json": {"schema": {"properties": {"token": {"type": "string"}}}}}}}


def taking(schema: dict[str, Any], media: str = "application/json") -> dict[str, Any]:
    return {"requestBody": {"content": {media: {"schema": schema}}}}


def page(**properties: Any) -> dict[str, Any]:
    """An operation that takes a page with these properties beside the photo."""
    whole = {"halaman": {"type": "integer"}, "foto": {"type": "string", "format": "byte"}, **properties}
    return {"operationId": "kirim", **taking({"required": list(whole), "properties": whole})}


def written(
    folder: Path, paths: dict[str, Any], components: dict[str, Any] | None = None
) -> tuple[Any, list[str]]:
    """An instance of the class for these paths, and what is left open."""
    source = folder / "api.yaml"
    whole = {"openapi": "3.0.3", "paths": paths, "components": components or {}}
    source.write_text(yaml.safe_dump(whole, sort_keys=False))
    done = CliRunner().invoke(
        main, ["target", "new", "uji", "--openapi", str(source), "--out", str(folder / "uji"), "--json"]
    )
    assert done.exit_code == 0, done.stderr
    spec = importlib.util.spec_from_file_location("written", folder / "uji" / "gladi_target_uji.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Uji(Address("http://127.0.0.1:9"), 1, None), json.loads(done.stdout)["todo"]


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (page(versiAplikasi={"type": "string"}), 'requires "versiAplikasi", which gladi has no word for'),
        (
            page(angka={"type": "array", "items": {}}),
            'names of its own for the numbers in "angka", in a list',
        ),
        (page(angka={"type": "object", "properties": {"sah": {}}}), 'for the numbers in "angka" such as sah'),
        (
            {
                "operationId": "kirim",
                **taking({"properties": {"halaman": {}, "foto": {}}}, "application/xml"),
            },
            "takes application/xml, which gladi does not write",
        ),
    ],
)
def test_a_page_that_cannot_be_written_is_not_sent(
    tmp_path: Path, operation: dict[str, Any], words: str
) -> None:
    target, todo = written(tmp_path, {"/kirim": {"post": operation}})
    assert target.perform(None, _operation("submit_page"), Page(b"", "", "{}", "")) == NOT_OFFERED
    assert "submit_page" in target.lacks()
    said = target.why_not("submit_page")
    assert said.startswith("Nearest: POST /kirim (kirim, api.yaml:")
    assert words in said.replace("'", '"')
    assert [line for line in todo if line.startswith("submit_page: not offered; nearest: POST /kirim")]


def _operation(kind: Any) -> Operation:
    return Operation(kind, "1" * 13, "1" * 13, 1, "", "", 0.0, 1.0, page=1)


def test_what_is_constant_or_has_a_default_is_sent_and_an_example_is_listed(tmp_path: Path) -> None:
    target, todo = written(
        tmp_path,
        {"/kirim": {"post": page(
            jenis={"enum": ["foto"]}, versi={"default": 3}, app={"type": "string", "example": "kami"},
        )}},
    )  # fmt: skip
    assert "submit_page" not in target.lacks()
    code = (tmp_path / "uji" / "gladi_target_uji.py").read_text()
    assert '"jenis": "foto"' in code
    assert '"app": "kami"' in code
    assert 'submit_page: gladi does not know what "app" is; it sends "kami"' in todo
    assert not [line for line in todo if '"jenis"' in line]


def test_a_login_without_anything_to_come_back_with_is_left_to_write(tmp_path: Path) -> None:
    target, _ = written(
        tmp_path,
        {"/login": {"post": {"operationId": "login", **taking({"properties": LOGIN}), "responses": {}}}},
    )
    assert "its answer holds nothing that looks like a session" in target.why_not("login")


def test_a_csrf_token_out_of_nowhere_is_left_to_write(tmp_path: Path) -> None:
    header = {"name": "X-CSRF-Token-Kami", "in": "header", "required": True, "schema": {"type": "string"}}
    header["name"] = "csrfmiddlewaretoken"
    login = {
        "operationId": "login",
        "parameters": [header],
        **taking({"properties": LOGIN}),
        "responses": TOKEN,
    }
    target, _ = written(tmp_path, {"/login": {"post": login}})
    assert "wants csrfmiddlewaretoken, and nothing says where that comes from" in target.why_not("login")


def test_what_is_no_name_of_a_document_writes_no_code_either(tmp_path: Path) -> None:
    """A tokenUrl, keys of metadata and dates come from places where names are not looked at."""
    headers = [
        {"name": "Tus-Resumable", "in": "header", "schema": {}},
        {"name": "Upload-Metadata", "in": "header", "schema": {"example": 'sha256"+()+" e30='}},
    ]
    sends = {"operationId": "kirim", "parameters": headers, **taking({"properties": {"halaman": {}}})}
    dated = page(tanggal={"type": "string", "example": date(2024, 2, 14)})
    target, _ = written(
        tmp_path, {"/unggahan": {"post": sends}, "/berkas/halaman": {"post": dated}},
        {"securitySchemes": {"o": {"type": "oauth2", "flows": {"password": {"tokenUrl": '/t"+exit()+"'}}}}},
    )  # fmt: skip
    code = (tmp_path / "uji" / "gladi_target_uji.py").read_text()
    assert "exit()" not in code
    assert "+()+" not in code
    assert "datetime" not in code
    assert "login" in target.lacks()


def test_graphql_beside_other_operations_is_named(tmp_path: Path) -> None:
    body = {"properties": {"query": {"type": "string"}, "variables": {"type": "object"}}}
    _, todo = written(tmp_path, {"/graphql": {"post": {"operationId": "graphql", **taking(body)}}})
    assert [line for line in todo if line.startswith("POST /graphql is GraphQL")]


# lists, places, sums


def answers(*contents: Any) -> Any:
    """Gives one after the other, whatever is asked."""
    following = iter(contents)
    return lambda path: Reply(200, json.dumps(next(following)).encode(), {})


def test_a_list_that_goes_round_in_circles_is_called_so() -> None:
    same = {"data": [{"a": 1}], "next": "7"}
    with pytest.raises(TargetError, match="goes round in circles"):
        list(listed(answers(same, same, same), "/x", ("data",), Parts("cursor", "after", ("next",))))


def test_an_answer_without_the_list_is_no_empty_list() -> None:
    with pytest.raises(TargetError, match="holds no list under data"):
        list(listed(answers({"error": "later"}), "/x", ("data",)))
    assert list(listed(answers({"data": []}), "/x", ("data",))) == []


def test_parts_by_number_end_where_the_answer_says() -> None:
    part = {"data": [{"a": 1}], "pages": 2}
    rows = list(listed(answers(part, part), "/x?b=1", ("data",), Parts("number", "page", ("pages",))))
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("https://UJI.example.id/a?b=c", "/a?b=c"),
        ("https://uji.example.id:443/a", "/a"),
        ("/a", "/a"),
        ("berikut?x=1", "/v1/berikut?x=1"),
        ("http://uji.example.id/a", ""),
        ("https://uji.example.id:8443/a", ""),
        ("https://uji.example.id@jahat.id/a", ""),
        ("//jahat.id/a", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
    ],
)
def test_a_place_is_the_systems_own_or_none(place: str, path: str) -> None:
    address = Address("https://uji.example.id")
    if path:
        assert here(address, place, "/v1/unggah") == path
        return
    with pytest.raises(ElsewhereError, match="nobody consented there"):
        here(address, place, "/v1/unggah")


def test_sums_are_read_in_the_ways_in_which_they_are_told() -> None:
    assert tally([3, 1]) == (3, 1)
    assert tally({"paslon10": 1, "paslon2": 5}) == (5, 1)
    assert tally([{"no": 2, "n": 5}, {"no": 1, "n": 7}], "no", "n") == (7, 5)
    with pytest.raises(TypeError, match="no votes"):
        tally(None)
    assert cast([{"suara_2": 4}, '{"suara_1": 9}', None, ""]) == (9, 4)
    assert moment("2024-02-14T15:00:00+07:00") == moment(1707897600) == moment(1707897600000)
    assert moment("2024-02-14T15:00:00") != moment("2024-02-14T15:00:00"), "without an offset: unknown (NaN)"


def test_lines_are_folded_at_their_widest_bracket() -> None:
    line = f'    photos = tuple(digest("{"a" * 60}", row["b"]) for row in rows if row.get("{"c" * 40}"))'
    found = folded(line)
    assert found[0] == "    photos = tuple("
    assert found[-1] == "    )"
    assert all(len(one) <= WIDE for one in found)
    assert (
        "".join(one.strip() for one in found).replace(")for", ") for").replace("rowsif", "rows if")
        == line.strip()
    )


def test_phones_have_no_resumable_upload_that_stands_still() -> None:
    from gladi.http import InDoubtError
    from gladi.targets.uploads import in_pieces

    class Still(Phone):
        def request(self, method: str, path: str, headers: Any, body: Any = b"") -> Reply:
            if method == "POST":
                return Reply(201, b"", {"location": "/unggahan/1"})
            return Reply(204, b"", {"upload-offset": "0"})

    phone = Still(None, "", 1.0)  # type: ignore[arg-type]
    with pytest.raises(InDoubtError, match="no_progress"):
        in_pieces(phone, Address("http://127.0.0.1:9"), "/x", {}, b"abc", {}, {}, "k")
