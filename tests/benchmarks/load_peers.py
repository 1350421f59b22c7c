"""The peers among load drivers: Locust's FastHttpUser, a bare client loop, k6, autocannon, wrk.

`python -m tests.benchmarks.load_peers NAME JOB PORT SECONDS FOLDER` is one Python driver in a process of
its own; `command` says how each is started, `said` what it says of itself afterwards. All send the same
bytes: a login of 100 bytes of JSON, or a form with a photo of 300 KB, made beforehand. gladi makes its own
of every operation. Every operator of gladi has a photo of its own, and 32 of them do not fit a core's cache;
so each connection of the Python peers has a copy of its own, as each VU of k6 has. autocannon and wrk send
one and the same.
"""

import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.load_ground import AUTOCANNON, HERE, K6

CONNECTIONS = 32
AUTHORITY = os.environ.get("LOAD_CA", "")
"""PEM file that vouches for a target that speaks TLS; FastHttpUser never looks who it is."""
BOUNDARY = "gladi-7f3e5a1c9b"
PATHS = {"login": "/v1/login", "upload": "/v1/tps/1708010000001/forms/ppwp/pages/1"}
TYPES = {"login": "application/json", "upload": f"multipart/form-data; boundary={BOUNDARY}"}


def body(job: str) -> bytes:
    """What every peer sends, as long as what gladi sends."""
    if job == "login":
        content = {"account": "1708010000001-1", "password": "0" * 20, "device": "0" * 20}
        return json.dumps(content).encode()
    numbers = json.dumps({"suara_sah": 250, "suara_tidak_sah": 5, "suara_total": 255}).encode()
    named = b'Content-Disposition: form-data; name="'
    return b"".join(
        (
            f"--{BOUNDARY}\r\n".encode(), named, b'numbers"\r\nContent-Type: application/json\r\n\r\n',
            numbers,
            f"\r\n--{BOUNDARY}\r\n".encode(), named, b'photo"; filename="page.jpg"\r\n',
            b"Content-Type: image/jpeg\r\n\r\n", os.urandom(300_000), f"\r\n--{BOUNDARY}--\r\n".encode(),
        )
    )  # fmt: skip


def headers(job: str) -> dict[str, str]:
    """What every peer sends beside the body; an upload has what the reference stack asks for."""
    out = {"Content-Type": TYPES[job]}
    if job == "upload":
        out |= {
            "Authorization": "Bearer " + "0" * 48,
            "Idempotency-Key": "0" * 32,
            "X-Photo-SHA256": "0" * 64,
        }
    return out


def bare(job: str, port: int, seconds: float, folder: Path) -> dict[str, float]:
    """gevent and geventhttpclient, a loop a connection; every answer is read, its status looked at."""
    import gevent
    from geventhttpclient import HTTPClient

    data, sent = (folder / job).read_bytes(), headers(job)
    trusting: dict[str, Any] = {}
    if AUTHORITY:
        trusting = {"ssl": True, "ssl_options": {"ca_certs": AUTHORITY}}
    client = HTTPClient("127.0.0.1", port=port, concurrency=CONNECTIONS, block_size=64 * 1024, **trusting)
    count = {"asked": 0.0, "errors": 0.0}

    def loop() -> None:
        mine = bytes(bytearray(data))
        while True:
            try:
                reply = client.request("POST", PATHS[job], body=mine, headers=sent)
                reply.read()
                count["errors"] += reply.status_code != 200
                reply.release()
            except OSError:
                count["errors"] += 1
            count["asked"] += 1

    running = [gevent.spawn(loop) for _ in range(CONNECTIONS)]
    gevent.sleep(seconds)
    gevent.killall(running)
    return count


