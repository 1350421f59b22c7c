"""The mark of an attempt at photographing, sending and correcting, from what the stack holds and has read.

Pure: the same record gives the same mark. What the stack has not read in time is told as not known and costs
nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gladi.bimtek.arithmetic import findings
from gladi.bimtek.labels import label
from gladi.bimtek.model import Kind, Trainee
from gladi.bimtek.serving.journal import Sent, Work
from gladi.bimtek.serving.lesson import Lesson
from gladi.bimtek.serving.marking.correction import correction
from gladi.bimtek.serving.marking.faults import Fault, faults
from gladi.bimtek.serving.marking.parts import Part, marked

_SURE = 0.5  # of a number that the stack read
_SAME, _FEW = 0.8, 3  # so large a share of so many numbers: it is another trainee's sheet
_LISTED = 6  # so many wrong numbers are listed one by one


@dataclass(frozen=True)
class Record:
    """All that is known of an attempt. `reading`: the stack's answer about the form. `looks`: by page."""

    lesson: Lesson
    trainee: Trainee
    kind: Kind
    work: Work
    sent: Sequence[Sent]
    reading: Mapping[str, Any]
    looks: Mapping[int, Mapping[str, Any] | None]

    @property
    def pages(self) -> tuple[int, ...]:
        """That were to be sent."""
        return self.lesson.pack.pages

    def key(self, page: int) -> dict[str, int]:
        """What the sheet must say."""
        return self.lesson.own_numbers(self.trainee.id, page)

    def numbers(self, until: float | None = None) -> dict[int, dict[str, int]]:
        """By page what the stack held, now or at a moment: what came first, with every correction."""
        held: dict[int, dict[str, int]] = {}
        for page, values in (self.work.given.get("numbers") or {}).items():
            held[int(page)] = dict(values)
        for one in self.sent:
            if not one.good or (until is not None and one.at > until):
                continue
            if one.kind == "page":
                held.setdefault(one.page, dict(one.content["numbers"]))
            elif one.kind == "correct":
                held.setdefault(one.page, {}).update(one.content["numbers"])
        return held

    def read(self, page: int) -> Mapping[str, Any]:
        """What the stack says of the photo of a page."""
        found: Mapping[str, Any] = (self.reading.get("pages") or {}).get(str(page)) or {}
        return found


def mark(record: Record, points: int) -> dict[str, Any]:
    """What the attempt is worth out of so many points, part by part."""
    if record.kind == "perbaiki":
        return marked([*correction(record.lesson, record.trainee, record.work, record.sent)], points)
    found = {page: _faults(record, page) for page in record.pages}
    parts = [
        _sheet(record, found),
        _photo(record, found),
        _numbers(record),
        *([_sums(record)] if record.lesson.whole_form else []),
        _once(record),
        *([_confirmed(record)] if record.lesson.whole_form else []),
        *([_offline(record)] if record.kind == "luring" else []),
    ]
    return marked(parts, points)


def _faults(record: Record, page: int) -> list[Fault] | None:
    """None where nothing was sent or the stack has not read it yet."""
    read = record.read(page)
    if read.get("state") not in {"done", "failed"}:
        return None
    found = faults(record.lesson.pack.form, page, read, record.looks.get(page))
    whose = _of_another(record, page)
    if whose and not any(one.of_sheet for one in found):
        found.append(
            Fault(
                "other_sheet", f"Halaman {page}: angkanya sama dengan lembar peserta {whose}, bukan "
                "lembar Anda.",
                "Periksa nomor TPS di kepala formulir sebelum memotret.",
            )
        )  # fmt: skip
    return found


def _of_another(record: Record, page: int) -> str:
    """Whose sheet the photo shows, by its numbers; "" if there is no reason to think that it is another's."""
    sure = _sure(record, page)
    own = record.key(page)
    if len(sure) < _FEW or sum(own.get(f) == v for f, v in sure.items()) >= (1 - _SAME) * len(sure) + 1:
        return ""
    for one in record.lesson.pack.trainees:
        if one.tps != record.trainee.tps:
            other = record.lesson.own_numbers(one.id, page)
            if sum(other.get(f) == v for f, v in sure.items()) >= _SAME * len(sure):
                return one.id
    return ""


