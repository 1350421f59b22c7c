"""Descriptions as people have them: Swagger 2.0, OpenAPI 3.1, in several files; wrong ones told by line."""

import textwrap
from pathlib import Path

import pytest

from gladi.failures import UsageError
from gladi.targeting.openapi import Document, Endpoint, read
from gladi.targeting.schemas import ALTERNATIVES

SWAGGER = """
    swagger: '2.0'
    info: {title: Lama, version: '1'}
    host: uji.example.id
    basePath: /api/v1/
    consumes: [application/json]
    produces: [application/json]
    securityDefinitions:
      kantor: {type: basic}
      masuk: {type: oauth2, flow: password, tokenUrl: /oauth/token, scopes: {}}
      kunci: {type: apiKey, in: header, name: X-Kunci}
    parameters:
      halaman: {name: halaman, in: path, required: true, type: integer}
      isi: {name: isi, in: body, schema: {$ref: '#/definitions/Masuk'}}
    responses:
      Tersimpan: {description: ok, schema: {$ref: '#/definitions/Bukti'}}
    definitions:
      Masuk: {type: object, required: [sandi], properties: {akun: {type: string}, sandi: {type: string}}}
      Bukti: {type: object, properties: {resi: {type: string}}}
    paths:
      /masuk:
        post:
          operationId: masuk
          parameters: [{$ref: '#/parameters/isi'}]
          responses: {200: {description: ok, schema: {properties: {token: {type: string}}}}}
      /halaman/{halaman}:
        parameters: [{$ref: '#/parameters/halaman'}]
        post:
          operationId: kirim
          consumes: [multipart/form-data]
          security: [{kunci: []}]
          parameters:
            - {name: foto, in: formData, required: true, type: file}
            - {name: angka, in: formData, type: string}
            - {name: X-Sidik, in: header, required: true, type: string}
          responses: {'201': {$ref: '#/responses/Tersimpan'}}
        get:
          operationId: gambar
          produces: [image/jpeg]
          responses: {'200': {description: ok, schema: {type: file}}}
      /keluar:
        post:
          operationId: keluar
          parameters: [{name: alasan, in: formData, type: string}]
          responses: {'204': {description: ok}}
"""
SPLIT = {
    "api.yaml": """
        openapi: 3.0.3
        info: {title: Pecah, version: '1'}
        paths:
          /masuk: {$ref: 'paths/masuk.yaml'}
          /tps/{tps}: {$ref: 'paths/semua.yaml#/paths/~1tps~1{tps}'}
        """,
    "paths/masuk.yaml": """
        post:
          operationId: masuk
          requestBody: {content: {application/json: {schema: {$ref: '../skema.json#/Masuk'}}}}
          responses: {'200': {$ref: '../api.yaml#/paths/~1tps~1{tps}/get/responses/200'}}
        """,
    "paths/semua.yaml": """
        paths:
          /tps/{tps}:
            get:
              operationId: tps
              parameters: [{$ref: '#/kode'}]
              responses: {'200': {content: {application/json: {schema: {$ref: '../skema.json#/Pohon'}}}}}
        kode: {name: tps, in: path, required: true, schema: {type: string}}
        """,
    "skema.json": """
        {"Masuk": {"type": "object", "properties": {"sandi": {"type": "string"}}},
         "Pohon": {"type": "object", "properties": {"nama": {"type": "string"},
                   "anak": {"type": "array", "items": {"$ref": "skema.json#/Pohon"}}}}}
        """,
}


