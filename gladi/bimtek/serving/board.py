"""The class as its trainer sees it: who is where, marks, common mistakes; by place, never by name."""

import csv
import io
import time
from collections import Counter
from datetime import datetime
from typing import Any

from gladi.bimtek.arithmetic import told as rule_told
from gladi.bimtek.model import Trainee
from gladi.bimtek.serving.journal import Answered, Journal, Work
from gladi.bimtek.serving.lesson import Lesson
from gladi.bimtek.serving.standing import gained_in

_HERE_S = 30.0  # a phone that asked within this time is there
_MISTAKES_SHOWN = 8

MISTAKES = {
    "wrong_page": "Halaman tertukar",
    "wrong_form": "Formulir pemilihan lain yang terpotret",
    "other_sheet": "Lembar peserta lain yang terpotret",
    "page_missing": "Ada halaman yang tidak dikirim",
    "tag_unseen": "Penanda hitam-putih tertutup atau terpotong",
    "blurred": "Foto kabur",
    "dark": "Foto gelap",
    "cut_off": "Sudut lembar terpotong",
    "turned": "Foto terbalik atau miring",
    "screen": "Memotret layar, bukan lembar asli",
    "unread": "Angka tidak terbaca jelas",
    "broken": "Berkas foto rusak",
    "typing": "Salah ketik angka",
    "written": "Angka di lembar sendiri keliru",
    "number": "Angka tidak cocok dengan kunci",
    "twice": "Halaman dikirim dua kali",
    "not_confirmed": "Belum menjawab sesuai atau tidak sesuai",
    "agreed_wrongly": "Menjawab sesuai padahal ada yang berbeda",
    "disagreed_wrongly": "Menjawab tidak sesuai padahal semua cocok",
    "not_offline": "Mengirim selagi tersambung pada latihan luring",
    "not_found": "Angka yang salah terbaca tidak ditemukan",
    "corrected_wrongly": "Perbaikan keliru",
    "changed_others": "Angka yang benar ikut diubah",
    "no_reason": "Alasan perbaikan kurang jelas",
}


def told(name: str, lesson: Lesson) -> str:
    """A mistake in words."""
    if name.startswith("rule_"):
        return rule_told(name.removeprefix("rule_"), lesson.pack.form)
    if name.startswith("question_"):
        question = name.removeprefix("question_")
        titles = {str(one.number): one.title for one in lesson.pack.trainees[0].exercises}
        return f"Soal {question} ({titles.get(question.partition('.')[0], '')})"
    return MISTAKES.get(name, name)


def of_class(lesson: Lesson, journal: Journal) -> dict[str, Any]:
    """What the board shows now."""
    people, works, answered = journal.people(), journal.works(), journal.answered()
    rows = []
    for trainee in lesson.pack.trainees:
        mine = [one for one in works if one.trainee == trainee.id]
        said = [one for one in answered if one.trainee == trainee.id]
        rows.append(_row(lesson, journal, trainee, people.get(trainee.id), mine, said))
    made = {
        *((n, w.trainee) for w in works if w.mark for n in w.mark["names"]),
        *((n, a.trainee) for a in answered for n in a.mark["names"]),
    }
    mistakes = Counter(name for name, _ in made)
    here = sum(row["here"] for row in rows)
    return {
        "now": time.time(),
        "region": lesson.pack.region,
        "trainees": len(rows),
        "active": sum(row["active"] for row in rows),
        "here": here,
        "done": sum(row["done"] for row in rows),
        "exercises": [
            {"number": one.number, "title": one.title} for one in lesson.pack.trainees[0].exercises
        ],
        "rows": rows,
        "mistakes": [{"says": told(name, lesson), "trainees": count} for name, count in _foremost(mistakes)],
    }


def _foremost(mistakes: Counter[str]) -> list[tuple[str, int]]:
    """Those of practice before those of questions, the most common first."""
    ranked = sorted(mistakes.items(), key=lambda one: (one[0].startswith("question_"), -one[1], one[0]))
    return ranked[:_MISTAKES_SHOWN]


