"""`gladi bimtek`: packs for training KPPS officials, and the practice site over the reference stack."""

from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from gladi.commands.bimtek_serve import serve
from gladi.commands.options import emit, json_flag


class _PackFirst(click.Group):
    """`gladi bimtek --trainees 25 ...` is `gladi bimtek pack --trainees 25 ...`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.list_commands(context), "-h", "--help"}:
            args = ["pack", *args]
        return super().parse_args(context, args)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """The options of `pack` too, which may be left out."""
        offered = super().shell_complete(context, incomplete)
        pack = self.commands["pack"]
        if incomplete.startswith("-"):
            offered = [*pack.shell_complete(click.Context(pack, parent=context), incomplete), *offered]
        return list({one.value: one for one in offered}.values())


@click.group(cls=_PackFirst, context_settings={"help_option_names": ["-h", "--help"]})
def bimtek() -> None:
    """Training (Bimtek) for KPPS officials: a pack to print, and a practice site for their phones.

    Without a command it is `pack`: `gladi bimtek pack --help` tells its options.

    \b
    Examples:
      gladi bimtek --trainees 30 --classes 2 --out paket
      gladi bimtek serve paket --self-test
    """


bimtek.add_command(serve)


@bimtek.command()
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder of the pack; new."
)
@click.option("--trainees", type=int, metavar="N", help="How many; default 20.")
@click.option("--classes", type=int, metavar="K", help="Spread over so many classes; default 1.")
@click.option(
    "--participants",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Own list instead: CSV with kelas, tempat and, if wanted, nama. Names are printed on account cards "
    "and the attendance list and go nowhere else.",
)
@click.option(
    "--pairs", is_flag=True, help="Two neighbours share a TPS, as Sirekap 1 and 2; else one TPS each."
)
@click.option(
    "--scenario",
    default="kepahiang-2024",
    show_default=True,
    metavar="NAME",
    help="Where the practice TPS come from.",
)
@click.option("--form", metavar="FORM", help="ppwp, dpd, kwk-bupati ...; default: the scenario's first.")
@click.option(
    "--site", default="", metavar="URL", help="Address of the practice site: QR codes on the cards."
)
@click.option(
    "--paper",
    default="a4",
    show_default=True,
    type=click.Choice(["a4", "a3"]),
    help="For filled sheets; blank ones are made for A3, A4 and true size.",
)
@click.option("--seed", type=int, metavar="N", help="Another draw of everything; default: the scenario's.")
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes; default: one for each core."
)
@json_flag
def pack(as_json: bool, **wishes: Any) -> None:
    """Make a training pack, in Indonesian: for every trainee own TPS, account, sheets, photos and exercises.

    Six exercises (read, fill, photograph, check sums, send offline, correct) with answer keys that are
    computed from the truth of the sheets, account cards, blank and filled C.Hasil to print, photos with known
    faults, the trainer's guide, mark sheets with formulas. Everything says SIMULASI, names are invented. The
    same seed gives the same bytes.

    \b
    Examples:
      gladi bimtek --trainees 25 --out paket
      gladi bimtek --trainees 200 --classes 8 --site http://192.168.1.10:8800 --out paket
      gladi bimtek --participants peserta.csv --form kwk-bupati --pairs --out paket

    Open DIR/index.html first. DIR/kunci (answers) and DIR/pelatih (accounts) are not for trainees.

    \b
    Exit codes: 0 made, 2 wrong usage or input, 3 this machine cannot (disk, libraries, interrupted).
    """
    from gladi.bimtek.packing import pack as make
    from gladi.bimtek.wishes import Wishes
    from gladi.show import Show

    show = Show(quiet=as_json)
    made = make(Wishes(**wishes), show)
    out = wishes["out"]
    if as_json:
        emit(
            {
                "out": str(out),
                "seed": made.seed,
                "form": made.form,
                "region": made.region,
                "trainees": len(made.trainees),
                "classes": [{"number": room.number, "trainees": len(room.trainees)} for room in made.classes],
                "files": len(made.files),
            }
        )
        return
    show.say(
        f"{len(made.trainees):,} peserta dalam {len(made.classes)} kelas, {len(made.files):,} berkas di {out}"
    )
    show.say(f"  mulai dari {out}/index.html; panduan pelatih: {out}/pelatih/panduan.pdf")
    show.say(f"  jangan bagikan {out}/kunci dan {out}/pelatih kepada peserta")
