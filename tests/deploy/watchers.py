"""Real programs that watch a run: Prometheus and an OpenTelemetry Collector, started, asked and stopped."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROMETHEUS = shutil.which("prometheus")
PROMTOOL = shutil.which("promtool")
COLLECTOR = ROOT / ".tools" / "bin" / "otel-collector"
SCRAPE = ROOT / "deploy" / "grafana" / "prometheus.yml"
_SCRAPED = "127.0.0.1:8765"
"""Where the shipped configuration looks for a run."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(arguments: list[str], log: Path, ready: str) -> Iterator[None]:
    """A program that answers at `ready` within 30 s; terminated at the end."""
    with log.open("wb") as words:
        program = subprocess.Popen(arguments, stdout=words, stderr=words, stdin=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 30.0
            while not _answers(ready):
                assert program.poll() is None, f"{arguments[0]} ended: {log.read_text()[-2000:]}"
                assert time.monotonic() < until, f"{arguments[0]} is not ready: {log.read_text()[-2000:]}"
                time.sleep(0.1)
            yield
        finally:
            program.terminate()
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        return error.code in {404, 405}  # a collector's door that knows no such page
    except OSError:
        return False


class Prometheus:
    """A Prometheus of its own over the shipped configuration; only the port that is scraped differs."""

    def __init__(self, folder: Path, scraped_port: int) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._folder = folder
        text = SCRAPE.read_text(encoding="utf-8")
        assert text.count(f'"{_SCRAPED}"') == 1
        self.config = folder / "prometheus.yml"
        self.config.write_text(text.replace(f'"{_SCRAPED}"', f'"127.0.0.1:{scraped_port}"'))

    @contextmanager
    def watching(self) -> Iterator[None]:
        assert PROMETHEUS is not None
        door = self.url.removeprefix("http://")
        arguments = [
            PROMETHEUS, f"--config.file={self.config}", f"--storage.tsdb.path={self._folder / 'tsdb'}",
            f"--web.listen-address={door}",
        ]  # fmt: skip
        with running(arguments, self._folder / "prometheus.log", f"{self.url}/-/ready"):
            yield

    def ask(self, path: str, **fields: str) -> Any:
        """`data` of an answer of its HTTP API."""
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(fields)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            told = json.load(answer)
        assert told["status"] == "success", told
        return told["data"]

    def series(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """Labels and value of every series that an expression gives now."""
        data = self.ask("query", query=expression)
        assert data["resultType"] == "vector", expression
        return [(one["metric"], float(one["value"][1])) for one in data["result"]]


class Collector:
    """An OpenTelemetry Collector that writes what it took in as OTLP's own JSON, a line a push."""

    def __init__(self, folder: Path) -> None:
        door = f"127.0.0.1:{free_port()}"
        self.url = f"http://{door}"
        self._folder = folder
        self._taken = folder / "taken.jsonl"
        pipeline = {"receivers": ["otlp"], "exporters": ["file", "debug"]}
        self._config = folder / "collector.yaml"
        self._config.write_text(json.dumps({
            "receivers": {"otlp": {"protocols": {"http": {"endpoint": door}}}},
            "exporters": {"file": {"path": str(self._taken)}, "debug": {}},
            "service": {
                "pipelines": {"metrics": pipeline, "traces": pipeline},
                "telemetry": {"metrics": {"level": "none"}},
            },
        }))  # fmt: skip

    @contextmanager
    def watching(self) -> Iterator[None]:
        arguments = [str(COLLECTOR), "--config", f"file:{self._config}"]
        with running(arguments, self._folder / "collector.log", f"{self.url}/v1/metrics"):
            yield

    def taken(self) -> str:
        """Everything, as it was written."""
        return self._taken.read_text()

    def _lines(self, kind: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.taken().splitlines()]
        return [one for line in lines for one in line.get(kind, ())]

    def spans(self) -> list[dict[str, Any]]:
        return [
            span
            for resource in self._lines("resourceSpans")
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    def pushes(self) -> list[dict[str, dict[str, Any]]]:
        """Metrics by name, of every push in turn."""
        return [
            {metric["name"]: metric for scope in resource["scopeMetrics"] for metric in scope["metrics"]}
            for resource in self._lines("resourceMetrics")
        ]

    def resources(self) -> list[dict[str, Any]]:
        """Who pushed, once for every push of any kind."""
        both = [*self._lines("resourceMetrics"), *self._lines("resourceSpans")]
        return [attributes(one["resource"]) for one in both]


def attributes(one: dict[str, Any]) -> dict[str, Any]:
    """Attributes of a point, span or resource of OTLP JSON as a plain table; numbers stay texts."""
    return {pair["key"]: next(iter(pair["value"].values())) for pair in one.get("attributes", ())}
