"""What may be said of a day as it was reported, and of the server as it was."""

import pytest
from pydantic import ValidationError

from scenarios.as_it_was import Twin
from scenarios.devices import Devices
from scenarios.help_desk import HelpDesk
from scenarios.link_hours import LinkHours
from scenarios.reported import Reported

SAID = {"says": "separuh masuk", "source": "https://example.org"}


def test_limits_of_a_clock_are_times_and_those_of_a_share_are_shares() -> None:
    clock = Reported.model_validate({"what": "median_login", "at_least": "16:00", **SAID})
    share = Reported.model_validate({"what": "page_share", "at_least": 0.7, "at_most": 0.9, **SAID})
    assert (clock.limits, share.limits) == ((57_600.0, None), (0.7, 0.9))


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "page_share"},
        {"what": "page_share", "at_least": "16:00"},
        {"what": "page_share", "at_least": 1.5},
        {"what": "median_login", "at_most": 16.0},
        {"what": "median_login", "at_most": "26:00"},
        {"what": "page_share", "at_least": 0.9, "at_most": 0.1},
        {"what": "suasana", "at_least": 0.9},
    ],
)
def test_a_figure_that_cannot_be_held_against_a_run_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Reported.model_validate({**wrong, **SAID})


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        (LinkHours, {"from": "22:00", "to": "22:00", "factor": 2.0}),
        (LinkHours, {"from": "22:00", "to": "06:00+1", "factor": 2.0}),
        (LinkHours, {"from": "22:00", "to": "06:00", "factor": 0.0}),
        (Devices, {"no_android": 0.7, "too_old": 0.4}),
        (HelpDesk, {"people": 0, "call": "5m"}),
        (HelpDesk, {"people": 1, "call": "5m", "from": "20:00", "to": "08:00"}),
        (Twin, {"share": 0.0}),
        (Twin, {"windows": [{"phase": "h", "from": "13:00", "to": "12:00"}]}),
        (Twin, {"windows": [{"phase": "h", "from": "13:00", "to": "14:00", "capacity": 0.5}]}),
    ],
)
def test_what_makes_no_sense_is_refused(section: type, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        section.model_validate(wrong)  # type: ignore[attr-defined]
