"""`gladi claim`: capacity claims put to the test, with a certificate that anybody can check."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gladi.commands.options import (
    chosen_target,
    emit,
    generator_choices,
    joining_of,
    json_flag,
    language,
    out_option,
    secrets_of,
    target_choices,
)
from gladi.failures import FAILED, PASSED, UNKNOWN, CannotRunError, UsageError

if TYPE_CHECKING:
    from gladi.address import Address
    from gladi.show import Show
    from scenarios.claims import Claims

_CODES = {"upheld": PASSED, "refuted": FAILED, "undecided": UNKNOWN}


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="[FILE]", required=False)
@click.option(
    "--check",
    "checked",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Try nothing: verify a certificate (its folder or file) against the evidence beside it.",
)
@click.option(
    "--again",
    type=click.Path(path_type=Path),
    metavar="CERTIFICATE",
    help="Put the claims of a certificate to the test once more, with its seed unless --seed is given.",
)
@target_choices
@click.option(
    "--seed", type=click.IntRange(0), metavar="N", help="Accounts, pages and arrivals.  [default: 1]"
)
@click.option(
    "--minutes",
    type=click.FloatRange(0.1, 600.0),
    default=20.0,
    show_default=True,
    metavar="M",
    help="For all claims together: each is played once, then those still undecided in turn, each time with "
    "the next seed.",
)
@generator_choices
@out_option("Where evidence and certificate are kept; default: runs/<utc>-claim.")
@language
@json_flag
def claim(
    file: Path | None,
    checked: Path | None,
    again: Path | None,
    url: str | None,
    kind: str,
    ca: Path | None,
    headers: tuple[str, ...],
    seed: int | None,
    minutes: float,
    generators: int | None,
    listen: str | None,
    workers: int | None,
    out: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Put the capacity claims of FILE (claims.toml) to the test, with the least load that decides them.

    Requests come at the claimed rate whatever became of those before. A claim is refuted as soon as that is
    sure (5 % of error at most), upheld only when its hold has been seen to the end; anything else is
    undecided, and what would be needed is said, before the load if that can be known.

    \b
    Examples:
      gladi claim klaim.toml
      gladi claim klaim.toml --target http://127.0.0.1:8080
      gladi claim --check runs/20270110T010000Z-claim
      gladi claim --again runs/20270110T010000Z-claim/certificate.json --seed 2
      gladi claim klaim.toml --target https://uji.example.id --listen 10.0.0.1:5557 --workers 4

    With --listen the load comes from `gladi worker 10.0.0.1:5557` on other machines, one for each core that
    is to offer. A playing in which one of them dies is invalid and counts for nothing.

    A target that is not this machine must itself serve /.well-known/gladi-consent for the scenario "claim".

    \b
    Exit codes: 0 all upheld, 1 one refuted, 4 one undecided and none refuted;
                --check: 0 all agrees, 1 something differs; --again: 0 agrees, 1 contradicts, 4 cannot tell.
    """
    from gladi.show import Show

    show = Show(quiet=as_json)
    if sum(one is not None for one in (file, checked, again)) != 1:
        raise UsageError("give one of: a claims file, --check DIR, --again CERTIFICATE")
    target = chosen_target(url, ca, headers)
    if checked is not None:
        if target is not None or out is not None or seed is not None:
            raise UsageError("--check: sends and writes nothing; leave --target, --seed and --out away")
        sys.exit(_check(checked, show, as_json))
    before: dict[str, Any] = {}
    if again is not None:
        text, named, before = _certified(again)
        seed = int(before["seed"]) if seed is None else seed
    else:
        assert file is not None
        text, named = _text(file), str(file)
    from scenarios import ScenarioError
    from scenarios.claims import read_claims

    try:
        claims = read_claims(text, named)
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    seed = 1 if seed is None else seed
    made = _tested(
        named, text, claims, target, kind, seed, minutes, (generators, listen, workers), out, lang, show
    )
    if as_json:
        emit(made | ({"before": before["answer"], "again": _agreement(before, made)} if before else {}))
    else:
        from reports.claims import told

        for line in told(made, "id"):
            show.say(line)
    if before:
        word = _agreement(before, made)
        show.say(f"dibanding sertifikat {again}: {_AGREED[word]}")
        sys.exit({"agrees": PASSED, "contradicts": FAILED}.get(word, UNKNOWN))
    sys.exit(_CODES[made["answer"]])


