"""Back up, restore, export: nothing is lost, nothing is overwritten in silence."""

import asyncio
import csv
import io
import shutil
import socket
import sqlite3
import stat
from pathlib import Path

import pytest
from aiohttp import web
from typer.testing import CliRunner, Result

from bot.commands import app
from bot.demo import build_demo


@pytest.fixture
def data(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORT", str(_free_port()))
    return data


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def codes(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        return int(connection.execute("SELECT count(*) FROM join_codes").fetchone()[0])


def test_what_was_backed_up_comes_back_and_what_was_there_is_set_aside(
    data: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copies" / "monday.db"
    assert run("invite", "--plan", "binh_thuan_2024").exit_code == 0
    assert run("backup", copy).exit_code == 0
    assert run("invite", "--plan", "binh_thuan_2024").exit_code == 0
    assert codes(data / "baocao.db") == 2

    restored = run("restore", copy)

    assert restored.exit_code == 0, restored.output
    assert codes(data / "baocao.db") == 1
    [aside] = data.glob("set-aside-*/baocao.db")
    assert codes(aside) == 2
    assert run("doctor").exit_code == 0


def test_a_backup_is_its_owners_alone_and_overwrites_nothing(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "monday.db"

    assert run("backup", copy).exit_code == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    again = run("backup", copy)
    assert again.exit_code == 2
    assert "exists" in again.output


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" * 99])
def test_a_file_that_is_no_backup_is_refused_and_changes_nothing(
    data: Path, tmp_path: Path, content: bytes
) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(content)

    refused = run("restore", wrong)

    assert refused.exit_code == 2
    assert "is no backup" in refused.output
    assert codes(data / "baocao.db") == 0
    assert not list(data.glob("set-aside-*"))


def test_a_backup_of_a_newer_release_is_refused(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "newer.db"
    run("backup", copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    refused = run("restore", copy)

    assert refused.exit_code == 2
    assert "upgrade first" in refused.output


def test_nothing_is_restored_under_a_running_bot(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "monday.db"
    run("backup", copy)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("PORT", str(server.getsockname()[1]))

        refused = run("restore", copy)

    assert refused.exit_code == 2
    assert "stop the bot first" in refused.output


def test_an_export_holds_every_answer_in_force(tmp_path: Path, data: Path) -> None:
    async def fill() -> None:
        runner = web.AppRunner(await build_demo(data / "demo.db"))
        await runner.setup()
        await runner.cleanup()

    asyncio.run(fill())
    shutil.move(data / "demo.db", data / "baocao.db")

    exported = run("export", "--plan", "binh_thuan_2024", "--period", "2024-Q1")

    rows = list(csv.DictReader(io.StringIO(exported.stdout)))
    assert {row["period"] for row in rows} == {"2024-Q1"}
    assert len({row["unit"] for row in rows}) == 156
    assert {row["state"] for row in rows} <= {"value", "zero", "missing", "not_applicable"}
    assert all(row["value"] == "" for row in rows if row["state"] == "missing")
    assert run("export", "--plan", "binh_thuan_2024", "--period", "2024-Q9").exit_code == 2
