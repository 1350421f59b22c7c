"""What is ordered of the load processes travels whole, and only what another machine may have."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from gladi.address import Address
from gladi.elsewhere import Listening, for_workers, listening, refuse_unreachable
from gladi.failures import UsageError
from gladi.load.built import built
from gladi.load.order import Destination, LoadOrder

ORDER = LoadOrder(
    scenario="[scenario]\n", plan="", seed=11, scale=6.0, compression=1500.0, workers=2, duration_s=18.0,
    drain_s=3.0, population="p", timetable="t", built=built(),
)  # fmt: skip
PLACE = Destination(
    "sirekap",
    Address("http://0.0.0.0:8080", "/etc/ca.pem", (("X-Api-Key", "VENDOR_KEY"),)),
    [("170802", "4g", "0.0.0.0", 4001)],
    "/run/photos",
    "/run/logs",
    "/run/secrets.json",
)


def test_an_order_is_the_same_after_its_journey(tmp_path: Path) -> None:
    ORDER.write(tmp_path / "load.json")
    assert LoadOrder.read(tmp_path / "load.json") == ORDER
    assert LoadOrder.of(json.loads(json.dumps(asdict(ORDER)))) == ORDER
    assert Destination.of(json.loads(json.dumps(PLACE.as_json()))) == PLACE


def test_no_path_of_the_conductor_is_told_elsewhere() -> None:
    told = json.dumps(PLACE.from_elsewhere().as_json())
    assert "/run/" not in told
    assert "/etc/" not in told


def test_a_worker_sends_to_the_network_of_its_own_master_and_nowhere_else() -> None:
    seen = PLACE.from_elsewhere().seen_from("10.0.0.1", "/home/ca.pem")
    assert seen.routes == [("170802", "4g", "10.0.0.1", 4001)]
    assert seen.address == Address("http://10.0.0.1:8080", "/home/ca.pem", (("X-Api-Key", "VENDOR_KEY"),))


def test_a_system_named_by_its_own_address_keeps_it() -> None:
    place = Destination("sirekap", Address("https://sirekap.example"), [("170802", "4g", "10.0.0.1", 4001)])
    assert place.seen_from("master.gladi", "").address.url == "https://sirekap.example"


@pytest.mark.parametrize("text", ["5557", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:sirekap", "192.0.2.1:5557"])
def test_where_to_listen_must_be_an_address_of_this_machine(text: str) -> None:
    with pytest.raises(UsageError, match="--listen"):
        listening(text)


def test_a_loopback_target_is_another_machine_to_workers_elsewhere() -> None:
    target = Address("http://127.0.0.1:8080")
    with pytest.raises(UsageError, match=r"--target http://127\.0\.0\.1:8080"):
        refuse_unreachable(Listening("0.0.0.0", 5557), target)
    refuse_unreachable(Listening("127.0.0.1", 5557), target)
    assert for_workers(Listening("10.0.0.1", 5557), target).url == "http://10.0.0.1:8080"
