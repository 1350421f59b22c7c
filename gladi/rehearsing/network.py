"""The network of a rehearsal: a toxiproxy-server between the operators and what is tested."""

from contextlib import ExitStack
from urllib.parse import urlsplit

from chaos import Ledger, Network, Site, Toxiproxy, ToxiproxyServer
from gladi.address import Address
from gladi.load.host_port import place
from gladi.rehearsing.asked import Rehearsal
from scenarios import LINKS

Routes = list[tuple[str, str, str, int]]
"""(kecamatan, link class, host, port) of every proxy."""


def lay_network(
    run: Rehearsal, address: Address, site: Site, ledger: Ledger, held: ExitStack
) -> tuple[ToxiproxyServer, Routes]:
    """A toxiproxy-server with one proxy a kecamatan and link class, in front of the target."""
    with run.show.stage("Jaringan (toxiproxy)"):
        log = ledger.path.with_name("logs") / "toxiproxy.log"
        server = ToxiproxyServer.start(log, urlsplit(site.toxiproxy_url or "").port or 0)
        held.callback(server.stop)
        ledger.process("toxiproxy", server.process)
        areas = sorted({str(code) for code in run.setting.population.kecamatan})
        at = run.choices.listen.host if run.choices.listen else "127.0.0.1"
        routes = Network(Toxiproxy(server.url), place(address.host, address.port), at).open(areas, LINKS)
    return server, [(area, link, host, port) for (area, link), (host, port) in routes.items()]
