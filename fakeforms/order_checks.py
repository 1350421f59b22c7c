"""What an order must fulfil before anything is drawn: each rule names the field and what would be right."""

from operator import index
from typing import TYPE_CHECKING

from fakeforms.errors import OrderError, ShapeError
from fakeforms.templates.template import Template

if TYPE_CHECKING:
    from fakeforms.orders import SheetOrder

_PLACE = ("provinsi", "kab_kota", "kecamatan", "kel_desa", "hari")


def check(order: "SheetOrder") -> None:
    """Raise OrderError where `order` cannot be put on its sheets, TemplateError if its form is unknown."""
    if not (order.tps.isascii() and order.tps.isdigit() and len(order.tps) == 13):
        raise OrderError(f"tps: {order.tps!r} is not a TPS code; expected 13 digits, e.g. '1708042001003'")
    if not 1 <= order.nomor_tps <= 999:
        raise OrderError(f"nomor_tps of TPS {order.tps}: {order.nomor_tps} is outside 1..999")
    for name, hours in (("jam_pungut", order.jam_pungut), ("jam_hitung", order.jam_hitung)):
        for hour in hours:
            _check_clock(name, hour, order.tps)
    for name in _PLACE:
        if not str(getattr(order, name)).strip():
            raise OrderError(f"{name} of TPS {order.tps}: is empty; expected the text written on the sheet")
    _check_contestants(order)
    try:
        template = order.template
    except ShapeError as error:
        raise OrderError(f"contestants of TPS {order.tps}: {error}") from error
    _check_names(order, template)
    _check_people(order, template)
    if "dapil" in template.lines and not order.dapil.strip():
        raise OrderError(f"dapil of TPS {order.tps}: is empty; form {order.form!r} asks for the district")


def checked_values(order: "SheetOrder") -> dict[str, int]:
    """The numbers of an order, plain and in the order of the form; OrderError where they do not fit."""
    numbers = order.template.numbers
    known = {entry.id for entry in numbers}
    missing = [entry.id for entry in numbers if entry.id not in order.values]
    if missing:
        raise OrderError(f"values of TPS {order.tps}: missing {', '.join(missing)}")
    unknown = sorted(set(order.values) - known)
    if unknown:
        raise OrderError(f"values of TPS {order.tps}: form {order.form!r} has no field {', '.join(unknown)}")
    return {entry.id: _number(order, entry.id, 10 ** len(entry.boxes) - 1) for entry in numbers}


def _check_clock(name: str, hour: str, tps: str) -> None:
    parts = hour.split(":")
    sound = len(parts) == 2 and all(len(p) == 2 and p.isascii() and p.isdigit() for p in parts)
    if not sound or int(parts[0]) > 23 or int(parts[1]) > 59:
        raise OrderError(
            f"{name} of TPS {tps}: {hour!r} is not a time of day; expected 'hh:mm', e.g. '07:00'"
        )


def _check_contestants(order: "SheetOrder") -> None:
    seen: set[int] = set()
    for one in order.contestants:
        where = f"contestants of TPS {order.tps}"
        if isinstance(one.number, bool) or not isinstance(one.number, int) or one.number < 1:
            raise OrderError(f"{where}: number {one.number!r}; expected a whole number from 1")
        if one.number in seen:
            raise OrderError(f"{where}: number {one.number} is used twice")
        seen.add(one.number)
        if not one.names or not all(name.strip() for name in one.names):
            raise OrderError(f"{where}: contestant {one.number} has an empty name; expected an invented one")
        for place, name in enumerate(one.candidates, 1):
            if not name.strip():
                raise OrderError(f"{where}: candidate {place} of contestant {one.number} has an empty name")
    if not order.contestants:
        raise OrderError(f"contestants of TPS {order.tps}: nobody stands; expected at least one")


def _check_names(order: "SheetOrder", template: Template) -> None:
    most = len(template.unnamed)
    for one in order.contestants:
        if len(one.names) > most:
            raise OrderError(
                f"contestants of TPS {order.tps}: contestant {one.number} has {len(one.names)} names, "
                f"but form {order.form!r} prints at most {most}"
            )


def _check_people(order: "SheetOrder", template: Template) -> None:
    for who, names in (("kpps", order.kpps), ("saksi", order.saksi)):
        expected = template.signers[who]
        if len(names) != expected:
            raise OrderError(f"{who} of TPS {order.tps}: {len(names)} names, expected {expected}")
    for position, name in enumerate(order.kpps, 1):
        if not name.strip():
            raise OrderError(f"kpps[{position}] of TPS {order.tps}: is empty; expected an invented name")


def _number(order: "SheetOrder", name: str, largest: int) -> int:
    given: object = order.values[name]
    try:
        value = -1 if isinstance(given, bool) else index(given)  # type: ignore[arg-type]
    except TypeError:
        value = -1
    if not 0 <= value <= largest:
        raise OrderError(
            f"values[{name!r}] of TPS {order.tps}: {given!r} does not fit its boxes; "
            f"expected a whole number 0..{largest}"
        )
    return value