def _row(
    lesson: Lesson, journal: Journal, trainee: Trainee, known: dict[str, Any] | None,
    works: list[Work], answered: list[Answered],
) -> dict[str, Any]:  # fmt: skip
    cells, points, most, done = [], 0, 0, True
    for exercise in trainee.exercises:
        gained, of = gained_in(exercise, works, answered)
        mine = [one for one in works if one.exercise == exercise.number]
        tried = len(mine) + sum(one.exercise == exercise.number for one in answered)
        marked = any(one.mark for one in mine) or any(one.exercise == exercise.number for one in answered)
        state = "marked" if marked else "open" if mine else ""
        cells.append(
            {"number": exercise.number, "points": gained, "most": of, "tried": tried, "state": state}
        )
        points, most, done = points + gained, most + of, done and marked
    seen_s = time.time() - known["seen_at"] if known and known["seen_at"] else None
    active = bool(known and known["activated_at"])
    return {
        "id": trainee.id, "seat": trainee.seat, "class": trainee.class_number, "account": trainee.account,
        "active": active, "here": active and seen_s is not None and seen_s < _HERE_S,
        "seen_s": seen_s, "resets": known["resets"] if known else 0,
        "where": _where(lesson, journal, trainee, active, works), "exercises": cells,
        "points": points, "most": most, "done": done,
    }  # fmt: skip


def _where(lesson: Lesson, journal: Journal, trainee: Trainee, active: bool, works: list[Work]) -> str:
    if not active:
        return "Belum aktivasi"
    still = next((one for one in reversed(works) if one.finished_at is None), None)
    if still is None:
        waiting = any(one.mark is None for one in works)
        return "Menunggu nilai" if waiting else "Di daftar latihan"
    sent = journal.sent(still.id)
    there = {one.page for one in sent if one.kind == "page" and one.good} | {
        int(page) for page in still.given.get("numbers") or {}
    }
    confirmed = any(one.kind == "confirm" and one.good for one in sent)
    end = ", sudah menjawab" if confirmed else ""
    return f"Latihan {still.exercise}: {len(there)} dari {len(lesson.pack.pages)} halaman{end}"


def as_csv(lesson: Lesson, journal: Journal) -> str:
    """A line a trainee, then one for every attempt; with semicolons, as Indonesian Excel wants them."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
    numbers = [one.number for one in lesson.pack.trainees[0].exercises]
    write(["peserta", "kelas", "tempat", *(f"latihan {n}" for n in numbers), "nilai", "dari"])
    board = of_class(lesson, journal)
    for row in board["rows"]:
        cells = [cell["points"] if cell["tried"] else "" for cell in row["exercises"]]
        write([row["id"], row["class"], row["seat"], *cells, row["points"], row["most"]])
    write([])
    write(["peserta", "latihan", "percobaan", "mulai", "selesai", "nilai", "dari", "catatan"])
    for work in journal.works():
        mark = work.mark or {}
        notes = ", ".join(told(name, lesson) for name in mark.get("names", ()))
        write(
            [work.trainee, work.exercise, work.attempt, _clock(work.opened_at), _clock(work.finished_at),
             mark.get("points", ""), mark.get("most", ""), notes]
        )  # fmt: skip
    for one in journal.answered():
        notes = ", ".join(told(name, lesson) for name in one.mark["names"])
        write(
            [one.trainee, one.exercise, f"soal {one.round}", _clock(one.at), _clock(one.at),
             one.mark["points"], one.mark["most"], notes]
        )  # fmt: skip
    return "\ufeff" + out.getvalue()


def summary(lesson: Lesson, journal: Journal) -> list[str]:
    """What the trainer's terminal says at the end."""
    board = of_class(lesson, journal)
    marked = [row for row in board["rows"] if any(cell["tried"] for cell in row["exercises"])]
    lines = [
        f"{board['active']} dari {board['trainees']} peserta mengaktifkan akun, {len(marked)} mulai "
        "berlatih, "
        f"{board['done']} menyelesaikan semua latihan."
    ]
    if marked:
        share = sum(row["points"] / row["most"] for row in marked if row["most"]) / len(marked)
        lines.append(f"Nilai rata-rata yang berlatih: {100 * share:.0f} dari 100.")
    if board["mistakes"]:
        lines.append("Yang paling sering keliru:")
        lines += [f"  {one['says']}: {one['trainees']} peserta" for one in board["mistakes"][:5]]
    return lines


def _clock(at: float | None) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""
