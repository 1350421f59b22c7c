"""Bad input to `gladi bimtek` is answered with option or file, line, column, and what would be right."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gladi.bimtek import roster
from gladi.bimtek.wishes import Wishes
from gladi.cli import main
from gladi.failures import UsageError


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "line 1: is empty"),
        ("kelas,tempat\n", "line 2: no trainee"),
        ("kelas\n1\n", "line 1: no column tempat"),
        ("kelas,tempat,umur\n1,A,40\n", "line 1, column umur"),
        ("kelas,tempat,seat\n1,A,B\n", "line 1, column seat"),
        ("kelas,tempat\nsatu,A\n", "line 2, column kelas: 'satu'"),
        ("kelas,tempat\n1,A\n0,B\n", "line 3, column kelas: '0'"),
        ("kelas,tempat\n1,\n", "line 2, column tempat"),
        ("kelas,tempat\n1,A\n1,A\n", "line 3, column tempat: 'A': class 1 has it on line 2"),
        ("kelas,tempat\n1,A,C\n", "line 2: 3 columns, the head line has 2"),
        ("kelas;tempat;nama\n1;A;" + "x" * 61 + "\n", "line 2, column nama"),
        ("kelas;tempat;nama\n1;A;a\x07b\n", "line 2, column nama"),
    ],
)
def test_a_bad_list_is_told_with_line_and_column(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "peserta.csv"
    path.write_text(text)
    with pytest.raises(UsageError) as told:
        roster.read(path)
    assert named in str(told.value)
    assert str(path) in str(told.value)


def test_a_list_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "peserta.csv"
    path.write_bytes(b"kelas,tempat,nama\n1,A,ok\n1,B,\xe9\n")
    with pytest.raises(UsageError, match="line 3: is not UTF-8"):
        roster.read(path)


def test_a_list_of_excel_is_read_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "peserta.csv"
    path.write_bytes(b"\xef\xbb\xbfTempat;Kelas;Nama\r\nB2;2;\r\n\r\nA1;1;Rekaan Satu\r\nA2;1;\r\n")
    places = roster.read(path)
    assert [(p.id, p.seat, p.name) for p in places] == [
        ("01-01", "A1", "Rekaan Satu"),
        ("01-02", "A2", ""),
        ("02-01", "B2", ""),
    ]


def test_trainees_are_spread_evenly() -> None:
    places = roster.evenly(23, 4)
    sizes = [sum(p.class_number == room for p in places) for room in range(1, 5)]
    assert sizes == [6, 6, 6, 5]
    assert len({place.id for place in places}) == 23


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--trainees", "0"), "--trainees 0: must be between 1"),
        (("--trainees", "3", "--classes", "4"), "--classes 4: must be between 1 and"),
        (("--trainees", "520"), "--trainees: 520 practice TPS and 24 for sheets"),
        (("--site", "latihan"), "--site latihan: is no address"),
        (("--site", "https://sirekap-web.kpu.go.id"), "practice never goes to a site of KPU"),
        (("--site", "http://a:b@host"), "is no address"),
        (("--form", "dprd"), "--form dprd: Kabupaten Kepahiang has no such form"),
        (("--scenario", "nation-2024"), "needs a region"),
        (("--scenario", "nowhere"), "nowhere"),
        (("--participants", "missing.csv"), "missing.csv: cannot be read"),
        (("--participants", "x.csv", "--trainees", "3"), "leave out --trainees"),
    ],
)
def test_wishes_that_cannot_be_are_refused_and_leave_nothing(
    tmp_path: Path, options: tuple[str, ...], named: str
) -> None:
    done = CliRunner().invoke(main, ["bimtek", *options, "--out", str(tmp_path / "paket")])
    assert done.exit_code == 2
    assert named in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_pack_never_overwrites_anything(tmp_path: Path) -> None:
    (tmp_path / "paket").mkdir()
    done = CliRunner().invoke(main, ["bimtek", "pack", "--trainees", "1", "--out", str(tmp_path / "paket")])
    assert done.exit_code == 2
    assert "exists already" in done.stderr


def test_wishes_know_their_defaults() -> None:
    wishes = Wishes(out=Path("paket"))
    assert (wishes.trainees, wishes.paper, wishes.site) == (None, "a4", "")
