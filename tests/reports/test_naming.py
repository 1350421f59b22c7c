"""Reasons reach the reader in words, whatever part of a run gave them."""

import pytest

from reports.naming import fault_name, reason_name, skip_name

DRIVER = ("refused", "reset", "closed", "timeout", "broken_answer", "link_lost", "no_local_port", "not_ended")
PROBES = (
    "probe:truncated_photo",
    "probe:corrupted_photo",
    "probe:foreign_write",
    "probe:no_session",
    "probe:ended_session",
    "probe:wrong_password",
)
SERVER = ("overloaded", "database_away", "store_unable", "internal", "session_unknown", "too_slow")


@pytest.mark.parametrize("reason", DRIVER + PROBES + SERVER)
def test_every_reason_has_words_in_both_languages(reason: str) -> None:
    words = reason_name(reason)
    assert words.id != words.en
    assert not {"_", ":"} & set(words.id.replace("probe: ", ""))


def test_every_fault_there_is_has_a_name_of_its_own() -> None:
    from chaos.fault import registered

    names = {name: fault_name(name) for name in registered()}
    assert len(names) >= 30
    for name, words in names.items():
        assert words.id != words.en, name
    assert len({words.id for words in names.values()}) == len(names)


def test_a_connection_that_was_closed_says_so() -> None:
    assert reason_name("closed").id == "sambungan diputus tanpa jawaban"


def test_an_error_of_the_adapter_keeps_its_name() -> None:
    assert reason_name("target:KeyError").en == "error in the target's adapter (KeyError)"


def test_a_reason_nobody_foresaw_stays_readable() -> None:
    assert reason_name("quota_of_day").id == "quota of day"


def test_why_a_fault_was_not_played() -> None:
    assert skip_name("area_dark is unavailable: no relay").id == "tidak tersedia di mesin ini: no relay"
    assert skip_name("the run was stopped before").id == "gladi dihentikan sebelumnya"
    assert skip_name("nobody to kill").en == "nobody to kill"
