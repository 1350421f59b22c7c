"""Settings: one source, a file that a person can read, and errors that say what would be right."""

import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from sirekap.failures import WrongInputError
from sirekap.operations.settings_example import example
from sirekap.settings import Settings, resolve
from sirekap.settings_file import chosen


def test_the_example_holds_every_setting_with_its_default() -> None:
    settings = tomllib.loads(re.sub(r"^#(?=\w)", "", example(), flags=re.M))
    expected = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(Settings()).items()}
    assert settings == expected


def test_the_example_as_it_is_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(example())
    assert resolve(chosen(tmp_path), {}, {}) == Settings()


def test_a_file_of_either_kind_is_read_but_not_both(tmp_path: Path) -> None:
    old, toml = tmp_path / "settings.json", tmp_path / "settings.toml"
    old.write_text('{"hash_queue": 7}')
    assert resolve(chosen(tmp_path), {}, {}).hash_queue == 7
    toml.write_text("hash_queue = 8")
    with pytest.raises(WrongInputError, match=r"settings\.json are both there"):
        chosen(tmp_path)
    old.unlink()
    assert resolve(chosen(tmp_path), {"SIREKAP_DISK_THREADS": "3"}, {}).disk_threads == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hash_queeu = 1", "no setting is called 'hash_queeu'"),
        ('hash_queue = "many"', "hash_queue is 'many', must be a number"),
        ("hash_queue = 1.5", "hash_queue is 1.5, must be a number (int)"),
        ("hash_queue = true", "hash_queue is True, must be a number (int)"),
        ("upload_stall_s = nan", "upload_stall_s is nan, must be a number (float)"),
        ("hash_queue = -1", "hash_queue is -1, must not be negative"),
        ('cpus = "1"', "cpus is '1', must be a list"),
        ('overload = "brave"', "overload is 'brave', must be sound or naive"),
        ('also_listen = "everywhere"', "also_listen is 'everywhere', must be an address such as 10.0.0.1"),
        ("hash_queue = ", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(WrongInputError, match=re.escape(told)):
        resolve(chosen(tmp_path), {}, {})


@pytest.mark.parametrize("address", ["10.0.0.1", "fd00::1", "::"])
def test_a_stack_listens_on_addresses_of_both_families(tmp_path: Path, address: str) -> None:
    (tmp_path / "settings.toml").write_text(f'also_listen = "{address}"')
    assert resolve(chosen(tmp_path), {}, {}).also_listen == address
