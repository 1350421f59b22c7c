"""A system that is down has not withdrawn its consent; one that answers otherwise has."""

import urllib.error
from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest

from gladi.consent import Consent
from gladi.failures import UsageError
from gladi.load.agreed import HOLDS_S, Agreed


class System:
    """What asking it brings: its consent, or an error."""

    def __init__(self, lasts: timedelta = timedelta(hours=1)) -> None:
        now = datetime.now(UTC)
        self.consent = Consent("sprint", now, now + lasts, 50.0, "ops")
        self.error: Exception | None = None
        self.now_s = 0.0

    def __call__(self) -> Consent:
        if self.error is None:
            return self.consent
        raise UsageError("no consent") from self.error

    def clock(self) -> float:
        return self.now_s


def answered(code: int) -> urllib.error.HTTPError:
    return urllib.error.HTTPError("http://sistem", code, "", Message(), None)


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), answered(503)])
def test_a_consent_holds_on_while_its_system_is_down_but_not_for_ever(error: Exception) -> None:
    system = System()
    agreed = Agreed(system, system.clock)
    system.error = error
    system.now_s = HOLDS_S - 1.0
    assert agreed() == system.consent
    system.now_s = HOLDS_S + 1.0
    with pytest.raises(UsageError):
        agreed()


@pytest.mark.parametrize("error", [answered(404), answered(403), ValueError("another scenario")])
def test_whatever_answers_otherwise_has_withdrawn_it_at_once(error: Exception) -> None:
    system = System()
    agreed = Agreed(system, system.clock)
    system.error = error
    with pytest.raises(UsageError):
        agreed()


def test_a_consent_is_not_believed_beyond_its_own_end() -> None:
    system = System(lasts=timedelta(seconds=-1))
    agreed = Agreed(system, system.clock)
    system.error = ConnectionRefusedError()
    with pytest.raises(UsageError):
        agreed()
