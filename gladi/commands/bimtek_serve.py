"""`gladi bimtek serve`: the practice site over the reference stack, for the phones of a class."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import FAILED, CannotRunError

if TYPE_CHECKING:
    from gladi.bimtek.serving.choosing import Asked
    from gladi.bimtek.serving.running import Opened
    from gladi.show import Show

_LOOK_S = 0.5


@click.command()
@click.argument("pack", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[PACK]")
@click.option(
    "--trainees", type=click.IntRange(1, 999), metavar="N", help="Without PACK: so many; default 20."
)
@click.option("--classes", type=click.IntRange(1, 99), metavar="K", help="Without PACK: in so many classes.")
@click.option("--scenario", metavar="NAME", help="Without PACK: where its TPS are; default kepahiang-2024.")
@click.option("--form", metavar="FORM", help="Without PACK: ppwp, dpd, kwk-bupati ...")
@click.option("--seed", type=int, metavar="N", help="Without PACK: another draw of everything.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("runs/bimtek"), show_default=True,
    metavar="DIR", help="Where attempts and marks are kept; the same folder again goes on.",
)  # fmt: skip
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
    help="An address of this machine for the phones of the class; 0.0.0.0: all of them.",
)  # fmt: skip
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8800,
    show_default=True,
    metavar="P",
    help="0: a free one.",
)
@click.option(
    "--cert", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="PEM, for HTTPS."
)
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Its key.")
@click.option(
    "--self-test", is_flag=True, help="Play a scripted trainee through everything; exit code 0 or 1."
)
@json_flag
def serve(self_test: bool, as_json: bool, **options: Any) -> None:
    """A practice site: trainees photograph printed sheets with real phones, send, correct, and get marked.

    PACK is a folder made by `gladi bimtek pack`. Without one there are --trainees places with accounts and
    answer keys, the same as `pack` with that seed would make: print its sheets from there.

    \b
    Examples:
      gladi bimtek serve paket --self-test          before class: does everything work here?
      gladi bimtek serve paket --host 192.168.1.10  for the phones on this Wi-Fi
      gladi bimtek serve --trainees 5               a look on this machine only

    The trainer's board is at /pelatih; its code is printed here. Ctrl-C ends everything and writes hasil.csv.

    Plain HTTP is enough for camera, offline queue and marks. Without HTTPS a page cannot be opened anew
    while there is no connection: it must stay open. Others on the network can read what is sent: practice
    data only.

    \b
    Exit codes: 0 ended by Ctrl-C or self-test passed, 1 self-test failed, 2 wrong usage or input,
                3 could not run.
    """
    from gladi.bimtek.serving.choosing import Asked

    asked = Asked(**options)
    if self_test:
        _self_test(asked, as_json)
    else:
        _serve(asked, as_json)


def _self_test(asked: "Asked", as_json: bool) -> None:
    from gladi.bimtek.serving.selftest import self_test
    from gladi.show import Show

    show = Show(quiet=as_json)
    seen: list[dict[str, Any]] = []

    def tell(what: str, went: bool, words: str) -> None:
        seen.append({"what": what, "passed": went, "seen": words})
        show.say(f"  {'✓' if went else '✗'} {what:<44} {words}")

    show.say("Uji diri: seorang peserta tiruan menjalani semua latihan ...")
    passed = self_test(asked, tell)
    if as_json:
        emit({"passed": passed, "steps": seen})
    show.say("Uji diri LULUS: kelas dapat dimulai." if passed else "Uji diri GAGAL: lihat tanda ✗ di atas.")
    if not passed:
        raise SystemExit(FAILED)


def _serve(asked: "Asked", as_json: bool) -> None:
    from gladi.bimtek.serving.address import warning
    from gladi.bimtek.serving.running import open_class, results
    from gladi.interruption import interruptible, uninterrupted
    from gladi.show import Show

    show = Show(quiet=as_json)
    with interruptible(), ExitStack() as held:
        with show.stage("Menyiapkan server latihan"):
            opened = held.enter_context(open_class(asked))
        try:
            _say_where(opened, show, as_json, warning(opened.door))
            while opened.site.poll() is None:
                time.sleep(_LOOK_S)
            raise CannotRunError(f"the practice site ended by itself; see {opened.out / 'situs.log'}")
        except KeyboardInterrupt:
            show.say("")
            show.say("Mengakhiri kelas: situs dan server dimatikan, hasil disimpan ...")
        finally:
            with uninterrupted():
                held.close()
                told = results(opened.out, opened.pack)
    for line in told:
        show.say(line)
    show.say(
        f"Hasil: {opened.out / 'hasil.csv'} dan hasil.jsonl. Lanjutkan kelas ini dengan --out {asked.out}"
    )


def _say_where(opened: "Opened", show: "Show", as_json: bool, warnings: tuple[str, ...]) -> None:
    """Address, QR code and the trainer's code; the code goes to standard error only, but with --json."""
    if as_json:
        emit({"url": opened.url, "trainer": f"{opened.url}/pelatih", "trainer_code": opened.trainer_code,
              "trainees": opened.trainees, "out": str(opened.out), "again": opened.again})  # fmt: skip
        return
    import io

    import segno

    drawn = io.StringIO()
    segno.make(opened.url, error="m", micro=False).terminal(out=drawn, compact=True, border=2)
    going_on = " (kelas dilanjutkan)" if opened.again else ""
    show.say(f"SIMULASI. {opened.trainees} peserta dalam {opened.classes} kelas{going_on}.")
    click.echo(drawn.getvalue(), err=True)
    show.say(f"  Situs latihan : {opened.url}")
    show.say(f"  Papan pelatih : {opened.url}/pelatih   kode: {opened.trainer_code}")
    for line in warnings:
        show.warn(line)
    if not warnings:
        show.say(
            "  Hanya mesin ini. Untuk ponsel di kelas: --host ADDRESS (alamat komputer ini di Wi-Fi kelas)."
        )
    show.say("  Ctrl-C mengakhiri kelas dan menyimpan hasil.")
