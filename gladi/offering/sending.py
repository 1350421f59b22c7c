"""Which page is sent next: every TPS sends its sheets form after form, one at a time, as its operator does.

The next page of a TPS is sent when the one before it was answered, well or not. So a TPS of 66 pages never
has more than one under way, unless there are fewer TPS than requests.
"""

from collections import deque
from collections.abc import Callable, Container, Mapping

from scenarios import Scenario
from simulators.population import Population, population
from simulators.sheetlist import Sheet, sheets_of


def pages_a_tps(scenario: Scenario, seed: int) -> int:
    """Sheets that a TPS photographs: of one of the scenario's; in other places more or fewer people stand."""
    return len(sheets_of(population(scenario, seed, 2.0), 0, scenario))


class Sending:
    """The pages of all TPS of a population that were not sent yet; a TPS is its index."""

    def __init__(self, scenario: Scenario, population: Population) -> None:
        alike: dict[str, tuple[tuple[Sheet, ...], Mapping[str, int]]] = {}
        self._of: dict[int, tuple[tuple[Sheet, ...], Mapping[str, int]]] = {}
        for index, kecamatan in enumerate(map(str, population.kecamatan)):
            if kecamatan not in alike:
                sheets = sheets_of(population, index, scenario)
                alike[kecamatan] = sheets, dict(sheets)  # the last page of a form is their number
            self._of[index] = alike[kecamatan]
        self._begin(list(self._of))

    def _begin(self, mine: list[int]) -> None:
        self._todo = {index: deque(self._of[index][0]) for index in mine}
        self._untouched = deque(mine)
        self._waiting: deque[int] = deque()
        self._busy: dict[int, int] = {}
        self.left = sum(map(len, self._todo.values()))

    def keep(self, mine: Container[int]) -> None:
        """Forget all other TPS; before anything is under way."""
        self._begin([index for index in self._of if index in mine])

    @property
    def mean_pages(self) -> float:
        """Sheets of a TPS, on average."""
        return sum(len(sheets) for sheets, _ in self._of.values()) / len(self._of)

    def forms(self, index: int) -> Mapping[str, int]:
        """Pages of each form of a TPS, in the order of counting."""
        return self._of[index][1]

    def next(self) -> tuple[int, Sheet, Callable[[bool], None]] | None:
        """TPS, sheet, and what is to be told when it is answered; None when every page was sent.

        First whose last page was answered longest ago, then who has sent nothing yet; where all are at it,
        the one with the fewest pages under way sends another beside them.
        """
        if self._waiting:
            index = self._waiting.popleft()
        elif self._untouched:
            index = self._untouched.popleft()
        else:
            index = min(
                (one for one in self._busy if self._todo[one]), key=self._busy.__getitem__, default=-1
            )
            if index < 0:
                return None
        sheet = self._todo[index].popleft()
        self._busy[index] = self._busy.get(index, 0) + 1
        self.left -= 1

        def ended(good: bool) -> None:
            if not good:
                self._todo[index].appendleft(sheet)
                self.left += 1
            self._busy[index] -= 1
            if not self._busy[index]:
                del self._busy[index]
                if self._todo[index]:
                    self._waiting.append(index)

        return index, sheet, ended