def laid_out(folder: Path, files: dict[str, str]) -> Path:
    """The first of the files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).strip() + "\n")
    return folder / next(iter(files))


def described(folder: Path, text: str) -> Document:
    return read(str(laid_out(folder, {"api.yaml": text})))


def named(document: Document) -> dict[str, Endpoint]:
    return {one.name: one for one in document.endpoints}


def test_swagger_2_says_the_same_as_openapi_3(tmp_path: Path) -> None:
    document = described(tmp_path, SWAGGER)
    found = named(document)
    assert document.authority == "uji.example.id"
    assert found["masuk"].path == "/api/v1/masuk"
    assert (found["masuk"].media, found["masuk"].body["required"]) == ("application/json", ["sandi"])
    assert found["masuk"].answer["properties"] == {"token": {"type": "string"}}
    sent = found["kirim"]
    assert sent.media == "multipart/form-data"
    assert sent.body["properties"]["foto"] == {"type": "string", "format": "binary"}
    assert sent.body["required"] == ["foto"]
    assert [(one.name, one.place, one.required) for one in sent.parameters] == [
        ("halaman", "path", True), ("X-Sidik", "header", True),
    ]  # fmt: skip
    assert sent.parameters[0].schema == {"type": "integer"}
    assert list(sent.answer["properties"]) == ["resi"]
    assert (sent.security, sent.where) == (("kunci",), "api.yaml:28")
    assert found["gambar"].shows == ("image/jpeg",)
    assert found["keluar"].media == "application/x-www-form-urlencoded"
    assert document.schemes["kantor"] == {"type": "http", "scheme": "basic"}
    assert document.schemes["masuk"]["flows"] == {"password": {"tokenUrl": "/oauth/token", "scopes": {}}}


def test_a_description_in_several_files_is_one(tmp_path: Path) -> None:
    document = read(str(laid_out(tmp_path, SPLIT)))
    found = named(document)
    assert [one.path for one in document.endpoints] == ["/masuk", "/tps/{tps}"]
    assert list(found["masuk"].body["properties"]) == ["sandi"]
    assert [one.name for one in found["tps"].parameters] == ["tps"]
    tree = found["masuk"].answer
    for _ in range(3):
        assert list(tree["properties"]) == ["nama", "anak"]
        tree = tree["properties"]["anak"]["items"]
    assert found["tps"].where == "semua.yaml:4"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("https://uji.example.id/s.yaml#/A", r"api\.yaml:3: refers to https.* fetches nothing"),
        ("file:///etc/passwd", "fetches nothing that a description names"),
        ("//uji.example.id/s.yaml", "fetches nothing"),
        ("../luar.yaml#/A", r"api\.yaml:3: refers to .*not in the folder"),
        ("tidak-ada.yaml", r"api\.yaml:3: .*there is no such file"),
        ("lain.yaml#/B", r"api\.yaml:3: .*names nothing"),
        ("lain.yaml#/A", r"lain\.yaml:1: lain.yaml#/A refers to itself"),
        ("rusak.yaml", r"rusak\.yaml:2: neither JSON nor YAML"),
        ("#/paths/~1a/get", "refers to itself"),
        ("#jangkar", "anchors are not followed"),
    ],
)
def test_a_reference_that_leads_nowhere_good_is_told_by_line(
    tmp_path: Path, reference: str, words: str
) -> None:
    (tmp_path / "luar.yaml").write_text("A: {}\n")
    files = {
        "api.yaml": f"openapi: 3.0.0\npaths:\n  /a: {{$ref: '{reference}'}}",
        "lain.yaml": "A: {$ref: 'lain.yaml#/A'}",
        "rusak.yaml": "a: 1\nb: ]",
    }
    with pytest.raises(UsageError, match=words):
        read(str(laid_out(tmp_path / "api", files)))


def test_a_name_that_cannot_be_written_is_told_by_line(tmp_path: Path) -> None:
    text = "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      parameters: [{name: 'a\"b', in: query}]"
    with pytest.raises(UsageError, match=r"api\.yaml:5: parameter 'a\"b'"):
        described(tmp_path, text)


def test_types_of_openapi_3_1_are_read(tmp_path: Path) -> None:
    found = named(
        described(
            tmp_path,
            """
            openapi: 3.1.0
            paths:
              /a:
                post:
                  operationId: a
                  requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
                  responses: {}
            components:
              schemas:
                A:
                  description: dengan saudara di sebelah rujukan
                  properties:
                    nol: {type: [string, 'null']}
                    tetap: {const: 7}
                    foto: {type: string, contentMediaType: image/jpeg}
                    sandi64: {type: string, contentEncoding: base64, contentMediaType: image/jpeg}
                    mungkin: {anyOf: [{type: 'null'}, {$ref: '#/components/schemas/B'}]}
                    salah_satu: {oneOf: [{$ref: '#/components/schemas/B'}, {type: string}]}
                    contoh: {type: string, example: {$ref: '#/tidak/dibaca'}}
                    rujuk: {$ref: '#/components/schemas/B', default: 1}
                    const: {type: string}
                B: {type: object, properties: {x: {type: integer}}}
            """,
        )
    )
    body = found["a"].body["properties"]
    assert body["nol"]["type"] == "string"
    assert body["tetap"] == {"const": 7, "type": "integer"}
    assert (body["foto"]["format"], body["sandi64"]["format"]) == ("binary", "byte")
    assert list(body["mungkin"]["properties"]) == ["x"]
    assert ALTERNATIVES not in body["mungkin"]
    assert body["salah_satu"][ALTERNATIVES] == 2
    assert body["contoh"]["example"] == {"$ref": "#/tidak/dibaca"}
    assert body["rujuk"]["default"] == 1
    assert body["const"] == {"type": "string"}


@pytest.mark.parametrize(
    "text", ["type Query { tps(kode: ID!): Tps }", '{"data": {"__schema": {}}}', '{"__schema": {}}']
)
def test_graphql_is_called_so_and_the_way_by_hand_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "api.graphql"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"is GraphQL.*by hand"):
        read(str(path))