_AGREED = {
    "agrees": "setiap klaim dijawab sama / every claim has the same answer",
    "contradicts": "jawabannya bertentangan / an answer is contradicted",
    "cannot tell": "sebagian tidak dapat dipastikan / some could not be decided",
}


def _tested(
    named: str,
    text: str,
    claims: "Claims",
    target: "Address | None",
    kind: str,
    seed: int,
    minutes: float,
    offered_by: tuple[int | None, str | None, int | None],
    out: Path | None,
    lang: str,
    show: "Show",
) -> dict[str, Any]:
    """The certificate, written with its page into the run folder; none where nothing could be offered."""
    from chaos import LedgerError
    from chaos.stack import StackError
    from gladi.claims.story import nothing_offered, put_to_the_test
    from gladi.claims.testing import Choices
    from gladi.runfolder import RunFolder
    from gladi.setting import scenario_file
    from reports.claims import issue
    from scenarios import load

    try:
        played = scenario_file(claims.about.scenario)
        scenario = load(played)
    except UsageError as error:
        raise UsageError(f'{named}: about.scenario = "{claims.about.scenario}": {error}') from error
    generators, listen, workers = offered_by
    joining = joining_of(listen, workers, generators, played, minutes)
    choices = Choices(
        named,
        text,
        claims,
        scenario,
        target,
        kind,
        secrets_of(target),
        seed,
        minutes,
        generators or 0,
        joining,
    )
    folder = RunFolder.create(out, "claim")
    trouble: CannotRunError | None = None
    try:
        put_to_the_test(choices, folder, show)
    except UsageError:
        folder.discard()
        raise
    except CannotRunError as error:
        trouble = error
    except (LedgerError, StackError) as error:
        trouble = CannotRunError(str(error))
    if trouble is not None and nothing_offered(folder):
        folder.discard()
        raise trouble
    with show.stage("Sertifikat dan laporan"):
        made = issue(folder.path, "en" if lang == "en" else "id")
    show.say(f"  laporan: {folder.path / 'report.html'}")
    if trouble is not None and made["answer"] != "refuted":
        raise trouble
    if trouble is not None:
        show.warn(str(trouble))
    return made


def _check(path: Path, show: "Show", as_json: bool) -> int:
    from gladi.load.built import code_digest
    from reports.claims.certificate import differences, read
    from reports.claims.evidence import Evidence
    from reports.claims.page import altered
    from reports.columns import RunDirectoryError

    try:
        folder, told = read(path)
    except RunDirectoryError as error:
        raise UsageError(str(error)) from error
    found = differences(folder, told)
    same_code = told.get("gladi_code_sha256") == code_digest()
    if same_code and not found:
        found = altered(Evidence.open(folder), told)
    if as_json:
        emit({"agrees": not found, "differences": found, "seal": told.get("seal"), "same_code": same_code,
              "answer": told.get("answer")})  # fmt: skip
        return FAILED if found else PASSED
    for line in found:
        show.say(f"  [red]≠[/red] {line}")
    if not same_code:
        show.warn("kode gladi di sini lain dari yang menilai dahulu / this gladi is not the one that judged")
    word = "[red]TIDAK COCOK / differs[/red]" if found else "[green]COCOK / agrees[/green]"
    show.say(f"{word}  {told.get('answer')}  seal {told.get('seal')}")
    return FAILED if found else PASSED


def _certified(path: Path) -> tuple[str, str, dict[str, Any]]:
    """Text and name of the claims in a certificate that agrees with its own seal, and the certificate."""
    from reports.claims.certificate import read, seal
    from reports.columns import RunDirectoryError

    try:
        folder, told = read(path)
    except RunDirectoryError as error:
        raise UsageError(str(error)) from error
    if told.get("seal") != seal(told):
        raise UsageError(f"{path}: was changed after it was sealed; gladi claim --check says what differs")
    return str(told["claims_file"]["text"]), f"{folder / 'claims.toml'}", told


def _agreement(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Claim by claim: agrees, contradicts (one upheld, one refuted), or cannot tell."""
    first = {one["id"]: one["answer"] for one in before["claims"]}
    pairs = [(first.get(one["id"]), one["answer"]) for one in now["claims"]]
    if any(set(pair) == {"upheld", "refuted"} for pair in pairs):
        return "contradicts"
    decided = all(one == other != "undecided" for one, other in pairs)
    return "agrees" if decided else "cannot tell"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from error