def _sure(record: Record, page: int) -> dict[str, int]:
    read = record.read(page)
    sure = read.get("confidence") or {}
    return {f: v for f, v in (read.get("numbers") or {}).items() if v is not None and sure.get(f, 0) >= _SURE}


def _sheet(record: Record, found: Mapping[int, list[Fault] | None]) -> Part:
    says, better, names, right = [], [], [], 0.0
    for page in record.pages:
        here = found[page]
        if here is None:
            sent = any(one.good and one.kind == "page" and one.page == page for one in record.sent)
            right += 1.0 if sent else 0.0
            says.append(f"Halaman {page}: {'belum selesai dibaca server.' if sent else 'tidak dikirim.'}")
            if not sent:
                better.append("Kirim semua halaman formulir.")
                names.append("page_missing")
            continue
        wrong = [one for one in here if one.of_sheet]
        right += 0.0 if wrong or any(one.name == "broken" for one in here) else 1.0
        says += [one.says for one in wrong]
        better += [one.better for one in wrong]
        names += [one.name for one in wrong]
    if not says:
        says = ["Semua halaman yang diminta terpotret, masing-masing di tempatnya."]
    return Part(
        "sheet", "Lembar dan halaman", 25, right / len(record.pages), tuple(says), tuple(better), tuple(names)
    )


def _photo(record: Record, found: Mapping[int, list[Fault] | None]) -> Part:
    says, better, names, right = [], [], [], 0.0
    for page in record.pages:
        here = [one for one in found[page] or () if not one.of_sheet]
        sent = any(one.good and one.kind == "page" and one.page == page for one in record.sent)
        other = any(one.of_sheet for one in found[page] or ())
        right += max(0.0, 1.0 - sum(one.weighs for one in here)) if sent and not other else 0.0
        says += [one.says for one in here]
        better += [one.better for one in here]
        names += [one.name for one in here]
    if not says:
        says = ["Foto terang, tajam, tegak, dan utuh."] if right else ["Belum ada foto."]
    return Part("photo", "Mutu foto", 25, right / len(record.pages), tuple(says), tuple(better), tuple(names))


def _numbers(record: Record) -> Part:
    order, held = record.lesson.order(record.trainee), record.numbers()
    says, better, names, wrong, all_fields = [], [], [], 0, 0
    for page in record.pages:
        key, read = record.key(page), _sure(record, page)
        all_fields += len(key)
        if page not in held:
            wrong += len(key)
            continue
        for field, right in key.items():
            value = held[page].get(field)
            if value == right:
                continue
            wrong += 1
            what = label(order, field).whole
            if read.get(field) == right:
                says.append(f"{what}: di lembar {right}, Anda mengirim {value}.")
                better.append(
                    "Sebelum mengirim, cocokkan lagi setiap angka dengan lembarnya, baris demi baris."
                )
                names.append("typing")
            elif read.get(field) == value:
                says.append(f"{what}: di lembar Anda tertulis {value}, seharusnya {right}.")
                better.append("Angka pada lembar sendiri keliru: cocokkan dengan cerita penghitungan.")
                names.append("written")
            else:
                says.append(f"{what}: Anda mengirim {value}, seharusnya {right}.")
                better.append(
                    "Sebelum mengirim, cocokkan lagi setiap angka dengan lembarnya, baris demi baris."
                )
                names.append("number")
    if len(says) > _LISTED:
        says = [*says[:_LISTED], f"... dan {len(says) - _LISTED} angka lain."]
    if not wrong:
        says = [f"Semua {all_fields} angka cocok dengan kunci."]
    share = 1.0 if not wrong else 0.6 * (all_fields - wrong) / max(all_fields, 1)
    return Part(
        "numbers", "Angka", 25, share if held else 0.0,
        tuple(says or ["Belum ada angka yang dikirim."]), tuple(better), tuple(names),
    )  # fmt: skip


