"""A training pack as data: what `paket.json` tells, and the answer keys, which lie apart from it.

    paket.json              a Pack: classes, trainees, their accounts, their exercises. No answers.
    kunci/<trainee>.json    a Key: the answer to every question and what the trainee's own sheets must say.

`Trainee.kunci` is the sha256 of the key file, so a key can neither be swapped nor altered unseen. Ids are the
same in both: `<exercise>.<question>`, e.g. "4.2". Numbers of sheets use the ids of fields of the form.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from gladi.failures import UsageError

VERSION = 1
PACK_FILE, KEY_FOLDER = "paket.json", "kunci"

Kind = Literal["baca", "isi", "foto", "periksa", "luring", "perbaiki"]
KINDS: tuple[Kind, ...] = ("baca", "isi", "foto", "periksa", "luring", "perbaiki")
"""Exercises in order of difficulty: read, fill, photograph, check, send offline, correct."""

Answering = Literal["angka", "pilihan", "urutan", "lembar"]
"""A number; one of the options; the options in the right order; a filled sheet that is photographed."""

Answer = int | str | list[str] | None


class PackError(UsageError):
    """A folder that is no pack, or a damaged one; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    id: str  # "a", "b", ...
    says: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked, and what it is worth."""

    id: str  # "<exercise number>.<question number>"
    asks: str
    kind: Answering
    points: int
    options: tuple[Option, ...] = ()
    sheets: tuple[str, ...] = ()  # files that it is about, within the pack


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of one trainee. `sheets` are files within the pack."""

    number: int
    kind: Kind
    title: str
    minutes: int
    tells: tuple[str, ...]  # what to do, paragraph by paragraph
    questions: tuple[Question, ...]
    sheets: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """What all of it is worth."""
        return sum(question.points for question in self.questions)


@dataclass(frozen=True, slots=True)
class Trainee:
    """One place at the table. Who sits there is not told: names stand on cards and attendance lists only."""

    id: str  # "01-03": class and seat
    class_number: int
    seat: str
    account: str  # "<tps>-<operator>", as the practice stack registers it
    activation_code: str
    tps: str
    operator: int  # 1: Sirekap 1, 2: Sirekap 2
    folder: str  # within the pack
    kunci: str  # sha256 of kunci/<id>.json
    exercises: tuple[Exercise, ...]

    @property
    def points(self) -> int:
        """What all exercises are worth."""
        return sum(exercise.points for exercise in self.exercises)


@dataclass(frozen=True, slots=True)
class Class:
    """The trainees of one room."""

    number: int
    trainees: tuple[Trainee, ...]
    folder: str  # within the pack


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole training pack. `scenario` is the name; the file itself lies beside as `scenario.toml`."""

    seed: int
    scenario: str
    region: str  # name of the regency
    form: str
    pages: tuple[int, ...]  # of the form, as the trainees fill and send them
    site: str  # address of the practice site, "" if there is none
    classes: tuple[Class, ...]
    version: int = VERSION
    notice: str = ""
    made_by: str = ""
    files: Mapping[str, str] = field(default_factory=dict)  # file within the pack -> sha256

    @property
    def trainees(self) -> tuple[Trainee, ...]:
        """Of all classes, in order."""
        return tuple(trainee for room in self.classes for trainee in room.trainees)


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer to a question, and why it is that."""

    id: str
    answer: Answer
    why: str


@dataclass(frozen=True, slots=True)
class Key:
    """The answers of one trainee. `own_sheet`: what the C.Hasil that the trainee fills, photographs and sends
    must say, page by page ("1" ...), field id -> number."""

    trainee: str
    tps: str
    form: str
    own_sheet: Mapping[str, Mapping[str, int]]
    solutions: tuple[Solution, ...]

    def solution(self, question: str) -> Solution:
        """Of the question with this id; KeyError if there is none."""
        for one in self.solutions:
            if one.id == question:
                return one
        raise KeyError(question)


def as_bytes(content: Pack | Key) -> bytes:
    """JSON with one spelling, so that the same content has the same digest."""
    return (json.dumps(asdict(content), ensure_ascii=False, indent=1) + "\n").encode()


def digest(content: bytes) -> str:
    """sha256 as hex."""
    return sha256(content).hexdigest()


def read_pack(folder: Path) -> Pack:
    """The pack of a folder; PackError where that is none."""
    told = _json(folder / PACK_FILE, f"a folder made by `gladi bimtek`, which has a {PACK_FILE}")
    if told.get("version") != VERSION:
        raise PackError(
            f"{folder / PACK_FILE}: version {told.get('version')!r}; this gladi reads version {VERSION}: "
            "make the pack again"
        )
    try:
        classes = tuple(_class(room) for room in told["classes"])
        return Pack(**{**told, "pages": tuple(told["pages"]), "classes": classes})
    except (KeyError, TypeError, AttributeError) as error:
        raise PackError(f"{folder / PACK_FILE}: is damaged ({error!r}); make the pack again") from error


def read_key(folder: Path, trainee: Trainee) -> Key:
    """The key of a trainee; PackError if it is not the one the pack was made with."""
    path = folder / KEY_FOLDER / f"{trainee.id}.json"
    told = _json(path, "the answer key of the pack; it goes with the pack")
    if digest(path.read_bytes()) != trainee.kunci:
        raise PackError(f"{path}: is not the key of this pack (its digest differs from {PACK_FILE})")
    return Key(**{**told, "solutions": tuple(Solution(**one) for one in told["solutions"])})


def _json(path: Path, expected: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
    except OSError as error:
        raise PackError(f"{path}: {error.strerror}; expected {expected}") from error
    except ValueError as error:
        raise PackError(f"{path}: is no JSON ({error}); expected {expected}") from error
    return told


def _class(told: Mapping[str, Any]) -> Class:
    return Class(told["number"], tuple(_trainee(one) for one in told["trainees"]), told["folder"])


def _trainee(told: Mapping[str, Any]) -> Trainee:
    return Trainee(**{**told, "exercises": tuple(_exercise(one) for one in told["exercises"])})


def _exercise(told: Mapping[str, Any]) -> Exercise:
    questions = tuple(
        Question(
            **{
                **one,
                "options": tuple(Option(**option) for option in one["options"]),
                "sheets": tuple(one["sheets"]),
            }
        )
        for one in told["questions"]
    )
    lists = {"tells": tuple(told["tells"]), "sheets": tuple(told["sheets"])}
    return Exercise(**{**told, **lists, "questions": questions})
