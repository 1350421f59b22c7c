"""A backup of a stack under load holds everything acknowledged before it began, and restores elsewhere."""

import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.sirekap.kpps_phone import Stack, ready_phone, running_stack, sirekap


@pytest.fixture(scope="module")
def backup(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup made while phones go on sending; what was acknowledged before lies beside it."""
    target = tmp_path_factory.mktemp("backup") / "of-the-day"
    phones = [ready_phone(stack, number) for number in range(1, 9)]
    for phone in phones:
        assert phone.submit(1, f"kunci-{phone.tps}-1").status_code == 201
    assert phones[0].post(
        "forms/ppwp/pages/1/correct", "koreksi-1", {"numbers": {"dpt_l": 99}, "reason": "salah"}
    )
    (target.parent / "before.json").write_text(json.dumps(stack.audit()))
    statuses = []

    def go_on_sending() -> None:
        for page in (2, 3):
            statuses.extend(phone.submit(page, f"kunci-{phone.tps}-{page}").status_code for phone in phones)

    sending = threading.Thread(target=go_on_sending)
    sending.start()
    done = sirekap("backup", "--dir", str(stack.dir), "--to", str(target))
    sending.join()
    assert done.returncode == 0, done.stderr
    assert "secrets.json" in done.stderr, "whoever keeps a backup is told what is in it"
    assert statuses == [201] * 16, "nobody was kept from sending"
    return target


@pytest.fixture(scope="module")
def restored(backup: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that was started from the backup, elsewhere."""
    directory = tmp_path_factory.mktemp("elsewhere") / "stack"
    done = sirekap("restore", "--from", str(backup), "--dir", str(directory))
    assert done.returncode == 0, done.stderr
    with running_stack(directory) as stack:
        yield stack


def test_everything_acknowledged_before_is_in_it_and_every_row_has_its_photo(
    backup: Path, restored: Stack
) -> None:
    before = json.loads((backup.parent / "before.json").read_text())
    rows = restored.audit()
    assert len(before) == 9
    assert rows[: len(before)] == before
    for row in rows:
        answer = requests.get(f"{restored.url}/public/v1/photos/{row['sha256']}.jpg", timeout=15)
        assert answer.status_code == 200, row


def test_sessions_and_keys_came_along(stack: Stack, restored: Stack) -> None:
    assert restored.admin_token == stack.admin_token
    again = ready_phone(restored, 1)
    assert again.submit(1, f"kunci-{again.tps}-1").json()["replay"] is True


def test_secrets_are_for_the_owner_only(backup: Path, restored: Stack) -> None:
    for folder in (backup, restored.dir):
        assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((backup / "database.dump").stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["photo", "dump", "missing", "manifest"])
def test_a_damaged_backup_is_refused_by_name_and_leaves_nothing(
    backup: Path, tmp_path: Path, damage: str
) -> None:
    photo = next((backup / "photos").glob("*/*.jpg"))
    file = {
        "photo": photo,
        "missing": photo,
        "dump": backup / "database.dump",
        "manifest": backup / "manifest.sha256",
    }[damage]
    content = file.read_bytes()
    try:
        if damage == "missing":
            file.unlink()
        else:
            file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        done = sirekap("restore", "--from", str(backup), "--dir", str(tmp_path / "new"))
        assert done.returncode == 2
        assert file.name in done.stderr
        assert list(tmp_path.iterdir()) == []
    finally:
        file.write_bytes(content)


def test_nothing_is_written_over(stack: Stack, backup: Path) -> None:
    assert sirekap("backup", "--dir", str(stack.dir), "--to", str(backup)).returncode == 2
    done = sirekap("restore", "--from", str(backup), "--dir", str(stack.dir))
    assert done.returncode == 2
    assert "exists already" in done.stderr
