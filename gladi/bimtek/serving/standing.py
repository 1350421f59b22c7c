"""How far everybody has come, from the journal: for a trainee's own page and for the class board."""

from typing import Any

from gladi.bimtek.model import Exercise, Trainee
from gladi.bimtek.serving.journal import Answered, Journal, Work
from gladi.bimtek.serving.lesson import WORKED, Lesson
from gladi.bimtek.serving.marker import PRACTICE_POINTS
from gladi.bimtek.serving.marking import quiz
from gladi.bimtek.serving.marking.faults import FORMS
from gladi.bimtek.serving.marking.parts import best


def of_trainee(lesson: Lesson, journal: Journal, id: str) -> dict[str, Any]:
    """Everything a trainee's page shows: no answers, no keys."""
    trainee = lesson.trainee(id)
    works, answered = journal.works(id), journal.answered(id)
    return {
        "peserta": id,
        "tempat": trainee.seat,
        "kelas": trainee.class_number,
        "akun": trainee.account,
        "where": lesson.where(trainee),
        "form": FORMS.get(lesson.pack.form, lesson.pack.form),
        "whole": lesson.whole_form,
        "sheet": lesson.sheet(trainee),
        "exercises": [_exercise(lesson, one, trainee, works, answered) for one in trainee.exercises],
    }


def _exercise(
    lesson: Lesson, exercise: Exercise, trainee: Trainee, works: list[Work], answered: list[Answered]
) -> dict[str, Any]:
    mine = [one for one in works if one.exercise == exercise.number]
    still = next((one for one in mine if one.finished_at is None), None)
    waiting = next((one for one in mine if one.finished_at is not None and one.mark is None), None)
    gained = gained_in(exercise, works, answered)
    last = [one for one in mine if one.mark is not None]
    return {
        "number": exercise.number,
        "kind": exercise.kind,
        "title": exercise.title,
        "minutes": exercise.minutes,
        "tells": list(exercise.tells),
        "sheets": [name for name in exercise.sheets if has(lesson, name)],
        "paper": [name for name in exercise.sheets if not has(lesson, name)],
        "questions": [
            {"id": one.id, "asks": one.asks, "kind": one.kind, "points": one.points,
             "options": [{"id": option.id, "says": option.says} for option in one.options],
             "sheets": [name for name in one.sheets if has(lesson, name)],
             "paper": [name for name in one.sheets if not has(lesson, name)]}
            for one in quiz.asked(exercise)
        ],
        "worked": exercise.kind in WORKED,
        "points": gained[0],
        "most": gained[1],
        "attempts": len(mine),
        "work": still.id if still else None,
        "waiting": waiting.id if waiting else None,
        "mark": last[-1].mark if last else None,
        "answered": next((one.mark for one in reversed(answered) if one.exercise == exercise.number), None),
    }  # fmt: skip


def gained_in(exercise: Exercise, works: list[Work], answered: list[Answered]) -> tuple[int, int]:
    """Points of the best attempt and of the first answers, and how many there are.

    After the first answers the right ones are shown, so later ones are for learning only.
    """
    most = sum(one.points for one in quiz.asked(exercise))
    first = next((one.mark for one in answered if one.exercise == exercise.number), None)
    points = int(first["points"]) if first else 0
    if exercise.kind in WORKED:
        most += PRACTICE_POINTS
        done = best([one.mark for one in works if one.exercise == exercise.number and one.mark is not None])
        points += int(done["points"]) if done else 0
    return points, most


def of_work(lesson: Lesson, journal: Journal, work: Work) -> dict[str, Any]:
    """One attempt as the page shows it; of what was misread on purpose only what the app would show."""
    sent = journal.sent(work.id)
    pages: dict[str, dict[str, Any]] = {}
    for page, numbers in (work.given.get("numbers") or {}).items():
        pages[page] = {"numbers": dict(numbers), "given": True}
    for one in sent:
        if one.good and one.kind == "page":
            pages.setdefault(str(one.page), {"numbers": dict(one.content["numbers"]), "given": False})
        if one.good and one.kind == "correct" and str(one.page) in pages:
            pages[str(one.page)]["numbers"].update(one.content["numbers"])
            pages[str(one.page)]["corrected"] = True
    said = [bool(one.content["sesuai"]) for one in sent if one.good and one.kind == "confirm"]
    return {
        "id": work.id,
        "exercise": work.exercise,
        "attempt": work.attempt,
        "finished": work.finished_at is not None,
        "mark": work.mark,
        "pages": pages,
        "confirmed": said[-1] if said else None,
    }


def has(lesson: Lesson, name: str) -> bool:
    """Whether the pack's folder has this file, and as a picture that a page can show."""
    return name in lesson.pack.files and name.lower().endswith((".jpg", ".jpeg", ".png"))
