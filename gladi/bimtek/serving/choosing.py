"""What was asked of `gladi bimtek serve`, and which pack a class plays: given, as before, or new."""

import json
from dataclasses import dataclass
from pathlib import Path

from gladi.bimtek.model import PACK_FILE, read_pack
from gladi.bimtek.serving.bare import write_bare
from gladi.bimtek.wishes import Wishes
from gladi.failures import UsageError

DEFAULT_SCENARIO = "kepahiang-2024"


@dataclass(frozen=True)
class Asked:
    """The options of `gladi bimtek serve`; `pack` is None where one is made of `trainees` and `classes`."""

    out: Path
    pack: Path | None = None
    trainees: int | None = None
    classes: int | None = None
    scenario: str | None = None
    form: str | None = None
    seed: int | None = None
    host: str = "127.0.0.1"
    port: int = 8800
    cert: Path | None = None
    key: Path | None = None


def pack_of(asked: Asked, out: Path) -> Path:
    """The folder of the pack; a class that goes on keeps the one it had."""
    made = out / "paket"
    before = _before(out) or (made if (made / PACK_FILE).is_file() else None)
    if asked.pack is not None:
        _refuse_beside_a_pack(asked)
        chosen = asked.pack.resolve()
        if before and (before / PACK_FILE).read_bytes() != (chosen / PACK_FILE).read_bytes():
            raise UsageError(
                f"--out {out}: is the folder of a class with another pack ({before}); choose a new one"
            )
        return chosen
    if before:
        _refuse_another_class(asked, out, before)
        return before
    write_bare(
        Wishes(
            out=made, scenario=asked.scenario or DEFAULT_SCENARIO, form=asked.form,
            trainees=asked.trainees or 20, classes=asked.classes or 1, seed=asked.seed,
        )
    )  # fmt: skip
    return made


def _refuse_beside_a_pack(asked: Asked) -> None:
    assert asked.pack is not None
    read_pack(asked.pack)
    for option in ("trainees", "classes", "scenario", "form", "seed"):
        if getattr(asked, option) is not None:
            raise UsageError(f"--{option}: the pack {asked.pack} says that; leave out one of the two")


def _refuse_another_class(asked: Asked, out: Path, before: Path) -> None:
    """A class that goes on is as it was."""
    pack = read_pack(before)
    was = {
        "trainees": len(pack.trainees), "classes": len(pack.classes), "scenario": pack.scenario,
        "form": pack.form, "seed": pack.seed,
    }  # fmt: skip
    for option, value in was.items():
        given = getattr(asked, option)
        if given is not None and given != value:
            raise UsageError(
                f"--{option} {given}: the class in {out} has {value}; leave it out to go on with it, or "
                "choose a new --out"
            )


def _before(out: Path) -> Path | None:
    try:
        found = Path(json.loads((out / "situs.json").read_text())["pack"])
    except (OSError, ValueError, KeyError):
        return None
    return found if (found / PACK_FILE).is_file() else None
