"""A rehearsal over mutual TLS: nginx in front of the example vendor says who resumed, and so does the run."""

import json
from pathlib import Path

import pytest

from tests.gladi.fronting import front, needs_nginx
from tests.gladi.runs import SPRINT, gladi
from tests.gladi.targeting.odd_servers import Authority
from tests.gladi.targeting.vendor import EXAMPLE, installed, vendor

pytestmark = [pytest.mark.slow, pytest.mark.alone, needs_nginx]

KIND = "example-vendor"
TPS = 4


def test_the_run_tells_the_handshakes_that_the_server_had_and_nothing_of_our_key(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    ours = authority.certificate("gladi", "DNS:gladi")
    package = installed(EXAMPLE / "target", tmp_path / "installed")
    plan, out, folder = tmp_path / "plan.jsonl", tmp_path / "out", tmp_path / "front"
    folder.mkdir()
    plan.write_text(json.dumps({
        "id": "01-area_dark", "fault": "area_dark", "target": ["170807"], "strike_s": 6.4, "heal_s": 7.6,
        "settings": {}, "deadline_s": 20.0, "when": "", "by_s": None,
    }) + "\n")  # fmt: skip
    settings = (
        f"ssl_verify_client on; ssl_client_certificate {authority.pem}; ssl_session_timeout 1d;"
        "proxy_request_buffering off;"
    )
    with (
        vendor(tmp_path) as one,
        front(folder, authority.certificate("front"), settings, one.url) as server,
    ):
        asked = ("--target", server.url, "--target-kind", KIND, "--ca", authority.pem)
        rehearse = ("rehearse", SPRINT, "--scale", TPS, "--plan", plan, *asked)
        without = gladi(*rehearse, "--out", tmp_path / "without", **package, **one.environment)
        assert without.code == 3
        assert "asks for a certificate of ours: name it with --client-cert and --client-key" in without.err
        assert not (tmp_path / "without").exists()
        before = server.handshakes()
        done = gladi(
            *rehearse, "--client-cert", ours[0], "--client-key", ours[1], "--out", out, "--json",
            timeout_s=200.0, **package, **one.environment,
        )  # fmt: skip
        whole, resumed = (after - was for after, was in zip(server.handshakes(), before, strict=True))
    assert done.code == 0, done.err
    workers = json.loads((out / "run.json").read_text())["load"]["workers"]
    counts = {name: sum(one["connections"][name] for one in workers) for name in workers[0]["connections"]}
    assert counts["tls_resumed"] > 0
    assert counts["tls_declined"] == counts["tls_failed"] == 0
    # a connection that was cut before its request is in no log of nginx
    assert 0 <= counts["tls_resumed"] - resumed <= 3
    assert counts["tls_full"] <= whole + 3, "whole ones: the workers', and the conductor's own"
    page = (out / "report.html").read_text()
    assert f"{counts['tls_full']} penuh (0 di antaranya" in page
    assert f"{counts['tls_resumed']} melanjutkan sesi lama" in page
    key = [line for line in ours[1].read_text().splitlines() if not line.startswith("---")][1]
    for path in out.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert key.encode() not in held, f"{path} gives the key away"
        assert str(ours[1]).encode() not in held, f"{path} says where the key is"
