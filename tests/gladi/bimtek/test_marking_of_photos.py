"""Marks of photos against the truth of the camera: right and wrong sheets, and each fault by its name."""

import pytest

from tests.benchmarks.bimtek import NAMED_BY, SOUND, measure

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_faults_are_named_rightly_and_sound_photos_are_not_accused() -> None:
    found = measure(each=5, sound=15, skip=("finger",))
    assert found[SOUND].led <= 1, found[SOUND].told
    named = {fault: one.named for fault, one in found.items() if fault != SOUND}
    assert set(named) == set(NAMED_BY) - {"finger"}
    assert all(count >= 4 for count in named.values()), {fault: found[fault].told for fault in named}
