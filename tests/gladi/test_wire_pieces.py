"""Bodies of bytes and files: every byte arrives, in order, however slowly the other side reads."""

import os
import socket
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gladi.address import Address
from gladi.http import OpenFile, Stretch, Wire
from gladi.materials import Materials
from gladi.setting import arrange
from gladi.wire.pieces import in_memory
from simulators.officials.sight import unreadable
from simulators.operations import Operation
from simulators.sheetlist import sheets_of
from tests.gladi.runs import SPRINT
from tests.gladi.talking import ok, request, server

PHOTO = os.urandom(3_000_000)


def digesting(connection: socket.socket) -> None:
    """Reads late, so that the sender has to wait, and answers with the digest of the body."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    time.sleep(0.05)
    while heard := request(connection):
        connection.sendall(ok(sha256(heard.partition(b"\r\n\r\n")[2]).hexdigest().encode()))


def sent(pieces: tuple[bytes | Stretch, ...]) -> str:
    """What the other side says it heard."""
    with server(digesting) as (port, _):
        wire = Wire(Address(f"http://127.0.0.1:{port}"))
        try:
            return wire.request("POST", "/", {}, pieces, 20.0).body.decode()
        finally:
            wire.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(PHOTO)
    return path


def test_a_file_between_bytes_arrives_whole(photo: Path) -> None:
    stretch = Stretch(OpenFile(photo), 7, memoryview(PHOTO)[7:])
    assert sent((b"before", stretch, b"after")) == sha256(b"before" + PHOTO[7:] + b"after").hexdigest()
    assert b"".join(in_memory((b"before", stretch))) == b"before" + PHOTO[7:]


def test_a_file_that_was_cut_short_is_completed_from_memory(photo: Path) -> None:
    stretch = Stretch(OpenFile(photo), 0, PHOTO)
    os.truncate(photo, 1_000_000)
    assert sent((stretch, b"after")) == sha256(PHOTO + b"after").hexdigest()


def test_a_file_is_open_as_long_as_somebody_holds_it(photo: Path) -> None:
    file = OpenFile(photo)
    stretch, number = Stretch(file, 0, PHOTO), file.number
    del file
    photo.unlink()
    assert os.pread(number, 10, 0) == PHOTO[:10]
    del stretch
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(number)
    with pytest.raises(FileNotFoundError):
        OpenFile(photo)


@pytest.mark.parametrize("variant", ["", "misread", "truncated_photo", "corrupted_photo"])
@pytest.mark.parametrize(("operator", "install"), [(1, 0), (1, 2), (2, 0)])
def test_a_page_lies_where_its_photo_says(tmp_path: Path, variant: Any, operator: int, install: int) -> None:
    setting = arrange(SPRINT, scale=2)
    scenario, people = setting.scenario, setting.population
    tps = str(people.tps[0])
    form, page = sheets_of(people, 0, scenario)[1]
    assert not unreadable(scenario, setting.seed, tps, form, page)
    (tmp_path / f"{tps}-{form}-{page}.jpg").write_bytes(PHOTO)
    materials = Materials(scenario, setting.seed, people, tmp_path)
    held = materials.page(
        Operation(
            "submit_page", tps, tps, operator, tps[:6], "4g", 0.0, 10.0, form, page, variant=variant,
            install=install,
        )
    )  # fmt: skip
    read = b"".join(
        os.pread(piece.file.number, len(piece), piece.start) if isinstance(piece, Stretch) else piece
        for piece in held.body
    )
    assert read == held.photo
    assert any(isinstance(piece, Stretch) for piece in held.body) == ("photo" not in variant)
    assert held.photo_sha256 == sha256(materials.photo(tps, (form, page), operator, install)).hexdigest()
