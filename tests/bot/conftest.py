"""Fixtures for every test that visits the demo's pages, or kills a bot."""

import shutil
from pathlib import Path

import pytest

from tests.bot.mortal import forks
from tests.bot.visitor import browser, origin, visitor

__all__ = ("browser", "forks", "origin", "visitor")


@pytest.fixture
def data(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's DATA_DIR, with a migrated database in it."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(migrated, folder / "baocao.db")
    monkeypatch.setenv("DATA_DIR", str(folder))
    return folder
