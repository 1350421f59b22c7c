"""Each planted defect shows itself and says so aloud; the other tests show that a sound stack has none."""

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.sirekap.kpps_phone import (
    WAIT_S,
    Stack,
    photo,
    ready_phone,
    register,
    running_stack,
    sirekap,
    tps_code,
)


@contextmanager
def defective(directory: Path, name: str) -> Iterator[Stack]:
    """A stack with one defect."""
    with running_stack(directory, "--defect", name, "--api-workers", "1") as running:
        assert f"WARNING: PLANTED DEFECT {name}" in running.warned
        register(running, 3)
        yield running


def test_ack_before_commit(tmp_path: Path) -> None:
    with defective(tmp_path, "ack_before_commit") as stack:
        phone = ready_phone(stack, 1)
        kept = phone.submit(1, "kunci-1").json()["receipt"]
        assert phone.submit(1, "kunci-1").json()["receipt"] == kept, "apart from its defect it is sound"
        time.sleep(2.0)
        assert [row["receipt"] for row in stack.audit()] == [kept]
        assert phone.submit(2, "kunci-2").status_code == 201
        os.kill(stack.pid("api-1"), signal.SIGKILL)
        stack.start("api-1")
        time.sleep(2.0)
        assert [row["page"] for row in stack.audit()] == [1], "the acknowledged page 2 is lost"


def test_retry_not_idempotent(tmp_path: Path) -> None:
    with defective(tmp_path, "retry_not_idempotent") as stack:
        phone = ready_phone(stack, 1)
        answers = [phone.submit(2, "kunci-1") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 201]
        assert len({answer.json()["receipt"] for answer in answers}) == 3
        assert [(row["revision"], row["key"]) for row in stack.audit()] == [
            (1, "kunci-1"),
            (2, "kunci-1"),
            (3, "kunci-1"),
        ]
        assert phone.submit(2, "kunci-lain").status_code == 409, "apart from its defect it is sound"
    sound = sirekap("up", "--dir", str(tmp_path))
    assert sound.returncode == 2, "doubled data must not pass for a sound stack's"
    assert "retry_not_idempotent" in sound.stderr
    assert not (tmp_path / "stack.json").exists()


def test_truncated_photo_accepted(tmp_path: Path) -> None:
    whole = photo("utuh")
    with defective(tmp_path, "truncated_photo_accepted") as stack:
        phone = ready_phone(stack, 1)
        announced = {"X-Photo-SHA256": hashlib.sha256(whole).hexdigest()}
        answer = phone.submit(2, "kunci-1", jpeg=whole[:9000], headers=announced)
        assert answer.status_code == 201
        stored = hashlib.sha256(whole[:9000]).hexdigest()
        assert answer.json()["sha256"] == stored
        shown = requests.get(f"{stack.url}/public/v1/photos/{stored}.jpg", timeout=WAIT_S)
        assert shown.content == whole[:9000]


def test_foreign_write_accepted(tmp_path: Path) -> None:
    with defective(tmp_path, "foreign_write_accepted") as stack:
        phone = ready_phone(stack, 1)
        assert phone.submit(2, "kunci-1", tps=tps_code(2)).status_code == 201
        assert [(row["tps"], row["account"]) for row in stack.audit()] == [(tps_code(2), f"{tps_code(1)}-1")]
        warned = (tmp_path / "logs" / "api-1.log").read_text()
        assert '"level": "warning"' in warned
        assert "PLANTED DEFECT foreign_write_accepted" in warned


def test_an_unknown_defect_is_refused(tmp_path: Path) -> None:
    """A misspelt defect would otherwise pass for a sound stack."""
    assert sirekap("up", "--dir", str(tmp_path), "--defect", "tidak-ada").returncode == 2
    done = sirekap("up", "--dir", str(tmp_path), environ={"SIREKAP_DEFECTS": "tidak_ada"})
    assert done.returncode == 2
    assert "ack_before_commit" in done.stderr
    assert not (tmp_path / "stack.json").exists()
