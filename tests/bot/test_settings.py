"""Settings: the secret key is made once, whole, and is its user's alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "var", secret_key="")


def test_a_key_is_made_once_and_kept(settings: Settings) -> None:
    key = settings.key()

    assert len(key) == 64
    assert settings.key() == key
    path = settings.data_dir / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(settings.data_dir.iterdir()) == [path]


def test_of_many_at_once_all_get_the_same_key(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: settings.key(), range(16)))

    assert len(set(keys)) == 1


def test_a_key_that_is_set_is_used(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, secret_key="given")

    assert settings.key() == b"given"
    assert list(tmp_path.iterdir()) == []
