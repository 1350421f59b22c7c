"""Tables of a pack as CSV: who has which account, and every answer. UTF-8 with mark, as Excel opens it."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from gladi.bimtek.model import Answer, Key, Pack

ACCOUNTS = ("kelas", "tempat", "tps", "sirekap", "akun", "kode_aktivasi")
ANSWERS = ("kelas", "tempat", "soal", "jenis", "poin", "jawaban", "mengapa")


def accounts(pack: Pack) -> list[tuple[str | int, ...]]:
    """A row a trainee, without names."""
    return [
        (one.class_number, one.seat, one.tps, one.operator, one.account, one.activation_code)
        for one in pack.trainees
    ]


def answers(pack: Pack, keys: Mapping[str, Key]) -> list[tuple[str | int, ...]]:
    """A row a question of every trainee."""
    return [
        (
            one.class_number, one.seat, question.id, question.kind, question.points,
            answer_told(keys[one.id].solution(question.id).answer), keys[one.id].solution(question.id).why,
        )
        for one in pack.trainees
        for exercise in one.exercises
        for question in exercise.questions
    ]  # fmt: skip


def answer_told(answer: Answer) -> str:
    """An answer as it is written: 62, c, or e b a c d as ebacd."""
    if answer is None:
        return "dinilai pelatih"
    return "".join(answer) if isinstance(answer, list) else str(answer)


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A table as bytes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
