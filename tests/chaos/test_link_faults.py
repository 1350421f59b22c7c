"""Each fault on links: what a TPS feels through a real toxiproxy, and that healing takes all of it away."""

import http.server
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chaos import (
    Fault,
    FaultError,
    FaultEvent,
    FaultRunner,
    Ground,
    Ledger,
    Network,
    Site,
    Toxiproxy,
    ToxiproxyServer,
    registered,
)
from chaos.fault import Item
from chaos.faults.link_flapping import beats
from chaos.healing import clear_away
from chaos.line_probe import Exchange, ask
from chaos.network import Address, darken, lighten, lines_of

pytestmark = pytest.mark.alone

AREAS = ("170801", "170802")


class _Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"ready")

    def log_message(self, format: str, *args: Any) -> None:
        return


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that a fault has cut is nothing to print."""


@dataclass
class Net:
    """Two kecamatan with every link class each, in front of an HTTP server."""

    site: Site
    toxiproxy: Toxiproxy
    routes: dict[tuple[str, str], Address]
    before: dict[str, Any]

    def aim(self, name: str, *target: str, **settings: Any) -> tuple[Fault, list[Item]]:
        fault = registered()[name]
        return fault, fault.aim(self.site, target, fault.settings.model_validate(settings))

    def strike(self, name: str, *target: str, **settings: Any) -> tuple[Fault, list[Item]]:
        fault, items = self.aim(name, *target, **settings)
        fault.strike(self.site, items)
        return fault, items

    def ask(
        self, line: str, size_bytes: int = 100, within_s: float = 3.0, to_the_close: bool = False
    ) -> Exchange:
        area, link = line.split("-")
        return ask(self.routes[area, link], size_bytes, within_s, to_the_close)

    @property
    def toxics(self) -> dict[str, Any]:
        """Every toxic of every line; order does not matter."""
        lines = lines_of(self.toxiproxy).items()
        return {name: sorted(map(repr, proxy.toxics)) for name, proxy in lines}

    def assert_healed(self, fault: Fault, items: list[Item]) -> None:
        """Heals twice, as somebody else would: from the items alone, and nothing is left."""
        for _ in range(2):
            fault.heal(self.site, items, budget_s=10)
        proof = fault.healed(self.site, items)
        assert proof.holds, proof.why
        assert self.toxics == self.before


@pytest.fixture
def net(tmp_path: Path, toxiproxy_server: ToxiproxyServer) -> Iterator[Net]:
    server = _Server(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    toxiproxy = Toxiproxy(toxiproxy_server.url)
    try:
        routes = Network(toxiproxy, f"127.0.0.1:{server.server_port}").open(
            AREAS, ["4g", "3g", "edge", "vsat"]
        )
        site = Site(str(tmp_path), None, toxiproxy_server.url)
        found = Net(site, toxiproxy, dict(routes), {})
        found.before = found.toxics
        yield found
    finally:
        server.shutdown()
        server.server_close()


def test_latency_adds_to_the_links_own_round_trip_on_these_lines_only(net: Net) -> None:
    fault, items = net.strike("link_latency", "170802-4g", rtt_ms=400, jitter_ms=40)
    assert not fault.healed(net.site, items).holds
    proof = fault.felt(net.site, items)
    assert proof.holds, proof.why
    assert net.ask("170802-4g").answered_s >= 0.36
    assert net.ask("170801-4g").answered_s < 0.3
    net.assert_healed(fault, items)
    assert net.ask("170802-4g").answered_s < 0.3
    assert not fault.felt(net.site, items).holds


def test_bandwidth_holds_and_leaves_what_is_narrower_alone(net: Net) -> None:
    fault, items = net.strike("link_bandwidth", "170802-4g", "170802-edge", rate_kbit_s=240)
    assert [item["line"] for item in items] == ["170802-4g"], "EDGE has 200"
    assert fault.felt(net.site, items).holds
    found = net.ask("170802-4g", 15_000)
    assert found.answered
    assert 0.4 <= found.answered_s <= 1.5, "15 KB at 30 KB/s is 0.5 s"
    net.assert_healed(fault, items)
    assert net.ask("170802-4g", 15_000).answered_s < 0.3


def test_slices_come_one_after_the_other(net: Net) -> None:
    fault, items = net.strike("link_slicer", "170802-4g", slice_bytes=64, vary_bytes=16, pause_us=2_000)
    proof = fault.felt(net.site, items)
    assert proof.holds, proof.why
    assert net.ask("170802-4g", 12_000).answered_s >= 0.3, "188 slices with 2 ms between"
    net.assert_healed(fault, items)
    assert net.ask("170802-4g", 12_000).answered_s < 0.3


@pytest.mark.parametrize("swallows", ["both", "down"])
def test_a_black_hole_takes_connections_and_gives_nothing_back(net: Net, swallows: str) -> None:
    fault, items = net.strike("link_timeout", "170802-4g", swallows=swallows)
    proof = fault.felt(net.site, items)
    assert proof.holds, proof.why
    assert net.ask("170802-4g", within_s=0.3).ending == ("silent" if swallows == "both" else "closed")
    assert not fault.healed(net.site, items).holds
    net.assert_healed(fault, items)
    assert net.ask("170802-4g").answered


@pytest.mark.parametrize(("at", "after_ms"), [("up", 0), ("down", 200)])
def test_connections_are_reset_at_the_first_data(net: Net, at: str, after_ms: int) -> None:
    fault, items = net.strike("link_reset", "170802-4g", at=at, after_ms=after_ms)
    proof = fault.felt(net.site, items)
    assert proof.holds, proof.why
    found = net.ask("170802-4g")
    assert found.ending == "reset"
    assert found.closed_s is not None
    assert found.closed_s >= after_ms / 1000
    net.assert_healed(fault, items)
    assert net.ask("170802-4g").answered


def test_connections_linger_after_their_close(net: Net) -> None:
    fault, items = net.strike("link_slow_close", "170802-4g", delay_ms=500)
    proof = fault.felt(net.site, items)
    assert proof.holds, proof.why
    found = net.ask("170802-4g", to_the_close=True)
    assert found.closed_s is not None
    assert found.closed_s - found.answered_s >= 0.45
    net.assert_healed(fault, items)
    found = net.ask("170802-4g", to_the_close=True)
    assert found.closed_s is not None
    assert found.closed_s - found.answered_s < 0.3


def test_a_connection_carries_so_much_and_no_more(net: Net) -> None:
    fault, items = net.strike("link_data_limit", "170802-4g", "170802-edge", limit_bytes=60_000)
    proof = fault.felt(net.site, items)
    assert proof.holds, proof.why
    assert "170802-edge: 72000 bytes would take" in proof.why, "what cannot be seen in time is said"
    assert net.ask("170802-4g", 40_000).answered
    cut = net.ask("170802-4g", 80_000)
    assert cut.ending in ("closed", "reset")
    assert cut.passed_bytes <= 60_000
    net.assert_healed(fault, items)
    assert net.ask("170802-4g", 80_000).answered


def test_a_flapping_link_class_is_down_and_up_and_down_until_it_is_healed(net: Net) -> None:
    fault, items = net.strike("link_flapping", "4g", down_s=0.5, up_s=0.5)
    assert {item["line"] for item in items} == {"170801-4g", "170802-4g"}
    proof = fault.felt(net.site, items)
    assert proof.holds, proof.why
    up, turns, deadline = True, 0, time.monotonic() + 5
    while turns < 3:
        assert time.monotonic() < deadline, "it does not go down and up again"
        was, up = up, net.ask("170801-4g", within_s=0.2).answered
        turns += was != up
        time.sleep(0.03)
    assert net.ask("170801-3g").answered, "other classes do not flap"
    net.assert_healed(fault, items)
    assert all(net.ask("170801-4g", within_s=0.3).answered for _ in range(3))
    time.sleep(0.6)
    assert net.toxics == net.before, "no beat comes after the healing"


def test_a_link_becomes_one_of_another_class_and_its_own_again(net: Net) -> None:
    fault, items = net.strike("link_profile", "170802-4g", "170802-3g", profile="3g")
    assert [item["line"] for item in items] == ["170802-4g"], "3G is 3G already"
    proof = fault.felt(net.site, items)
    assert proof.holds, proof.why
    assert 0.1 <= net.ask("170802-4g").answered_s <= 0.5, "150 ms of 3G instead of 28"
    assert len(lines_of(net.toxiproxy)["170802-4g"].toxics) == 4, "replaced, not added to"
    assert not fault.healed(net.site, items).holds
    net.assert_healed(fault, items)
    fault, items = net.strike("link_profile", "170801-vsat", profile="4g")
    assert fault.felt(net.site, items).holds, "a link can become better, too"
    assert net.ask("170801-vsat").answered_s < 0.4, "28 ms instead of 600"
    net.assert_healed(fault, items)


def test_faults_of_any_kinds_compose_and_each_takes_away_its_own(net: Net) -> None:
    slow, slow_items = net.strike("link_latency", "170802", rtt_ms=200)
    slower, slower_items = net.strike("link_latency", "4g", rtt_ms=300)
    assert net.ask("170802-4g").answered_s >= 0.5, "two delays add up"
    hole, hole_items = net.strike("link_timeout", "170802-4g")
    darken(net.toxiproxy, "170802")
    assert slow.felt(net.site, slow_items).holds, "in the dark, what toxiproxy lists must do"
    slow.heal(net.site, slow_items, 5)
    assert slow.healed(net.site, slow_items).holds
    lighten(net.toxiproxy, "170802", budget_s=5)
    assert net.ask("170802-4g", within_s=0.5).ending == "silent"
    hole.heal(net.site, hole_items, 5)
    proof = hole.healed(net.site, hole_items)
    assert proof.holds, proof.why
    assert "held by another fault too" in proof.why
    assert 0.3 <= net.ask("170802-4g").answered_s < 0.6, "one delay is left"
    net.assert_healed(slower, slower_items)


def test_what_a_dead_run_left_is_healed_from_its_ledger(net: Net) -> None:
    ledger = Ledger.create(Path(net.site.run_dir) / "ledger.jsonl", net.site)
    for number, (name, settings) in enumerate(
        [("link_flapping", {"down_s": 0.5, "up_s": 600}), ("link_profile", {"profile": "edge"})]
    ):
        fault, items = net.aim(name, "170802-4g", **settings)
        ledger.intent(f"{number:02d}-{name}", name, ("170802-4g",), items)
        fault.strike(net.site, items)
    beats.popitem()[1].end()  # as the conductor's death ends it, with the line down
    assert net.toxics != net.before
    report = clear_away(ledger.path, budget_s=20, by="test")
    assert report.ok, report.problems
    assert net.toxics == net.before


def test_a_toxiproxy_that_dies_is_said_by_every_fault_and_by_the_run(
    net: Net, toxiproxy_server: ToxiproxyServer
) -> None:
    began = time.monotonic()
    ledger = Ledger.create(Path(net.site.run_dir) / "ledger.jsonl", net.site)
    plan = [
        FaultEvent("01-link_latency", "link_latency", ("170802",), 0.0, 60.0, {"rtt_ms": 400}, 20.0),
        FaultEvent("02-area_dark", "area_dark", ("170801",), 0.0, 60.0, {}, 20.0),
        FaultEvent("03-link_reset", "link_reset", ("4g",), 50.0, 60.0, {"after_ms": 0}, 20.0),
    ]
    faults_jsonl = Path(net.site.run_dir) / "faults.jsonl"
    runner = FaultRunner(plan, net.site, ledger, lambda: time.monotonic() - began, faults_jsonl)
    runner.start()
    while len([line for line in faults_jsonl.read_text().splitlines() if '"felt"' in line]) < 2:
        assert time.monotonic() < began + 10
        time.sleep(0.02)
    toxiproxy_server.stop()
    struck = time.monotonic()
    assert set(runner.heal_all(10)) == {"01-link_latency", "02-area_dark"}
    assert time.monotonic() - struck < 5, "nobody waits for what cannot come back"
    whys = {failure.id: failure.why for failure in runner.failures}
    assert "no toxiproxy-server answers at" in whys["01-link_latency"]
    assert "no toxiproxy-server answers at" in whys["02-area_dark"]
    fault = registered()["link_latency"]
    with pytest.raises(FaultError, match="no toxiproxy-server answers"):
        fault.aim(net.site, ("170802",), fault.settings.model_validate({"rtt_ms": 400}))


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("link_latency", {"rtt": 100}, "rtt_ms"),
        ("link_latency", {"rtt_ms": 100, "jitter_ms": 101}, "jitter_ms = 101 must not exceed"),
        ("link_bandwidth", {"rate_kbit_s": 0}, "greater than or equal to 8"),
        ("link_bandwidth", {"rate_kbit_s": 100}, "multiple of 8"),
        ("link_slicer", {"slice_bytes": 8, "pause_us": 1_000_000}, "8 bytes a second"),
        ("link_reset", {"after_ms": 20_000}, "less than or equal to 5000"),
        ("link_profile", {"profile": "5g"}, "'4g', '3g', 'edge', 'vsat' or 'congested'"),
        ("link_timeout", {"swallow": "up"}, "Extra inputs"),
    ],
)
def test_a_setting_that_would_be_a_black_hole_or_a_standstill_is_refused(
    name: str, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        registered()[name].settings.model_validate(settings)


def test_targets_are_kecamatan_link_classes_both_or_all() -> None:
    targets = registered()["link_latency"].targets(Ground((), {"170802": "Ujan Mas"}))
    assert targets["Ujan Mas"] == ("170802",)
    assert {"all", "3g", "170802", "170802-3g"} <= set(targets)


def test_a_line_that_the_run_does_not_have_is_named(net: Net) -> None:
    with pytest.raises(FaultError, match='no line of the run is "170899"; there are: 170801-3g, 170801-4g'):
        net.aim("link_timeout", "170899")
    with pytest.raises(FaultError, match="link_profile has nothing to change on 170801-edge"):
        net.aim("link_profile", "170801-edge", profile="edge")
