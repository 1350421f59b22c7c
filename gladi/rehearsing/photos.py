"""The photos of a rehearsal: how much room they take, and their rendering."""

from gladi import unreadable
from gladi.formset.asked import Asked
from gladi.photos import digest_of, render
from gladi.rehearsing.asked import Rehearsal
from gladi.setting import Setting
from simulators.sheetlist import sheets_of

_PHOTO_BYTES = 700_000
"""Room one photo takes with its truth, for the check of the disk before a run."""


def room_for_photos(setting: Setting) -> int:
    """Bytes that photos take on the disk, twice: as sent and as stored."""
    if setting.scenario.voting is None:
        return 0  # nobody photographs anything
    people = setting.population
    return 2 * _PHOTO_BYTES * sum(len(sheets_of(people, one, setting.scenario)) for one in range(len(people)))


def photographed(run: Rehearsal) -> str:
    """Render what is not there yet, those that nobody can read included; the digest of the clear ones."""
    setting, choices = run.setting, run.choices
    if setting.scenario.voting is None:
        return digest_of(())
    megapixels = setting.scenario.app.photo_megapixels
    asked = Asked(str(choices.scenario_file), setting.seed, choices.scale, megapixels=megapixels)
    hands = 1 if choices.in_company else 0
    with run.show.stage("Foto C.Hasil") as advance:
        digest = render(
            asked, setting.scenario.scenario.forms, len(setting.population), run.photos,
            lambda done, total: advance(done, total, f"{done:,}/{total:,} foto"), hands=hands,
        )  # fmt: skip
        if setting.scenario.backup is not None:
            unreadable.rendered(
                setting,
                run.photos,
                lambda done, total: advance(done, total, f"{done:,}/{total:,} foto buram"),
                hands,
            )
        return digest
