"""Questions with options in drawn order, and the solutions that belong to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from fakeforms.draws import Draws
from gladi.bimtek.lots import shuffled
from gladi.bimtek.model import Answering, Exercise, Kind, Option, Question, Solution


@dataclass
class Asking:
    """An exercise in the making: every question is asked together with its solution."""

    number: int
    draws: Draws
    questions: list[Question] = field(default_factory=list)
    solutions: list[Solution] = field(default_factory=list)

    def number_of(self, asks: str, answer: int, why: str, points: int, sheets: Sequence[str] = ()) -> None:
        """Ask for a number."""
        self._ask(asks, "angka", points, (), sheets, answer, why)

    def choice(
        self,
        asks: str,
        right: str,
        wrong: Sequence[str],
        why: str,
        points: int,
        *,
        last: str = "",
        sheets: Sequence[str] = (),
        fixed: bool = False,
    ) -> None:
        """Ask for one of some options, shuffled; if `fixed` as they are in `wrong`, with the right one.

        `last` is an option that stays at the end, right or wrong.
        """
        texts = list(wrong) if fixed else shuffled(self.draws, [right, *wrong])
        if last:
            texts = [*(text for text in texts if text != last), last]
        options = tuple(Option(letter, text) for letter, text in zip(ascii_lowercase, texts, strict=False))
        answer = next(option.id for option in options if option.says == right)
        self._ask(asks, "pilihan", points, options, sheets, answer, why)

    def order(self, asks: str, steps: Sequence[str], why: str, points: int) -> None:
        """Ask to put steps into their order."""
        mixed = shuffled(self.draws, steps)
        while len(steps) > 1 and mixed == list(steps):
            mixed = shuffled(self.draws, steps)
        options = tuple(Option(letter, text) for letter, text in zip(ascii_lowercase, mixed, strict=False))
        answer = [option.id for step in steps for option in options if option.says == step]
        self._ask(asks, "urutan", points, options, (), answer, why)

    def sheet(self, asks: str, why: str, points: int) -> None:
        """Ask for a filled or photographed sheet, which the trainer or the practice site looks at."""
        self._ask(asks, "lembar", points, (), (), None, why)

    def done(
        self, kind: Kind, title: str, minutes: int, tells: Sequence[str], sheets: Sequence[str] = ()
    ) -> tuple[Exercise, tuple[Solution, ...]]:
        """The exercise, and apart from it the solutions."""
        exercise = Exercise(
            self.number, kind, title, minutes, tuple(tells), tuple(self.questions), tuple(sheets)
        )
        return exercise, tuple(self.solutions)

    def _ask(
        self,
        asks: str,
        kind: Answering,
        points: int,
        options: tuple[Option, ...],
        sheets: Sequence[str],
        answer: int | str | list[str] | None,
        why: str,
    ) -> None:
        id = f"{self.number}.{len(self.questions) + 1}"
        self.questions.append(Question(id, asks, kind, points, options, tuple(sheets)))
        self.solutions.append(Solution(id, answer, why))
