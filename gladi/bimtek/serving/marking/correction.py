"""The mark of correcting: one number was misread on purpose; was it found, and put right with a reason?"""

from collections.abc import Iterator, Sequence

from gladi.bimtek.labels import label
from gladi.bimtek.model import Trainee
from gladi.bimtek.serving.journal import Sent, Work
from gladi.bimtek.serving.lesson import Lesson
from gladi.bimtek.serving.marking.parts import Part

_LEAST_WORDS = 3  # of a reason that tells somebody else something


def correction(lesson: Lesson, trainee: Trainee, work: Work, sent: Sequence[Sent]) -> Iterator[Part]:
    """Of an attempt whose `given` says what was misread: {"page", "field", "right", "wrong", "numbers"}."""
    given = work.given
    page, field = int(given["page"]), str(given["field"])
    what = label(lesson.order(trainee), field).whole
    changes = [one for one in sent if one.kind == "correct" and one.good]
    if lesson.whole_form:
        yield _disagreed(sent, changes)
    right = [
        one for one in changes if one.page == page and one.content["numbers"].get(field) == given["right"]
    ]
    other = {
        (one.page, name)
        for one in changes
        for name, value in one.content["numbers"].items()
        if (one.page, name) != (page, field) and value != lesson.own_numbers(trainee.id, one.page).get(name)
    }
    touched = any(one.page == page and field in one.content["numbers"] for one in changes)
    if right:
        yield Part("found", "Angka yang salah", 40, 1.0, (f"Ditemukan dan diperbaiki: {what}.",))
    elif touched:
        yield Part(
            "found", "Angka yang salah", 40, 0.4,
            (f"{what} Anda temukan, tetapi perbaikannya juga keliru; seharusnya {given['right']}.",),
            ("Baca angka di lembar dua kali sebelum mengetik perbaikan.",), ("corrected_wrongly",),
        )  # fmt: skip
    else:
        yield Part(
            "found", "Angka yang salah", 40, 0.0,
            (f"Belum ditemukan: {what} terbaca {given['wrong']}, di lembar {given['right']}.",),
            ("Bandingkan satu per satu, mulai dari angka suara.",), ("not_found",),
        )  # fmt: skip
    yield Part(
        "only", "Hanya yang salah", 15, 0.0 if other else 1.0 if changes else 0.0,
        ("Angka lain yang benar ikut berubah.",) if other
        else ("Angka lain tidak diubah.",) if changes else ("Belum ada perbaikan.",),
        ("Ubah hanya angka yang berbeda dari lembar.",) if other else (),
        ("changed_others",) if other else (),
    )  # fmt: skip
    yield _reason(changes)


def _disagreed(sent: Sequence[Sent], changes: Sequence[Sent]) -> Part:
    title = "Tidak sesuai"
    said = [one for one in sent if one.kind == "confirm" and one.good]
    before = [one for one in said if not changes or one.at <= changes[0].at]
    if before and not before[-1].content["sesuai"]:
        return Part("disagreed", title, 25, 1.0, ("Benar: Anda menjawab tidak sesuai sebelum memperbaiki.",))
    if before:
        return Part(
            "disagreed", title, 25, 0.0, ("Anda menjawab sesuai, padahal ada satu angka yang salah "
            "terbaca.",),
            ("Jawab sesuai hanya setelah setiap angka dibandingkan dengan lembarnya.",), ("agreed_wrongly",),
        )  # fmt: skip
    return Part(
        "disagreed", title, 25, 0.0, ("Anda belum menjawab tidak sesuai sebelum memperbaiki.",),
        ("Jawab tidak sesuai dahulu, baru perbaiki angkanya.",), ("not_confirmed",),
    )  # fmt: skip


def _reason(changes: Sequence[Sent]) -> Part:
    told = max((len(str(one.content["reason"]).split()) for one in changes), default=0)
    if told >= _LEAST_WORDS:
        return Part("reason", "Alasan", 20, 1.0, ("Alasan tertulis; orang lain dapat memahaminya.",))
    return Part(
        "reason", "Alasan", 20, 0.4 if told else 0.0,
        ("Alasan terlalu singkat." if told else "Belum ada alasan.",),
        ("Tulis alasan satu kalimat, misalnya: angka 1 terbaca 7, di plano tertulis 1.",), ("no_reason",),
    )  # fmt: skip
