"""What was reported on request is exported like everything else."""

import asyncio
import csv
import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import app
from plans.pack import Pack
from storage.database import Database, sqlite_url
from tests.person import PLAN, Town


def test_reports_on_request_are_exported(
    tmp_path: Path, migrated: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(shutil.copy(migrated, tmp_path / "baocao.db"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    async def report() -> None:
        town = Town(Database(sqlite_url(file)), packs)
        binh, ann = await town.coordinator("binh"), await town.officer("ann")
        await binh.says(
            "tạo đề nghị", "Rà soát cơ sở", "Số cơ sở", "xong", "Mũi Né", "xong", "20/6"
        )
        await binh.says("Gửi đề nghị")
        await ann.says("/baocao 2024-YC1", "5", "/gui")
        await town.database.close()

    asyncio.run(report())

    for words in ((), ("--period", "2024-YC1")):
        result = CliRunner().invoke(app, ["export", "--plan", PLAN, *words])
        [row] = csv.DictReader(io.StringIO(result.stdout))
        assert (row["period"], row["code"], row["value"]) == ("2024-YC1", "ZA01", "5")
    wrong = CliRunner().invoke(app, ["export", "--plan", PLAN, "--period", "2024-YC2"])
    assert "has no period 2024-YC2" in wrong.stderr
