"""The mark of the questions of an exercise; a sheet that is filled and photographed is marked by `work`."""

from collections.abc import Mapping
from typing import Any

from gladi.bimtek.model import Exercise, Key, Question
from gladi.bimtek.serving.marking.parts import Part, marked


def asked(exercise: Exercise) -> tuple[Question, ...]:
    """The questions that are answered on the phone."""
    return tuple(one for one in exercise.questions if one.kind != "lembar")


def mark(exercise: Exercise, key: Key, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the answers are worth, question by question, with the reason for each right answer."""
    questions = asked(exercise)
    parts = [_part(one, key, answers.get(one.id)) for one in questions]
    return marked(parts, sum(one.points for one in questions))


def _part(question: Question, key: Key, answer: Any) -> Part:
    solution = key.solution(question.id)
    right = answer is not None and _plain(answer) == _plain(solution.answer)
    if right:
        return Part(
            question.id, f"Soal {question.id}", question.points, 1.0, (f"Benar. {solution.why}".strip(),)
        )
    told = "Belum dijawab." if answer in (None, "", []) else "Belum tepat."
    return Part(
        question.id, f"Soal {question.id}", question.points, 0.0,
        (f"{told} Jawabannya: {_told(question, solution.answer)}. {solution.why}".strip(),),
        (), (f"question_{question.id}",),
    )  # fmt: skip


def _plain(answer: Any) -> object:
    if isinstance(answer, list):
        return [str(one).strip().lower() for one in answer]
    text = str(answer).strip().lower()
    return int(text) if text.isascii() and text.isdigit() else text


def _told(question: Question, answer: Any) -> str:
    says = {option.id: option.says for option in question.options}
    if isinstance(answer, list):
        return ", lalu ".join(says.get(str(one), str(one)) for one in answer)
    return says.get(str(answer), str(answer))
