"""`gladi target`: kinds of systems that gladi can speak to; a look at one; a new one from an OpenAPI file."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gladi.commands.options import chosen_target, emit, json_flag, secrets_of, target_choices
from gladi.failures import COULD_NOT, UsageError

if TYPE_CHECKING:
    from gladi.targeting.openapi import Endpoint
    from gladi.targeting.trial import Step


@click.group()
def target() -> None:
    """Point gladi at a system of your own.

    \b
    In this order:
      gladi target new NAME --openapi api.yaml --out DIR     a target class, written from your API
      pip install DIR                                        from now on it is a --target-kind
      gladi target check --target URL --target-kind NAME     one TPS through everything, in seconds
      gladi rehearse kepahiang-2024 --scale 20 --target URL --target-kind NAME

    examples/vendor is a worked example with a server of its own. A system that is not on this machine must
    itself serve /.well-known/gladi-consent; without it nothing is sent.
    """


@target.command("list")
@json_flag
def list_kinds(as_json: bool) -> None:
    """Kinds of targets that are installed, and the packages they come from."""
    from gladi.targets.registry import installed

    found = installed()
    if as_json:
        emit([{"kind": one.kind, "class": one.where, "package": one.package, "version": one.version}
              for one in found])  # fmt: skip
        return
    for one in found:
        click.echo(f"{one.kind:<20} {one.where:<48} {one.package} {one.version}")


@target.command()
@target_choices
@click.option(
    "--scenario", default="kepahiang-2024", show_default=True, metavar="SCENARIO",
    help="Whose region lends the TPS, and what a consent must name.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0), metavar="N",
    help="Accounts, keys and receipts follow from it; default: another one every second, so that a system "
    "that keeps what it got can be checked again.",
)  # fmt: skip
@json_flag
def check(
    url: str | None,
    kind: str,
    ca: Path | None,
    headers: tuple[str, ...],
    scenario: str,
    seed: int | None,
    as_json: bool,
) -> None:
    """Look at a system before any load: is it there, may we, does every kind of operation work?

    First the connection: name, port, certificate, redirects, web pages instead of data, clock. Then one TPS
    is registered, activated, logged in, sends three pages, confirms, corrects, is looked up and read back;
    and what must be refused is tried. It sends about twenty requests and leaves one synthetic TPS behind, so
    empty the system before a rehearsal: what was there before would be counted.

    \b
    Examples:
      gladi target check --target http://127.0.0.1:8090 --target-kind example-vendor
      gladi target check --target https://uji.example.id --ca ca.pem --header X-Api-Key=env:KUNCI \\
                         --target-kind example-vendor

    Exit codes: 0 everything that is offered works, 2 wrong usage or no consent, 3 something does not.
    """
    from gladi.consent import authorise
    from gladi.setting import scenario_of
    from gladi.show import Show
    from gladi.targeting import probe
    from gladi.targeting.people import one_tps
    from gladi.targeting.reach import reach
    from gladi.targeting.trial import Trial
    from gladi.targeting.trial import as_json as plain
    from gladi.targets import connect

    show = Show(quiet=as_json)
    address = chosen_target(url, ca, headers)
    if address is None:
        raise UsageError("--target URL is missing: which system shall be looked at?")
    played = scenario_of(scenario)
    people = one_tps(played, seed)
    secrets = str(secrets_of(address) or "")
    connect(kind, address, people.seed, secrets)
    connection = reach(address)
    show.say(f"[bold]{address.url}[/bold] ({kind}): {connection}")
    consent = authorise(address, played.scenario.id)
    allowed = "this machine, no consent needed" if consent is None else f"consents until {consent.until}"
    show.say(f"  {allowed}")
    for warning in probe(address, kind, people.seed, secrets):
        show.warn(warning)
    trial = Trial(connect(kind, address, people.seed, secrets), address, played, people)
    good = trial.run()
    if as_json:
        emit({"target": address.url, "kind": kind, "connection": connection, "good": good,
              "steps": plain(trial.steps)})  # fmt: skip
    else:
        _table(trial.steps)
    sys.exit(0 if good else COULD_NOT)


@target.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--openapi", "source", required=True, metavar="FILE_OR_URL",
    help="OpenAPI 3 or Swagger 2.0, JSON or YAML; a file may refer to others beside it.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR",
    help="The package; must not exist.",
)  # fmt: skip
@click.option(
    "--map", "maps", multiple=True, metavar="KIND=OPERATION",
    help="Which operationId a kind is, where the match is wrong or unsure; KIND= leaves it out. Repeatable.",
)  # fmt: skip
@json_flag
def new(name: str, source: str, out: Path, maps: tuple[str, ...], as_json: bool) -> None:
    """Write a target package for your system from its description (OpenAPI, Swagger).

    Operations are matched with what gladi asks of a system by their words, in Indonesian and English, and by
    what they take and give. On a terminal you are asked where that is unsure; otherwise it is left out and
    listed in the README of the package, beside everything else that a person must still check.

    \b
    Kinds: prepare activate login logout tps submit_page numbers complete confirm correct status national
           region tps_page photo readback ready alive
           ("numbers", "complete": further calls of a page whose photo is sent alone)

    \b
    Examples:
      gladi target new sistem-kami --openapi api.yaml --out sistem-kami
      gladi target new sistem-kami --openapi https://uji.example.id/openapi.json --out sistem-kami \\
                       --map national=rekapWilayah --map photo=
    """
    from gladi.targeting.matching import match
    from gladi.targeting.openapi import read
    from gladi.targeting.package import FURTHER, checked_name, create
    from gladi.targets.registry import installed

    given = dict(_pair(one) for one in maps)
    document = read(source)
    asks = sys.stdin.isatty() and sys.stderr.isatty() and not as_json
    found = match(document, given, _choose if asks else None)
    written = create(checked_name(name), document, found, out, source)
    if any(one.kind == name for one in installed()):
        click.echo(
            f"gladi: a target named {name} is installed already; this one would take its place", err=True
        )
    if as_json:
        offered = {kind: f"{one.method} {one.path}" for kind, one in written.offered.items()}
        emit({"out": str(out), "offered": offered, "todo": written.todo, "variables": written.variables})
        return
    for kind, endpoint in written.offered.items():
        click.echo(f"  {kind:<14}{endpoint.method:<7}{endpoint.path}")
    missing = [kind for kind in found if kind not in written.offered and kind not in FURTHER]
    if missing:
        click.echo(f"  not offered: {', '.join(missing)}")
    click.echo(f"{out}: {len(written.todo)} things to look at, see its README.md; then: pip install {out}")


def _pair(text: str) -> tuple[str, str]:
    kind, equals, operation = text.partition("=")
    if not equals:
        raise UsageError(f"--map {text}: write KIND=operationId, or KIND= to leave it out")
    return kind, operation


def _choose(kind: str, others: "Sequence[Endpoint]") -> "Endpoint | None":
    """Asks on the terminal which of several operations a kind is."""
    click.echo(f"{kind}: which of these?", err=True)
    for number, one in enumerate(others, 1):
        click.echo(f"  {number}  {one.method} {one.path}  {one.summary}", err=True)
    chosen: int = click.prompt(
        "number, 0 for none of them", type=click.IntRange(0, len(others)), default=0, err=True
    )
    return others[chosen - 1] if chosen else None


def _table(steps: "list[Step]") -> None:
    sign = {"ok": "ok", "not": "NOT", "not offered": "-", "not tried": "?"}
    for one in steps:
        took = f"{one.took_ms:8.0f} ms" if one.took_ms else " " * 11
        click.echo(f"  {sign[one.state]:<4}{one.what:<32}{took}  {one.words}")
    bad = sum(one.state in {"not", "not tried"} for one in steps)
    missing = ", ".join(one.what for one in steps if one.state == "not offered")
    click.echo(f"{bad} of {len(steps)} not as they should be" if bad else "everything that is offered works")
    if missing:
        click.echo(f"not offered: {missing}")