def _sums(record: Record) -> Part:
    held = {field: value for page in record.numbers().values() for field, value in page.items()}
    listed = {field: value for page in record.pages for field, value in record.key(page).items()}
    if not listed.keys() <= held.keys():
        return Part("sums", "Penjumlahan", 5, 0.0, ("Belum dapat diperiksa: belum semua halaman dikirim.",))
    broken = findings(record.lesson.order(record.trainee), held, listed)
    if not broken:
        return Part("sums", "Penjumlahan", 5, 1.0, ("Semua penjumlahan cocok.",))
    says = tuple(one.says + "." for one in broken[:_LISTED])
    return Part(
        "sums", "Penjumlahan", 5, 0.0, says,
        ("Hitung sendiri sebelum mengirim: L + P, surat suara, lalu suara sah dan tidak sah.",),
        tuple(f"rule_{one.rule}" for one in broken),
    )  # fmt: skip


def _once(record: Record) -> Part:
    pages = [one for one in record.sent if one.kind == "page"]
    again = {one.page for one in pages if one.code == "page_exists"}
    there = {one.page for one in pages if one.good}
    refused = [one for one in pages if not one.good and one.code != "page_exists"]
    share = len([page for page in record.pages if page in there - again]) / len(record.pages)
    says = [f"Halaman {page} dikirim dua kali; kiriman kedua ditolak server." for page in sorted(again)]
    if refused:
        says.append(f"{len(refused)} kiriman ditolak dahulu, lalu diulang; itu tidak mengurangi nilai.")
    if not there:
        says.append("Belum ada yang dikirim.")
    elif not again:
        says.insert(0, "Setiap halaman tersimpan satu kali. Tanda terima adalah buktinya.")
    better = (
        ("Setelah tanda awan muncul, jangan kirim lagi. Kalau ragu, lihat tanda terimanya.",) if again else ()
    )
    return Part("once", "Dikirim satu kali", 10, share, tuple(says), better, ("twice",) if again else ())


def _confirmed(record: Record) -> Part:
    title, given = (
        "Sesuai atau tidak sesuai",
        [one for one in record.sent if one.kind == "confirm" and one.good],
    )
    if not given:
        return Part(
            "confirmed", title, 10, 0.0, ("Anda belum menjawab sesuai atau tidak sesuai.",),
            ("Setelah semua halaman terkirim, bandingkan, lalu jawab sesuai atau tidak sesuai.",),
            ("not_confirmed",),
        )  # fmt: skip
    last = given[-1]
    held = record.numbers(until=last.at)
    alike = all(held.get(page, {}).get(f) == v for page in record.pages for f, v in record.key(page).items())
    agreed = bool(last.content["sesuai"])
    if agreed == alike:
        says = "sesuai: angkanya memang cocok." if agreed else "tidak sesuai: memang ada angka yang berbeda."
        return Part("confirmed", title, 10, 1.0, (f"Benar menjawab {says}",))
    if agreed:
        return Part(
            "confirmed", title, 10, 0.0, ("Anda menjawab sesuai, padahal ada angka yang berbeda.",),
            ("Jawab sesuai hanya setelah setiap angka dibandingkan dengan lembarnya.",), ("agreed_wrongly",),
        )  # fmt: skip
    return Part(
        "confirmed", title, 10, 0.0, ("Anda menjawab tidak sesuai, padahal semua angka cocok.",),
        ("Cari dahulu angka mana yang berbeda; kalau tidak ada, jawab sesuai.",), ("disagreed_wrongly",),
    )  # fmt: skip


def _offline(record: Record) -> Part:
    """By what the phone says: that the photo was put by while there was no connection."""
    pages = {one.page: one for one in record.sent if one.kind == "page" and one.good}
    put_by = [page for page, one in pages.items() if one.content.get("offline")]
    if pages and len(put_by) == len(record.pages):
        return Part(
            "offline", "Luring", 20, 1.0,
            ("Semua halaman dipotret tanpa sambungan dan terkirim setelah sambungan kembali (menurut "
            "ponsel).",),
        )  # fmt: skip
    return Part(
        "offline", "Luring", 20, len(put_by) / len(record.pages),
        (f"{len(put_by)} dari {len(record.pages)} halaman disimpan selagi tanpa sambungan.",),
        ("Matikan sambungan dahulu, potret semua halaman, simpan, baru nyalakan sambungan kembali.",),
        ("not_offline",),
    )  # fmt: skip
