"""A pack as the site plays it: who sits where, the sheets, what their numbers are called, the keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fakeforms.orders import SheetOrder
from gladi.bimtek.ground import Ground, ground
from gladi.bimtek.labels import SEXES, label, rows_of
from gladi.bimtek.model import Exercise, Key, Pack, Trainee, read_key, read_pack
from gladi.failures import UsageError
from gladi.layouts import layout
from scenarios import Regency

WORKED = ("foto", "luring", "perbaiki")
"""Kinds of exercises with a practical part. In "foto" the sheet that was filled in "isi" is sent."""


@dataclass(frozen=True)
class Lesson:
    """A pack with its keys; `folder` has the files of the trainees, if any."""

    folder: Path
    pack: Pack
    keys: Mapping[str, Key]
    ground: Ground

    def trainee(self, id: str) -> Trainee:
        """KeyError if there is none."""
        return self._by_id[id]

    def exercise(self, trainee: str, number: int) -> Exercise:
        """KeyError if there is none."""
        for one in self.trainee(trainee).exercises:
            if one.number == number:
                return one
        raise KeyError(number)

    def by_account(self, account: str) -> Trainee | None:
        """Who has this account."""
        return next((one for one in self.pack.trainees if one.account == account), None)

    def own_numbers(self, trainee: str, page: int) -> dict[str, int]:
        """What a page of this trainee's own sheet must say."""
        return dict(self.keys[trainee].own_sheet[str(page)])

    def place(self, trainee: Trainee) -> Regency:
        """The regency of the trainee's TPS."""
        return self.ground.people.place_of(trainee.tps)

    def order(self, trainee: Trainee) -> SheetOrder:
        """The sound sheets of the trainee's TPS."""
        return self.ground.order(self._index[trainee.tps])

    def sheet(self, trainee: Trainee) -> list[dict[str, Any]]:
        """The pages that are practised: `page` and `groups` of fields, in the order of the sheet.

        A group is a row of men, women and both, or one number: {"label", "fields": [{"id", "label"}]}.
        """
        if trainee.tps not in self._sheets:
            self._sheets[trainee.tps] = self._drawn(trainee)
        return self._sheets[trainee.tps]

    def _drawn(self, trainee: Trainee) -> list[dict[str, Any]]:
        order = self.order(trainee)
        pages = {one["page"]: one for one in layout(self.pack.form, order.shape)["pages"]}
        return [
            {"page": page, "groups": _groups(order, [field["id"] for field in pages[page]["fields"]])}
            for page in self.pack.pages
        ]

    @cached_property
    def whole_form(self) -> bool:
        """Whether all pages of the form are practised: only then does the stack take a confirmation."""
        return set(self.pack.pages) == {
            page.number for page in self.order(self.pack.trainees[0]).template.pages
        }

    def where(self, trainee: Trainee) -> dict[str, Any]:
        """The TPS as a card tells it."""
        order = self.order(trainee)
        return {
            "tps": trainee.tps,
            "nomor": order.nomor_tps,
            "kelurahan": order.kel_desa,
            "kecamatan": order.kecamatan,
            "kabupaten": order.kab_kota,
            "provinsi": order.provinsi,
        }

    @cached_property
    def _sheets(self) -> dict[str, list[dict[str, Any]]]:
        return {}

    @cached_property
    def _by_id(self) -> Mapping[str, Trainee]:
        return {one.id: one for one in self.pack.trainees}

    @cached_property
    def _index(self) -> Mapping[str, int]:
        return {str(code): index for index, code in enumerate(self.ground.people.tps)}


def open_lesson(folder: Path) -> Lesson:
    """The pack of a folder with all its keys; PackError (UsageError) where one is missing or altered."""
    pack = read_pack(folder)
    if not pack.trainees:
        raise UsageError(f"{folder}: the pack has no trainees; make it again with --trainees 1 or more")
    own = folder / "scenario.toml"
    found = ground(str(own) if own.is_file() else pack.scenario, pack.form, pack.seed)
    lesson = Lesson(folder, pack, {one.id: read_key(folder, one) for one in pack.trainees}, found)
    strangers = [one.tps for one in pack.trainees if one.tps not in lesson._index]
    if strangers:
        raise UsageError(
            f"{folder}: TPS {strangers[0]} is not in the region of scenario {pack.scenario}; make the "
            "pack again"
        )
    return lesson


def _groups(order: SheetOrder, fields: list[str]) -> list[dict[str, Any]]:
    rows = rows_of(order.form)
    groups: list[dict[str, Any]] = []
    for field in fields:
        row, _, sex = field.rpartition("_")
        if row in rows and sex in SEXES:
            title, column = " ".join(rows[row]), {"l": "L", "p": "P", "j": "Jumlah"}[sex]
            if not groups or groups[-1]["label"] != title:
                groups.append({"label": title, "fields": []})
            groups[-1]["fields"].append({"id": field, "label": column})
        else:
            groups.append({"label": _title(order, field), "fields": [{"id": field, "label": ""}]})
    return groups


def _title(order: SheetOrder, field: str) -> str:
    """With the names of who stands, where one pair or candidate does."""
    number = field.removeprefix("suara_calon_" if order.form == "dpd" else "suara_")
    names = next((one.names for one in order.contestants if str(one.number) == number), ())
    title = label(order, field).whole
    return f"{title}: {' - '.join(names)}" if names and field.startswith("suara_") else title
