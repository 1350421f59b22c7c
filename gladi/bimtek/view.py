"""What the templates show: a trainee's booklet as plain values. No answer is in it."""

from dataclasses import asdict, dataclass
from typing import Any

from gladi.bimtek.breaking import Case
from gladi.bimtek.exercises.correcting import readings
from gladi.bimtek.exercises.materials import Materials
from gladi.bimtek.ground import Ground
from gladi.bimtek.labels import SEXES, fields_of, label, rows_of
from gladi.bimtek.model import Trainee
from gladi.bimtek.story import Story

_A_LINE, _BESIDE = 10, 22
"""Ballots in a line; lines of the longest tables that stand beside each other on one page."""


@dataclass(frozen=True, slots=True)
class Booklet:
    """The exercises of one trainee, ready for a template."""

    trainee: Trainee
    where: str  # the practice TPS in words
    model: str
    extras: dict[str, Any]


def booklet(ground: Ground, trainee: Trainee, cards: Materials) -> Booklet:
    """Everything that stands in the booklet beside the questions."""
    own = cards.own
    tables = [_table(ground, case, name) for name, case in zip("CD", cards.cases[1:], strict=True)]
    return Booklet(
        trainee,
        f"TPS {own.nomor_tps:03d}, {own.kel_desa}, Kecamatan {own.kecamatan}, {own.kab_kota}",
        own.template.model,
        {
            "isi": _story(cards.story),
            "foto": [
                {"letter": letter, "file": f"foto/{one.name}", "page": one.page}
                for letter, one in zip("ABCDEF", cards.pictures, strict=True)
            ],
            "periksa": {
                "short": all(len(one["rows"]) + len(one["singles"]) <= _BESIDE for one in tables),
                "listed": _listed(cards.cases[0]),
                "tables": tables,
            },
            "perbaiki": [
                {"name": name, "lines": [(line.name, line.read) for line in lines]}
                for name, (lines, _, _) in zip("EF", readings(ground, trainee.id, cards), strict=True)
            ],
        },
    )


def _story(told: Story) -> dict[str, Any]:
    lines = [told.read_out[at : at + _A_LINE] for at in range(0, len(told.read_out), _A_LINE)]
    return {
        **asdict(told),
        "lines": [(number * _A_LINE + 1, line) for number, line in enumerate(lines)],
        "before_all": sum(told.before.values()),
    }


def _listed(case: Case) -> str:
    return (
        f"{case.listed['dpt_l']} laki-laki, {case.listed['dpt_p']} perempuan, jumlah {case.listed['dpt_j']}"
    )


def _table(ground: Ground, case: Case, name: str) -> dict[str, Any]:
    """The numbers of a case as a table; a form with very many pages shows those of the practised ones."""
    order = case.order
    shown = fields_of(order, ground.pages)
    rows = [
        (part, says, *(order.values[f"{row}_{sex}"] for sex in SEXES))
        for row, (part, says) in rows_of(order.form).items()
    ]
    of_rows = {f"{row}_{sex}" for row in rows_of(order.form) for sex in SEXES}
    singles = [
        (label(order, id).part, label(order, id).says, order.values[id]) for id in shown if id not in of_rows
    ]
    return {
        "name": name,
        "where": f"TPS {order.nomor_tps:03d}, {order.kel_desa}",
        "listed": _listed(case),
        "rows": rows,
        "singles": singles,
    }
