"""From what a person asks for to a finished set: check every wish first, then make."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from fakeforms import FakeFormsError, blank_pdf
from fakeforms.camera import fault
from fakeforms.paper.book import paper
from fakeforms.truth import coco
from fakeforms.writing.mistakes import MISTAKES
from gladi.failures import CannotRunError, UsageError
from gladi.formset import folder as files
from gladi.formset.asked import Asked
from gladi.formset.chances import chances
from gladi.formset.cluster import Cluster
from gladi.formset.contact import write_contact_sheets
from gladi.formset.making import Set, Spread, make
from gladi.formset.manifest import manifest_name, write_manifest
from gladi.formset.selection import Selection, forms_among, page_numbers, shard_of, tps_of
from gladi.formset.studio import people_of
from gladi.formset.work import Made, in_processes
from gladi.runfolder import whole_file
from gladi.setting import scenario_file
from gladi.show import Show


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The options of `gladi forms`, as given."""

    scenario: str
    out: Path
    limit: int | None = None
    tps: tuple[str, ...] = ()
    form_names: str | None = None
    pages: str | None = None
    seed: int | None = None
    mistakes: str = "none"
    faults: str = "none"
    scene: str | None = None
    megapixels: float | None = None
    quality: int | None = None
    engine: Literal["full", "splice"] = "full"
    contact_sheet: bool = False
    coco: bool = False
    pdf: Literal["blank", "filled"] | None = None
    paper: str = "plano"
    shard: str | None = None
    workers: int | None = None
    dask: str | None = None


def place(wishes: Wishes, show: Show) -> tuple[Set, dict[str, Any]]:
    """Make the set; gives it, and what is told of it as JSON. Raises UsageError and CannotRunError."""
    _agree(wishes)
    asked, selection = _understood(wishes)
    number, of = shard_of(wishes.shard)
    part = selection.shard(number, of)
    if wishes.pdf == "blank":
        result = _blank(asked, part, wishes.out)
    else:
        title = "Lembar untuk dicetak" if wishes.pdf else "Foto C.Hasil"
        with show.stage(title) as advance, _hands(wishes) as (spread, hands):
            result = make(
                asked, part, wishes.out,
                lambda done, total: advance(done, total, f"{done:,}/{total:,}"), spread, hands,
            )  # fmt: skip
    manifest = manifest_name(number, of)
    write_manifest(wishes.out / manifest, asked, result)
    told = {
        "out": str(wishes.out),
        "tps": len(part.indices),
        "forms": list(part.forms),
        "pdfs" if wishes.pdf else "photos": len(result.files),
        "seed": asked.seed,
        "manifest": manifest,
        "sha256": result.sha256,
        "not_made": [{"name": one.name, "why": one.why} for one in result.not_made],
    }
    stem = Path(manifest).stem.removeprefix("forms")
    if wishes.coco:
        with show.stage("COCO"):
            told["coco"] = _coco(wishes.out, f"coco{stem}.json", result)
    if wishes.contact_sheet:
        with show.stage("Lembar kontak"):
            sheets = write_contact_sheets(wishes.out, f"contact{stem}", result.files)
        told["contact_sheets"] = [path.name for path in sheets]
    return result, told


def _agree(wishes: Wishes) -> None:
    """Wishes that contradict each other."""
    if wishes.pdf:
        for option, given in (
            ("--contact-sheet", wishes.contact_sheet), ("--coco", wishes.coco),
            ("--faults", wishes.faults != "none"), ("--scene", wishes.scene is not None),
            ("--megapixels", wishes.megapixels is not None), ("--quality", wishes.quality is not None),
            ("--engine splice", wishes.engine == "splice"),
        ):  # fmt: skip
            if given:
                raise UsageError(f"{option}: is for photos; --pdf makes sheets to print, and no photos")
    elif wishes.paper != "plano":
        raise UsageError(f"--paper {wishes.paper}: is for --pdf blank or --pdf filled")
    if wishes.dask and wishes.pdf == "blank":
        raise UsageError("--dask: blank sheets are a few files; leave it out")


def _understood(wishes: Wishes) -> tuple[Asked, Selection]:
    """What the set is made of, and which part of the region it has."""
    scenario = str(scenario_file(wishes.scenario))
    people, read = people_of(scenario, wishes.seed, 1.0)
    try:
        paper(wishes.paper)
    except FakeFormsError as error:
        raise UsageError(f"--paper: {error}") from error
    asked = Asked(
        scenario=scenario,
        seed=people.seed,
        wanted="pdf" if wishes.pdf else "photo",
        paper=wishes.paper,
        engine=wishes.engine,
        mistakes=chances("--mistakes", wishes.mistakes, {name: one.rate for name, one in MISTAKES.items()}),
        faults=chances("--faults", wishes.faults, dict.fromkeys(fault.names(), 0.0)),
        scene=wishes.scene,
        megapixels=wishes.megapixels,
        quality=wishes.quality,
    )
    indices = tps_of(people, wishes.tps, wishes.limit)
    return asked, Selection(indices, forms_among(people, read, wishes.form_names), page_numbers(wishes.pages))


@contextmanager
def _hands(wishes: Wishes) -> Iterator[tuple[Spread, int]]:
    """Who makes the pieces, and how many they are."""
    workers = wishes.workers or len(os.sched_getaffinity(0))
    if wishes.dask is None:
        yield partial(in_processes, workers=workers), workers
        return
    cluster = Cluster(wishes.dask, workers)
    try:
        yield cluster.spread, cluster.hands
    finally:
        cluster.close()


def _blank(asked: Asked, part: Selection, out: Path) -> Set:
    """One PDF of unfilled sheets for each form."""
    files.ready(out)
    result = Set()
    for form in part.forms:
        pdf = blank_pdf(form, None, asked.paper)
        with whole_file(out / f"{form}-kosong.pdf") as unfinished:
            unfinished.write_bytes(pdf)
        result.files.append(Made(f"{form}-kosong.pdf", sha256(pdf).hexdigest()))
    return result


def _coco(out: Path, name: str, result: Set) -> str:
    truths = ((one.name, files.truth_of(out / one.name)) for one in result.files)
    try:
        with whole_file(out / name) as unfinished:
            coco.export(truths, unfinished)
    except FakeFormsError as error:
        raise CannotRunError(f"{out / name}: {error}") from error
    return name
