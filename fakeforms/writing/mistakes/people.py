"""Mistakes about who and where: a TPS with another number, a signature that is not there."""

from fakeforms.draws import Draws
from fakeforms.writing.entries import Change, Entries
from fakeforms.writing.mistakes.registry import mistake
from fakeforms.writing.terbilang import terbilang

_NONE = "frequency looked for and not found"


@mistake("wrong-tps-number", rate=0.0, source=_NONE)
def _wrong_tps(sheet: Entries, draws: Draws) -> Change | None:
    """The sheets carry the number of another TPS."""
    written = sheet.meant.get("nomor_tps", "")
    if not written.isdigit():
        return None
    number = int(written)
    other = draws.pick((number - 1, number + 1, number + 10, int(written[::-1])))
    if other == number or not 1 <= other <= 999:
        return None
    texts = {"nomor_tps": f"{other:03d}", "nomor_tps_huruf": terbilang(other)}
    texts = {id: text for id, text in texts.items() if id in sheet.places.lines}
    return Change(f"nomor_tps: {other} for {number}", texts=texts) if texts else None


@mistake("signature-missing", rate=0.0, source=_NONE)
def _signature(sheet: Entries, draws: Draws) -> Change | None:
    """Somebody has not signed: on one page, or on all."""
    signed = [id for id in sheet.places.signatures if sheet.meant.get(id)]
    if not signed:
        return None
    id = draws.pick(signed)
    pages = sheet.places.signatures[id]
    if draws.chance(0.5):
        pages = (draws.pick(pages),)
    return Change(f"{id}: has not signed page {', '.join(map(str, pages))}", unsigned={id: pages})
