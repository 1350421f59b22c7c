"""What a pack is made from: the TPS of a scenario, and which of them a trainee gets for what.

Own TPS are drawn first; sheets to read and to check come from the other TPS of the region, so that nobody's
story of the count lies on a neighbour's table.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fakeforms.orders import SheetOrder
from fakeforms.templates.template import known_forms
from gladi.bimtek.lots import lots, shuffled
from gladi.failures import UsageError
from gladi.formset.studio import people_of
from gladi.setting import scenario_file
from scenarios import Scenario, ScenarioError, is_nation, read_table
from simulators.contests import BY_PARTY
from simulators.population import Population
from simulators.sheets import forms_of, order

SPARE = 24
"""So many TPS of the region must be left over for sheets and photos."""
WHOLE_FORM = 6
"""A form of more pages is practised on three of them: data, one party, totals."""


@dataclass
class Ground:
    """The TPS of a region as they vote in one form. Orders are made when they are asked for."""

    file: Path
    form: str
    people: Population
    scenario: Scenario
    _orders: dict[int, SheetOrder] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """That everything is drawn from."""
        return self.people.seed

    @property
    def name(self) -> str:
        """Of the scenario."""
        return self.file.stem

    @property
    def region(self) -> str:
        """What the region is called: a regency, or a province where the scenario has several."""
        places = self.people.places
        return places[0].name if len(places) == 1 else f"Provinsi {places[0].province}"

    @cached_property
    def pages(self) -> tuple[int, ...]:
        """Pages that are filled, photographed and sent: all, or three where a form has very many."""
        numbers = tuple(page.number for page in self.order(0).template.pages)
        if len(numbers) <= WHOLE_FORM:
            return numbers
        return numbers[0], lots(self.seed, self.form, "pages").pick(numbers[1:-1]), numbers[-1]

    @cached_property
    def other_form(self) -> str | None:
        """A form that lies beside this one on the day, for who photographs the wrong one."""
        return next((one for one in forms_of(self.people, self.scenario) if one != self.form), None)

    def order(self, index: int, form: str = "") -> SheetOrder:
        """The sound order of the TPS at `index`."""
        if form and form != self.form:
            return order(self.people, index, self.scenario, form)
        if index not in self._orders:
            self._orders[index] = order(self.people, index, self.scenario, self.form)
        return self._orders[index]

    def dealt(self, own: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(TPS of one's own for so many, TPS for material); UsageError if the region has not enough."""
        alike = self._alike()
        whole = shuffled(lots(self.seed, self.people.place.code, "tps"), alike)
        if own + SPARE > len(whole):
            raise UsageError(
                f"--trainees: {own} practice TPS and {SPARE} for sheets are needed, but "
                f"{self.region} has {len(whole)}; choose fewer trainees, --pairs, or a "
                "scenario of a larger region"
            )
        return tuple(whole[:own]), tuple(whole[own:])

    def _alike(self) -> list[int]:
        """TPS whose sheets have as many pages as the first one's: regencies may have more pairs or fewer."""
        pages: dict[str, int] = {}
        out = []
        for index, code in enumerate(self.people.tps):
            regency = str(code)[:4]
            if regency not in pages:
                pages[regency] = len(self.order(index).template.pages)
            if pages[regency] == pages[str(self.people.tps[0])[:4]]:
                out.append(index)
        return out


def ground(scenario: str, form: str | None, seed: int | None) -> Ground:
    """Read the scenario and draw its region; UsageError for a scenario, seed or form that cannot be."""
    file = scenario_file(scenario)
    try:
        whole_nation = is_nation(read_table(file))
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    if whole_nation:
        raise UsageError(
            f"--scenario {scenario}: plays the whole nation; a pack needs a region, e.g. kepahiang-2024"
        )
    people, read = people_of(str(file), seed, 1.0)
    there = [one for one in forms_of(people, read) if one in known_forms()]
    chosen = form or next((one for one in read.scenario.forms if one in there), there[0])
    if chosen not in there:
        raise UsageError(f"--form {chosen}: {people.place.name} has no such form; known: {', '.join(there)}")
    return Ground(file, chosen, people, read)


def by_party(form: str) -> bool:
    """Whether people vote for parties and their candidates."""
    return form in BY_PARTY