def locust(job: str, port: int, seconds: float, folder: Path) -> dict[str, float]:
    """FastHttpUsers that do nothing but ask."""
    import gevent
    from locust import FastHttpUser, constant, task
    from locust.env import Environment

    data, sent = (folder / job).read_bytes(), headers(job)

    class Device(FastHttpUser):  # type: ignore[misc]
        host = f"http{'s' if AUTHORITY else ''}://127.0.0.1:{port}"
        wait_time = constant(0)

        def on_start(self) -> None:
            self.mine = bytes(bytearray(data))

        @task  # type: ignore[untyped-decorator]
        def ask(self) -> None:
            self.client.post(PATHS[job], data=self.mine, headers=sent)

    environment = Environment(user_classes=[Device])
    runner = environment.create_local_runner()
    runner.start(CONNECTIONS, spawn_rate=CONNECTIONS)
    gevent.sleep(seconds)
    total = environment.stats.total
    found = {"asked": float(total.num_requests), "errors": float(total.num_failures)}
    runner.quit()
    return found


def command(driver: str, job: str, port: int, seconds: float, folder: Path) -> Sequence[str]:
    """How a driver is started; `folder` holds the bodies and takes what it writes."""
    url = f"http://127.0.0.1:{port}{PATHS[job]}"
    whole = str(int(seconds))
    if driver == "gladi":
        return [sys.executable, "-m", "tests.benchmarks.load_gladi", "closed", job, str(port), str(seconds)]
    if driver == "k6":
        given = {"URL": url, "BODY": str(folder / job), "HEADERS": json.dumps(headers(job)), "JOB": "closed"}
        settings = [part for key, value in given.items() for part in ("-e", f"{key}={value}")]
        return [
            str(K6), "run", "--quiet", "--no-usage-report", "--summary-export", str(folder / "k6.json"),
            "--vus", str(CONNECTIONS), "--duration", f"{whole}s", *settings, str(HERE / "load_k6.js"),
        ]  # fmt: skip
    if driver == "autocannon":
        more = [part for key, value in headers(job).items() for part in ("-H", f"{key}={value}")]
        return [
            "node", str(AUTOCANNON), "--json", "-n", "-c", str(CONNECTIONS), "-d", whole, "-m", "POST",
            "-i", str(folder / job), *more, url,
        ]  # fmt: skip
    if driver == "wrk":
        lines = [
            f"wrk.headers[{json.dumps(key)}] = {json.dumps(value)}" for key, value in headers(job).items()
        ]
        script = folder / "wrk.lua"
        script.write_text(
            'wrk.method = "POST"\n'
            f'wrk.body = io.open({json.dumps(str(folder / job))}, "rb"):read("*a")\n' + "\n".join(lines)
        )
        return ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{whole}s", "-s", str(script), url]
    return [
        sys.executable, "-m", "tests.benchmarks.load_peers",
        driver, job, str(port), str(seconds), str(folder),
    ]  # fmt: skip


def said(driver: str, output: str, folder: Path) -> dict[str, float]:
    """What a driver says of itself at the end: how many it asked, and how many went wrong."""
    if driver == "k6":
        metrics: dict[str, Any] = json.loads((folder / "k6.json").read_text())["metrics"]
        return {"asked": metrics["http_reqs"]["count"], "errors": metrics["http_req_failed"]["passes"]}
    if driver == "autocannon":
        found = json.loads(output.strip().splitlines()[-1])
        return {
            "asked": found["requests"]["total"],
            "errors": found["errors"] + found["timeouts"] + found["non2xx"],
        }
    if driver == "wrk":
        wrong = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
        other = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
        asked = re.search(r"(\d+) requests in", output)
        if asked is None:
            raise ValueError(f"wrk said nothing of its requests: {output!r}")
        errors = sum(map(int, wrong.groups())) if wrong else 0
        return {"asked": int(asked[1]), "errors": errors + (int(other[1]) if other else 0)}
    result: dict[str, float] = json.loads(output.strip().splitlines()[-1])
    return result


def main(arguments: Sequence[str]) -> None:
    """One Python driver in this process."""
    from gevent import monkey

    monkey.patch_all()
    driver, job, port, seconds, folder = arguments
    found = {"bare": bare, "FastHttpUser": locust}[driver](job, int(port), float(seconds), Path(folder))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
