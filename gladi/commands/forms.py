"""`gladi forms`: photos of C.Hasil with their ground truth, or sheets to print, without a run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gladi.commands.options import emit, json_flag
from gladi.failures import FAILED

if TYPE_CHECKING:
    from gladi.formset.making import Set
    from gladi.show import Show

_TOLD = 20
"""So many files that could not be made are listed for people; --json and the count tell all."""


def _list_names(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from gladi.formset.glossary import glossary

        click.echo("\n".join(glossary()))
        context.exit()


@click.command(short_help="Photos of C.Hasil with their ground truth, or sheets to print.")
@click.option("--scenario", required=True, metavar="S", help="A file, or the name of a built-in scenario.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder for the set."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N TPS, in order of code.")
@click.option("--tps", multiple=True, metavar="CODE", help="Only this TPS; may be given many times.")
@click.option(
    "--forms", "form_names", metavar="F,F|all", help="Forms, e.g. ppwp,dpr; default: the scenario's."
)
@click.option("--pages", metavar="P,P", help="Only these pages of each form, e.g. 1,3 or 2-5.")
@click.option("--seed", type=int, metavar="N", help="Another draw of everything; default: the scenario's.")
@click.option(
    "--mistakes",
    default="none",
    show_default=True,
    metavar="M",
    help="What people write wrongly: none, typical, NAME or NAME=CHANCE, separated by commas.",
)
@click.option(
    "--faults",
    default="none",
    show_default=True,
    metavar="F",
    help="What goes wrong with photos: none, NAME or NAME=CHANCE, separated by commas.",
)
@click.option("--scene", metavar="NAME", help="The light of every photo; default: each TPS its own.")
@click.option(
    "--megapixels", type=float, metavar="X", help="Size of the photos; default: as KPU published them."
)
@click.option(
    "--quality", type=int, metavar="Q", help="JPEG quality 1 to 100; default: what gives 0.3 to 1 MB."
)
@click.option(
    "--engine",
    type=click.Choice(["full", "splice"]),
    default="full",
    show_default=True,
    help="splice joins photos from pieces: many times faster, near-duplicates, for load tests only.",
)
@click.option("--contact-sheet", is_flag=True, help="Also pictures with many small photos, to look at.")
@click.option("--coco", is_flag=True, help="Also coco.json: every box of every photo, for object detection.")
@click.option(
    "--pdf",
    type=click.Choice(["blank", "filled"]),
    help="Sheets to print instead of photos; filled ones with the key beside each (.json).",
)
@click.option(
    "--paper",
    default="plano",
    show_default=True,
    metavar="SIZE",
    help="With --pdf: plano (600 x 900 mm, true size), a3 or a4.",
)
@click.option("--shard", metavar="K/N", help="Only part K of N; all parts together are the set.")
@click.option(
    "--workers", type=click.IntRange(1, 1024), metavar="N", help="Processes; default: one for each core."
)
@click.option("--dask", metavar="ADDRESS", help="Work on a Dask cluster instead; local starts one here.")
@click.option(
    "--names",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_names,
    help="List the forms, mistakes, faults and lights there are, and end.",
)
@json_flag
def forms(out: Path, shard: str | None, as_json: bool, **wishes: Any) -> None:
    """Photos of C.Hasil sheets that never were (.jpg), with the truth beside each (.json).

    Every TPS of the scenario gets its sheets: numbers that add up, a hand of its own, a place and a phone.
    The same seed gives the same bytes, on any machine and in any shard. Every sheet carries SIMULASI, names
    are invented. What is already whole in DIR is kept, so a broken-off call can be repeated.

    \b
    Examples:
      Ten TPS to look at:
        gladi forms --scenario kepahiang-2024 --limit 10 --contact-sheet --out foto
      Practice for those who read forms: mistakes as people make them, and bad photos:
        gladi forms --scenario kepahiang-2024 --mistakes typical --faults blurred=0.1 --out latihan
      A training set at 12 MP, with boxes for object detection:
        gladi forms --scenario kepahiang-2024 --forms all --megapixels 12 --coco --out set
      A quarter of it, on one of four machines:
        gladi forms --scenario kepahiang-2024 --forms all --megapixels 12 --shard 1/4 --out set
      Sheets to fill in by hand, on A3:
        gladi forms --scenario kepahiang-2024 --forms ppwp --pdf blank --paper a3 --out cetak

    forms.jsonl (of a shard: forms-K-of-N.jsonl) lists name, sha256, seed and settings of every file; the
    lists of all shards, sorted together, are that of the set. A TPS that cannot be drawn is listed at the
    end and does not stop the others.

    \b
    Exit codes: 0 all files made, 1 some could not be made, 2 wrong usage or input,
                3 the folder cannot be written to or the disk is full.
    """
    from gladi.formset.ordering import Wishes, place
    from gladi.show import Show

    show = Show(quiet=as_json)
    result, told = place(Wishes(out=out, shard=shard, **wishes), show)
    if as_json:
        emit(told)
    else:
        _tell(result, told, show)
    sys.exit(FAILED if result.not_made else 0)


def _tell(result: "Set", told: dict[str, Any], show: "Show") -> None:
    """The set in a few lines, and what is not in it."""
    kind = "lembar PDF" if "pdfs" in told else "foto"
    kept = len(result.files) - result.drawn
    show.say(
        f"{len(result.files):,} {kind} dari {told['tps']:,} TPS di {told['out']}"
        + (f" ({kept:,} sudah ada)" if kept and "photos" in told else "")
    )
    show.say(f"  {told['manifest']}  sha256 {told['sha256']}")
    for path in (told.get("coco"), *told.get("contact_sheets", ())):
        if path:
            show.say(f"  {path}")
    if result.not_made:
        show.warn(f"{len(result.not_made):,} tidak dapat dibuat:")
        for one in result.not_made[:_TOLD]:
            show.say(f"    {one.name}: {one.why}")
        if len(result.not_made) > _TOLD:
            show.say(f"    ... dan {len(result.not_made) - _TOLD:,} lagi; --json menyebut semuanya")
